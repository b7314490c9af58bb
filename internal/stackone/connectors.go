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
	"slices"
	"strconv"
	"strings"
)

// Connector is an entry of StackOne's catalogue: a system that customers can
// connect. Nil fields were null or absent.
type Connector struct {
	// Key is what a connect session takes as provider.
	Key string
	// Name is the system's name, for people.
	Name           *string
	Version        *string
	Categories     []string
	ReleaseStage   *string
	Authentication []Authentication
}

// Authentication is a way in which a customer can connect a system.
type Authentication struct {
	Key *string
	// Type is its kind, for example oauth2.
	Type *string
	// Label is its name, for people.
	Label *string
}

// ConnectorFilter narrows a list; an empty field does not.
type ConnectorFilter struct {
	Keys []string
	// Categories are of the connectors that have at least one of them.
	Categories    []string
	ReleaseStages []string
}

// Connectors yields the connectors that match a filter, page by page as they are
// consumed. An error is yielded last, and is of type *Error. A page that names a
// cursor for the second time is one as well: such a list has no end.
func (c *Client) Connectors(ctx context.Context, filter ConnectorFilter) iter.Seq2[Connector, error] {
	return func(yield func(Connector, error) bool) {
		query := filter.query()
		followed := map[string]bool{}

		for {
			var current connectorPage

			err := c.do(ctx, call{
				method: http.MethodGet, route: "/actions", path: "/actions", query: query, maxAnswer: maxPage,
				decode: func(header http.Header, body []byte) (err error) {
					if current, err = decodeConnectorPage(header, body); err != nil {
						return err
					}

					switch {
					case current.next != "" && followed[current.next]:
						return errors.New("the list names a next page that was read before: it has no end")
					case current.next != "" && len(followed)+1 >= maxPages:
						return fmt.Errorf("the list does not end after %d pages of %d", maxPages, pageSize)
					}

					return nil
				},
			})
			if err != nil {
				yield(Connector{}, err)
				return
			}

			for _, connector := range current.connectors {
				if filter.matches(connector) && !yield(connector, nil) {
					return
				}
			}

			if current.next == "" {
				return
			}

			followed[current.next] = true

			query.Set("next", current.next)
		}
	}
}

// query asks for the catalogue without its actions, which are most of it. The API
// can filter by connector alone, and only keys that it can tell from each other
// and that fit into a URL are sent; matches does the rest.
func (f ConnectorFilter) query() url.Values {
	query := url.Values{"exclude": {"actions"}, "group_by": {"connector"}, "page_size": {strconv.Itoa(pageSize)}}

	// Without keys there would have to be less than no comma.
	keys := strings.Join(f.Keys, ",")
	if strings.Count(keys, ",") == len(f.Keys)-1 && len(url.QueryEscape(keys)) <= maxQuery {
		query.Set("filter[connectors]", keys)
	}

	return query
}

// matches applies the whole filter to an answer. What the answer does not tell
// matches nothing: the API has not checked it.
func (f ConnectorFilter) matches(c Connector) bool {
	return (len(f.Keys) == 0 || slices.Contains(f.Keys, c.Key)) &&
		(len(f.Categories) == 0 || slices.ContainsFunc(c.Categories, func(category string) bool { return slices.Contains(f.Categories, category) })) &&
		(len(f.ReleaseStages) == 0 || c.ReleaseStage != nil && slices.Contains(f.ReleaseStages, *c.ReleaseStage))
}

// connectorPage is one answer of the catalogue; next is empty on the last one.
type connectorPage struct {
	connectors []Connector
	next       string
}

// decodeConnectorPage reads a page. The list may be null, as documented; a cursor
// that cannot be read is an error, since the rest of the list would be missing
// unnoticed.
func decodeConnectorPage(header http.Header, body []byte) (connectorPage, error) {
	var envelope struct {
		Data json.RawMessage `json:"data"`
		Next identifier      `json:"next"`
	}

	if err := decodeObject(header, body, &envelope); err != nil {
		return connectorPage{}, err
	}

	out := connectorPage{next: string(envelope.Next)}

	if string(envelope.Data) == "null" {
		return out, nil
	}

	if !bytes.HasPrefix(envelope.Data, []byte("[")) {
		return connectorPage{}, errors.New("the answer is JSON but not a list")
	}

	items, err := elements(envelope.Data)
	if err != nil {
		return connectorPage{}, err
	}

	for _, raw := range items {
		connector, err := decodeConnector(raw)
		if err != nil {
			return connectorPage{}, err
		}

		out.connectors = append(out.connectors, connector)
	}

	return out, nil
}

func decodeConnector(raw json.RawMessage) (Connector, error) {
	var answer struct {
		Key            lenient         `json:"key"`
		Name           lenient         `json:"name"`
		Version        lenient         `json:"version"`
		Categories     stringOrList    `json:"categories"`
		ReleaseStage   lenient         `json:"release_stage"`
		Authentication authentications `json:"authentication"`
	}

	if err := json.Unmarshal(raw, &answer); err != nil {
		return Connector{}, errors.New(wrongField(err))
	}

	if answer.Key.text == nil {
		return Connector{}, errors.New("a connector in the answer has no key")
	}

	return Connector{
		Key: *answer.Key.text, Name: answer.Name.text, Version: answer.Version.text, Categories: answer.Categories,
		ReleaseStage: answer.ReleaseStage.text, Authentication: answer.Authentication,
	}, nil
}

// authentications is a list of ways to connect that is nil for what is none.
type authentications []Authentication

// UnmarshalJSON never fails.
func (a *authentications) UnmarshalJSON(raw []byte) error {
	type way struct {
		Key   lenient `json:"key"`
		Type  lenient `json:"type"`
		Label lenient `json:"label"`
	}

	for _, element := range elementsOf[way](raw) {
		*a = append(*a, Authentication{Key: element.Key.text, Type: element.Type.text, Label: element.Label.text})
	}

	return nil
}
