package stackone

import (
	"bytes"
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
	// pageSize is how many objects are asked for at once. StackOne documents a
	// default of 25 and no maximum; 100 is the maximum of its other lists.
	pageSize = 100
	// standardPageSize is how many objects StackOne documents to answer when no
	// size is asked for, and so what a server answers that ignores the size.
	standardPageSize = 25
	// maxItems is where a page that does not honour its size is given up.
	maxItems = 10_000
	// maxPages is where a list that does not end is given up.
	maxPages = 1000
)

// page is one answer of a list.
type page struct {
	items []json.RawMessage
	// total is how many objects the whole list has; 0 when the answer does not tell.
	total int
}

// full is how many objects a full page of the list has, judged by its first page. A
// server may have a cap below the size that it was asked for, and caps are round:
// a page of ten, twenty and so on, or of the standard size, may be full.
func (p page) full() int {
	if n := len(p.items); n < pageSize && (n%10 == 0 || n == standardPageSize) {
		return n
	}

	return pageSize
}

// ends reports whether the list ends with this page. news of its objects are new,
// seen objects have been seen by now, and a full page has full objects. An empty page
// ends it in any case, and otherwise the total decides where the answer tells it:
// whether it counts what the key or the filter leaves out is not documented. Where
// there is none, the list ends with a page that is not full, and with a second page
// that repeats a first one of fewer objects than were asked for: that was the whole
// list. It does not where the first page has the standard size: a server that ignores
// the page and its size repeats such a page although the list goes on.
func (p page) ends(news, seen, full int) bool {
	if len(p.items) == 0 || p.total > 0 {
		return len(p.items) == 0 || seen >= p.total
	}

	whole := news == 0 && seen == full && full < pageSize && full != standardPageSize

	return whole || len(p.items) < full
}

// list describes a paged list of objects of type T.
type list[T any] struct {
	route string
	query url.Values
	// decode reads one object, id tells it from the others, matches applies the filter
	// once more to what the server has answered.
	decode  func(raw json.RawMessage) (T, error)
	id      func(T) string
	matches func(T) bool
}

// pages yields the objects of a list that match, asking for one page after the other
// as they are consumed. It ends with a short or empty page, or when it has seen as
// many objects as the answer says there are; an error is yielded last, and is of type
// *Error. A server that ignores the page or repeats one would never come to an end: a
// page without anything new, after a full one, is an error.
func pages[T any](ctx context.Context, c *Client, l list[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T

		seen, full := map[string]bool{}, pageSize

		for number := 1; ; number++ {
			var (
				news []T
				ends bool
			)

			err := c.do(ctx, call{
				method: http.MethodGet, route: l.route, path: l.route, query: l.numbered(number), maxAnswer: maxPage,
				decode: func(header http.Header, body []byte) error {
					current, err := decodePage(header, body)
					if err != nil {
						return err
					}

					if number == 1 {
						full = current.full()
					}

					if news, err = l.fresh(current, seen); err != nil {
						return err
					}

					if ends = current.ends(len(news), len(seen), full); ends {
						return nil
					}

					return l.progress(number, current, len(news))
				},
			})
			if err != nil {
				yield(none, err)
				return
			}

			for _, item := range news {
				if l.matches(item) && !yield(item, nil) {
					return
				}
			}

			if ends {
				return
			}
		}
	}
}

// numbered is the query of one page, counted from 1.
func (l list[T]) numbered(number int) url.Values {
	query := url.Values{"page": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(pageSize)}}

	for name, values := range l.query {
		query[name] = values
	}

	return query
}

// fresh decodes the objects of a page that have not been seen yet: a list that
// changes between two pages may show one twice.
func (l list[T]) fresh(current page, seen map[string]bool) ([]T, error) {
	out := make([]T, 0, len(current.items))

	for _, raw := range current.items {
		item, err := l.decode(raw)
		if err != nil {
			return nil, err
		}

		if id := l.id(item); !seen[id] {
			seen[id] = true

			out = append(out, item)
		}
	}

	return out, nil
}

// progress refuses a list that does not come to its end.
func (l list[T]) progress(number int, current page, news int) error {
	switch {
	case news == 0:
		return fmt.Errorf("page %d of the list holds nothing that the pages before did not: the server does not honour the page", number)
	case len(current.items) > pageSize:
		return fmt.Errorf("page %d of the list holds %d objects where %d were asked for: the server does not honour the page size", number, len(current.items), pageSize)
	case number >= maxPages:
		return fmt.Errorf("the list does not end after %d pages of %d", maxPages, pageSize)
	}

	return nil
}

// decodePage reads a page: a bare array, as the OpenAPI document has it, or an
// object with data, as newer guides show.
func decodePage(header http.Header, body []byte) (page, error) {
	trimmed := bytes.TrimSpace(body)
	if !json.Valid(trimmed) {
		return page{}, errors.New(notJSON(header, trimmed))
	}

	if trimmed[0] == '[' {
		items, err := elements(trimmed)
		return page{items: items}, err
	}

	var envelope struct {
		Data  json.RawMessage `json:"data"`
		Total json.RawMessage `json:"total"`
	}

	if err := json.Unmarshal(trimmed, &envelope); err != nil || !bytes.HasPrefix(envelope.Data, []byte("[")) {
		return page{}, errors.New("the answer is JSON but not a list")
	}

	items, err := elements(envelope.Data)
	out := page{items: items}

	// A total of another type than documented is no total.
	if total, err := strconv.Atoi(string(envelope.Total)); err == nil {
		out.total = total
	}

	return out, err
}

// elements takes a valid array apart. It gives up on one that is far too long: the
// elements of a few megabytes of zeros take a gigabyte.
func elements(array []byte) ([]json.RawMessage, error) {
	var out []json.RawMessage

	decoder := json.NewDecoder(bytes.NewReader(array))

	// The opening bracket.
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}

	for decoder.More() {
		if len(out) == maxItems {
			return nil, fmt.Errorf("the list holds more than %d objects where %d were asked for", maxItems, pageSize)
		}

		var element json.RawMessage
		if err := decoder.Decode(&element); err != nil {
			return nil, err
		}

		out = append(out, element)
	}

	return out, nil
}
