package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

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
