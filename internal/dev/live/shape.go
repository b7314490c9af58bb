package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The JSON types, as the table of facts and the report name them. A moment is a
// string that holds an RFC 3339 time.
const (
	aString  = "string"
	aNumber  = "number"
	aBoolean = "boolean"
	anObject = "object"
	anArray  = "array"
	aNull    = "null"
	aMoment  = "time"
)

// A shape is what is kept of a JSON value, or of all values at one place of an
// answer. Nothing in it can hold a value: the names of types are ours, and names of
// fields are kept only as namesOf allows.
type shape struct {
	// types are the JSON types that were seen here.
	types []string
	// count is how many values were seen here, longest the length of the longest
	// string in bytes or of the longest array in elements.
	count, longest int
	// fields are those of objects, elements is of the elements of arrays.
	fields   map[string]*shape
	elements *shape
	// unnamed counts fields whose names are not kept.
	unnamed int
}

// open are the places whose fields have names that the API gives. Below any other
// one, such as metadata, names may be a customer's.
func open() []string {
	return []string{"", "[]", "data[]", "status_reasons[]", "[].status_reasons[]", "data[].status_reasons[]", "data[].authentication[]", "latest_connection_attempt"}
}

// apiName is how the API spells names of fields. Identifiers and tokens have digits
// or capitals, or are longer.
var apiName = regexp.MustCompile(`^(statusCode|errorCode|[a-z]+(_[a-z]+){0,5})$`)

const longestName = 40

// shapeOf takes the shape of a decoded value, in which numbers are json.Number.
func shapeOf(value any) *shape {
	s := &shape{}
	s.add("", value)

	return s
}

func (s *shape) add(place string, value any) {
	s.count++

	switch value := value.(type) {
	case nil:
		s.see(aNull)
	case bool:
		s.see(aBoolean)
	case json.Number:
		s.see(aNumber)
	case string:
		s.longest = max(s.longest, len(value))

		if _, err := time.Parse(time.RFC3339Nano, value); err == nil {
			s.see(aMoment)
		} else {
			s.see(aString)
		}
	case []any:
		s.see(anArray)
		s.longest = max(s.longest, len(value))

		for _, element := range value {
			if s.elements == nil {
				s.elements = &shape{}
			}

			s.elements.add(place+"[]", element)
		}
	case map[string]any:
		s.see(anObject)
		s.addFields(place, value)
	}
}

func (s *shape) addFields(place string, object map[string]any) {
	for name, value := range object {
		if !slices.Contains(open(), place) || len(name) > longestName || !apiName.MatchString(name) {
			s.unnamed++
			continue
		}

		if s.fields == nil {
			s.fields = map[string]*shape{}
		}

		if s.fields[name] == nil {
			s.fields[name] = &shape{}
		}

		s.fields[name].add(strings.TrimPrefix(place+"."+name, "."), value)
	}
}

func (s *shape) see(kind string) {
	if !slices.Contains(s.types, kind) {
		s.types = append(s.types, kind)
		slices.Sort(s.types)
	}
}

// is reports whether every value here is of one of the types. A moment is a string.
func (s *shape) is(types ...string) bool {
	return s != nil && !slices.ContainsFunc(s.types, func(kind string) bool {
		return !slices.Contains(types, kind) && (kind != aMoment || !slices.Contains(types, aString))
	})
}

// field is the shape of a field, nil where there is none.
func (s *shape) field(name string) *shape {
	if s == nil {
		return nil
	}

	return s.fields[name]
}

// items is the shape of the objects of a list, bare or under data.
func (s *shape) items() *shape {
	if list := s.list(); list != nil {
		return list.elements
	}

	return nil
}

// list is the shape of the array of a list, bare or under data.
func (s *shape) list() *shape {
	switch {
	case s == nil:
		return nil
	case s.is(anArray):
		return s
	case s.field("data").is(anArray):
		return s.field("data")
	}

	return nil
}

// String names the types.
func (s *shape) String() string {
	if s == nil {
		return "absent"
	}

	return strings.Join(s.types, " or ")
}
