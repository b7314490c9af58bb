package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

const (
	// pageSize is the page_size of requests. StackOne documents no maximum; 100 is that of
	// its other lists.
	pageSize = 100
	// standardPageSize is StackOne's default page_size, also for a server that ignores it.
	standardPageSize = 25
	// maxPages is how many pages of a list are read before it counts as endless.
	maxPages = 1000
)

// page is one response of a list.
type page struct {
	items []object
	// total is the length of the whole list, or 0 if the response does not contain it.
	total int
}

// full returns the size of a full page, judged by the first one. A server may cap the
// size, and caps are round: a page of ten, twenty and so on, or of the standard size,
// may be full.
func (p page) full() int {
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
func (p page) last(news, seen, full int) bool {
	if len(p.items) == 0 || p.total > 0 {
		return len(p.items) == 0 || seen >= p.total
	}

	whole := news == 0 && seen == full && full < pageSize && full != standardPageSize

	return whole || len(p.items) < full
}

// list is a paged list of objects of type T. matches applies the filter again to the
// response.
type list[T any] struct {
	route   string
	query   url.Values
	decode  func(object) (T, error)
	id      func(T) string
	matches func(T) bool

	// number counts the pages read; full is the size of a full one.
	number, full int
	seen         map[string]bool
	ended        bool
}

// pages yields the matching objects of a list, requesting pages as they are consumed.
// An error is yielded last.
func pages[T any](ctx context.Context, c *Client, l list[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		l := l
		l.seen = map[string]bool{}

		for !l.ended {
			l.number++

			query := url.Values{"page": {strconv.Itoa(l.number)}, "page_size": {strconv.Itoa(pageSize)}}
			for name, values := range l.query {
				query[name] = values
			}

			items, err := do(ctx, c, request{method: http.MethodGet, route: l.route, path: l.route, query: query, maxBody: maxPage}, l.next)
			if err != nil {
				var none T

				yield(none, err)

				return
			}

			for _, item := range items {
				if l.matches(item) && !yield(item, nil) {
					return
				}
			}
		}
	}
}

// next decodes the next page, and returns its new objects: a list that changes between
// two pages may repeat one. A page without new objects before the end is an error, as
// from a server that ignores the parameter page.
func (l *list[T]) next(header http.Header, body []byte) ([]T, error) {
	current, err := decodePage(header, body)
	if err != nil {
		return nil, err
	}

	if l.number == 1 {
		l.full = current.full()
	}

	var news []T

	for _, o := range current.items {
		item, err := l.decode(o)
		if err != nil {
			return nil, err
		}

		if id := l.id(item); !l.seen[id] {
			l.seen[id] = true

			news = append(news, item)
		}
	}

	l.ended = current.last(len(news), len(l.seen), l.full)

	switch {
	case l.ended:
		return news, nil
	case len(news) == 0:
		return nil, fmt.Errorf("page %d of the list holds nothing that the pages before did not: the server does not honour the page", l.number)
	case len(current.items) > pageSize:
		return nil, fmt.Errorf("page %d of the list holds %d objects where %d were asked for: the server does not honour the page size", l.number, len(current.items), pageSize)
	case l.number >= maxPages:
		return nil, fmt.Errorf("the list does not end after %d pages of %d", maxPages, pageSize)
	}

	return news, nil
}

// decodePage decodes a bare array, as in the OpenAPI document, or an object with data,
// as in newer guides.
func decodePage(header http.Header, body []byte) (page, error) {
	if !json.Valid(body) {
		return page{}, errors.New(notJSON(header, body))
	}

	data, total := body, 0

	if o, err := decodeObject(header, body); err == nil {
		data = o["data"]
		// A total of another type counts as absent.
		if n, err := strconv.Atoi(string(o["total"])); err == nil {
			total = n
		}
	}

	items, err := objects(data)

	return page{items: items, total: total}, err
}
