package main

import (
	"net/http"
	"strings"
)

// accepted checks that a session was made, and tells how the input came back. Where
// it did not come back, and a field that does not exist is taken as well, nothing
// tells whether the input is known.
func accepted(probe string) check {
	return func(e *evidence) (verdict, string) {
		kept, unknown := e.of(probe), e.of("unknown field")

		switch {
		case kept == nil:
			return notSeen, e.missing(probe)
		case kept.status != http.StatusCreated:
			return otherwise, refusal(kept)
		}

		for _, how := range []string{echoedAsSent, echoedInCase, echoedOther} {
			if kept.said[how] {
				return asDocumented, statusText(kept.status) + ", " + how
			}
		}

		switch {
		case unknown == nil:
			return notSeen, "201, not echoed"
		case unknown.status == http.StatusCreated:
			return notSeen, "201, as for a field that does not exist"
		}

		return asDocumented, statusText(kept.status) + ", not echoed"
	}
}

// isRefusal reports whether the API did not take what a request holds. Its documents
// have two statuses for that, and do not say when which.
func isRefusal(kept *exchange) bool {
	return kept.status == http.StatusBadRequest || kept.status == http.StatusUnprocessableEntity
}

// refused checks that a session was not made.
func refused(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		if isRefusal(kept) {
			return asDocumented, refusal(kept)
		}

		return otherwise, statusText(kept.status)
	})
}

// acceptedOrRefused tells what became of an input for which the documents allow both.
func acceptedOrRefused(probe string) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		switch {
		case kept.status == http.StatusCreated:
			return asDocumented, statusText(kept.status)
		case isRefusal(kept):
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

// echoes tells how inputs of the plain session came back. The type may be absent, or
// a word that stands for one that StackOne does not know.
func echoes(e *evidence) (verdict, string) {
	kept := e.of("session")
	if kept == nil || kept.status >= http.StatusMultipleChoices {
		return notSeen, e.missing("session")
	}

	result, seen := asDocumented, []string(nil)

	for _, name := range []string{"origin_owner_id", "origin_owner_name", "type"} {
		how := "not echoed"

		for _, candidate := range []string{echoedAsSent, echoedInCase, echoedOther} {
			if kept.said[name+" "+candidate] {
				how = candidate
			}
		}

		switch {
		case how == echoedAsSent:
			continue
		case name == "type" && kept.said[unmappedType]:
			how = "unmapped_value"
		case name != "type" || how != "not echoed":
			result = otherwise
		}

		seen = append(seen, name+" "+how)
	}

	if len(seen) == 0 {
		return result, "as sent"
	}

	return result, strings.Join(seen, ", ")
}
