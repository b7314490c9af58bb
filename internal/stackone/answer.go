package stackone

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
)

const (
	// maxObject is the most that is read of an answer about one object, in bytes.
	maxObject = 1 << 20
	// maxPage is the most that is read of a page of a list, in bytes: 80 KiB for
	// each of a hundred objects.
	maxPage = 8 << 20
	// maxError is the most that is read of an error, in bytes.
	maxError = 256 << 10
)

// identifier accepts a number or a string, whatever its digits: StackOne's
// identifiers have been both, and some exceed 64 bits.
type identifier string

// UnmarshalJSON keeps the digits of a number as they are.
func (i *identifier) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*i = identifier(text)
		return nil
	}

	var number json.Number
	if err := json.Unmarshal(raw, &number); err != nil {
		return errors.New("an identifier is neither a string nor a number")
	}

	*i = identifier(number)

	return nil
}

// decodeObject reads one JSON object. Its errors hold nothing of the body.
func decodeObject(header http.Header, body []byte, out any) error {
	trimmed := bytes.TrimSpace(body)

	if !json.Valid(trimmed) {
		return errors.New(notJSON(header, trimmed))
	}

	if trimmed[0] != '{' {
		return errors.New("the answer is JSON but not an object")
	}

	if err := json.Unmarshal(trimmed, out); err != nil {
		return errors.New(wrongField(err))
	}

	return nil
}

// wrongField names the field that has another type than documented.
func wrongField(err error) string {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) && mismatch.Field != "" {
		return "the field " + clean(mismatch.Field) + " has another type than documented"
	}

	return "a field has another type than documented"
}

// elementsOf reads the elements of a JSON array that are of type T. It is nil for what
// is no array, and for one that is far too long.
func elementsOf[T any](raw []byte) []T {
	if !bytes.HasPrefix(raw, []byte("[")) {
		return nil
	}

	items, err := elements(raw)
	if err != nil {
		return nil
	}

	var out []T

	for _, item := range items {
		var element *T
		if json.Unmarshal(item, &element) == nil && element != nil {
			out = append(out, *element)
		}
	}

	return out
}
