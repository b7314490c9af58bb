package main

import (
	"net/http"
	"slices"
	"time"
)

// evidence is what was seen, by the names of the probes.
type evidence struct {
	probes map[string]*exchange
	// untried tells of probes why they were not made.
	untried map[string]string
	// all is every exchange, those of repeated attempts included.
	all []*exchange
	// terraform tells of the steps of the real Terraform why they did not do what they
	// should, "" when they did; a step that was not tried is absent.
	terraform map[string]string
}

// of is the answer to a probe, nil when there was none, or one that tells nothing of
// the facts. A redirect is none: it has a row of its own.
func (e *evidence) of(probe string) *exchange {
	if kept := e.probes[probe]; kept != nil && kept.redirect == "" && e.missing(probe) == "" {
		return kept
	}

	return nil
}

// ahead is by how much StackOne's clock is ahead of the local one at most, as far as
// the two may differ: further apart, they have a row that says so.
func (e *evidence) ahead() time.Duration {
	furthest := time.Duration(0)

	for _, kept := range e.all {
		furthest = max(furthest, kept.ahead)
	}

	return min(furthest, tolerance)
}

// missing is why a probe tells nothing of the facts, "" where there is nothing to
// say: the API may be busy, or the key not allowed to ask. Where that was asked for, a
// refusal is an answer.
func (e *evidence) missing(probe string) string {
	kept := e.probes[probe]

	switch {
	case kept == nil:
		return e.untried[probe]
	case busy(kept.status):
		return statusText(kept.status)
	case kept.status == http.StatusForbidden && probe != "no account" && probe != "wrong key":
		return "403: the key may lack a scope"
	}

	return ""
}

// busy reports whether a status says that the API does not answer just now.
func busy(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

func wantsError(probe string) bool {
	return slices.ContainsFunc(errorBodies(), func(body source) bool { return body.probe == probe })
}
