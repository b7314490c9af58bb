package main

import (
	"net/http"
	"strings"
)

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
