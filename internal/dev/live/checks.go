package main

import "net/http"

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

// status checks the status of an answer.
func status(probe string, wanted int) check {
	return answered(probe, func(kept *exchange) (verdict, string) {
		if kept.status != wanted {
			return otherwise, statusText(kept.status)
		}

		return asDocumented, statusText(kept.status)
	})
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
