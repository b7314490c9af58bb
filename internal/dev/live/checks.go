package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// whole is the whole of an answer.
func whole(s *shape) *shape { return s }

// itself is an object that is the answer, or the objects of a list of such.
func itself(s *shape) *shape {
	if items := s.items(); items != nil {
		return items
	}

	if s.list() != nil {
		return nil
	}

	return s
}

// reasonsOf are the reasons of an account's status.
func reasonsOf(s *shape) *shape {
	if reasons := itself(s).field("status_reasons"); reasons != nil {
		return reasons.elements
	}

	return nil
}

// parts are the parts of the answers of some probes that are objects. A success
// where an error was to come, or an error where none was, has a row of its own.
func (e *evidence) parts(probes []string, part func(*shape) *shape) []*shape {
	var out []*shape

	for _, probe := range probes {
		wantsError := slices.Contains(errorBodies(), probe)

		if kept := e.probes[probe]; kept != nil && kept.body != nil && wantsError == (kept.status >= http.StatusBadRequest) {
			if s := part(kept.body); s.is(anObject) && s.count > 0 {
				out = append(out, s)
			}
		}
	}

	return out
}

// field checks that the objects of some probes have a field, by one of its names,
// that is of one of the types.
func field(probes []string, part func(*shape) *shape, names []string, required bool, types ...string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		result, seen := notSeen, ""

		for _, object := range e.parts(probes, part) {
			name, found := names[0], (*shape)(nil)

			for _, candidate := range slices.Backward(names) {
				if s := object.field(candidate); s != nil {
					name, found = candidate, s
				}
			}

			text := found.String()
			if len(names) > 1 && found != nil {
				text = name + ": " + text
			}

			switch {
			case found == nil && !required:
				if seen == "" {
					seen = "absent"
				}
			case found == nil || !found.is(types...):
				return otherwise, text
			case required && found.count < object.count:
				return otherwise, text + ", absent in some"
			default:
				result, seen = asDocumented, text
			}
		}

		return result, seen
	}
}

// newNames tells which fields the objects have beside those that are known.
func newNames(probes []string, part func(*shape) *shape, words string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		objects, documented, unnamed := e.parts(probes, part), known(words), 0
		names := map[string]bool{}

		for _, object := range objects {
			unnamed = max(unnamed, object.unnamed)

			for name := range object.fields {
				if !documented[name] {
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
func status(probe string, wanted int) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil:
			return notSeen, ""
		case kept.status != wanted:
			return otherwise, statusText(kept.status)
		}

		return asDocumented, statusText(kept.status)
	}
}

// accepted checks that a session was made, and tells how the input came back.
func accepted(probe string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil:
			return notSeen, "the project has nothing to try it with"
		case kept.status != http.StatusCreated:
			return otherwise, refusal(kept)
		}

		for _, how := range []string{echoedAsSent, echoedInCase, echoedOther} {
			if kept.said[how] {
				return asDocumented, statusText(kept.status) + ", " + how
			}
		}

		return asDocumented, statusText(kept.status) + ", not echoed"
	}
}

// refused checks that a session was not made.
func refused(probe string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil:
			return notSeen, ""
		case kept.status == http.StatusBadRequest:
			return asDocumented, refusal(kept)
		}

		return otherwise, statusText(kept.status)
	}
}

func refusal(kept *exchange) string {
	if kept.said[namesTheField] {
		return statusText(kept.status) + ", the message names the field"
	}

	return statusText(kept.status) + ", the message does not name the field"
}

// said checks a comparison that was made while the answer was read.
func said(probe, what, yes, no string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]
		if kept == nil {
			return notSeen, ""
		}

		if list := kept.body.list(); list != nil && list.longest == 0 {
			return notSeen, "the list is empty"
		}

		holds, compared := kept.said[what]

		switch {
		case kept.status >= http.StatusMultipleChoices:
			return otherwise, statusText(kept.status)
		case !compared:
			return notSeen, ""
		case !holds:
			return otherwise, no
		}

		return asDocumented, yes
	}
}

// echoes tells how inputs of the plain session came back.
func echoes(names ...string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes["session"]
		if kept == nil || kept.status != http.StatusCreated {
			return notSeen, ""
		}

		result, seen := asDocumented, []string(nil)

		for _, name := range names {
			switch {
			case kept.said[name+" "+echoedAsSent]:
				continue
			case kept.said[name+" "+echoedInCase]:
				seen = append(seen, name+" "+echoedInCase)
			case kept.said[name+" "+echoedOther]:
				seen = append(seen, name+" "+echoedOther)
			default:
				seen = append(seen, name+" not echoed")
			}

			result = otherwise
		}

		if len(seen) == 0 {
			return result, "as sent"
		}

		return result, strings.Join(seen, ", ")
	}
}

// listShape checks where the objects of a list are.
func listShape(probe string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil || kept.status != http.StatusOK:
			return notSeen, ""
		case kept.body.is(anArray):
			return asDocumented, "bare array"
		case kept.body.list() != nil:
			return asDocumented, "array under data"
		}

		return otherwise, kept.body.String() + " without a list"
	}
}

// longPage checks that a page of a hundred may be asked for.
func longPage(probe string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil || kept.body.list() == nil && kept.status == http.StatusOK:
			return notSeen, ""
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list().longest > 100:
			return otherwise, fmt.Sprintf("%d objects", kept.body.list().longest)
		}

		return asDocumented, fmt.Sprintf("%d objects", kept.body.list().longest)
	}
}

// pageSizeHonoured checks the answer to a page of one object.
func pageSizeHonoured(probe string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept := e.probes[probe]

		switch {
		case kept == nil:
			return notSeen, ""
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list() == nil:
			return notSeen, ""
		case kept.body.list().longest == 0:
			return notSeen, "the list is empty"
		case kept.body.list().longest > 1:
			return otherwise, fmt.Sprintf("%d objects where 1 was asked for", kept.body.list().longest)
		}

		return asDocumented, "1 object where 1 was asked for"
	}
}

// pageHonoured checks that the second page shows something else than the first.
func pageHonoured(first, second string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		one, two := e.probes[first], e.probes[second]
		if one == nil || two == nil || one.body.list() == nil || one.body.list().longest == 0 {
			return notSeen, "the list is empty"
		}

		differs, compared := two.said["it differs from the first page"]

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
func nothingFound(probe, without string) func(*evidence) (verdict, string) {
	return func(e *evidence) (verdict, string) {
		kept, all := e.probes[probe], e.probes[without]

		switch {
		case kept == nil:
			return notSeen, ""
		case kept.status != http.StatusOK:
			return otherwise, statusText(kept.status)
		case kept.body.list() == nil:
			return notSeen, ""
		case kept.body.list().longest > 0:
			return otherwise, "objects that do not match"
		case all == nil || all.body.list() == nil || all.body.list().longest == 0:
			return notSeen, "the list is empty"
		}

		return asDocumented, "honoured"
	}
}
