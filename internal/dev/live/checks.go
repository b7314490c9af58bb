package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A check says what was seen of a fact, in words of ours.
type check func(*evidence) (verdict, string)

// answered checks the answer to a probe.
func answered(probe string, inspect func(*exchange) (verdict, string)) check {
	return func(e *evidence) (verdict, string) {
		if kept := e.of(probe); kept != nil {
			return inspect(kept)
		}

		return notSeen, e.missing(probe)
	}
}

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

// A source is a place in the answer to a probe that holds objects.
type source struct {
	probe string
	part  func(*shape) *shape
}

func whole(s *shape) *shape { return s }

// within is what a list in the objects of an answer holds.
func within(part func(*shape) *shape, name string) func(*shape) *shape {
	return func(s *shape) *shape {
		if list := part(s).field(name); list != nil {
			return list.elements
		}

		return nil
	}
}

// parts are the objects at some places. A success where an error was to come, or an
// error where none was, has a row of its own.
func (e *evidence) parts(sources []source) []*shape {
	var out []*shape

	for _, from := range sources {
		if kept := e.of(from.probe); kept != nil && kept.body != nil && wantsError(from.probe) == (kept.status >= http.StatusBadRequest) {
			if s := from.part(kept.body); s.is(anObject) && s.count > 0 {
				out = append(out, s)
			}
		}
	}

	return out
}

// A property is a field of the objects at some places, of one of the types. Where
// the API has two names for it, the client takes either.
type property struct {
	sources  []source
	names    []string
	required bool
	types    []string
}

func (p property) check(e *evidence) (verdict, string) {
	result, seen := notSeen, ""

	for _, object := range e.parts(p.sources) {
		name, found := p.names[0], (*shape)(nil)

		for _, candidate := range slices.Backward(p.names) {
			if s := object.field(candidate); s != nil {
				name, found = candidate, s
			}
		}

		text := found.String()
		if len(p.names) > 1 && found != nil {
			text = name + ": " + text
		}

		switch {
		case found == nil && !p.required:
			if seen == "" {
				seen = "absent"
			}
		case found == nil || !found.is(p.types...):
			return otherwise, text
		case p.required && found.count < object.count:
			return otherwise, text + ", absent in some"
		default:
			result, seen = asDocumented, text
		}
	}

	return result, seen
}

// newNames tells which fields the objects have beside those that are known.
func newNames(sources []source, words string) check {
	return func(e *evidence) (verdict, string) {
		objects, documented, unnamed := e.parts(sources), strings.Fields(words), 0
		names := map[string]bool{}

		for _, object := range objects {
			unnamed = max(unnamed, object.unnamed)

			for name := range object.fields {
				if !slices.Contains(documented, name) {
					names[name] = true
				}
			}
		}

		seen := slices.Sorted(maps.Keys(names))
		if unnamed > 0 {
			seen = append(seen, "names that are not shown")
		}

		switch {
		case len(objects) == 0:
			return notSeen, ""
		case len(seen) == 0:
			return asDocumented, "none"
		}

		return otherwise, strings.Join(seen, ", ")
	}
}

// status checks the status of an answer.
func status(probe string, wanted int) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		if kept.status != wanted {
			return otherwise, statusText(kept.status)
		}

		return asDocumented, statusText(kept.status)
	})
}

// accepted checks that a session was made, and tells how the input came back.
func accepted(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		if kept.status != http.StatusCreated {
			return otherwise, refusal(kept)
		}

		for _, how := range []string{echoedAsSent, echoedInCase, echoedOther} {
			if kept.said[how] {
				return asDocumented, statusText(kept.status) + ", " + how
			}
		}

		return asDocumented, statusText(kept.status) + ", not echoed"
	})
}

// refused checks that a session was not made.
func refused(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		if kept.status == http.StatusBadRequest {
			return asDocumented, refusal(kept)
		}

		return otherwise, statusText(kept.status)
	})
}

func refusal(kept *exchange) string {
	if kept.said[namesTheField] {
		return statusText(kept.status) + ", the message names the field"
	}

	return statusText(kept.status) + ", the message does not name the field"
}

// said checks a comparison that was made while the answer was read.
func said(probe, what, yes, no string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		holds, compared := kept.said[what]

		switch list := kept.body.list(); {
		case list != nil && list.longest == 0:
			return notSeen, "the list is empty"
		case kept.status >= http.StatusMultipleChoices:
			return otherwise, statusText(kept.status)
		case !compared:
			return notSeen, ""
		case !holds:
			return otherwise, no
		}

		return asDocumented, yes
	})
}

// echoes tells how inputs of the plain session came back.
func echoes(names ...string) check {
	return answered("session", func(kept *exchange) (verdict, string) {
		if kept.status >= http.StatusMultipleChoices {
			return notSeen, ""
		}

		result, seen := asDocumented, []string(nil)

		for _, name := range names {
			if kept.said[name+" "+echoedAsSent] {
				continue
			}

			how := "not echoed"

			for _, candidate := range []string{echoedInCase, echoedOther} {
				if kept.said[name+" "+candidate] {
					how = candidate
				}
			}

			result, seen = otherwise, append(seen, name+" "+how)
		}

		if len(seen) == 0 {
			return result, "as sent"
		}

		return result, strings.Join(seen, ", ")
	})
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

// pageHonoured checks that the second page shows something else than the first.
func pageHonoured(first, second string) check {
	return func(e *evidence) (verdict, string) {
		one, two := e.of(first), e.of(second)
		if one == nil || two == nil || one.body.list() == nil || one.body.list().longest == 0 {
			return notSeen, cmp.Or(e.missing(first), e.missing(second), "there is no second page")
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
