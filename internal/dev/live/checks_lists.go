package main

import (
	"fmt"
	"net/http"
)

// listed checks the number of objects in the list that answers a probe; all is the
// number without a filter and in a page of a hundred.
func listed(probe, without string, inspect func(n, all int) (verdict, string)) check {
	return func(e *evidence) (verdict, string) {
		kept, all := e.of(probe), e.of(without)

		switch {
		case kept == nil:
			return notSeen, ""
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list() == nil || all == nil || all.body.list() == nil:
			return notSeen, ""
		case all.body.list().longest == 0 && kept.body.list().longest == 0:
			return notSeen, "the list is empty"
		}

		return inspect(kept.body.list().longest, all.body.list().longest)
	}
}

// listShape checks where the objects of a list are.
func listShape(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		switch {
		case kept.status != http.StatusOK:
			return notSeen, ""
		case kept.body.is(anArray):
			return asDocumented, "bare array"
		case kept.body.list() != nil:
			return asDocumented, "array under data"
		}

		return otherwise, kept.body.String() + " without a list"
	})
}

// pageOf checks that a page has no more objects than were asked for.
func pageOf(probe, without string, size int) check {
	return listed(probe, without, func(n, _ int) (verdict, string) {
		seen := fmt.Sprintf("%d where %d may be", n, size)
		if n > size {
			return otherwise, seen
		}

		return asDocumented, seen
	})
}

// usualPage is how many objects a page is said to have when no number is asked for.
const usualPage = 25

// usualSize checks a page for which no number of objects was asked.
func usualSize(probe, without string) check {
	return listed(probe, without, func(n, all int) (verdict, string) {
		switch {
		case n <= usualPage && n == all:
			return notSeen, fmt.Sprintf("%d are too few to tell", n)
		case n == usualPage:
			return asDocumented, fmt.Sprint(n)
		}

		return otherwise, fmt.Sprint(n)
	})
}

// pageHonoured checks that the second page shows something else than the first.
func pageHonoured(first, second string) check {
	return func(e *evidence) (verdict, string) {
		one, two := e.of(first), e.of(second)
		if one == nil || two == nil || one.body.list() == nil || one.body.list().longest == 0 {
			return notSeen, "there is no second page"
		}

		differs, compared := two.said[differsFromFirst]

		switch {
		case two.status != http.StatusOK:
			return otherwise, statusText(two.status)
		case compared && !differs:
			return otherwise, "the second page repeats the first"
		case !compared:
			return asDocumented, "the second page is empty"
		}

		return asDocumented, "the second page differs"
	}
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
