package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

func checkRedirects(e *evidence) (verdict, string) {
	for _, kept := range e.all {
		if kept.redirect != "" {
			return otherwise, statusText(kept.status) + " to " + kept.redirect
		}
	}

	return asDocumented, fmt.Sprintf("none in %d answers", len(e.all))
}

func checkClock(e *evidence) (verdict, string) {
	var furthest *exchange

	for _, kept := range e.all {
		if kept.dated && (furthest == nil || kept.ahead.Abs() > furthest.ahead.Abs()) {
			furthest = kept
		}
	}

	switch {
	case furthest == nil:
		return notSeen, "no Date"
	case furthest.ahead.Abs() > tolerance:
		return otherwise, fmt.Sprintf("Date is %s off", furthest.ahead.Round(time.Second))
	}

	return asDocumented, fmt.Sprintf("at most %s apart", furthest.ahead.Abs().Round(time.Second))
}

func checkProtocol(e *evidence) (verdict, string) {
	for _, kept := range e.all {
		if !strings.HasPrefix(kept.protocol, "HTTP/1.1") && !strings.HasPrefix(kept.protocol, "HTTP/2") {
			return otherwise, "an older or newer one"
		}
	}

	return asDocumented, e.all[0].protocol
}

// headersLike checks that no header has a name with one of the words, and tells
// which have.
func headersLike(words ...string) check {
	return func(e *evidence) (verdict, string) {
		found := map[string]bool{}

		for _, kept := range e.all {
			for _, name := range kept.headers {
				if len(name) <= longestName && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(strings.ToLower(name), word) }) {
					found[name] = true
				}
			}
		}

		if len(found) == 0 {
			return asDocumented, "none"
		}

		return otherwise, strings.Join(slices.Sorted(maps.Keys(found)), ", ")
	}
}

func checkLink(e *evidence) (verdict, string) {
	kept := e.of("session")
	if kept == nil || kept.link == nil {
		return notSeen, e.missing("session")
	}

	seen := kept.link.scheme + "://" + kept.link.host + ", query: " + cmp.Or(strings.Join(kept.link.query, ", "), "none")

	switch holds, compared := kept.said[linkHoldsToken]; {
	case compared && !holds:
		return otherwise, seen + ", without the token"
	case kept.link.host == hidden, kept.link.scheme != "https":
		return otherwise, seen
	case !compared:
		return notSeen, seen
	}

	return asDocumented, seen
}
