package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
)

// listed checks the number of objects in the list that answers a probe; all is the
// number without a filter and in a page of a hundred.
func listed(probe, without string, inspect func(n, all int) (verdict, string)) check {
	return func(e *evidence) (verdict, string) {
		kept, all := e.of(probe), e.of(without)

		switch {
		case kept == nil:
			return notSeen, e.missing(probe)
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list() == nil || all == nil || all.body.list() == nil:
			return notSeen, e.missing(without)
		case all.body.list().longest == 0 && kept.body.list().longest == 0:
			return notSeen, "the list is empty"
		}

		return inspect(kept.body.list().longest, all.body.list().longest)
	}
}

// The places of the objects of a list.
const (
	bareArray     = "bare array"
	underData     = "array under data"
	nullUnderData = "null under data"
)

// listShape checks where the objects of a list are: at one of the places from which
// the client takes them.
func listShape(probe string, places ...string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		place := kept.body.String() + " without a list"

		switch {
		case kept.status != http.StatusOK:
			return notSeen, ""
		case kept.body.is(anArray):
			place = bareArray
		case kept.body.list() != nil:
			place = underData
		case kept.body.field("data").is(aNull):
			place = nullUnderData
		}

		if !slices.Contains(places, place) {
			return otherwise, place
		}

		return asDocumented, place
	})
}

// pageOf checks that a page has no more objects than were asked for.
func pageOf(probe, without string, size int) check {
	return listed(probe, without, func(n, _ int) (verdict, string) {
		// How many objects a project has is nobody's business.
		switch {
		case n > size:
			return otherwise, fmt.Sprintf("more than %d", size)
		case n == size:
			return asDocumented, fmt.Sprint(n)
		}

		return asDocumented, fmt.Sprintf("fewer than %d", size)
	})
}

// usualPage is how many objects a page is said to have when no number is asked for.
const usualPage = 25

// fullPage is how many objects the provider asks for.
const fullPage = 100

// usualSize checks a page for which no number of objects was asked.
func usualSize(probe, without string) check {
	return listed(probe, without, func(n, all int) (verdict, string) {
		switch {
		case n <= usualPage && n == all:
			return notSeen, "too few to tell"
		case n == usualPage:
			return asDocumented, fmt.Sprint(n)
		case n == all:
			return otherwise, fmt.Sprintf("more than %d", usualPage)
		}

		return otherwise, fmt.Sprint(n)
	})
}

// startsAtOne checks that the first page is the one with the number 1: it begins as
// the list does that is asked for without a page.
func startsAtOne(usual, first string) check {
	return func(e *evidence) (verdict, string) {
		all, one := e.of(usual), e.of(first)
		if all == nil || one == nil || all.body.list() == nil || all.body.list().longest == 0 {
			return notSeen, cmp.Or(e.missing(usual), e.missing(first), "there is no list to compare it with")
		}

		another, compared := one.said[differs]

		switch {
		case one.status != http.StatusOK:
			return otherwise, statusText(one.status)
		case !compared:
			return otherwise, "page 1 is empty, and the list is not"
		case another:
			return otherwise, "page 1 begins with another object than the list without a page"
		}

		return asDocumented, "yes"
	}
}

// pageHonoured checks that the second page shows something else than the first.
func pageHonoured(first, second, without string) check {
	return func(e *evidence) (verdict, string) {
		one, two, all := e.of(first), e.of(second), e.of(without)
		if one == nil || one.body.list() == nil || one.body.list().longest == 0 {
			return notSeen, cmp.Or(e.missing(first), "there is no second page")
		}

		goesOn := all != nil && all.body.list() != nil && all.body.list().longest > one.body.list().longest
		named, byCursor := one.said[namesTheCursor]

		switch {
		case byCursor && !named && goesOn:
			return otherwise, "the first page names no next one, although there is more"
		case two == nil:
			return notSeen, cmp.Or(e.missing(second), "there is no second page")
		case two.status != http.StatusOK:
			return otherwise, statusText(two.status)
		}

		switch another, compared := two.said[differs]; {
		case !compared && goesOn:
			return otherwise, "the second page is empty, although there is more"
		case !compared:
			return notSeen, "the second page is empty, as the list ends with the first"
		case !another:
			return otherwise, "the second page repeats the first"
		}

		return asDocumented, "the second page differs"
	}
}

// shortIsLast checks that nothing follows a page that has less than was asked for.
// A cap that the provider allows for is no difference.
func shortIsLast(probe, list string) check {
	return func(e *evidence) (verdict, string) {
		return listed(probe, list, func(n, all int) (verdict, string) {
			switch another := e.of(probe).said[differs]; {
			case n == 0:
				return asDocumented, "yes"
			case !another:
				return notSeen, "the second page repeats the first"
			case all%10 == 0 || all == usualPage:
				return asDocumented, fmt.Sprintf("a page has at most %d, which the provider allows for", all)
			}

			return otherwise, fmt.Sprintf("more follows a page of %d", all)
		})(e)
	}
}

// found checks that a filter finds what the list without it has shown.
func found(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		switch {
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list() == nil:
			return notSeen, ""
		case !kept.said[everyMatches]:
			return otherwise, "objects that do not match"
		case !kept.said[everyComes]:
			return otherwise, "what the list holds is not found"
		case !kept.said[severalValues]:
			return asDocumented, "honoured, with one value"
		}

		return asDocumented, "honoured, with two values"
	})
}

// nothingFound checks that a filter for what does not exist finds nothing, where
// the list without it holds something.
func nothingFound(probe, without string) check {
	return listed(probe, without, func(n, _ int) (verdict, string) {
		if n > 0 {
			return otherwise, "objects that do not match"
		}

		return asDocumented, "honoured"
	})
}
