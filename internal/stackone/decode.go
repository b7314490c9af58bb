package stackone

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// maxItems limits JSON arrays: a few megabytes of zeros would decode to a gigabyte.
const maxItems = 10_000

// object decodes its fields separately, so an unexpected type loses only that field.
type object map[string]json.RawMessage

// decodeObject decodes a body. Errors do not quote it.
func decodeObject(header http.Header, body []byte) (object, error) {
	var o object

	if err := json.Unmarshal(body, &o); err != nil || o == nil {
		if json.Valid(body) {
			return nil, errors.New("the response is JSON but not an object")
		}

		return nil, errors.New(notJSON(header, body))
	}

	return o, nil
}

// field decodes a field. The value is nil if it is null, absent or of another type; ok is
// false for the last two.
func field[T any](o object, name string) (value *T, ok bool) {
	raw, found := o[name]
	if !found || json.Unmarshal(raw, &value) != nil {
		return nil, false
	}

	return value, true
}

// identifier accepts a string or a number: StackOne returns both, and some exceed 64 bits.
type identifier string

func (i *identifier) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, (*string)(i)) == nil {
		return nil
	}

	return json.Unmarshal(raw, (*json.Number)(i))
}

// text returns a string, or a number as a string; nil if blank.
func (o object) text(name string) *string {
	if id := o.id(name); id != "" {
		return &id
	}

	return nil
}

// word returns an enum value in lower case: some documented examples use capitals.
func (o object) word(name string) *string {
	if text := o.text(name); text != nil {
		return new(strings.ToLower(*text))
	}

	return nil
}

func (o object) id(name string) string {
	if value, _ := field[identifier](o, name); value != nil && strings.TrimSpace(string(*value)) != "" {
		return string(*value)
	}

	return ""
}

func (o object) secret(name string) Secret {
	if value, _ := field[string](o, name); value != nil && strings.TrimSpace(*value) != "" {
		return NewSecret(*value)
	}

	return Secret{}
}

func (o object) bool(name string) *bool {
	value, _ := field[bool](o, name)
	return value
}

func (o object) texts(name string) []string {
	if one, ok := field[string](o, name); ok && one != nil {
		return []string{*one}
	}

	return listOf[string](o, name)
}

// listOf returns the elements of type T, or nil if the field is not a list.
func listOf[T any](o object, name string) []T {
	items, _, _ := elements[T](o[name])
	return items
}

// elements decodes a JSON array, and counts the elements of other types. The array must be
// valid JSON, or nil.
func elements[T any](array []byte) (items []T, others int, err error) {
	decoder := json.NewDecoder(bytes.NewReader(array))

	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, 0, errors.New("the response is JSON but not a list")
	}

	for decoder.More() {
		if len(items)+others == maxItems {
			return nil, 0, fmt.Errorf("the list has more than %d objects, and the provider asked for %d", maxItems, pageSize)
		}

		var item *T

		if err := decoder.Decode(&item); err != nil || item == nil {
			others++
		} else {
			items = append(items, *item)
		}
	}

	return items, others, nil
}

// decodeItems decodes an array of objects, and nothing else.
func decodeItems[T any](array []byte, decode func(object) (T, error)) (items []T, _ error) {
	objects, others, err := elements[object](array)

	switch {
	case err != nil:
		return nil, err
	case others > 0:
		return nil, errors.New("the list contains something other than objects")
	}

	for _, o := range objects {
		item, err := decode(o)
		if err != nil {
			return nil, err
		}

		items = append(items, item)
	}

	return items, nil
}

func notJSON(header http.Header, body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "the response is empty"
	}

	if coding := header.Get("Content-Encoding"); coding != "" {
		return fmt.Sprintf("the response is compressed with %s, which the provider did not ask for", clean(coding))
	}

	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "of an unknown kind"
	}

	if kind == "application/json" {
		return "the response is not complete JSON"
	}

	return fmt.Sprintf("the response is not JSON (%s), so it probably came from a gateway or proxy", clean(kind))
}
