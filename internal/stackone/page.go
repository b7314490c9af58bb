package stackone

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// page is one response of a list.
type page[T any] struct {
	items []T
	// total is the length of the whole list, or 0 if the response does not contain it.
	total int
}

// full returns the size of a full page, judged by the first one. A server may cap the
// size, and caps are round: a page of ten, twenty and so on, or of the standard size,
// may be full.
func (p page[T]) full() int {
	if n := len(p.items); n < pageSize && (n%10 == 0 || n == standardPageSize) {
		return n
	}

	return pageSize
}

// last reports whether the list ends with this page, which has added news to seen
// objects. An empty page is the last one; otherwise the total decides, if there is one.
// Without a total, a page that is not full is the last one, and so is a second page
// that repeats a first one of fewer objects than requested: that was the whole list,
// unless it has the standard size, which a server repeats that ignores the parameters.
func (p page[T]) last(news, seen, full int) bool {
	if len(p.items) == 0 || p.total > 0 {
		return len(p.items) == 0 || seen >= p.total
	}

	whole := news == 0 && seen == full && full < pageSize && full != standardPageSize

	return whole || len(p.items) < full
}

// decodePage decodes a bare array, as in the OpenAPI document, or an object with data,
// as in newer guides.
func decodePage[T any](header http.Header, body []byte, decode func(object) (T, error)) (page[T], error) {
	if !json.Valid(body) {
		return page[T]{}, errors.New(notJSON(header, body))
	}

	var p page[T]

	data := body

	if o, err := decodeObject(header, body); err == nil {
		data = o["data"]
		// A total of another type counts as absent.
		if n, err := strconv.Atoi(string(o["total"])); err == nil {
			p.total = n
		}
	}

	objects, err := objects(data)
	if err != nil {
		return page[T]{}, err
	}

	for _, o := range objects {
		item, err := decode(o)
		if err != nil {
			return page[T]{}, err
		}

		p.items = append(p.items, item)
	}

	return p, nil
}
