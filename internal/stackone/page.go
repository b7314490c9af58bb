package stackone

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

type page[T any] struct {
	number int
	items  []T
	// total is the length of the whole list; 0 if unknown.
	total int
	// next is the cursor of the next page, of lists that have one.
	next string
	err  error
}

// full guesses the size of a full page from the first one. Servers may cap it, usually at a
// multiple of ten or the default size.
func (p page[T]) full() int {
	if n := len(p.items); n < pageSize && (n%10 == 0 || n == standardPageSize) {
		return n
	}

	return pageSize
}

// last reports whether the list ends with this page, which added news to the seen objects. The
// total decides, if known; otherwise a short page is the last. A second page that repeats a short
// first one is also the last, except at the default size: such a server ignores page_size.
func (p page[T]) last(news, seen, full int) bool {
	if len(p.items) == 0 || p.total > 0 {
		return len(p.items) == 0 || seen >= p.total
	}

	whole := news == 0 && seen == full && full < pageSize && full != standardPageSize

	return whole || len(p.items) < full
}

// decodePage decodes a bare array, as in the OpenAPI document, or an object with data, as
// in newer guides.
func decodePage[T any](header http.Header, body []byte, decode func(object) (T, error)) (page[T], error) {
	if !json.Valid(body) {
		return page[T]{}, errors.New(notJSON(header, body))
	}

	var p page[T]

	data := body

	if o, err := decodeObject(header, body); err == nil {
		data = o["data"]
		if n, err := strconv.Atoi(string(o["total"])); err == nil {
			p.total = n
		}
	}

	var err error

	p.items, err = decodeItems(data, decode)

	return p, err
}
