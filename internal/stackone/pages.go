package stackone

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
)

const (
	// pageSize is the requested page size. StackOne documents no maximum here, and 100 for
	// other lists.
	pageSize         = 100
	standardPageSize = 25
	maxPages         = 1000
	// pagesUnderWay is how many new pages of one list are requested in parallel, beside as
	// many to compare.
	pagesUnderWay = 4
	maxListReads  = 3
)

type list[T any] struct {
	route string
	query url.Values
	// decoder returns the decoder of one response. It is called before the request.
	decoder func() func(object) (T, error)
	id      func(T) string
	matches func(T) bool
	// limit is the number of matching objects at which the consumer stops, until the last
	// page to read; 0 means no limit.
	limit, until int

	// number counts the pages read, compared those read again.
	number, compared int
	// full is the size of a full page, total that of the list or 0.
	full, total int
	seen        map[string]bool
	// pageIDs are the sorted IDs of each page to compare.
	pageIDs [][]string
	ended   bool
}

// whole yields a list after reading it completely. It starts over if the list changes.
func whole[T any](read func() iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var (
			items []T
			err   error
		)

		for range maxListReads {
			var item T

			items, err = nil, nil

			for item, err = range read() {
				items = append(items, item)
			}

			if !isKind(err, ErrorListChanged) {
				break
			}
		}

		if err != nil {
			items = items[len(items)-1:]
		}

		for _, item := range items {
			if !yield(item, err) {
				return
			}
		}
	}
}

// pages yields the matching objects in order, requesting several pages at a time as they
// are consumed. An error is yielded last.
//
// When an object is deleted, the following ones move up and the next page misses one. The
// list must therefore repeat no object and keep its total. Without a total, all pages but
// the last are read again after their successor, and must return the same objects.
// Otherwise, the error is an ErrorListChanged.
func pages[T any](ctx context.Context, c *Client, l *list[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var (
			none           T
			underWay, past []<-chan page[T]
			group          sync.WaitGroup
		)

		ctx, cancel := context.WithCancel(ctx)

		defer group.Wait()
		defer cancel()

		for found := 0; ; {
			if len(underWay) == 0 {
				for _, number := range l.next(c, found) {
					out := make(chan page[T], 1)
					underWay = append(underWay, out)

					group.Go(func() { out <- l.get(ctx, c, number) })
				}
			}

			if len(underWay) == 0 {
				return
			}

			p := <-underWay[0]
			underWay = underWay[1:]

			news, err := l.add(c, p)

			for _, item := range news {
				if !l.matches(item) {
					continue
				}

				if !yield(item, nil) {
					return
				}

				found++
			}

			if err != nil {
				yield(none, detailed(err, append(underWay, past...)))
				return
			}

			// Nothing waits for pages past the end.
			if l.ended && p.number == l.number {
				underWay, past = nil, underWay
			}
		}
	}
}

// next returns the numbers of the pages to request in parallel: those to compare, and then
// new ones; none at the end. It returns one new page until the size of a full page is known,
// and near the limit per minute.
func (l *list[T]) next(c *Client, found int) (numbers []int) {
	// A list with a limit may end early, and is compared only if it does not.
	for n := l.compared + 1; n < len(l.pageIDs) && len(numbers) < pagesUnderWay && (l.limit == 0 || l.ended); n++ {
		numbers = append(numbers, n)
	}

	if l.ended {
		return numbers
	}

	last := l.number + 1

	if (l.number > 1 || l.full == pageSize || l.total > 0) && c.limiter.spare() {
		left := pagesUnderWay * l.full

		if l.total > 0 {
			left = min(left, l.total-len(l.seen))
		}

		if l.limit > 0 {
			left = min(left, l.limit-found)
		}

		last = max(last, l.number+(left+l.full-1)/l.full)
	}

	if l.until > 0 {
		last = min(last, l.until)
	}

	for n := l.number + 1; n <= last; n++ {
		numbers = append(numbers, n)
	}

	return numbers
}

func (l *list[T]) get(ctx context.Context, c *Client, number int) page[T] {
	query := url.Values{"page": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(pageSize)}}
	maps.Copy(query, l.query)

	decode := l.decoder()

	p, err := do(ctx, c, request{method: http.MethodGet, route: l.route, query: query, maxBody: maxPage}, func(header http.Header, body []byte) (page[T], error) {
		return decodePage(header, body, decode)
	})
	p.number, p.err = number, err

	return p
}

// add processes a page, and returns its new objects. A page without any is an error before
// the end: the server may ignore the parameter page.
func (l *list[T]) add(c *Client, p page[T]) ([]T, error) {
	// Without a total, the previous page may have been the last.
	if p.number > 1 && l.total == 0 && isPastEnd(p.err) {
		p.items, p.err = nil, nil
	}

	switch {
	case p.err != nil:
		return nil, p.err
	case p.number <= l.number && !slices.Equal(l.ids(p), l.pageIDs[p.number-1]):
		return nil, l.failure(c, ErrorListChanged)
	case p.number <= l.number:
		l.compared = p.number
		return nil, nil
	case l.number == 0:
		l.full, l.total, l.seen = p.full(), p.total, map[string]bool{}
	}

	l.number++

	var news []T

	for _, item := range p.items {
		if id := l.id(item); !l.seen[id] {
			l.seen[id] = true

			news = append(news, item)
		}
	}

	l.ended = p.last(len(news), len(l.seen), l.full)
	// A short first page is the whole list if the second one is empty.
	whole := l.number == 2 && l.ended && len(news) == 0 && l.full < pageSize && l.total == 0

	if l.until == 0 && l.total == 0 && !whole {
		l.pageIDs = append(l.pageIDs, l.ids(p))
	}

	switch {
	case !l.ended && len(news) == 0:
		return nil, l.failure(c, ErrorResponse, fmt.Sprintf("page %d of the list has only objects of earlier pages: the server ignores the page parameter", l.number))
	case !l.ended && len(p.items) > pageSize:
		return nil, l.failure(c, ErrorResponse, fmt.Sprintf("page %d of the list has %d objects, and the provider asked for %d: the server ignores the page size", l.number, len(p.items), pageSize))
	case !l.ended && l.number >= maxPages:
		return nil, l.failure(c, ErrorResponse, fmt.Sprintf("the list does not end after %d pages of %d", maxPages, pageSize))
	case l.number == 1 || l.until > 0 || whole:
		return news, nil
	case len(news) < len(p.items), p.total != l.total && len(p.items) > 0, l.ended && l.total > 0 && len(l.seen) != l.total:
		return news, l.failure(c, ErrorListChanged)
	}

	return news, nil
}

func (l *list[T]) ids(p page[T]) []string {
	ids := make([]string, len(p.items))
	for i, item := range p.items {
		ids[i] = l.id(item)
	}

	slices.Sort(ids)

	return ids
}

func (l *list[T]) failure(c *Client, kind ErrorKind, messages ...string) *Error {
	return &Error{Kind: kind, Method: http.MethodGet, Path: l.route, BaseURL: c.base, Messages: messages}
}

func isPastEnd(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == ErrorStatus && e.own && (e.Status == http.StatusNotFound || e.Status == http.StatusBadRequest)
}

// detailed returns the error of a page. In an outage or with a refused key, only one
// request returns the details, which may be another one.
func detailed[T any](err error, others []<-chan page[T]) error {
	for _, other := range others {
		if !isKind(err, ErrorOutage, ErrorKeyRefused) {
			break
		}

		err = cmp.Or((<-other).err, err)
	}

	return err
}
