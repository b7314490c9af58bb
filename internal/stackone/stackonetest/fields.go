package stackonetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// fieldKind is the JSON type that the API documents for a field.
type fieldKind int

const (
	aString fieldKind = iota
	aBoolean
	aPositiveNumber
	anObject
	aListOf
)

// maxNumber is the most seconds that the stand-in can count. The API's minimum and
// maximum of expires_in are unknown: that it must be positive is inferred.
const maxNumber = math.MaxInt64/int64(time.Second) - 1

// field is what the API documents about a field of a request.
type field struct {
	kind fieldKind
	// required refuses that it is absent or null.
	required bool
	// filled refuses a blank string where the field is sent; so does required. That
	// is stricter than the documents, which declare no length.
	filled bool
	// words are the values of an enum; empty allows any.
	words []string
}

// complaints checks the fields of a request as the API does. Fields that it does
// not know are ignored. Null is never refused, but for what is required; also of a
// connector_profile_id, shared and relink, of which it is unknown.
func complaints(known map[string]field, got map[string]json.RawMessage) []string {
	var out []string

	for name, f := range known {
		raw, there := got[name]
		if !there || isNull(raw) {
			if f.required {
				out = append(out, name+" should not be empty")
			}

			continue
		}

		if complaint := f.complaint(raw); complaint != "" {
			out = append(out, name+" "+complaint)
		}
	}

	sort.Strings(out)

	return out
}

func isNull(raw json.RawMessage) bool { return bytes.Equal(bytes.TrimSpace(raw), []byte("null")) }

func (f field) complaint(raw json.RawMessage) string {
	var value any

	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()

	if err := decoder.Decode(&value); err != nil {
		return "is not JSON"
	}

	switch f.kind {
	case aBoolean:
		if _, ok := value.(bool); !ok {
			return "must be a boolean value"
		}
	case aPositiveNumber:
		number, ok := value.(json.Number)
		if !ok {
			return "must be a number"
		}

		switch n, err := number.Float64(); {
		case err != nil || n > float64(maxNumber):
			return fmt.Sprintf("must not be more than %d", maxNumber)
		case n <= 0:
			return "must be a positive number"
		}
	case anObject:
		if _, ok := value.(map[string]any); !ok {
			return "must be an object"
		}
	case aListOf:
		list, ok := value.([]any)
		if !ok {
			return "must be an array"
		}

		for _, element := range list {
			// Null is one of the values that are declared for categories.
			if element == nil {
				continue
			}

			if complaint := f.word(element); complaint != "" {
				return "each value in it " + complaint
			}
		}
	default:
		return f.word(value)
	}

	return ""
}

func (f field) word(value any) string {
	text, ok := value.(string)
	if !ok {
		return "must be a string"
	}

	if (f.required || f.filled) && strings.TrimSpace(text) == "" {
		return "should not be empty"
	}

	if len(f.words) > 0 && !slices.Contains(f.words, text) {
		return fmt.Sprintf("must be one of the following values: %s", strings.Join(f.words, ", "))
	}

	return ""
}
