package stackone

import (
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

// Connector is an entry of StackOne's catalogue. Nil fields were null or absent.
type Connector struct {
	// Key is the provider of a connect session.
	Key            string
	Name, Version  *string
	Categories     []string
	ReleaseStage   *string
	Authentication []Authentication
	Scopes         []ScopeDefinition
}

// Authentication is a way to connect a connector.
type Authentication struct {
	Key, Type, Label *string
	RequiredScopes   []string
}

// ScopeDefinition describes an OAuth scope.
type ScopeDefinition struct {
	Name, Description *string
	// Includes lists the scopes that this one covers.
	Includes []string
}

// ConnectorFilter selects connectors; empty fields match all.
type ConnectorFilter struct {
	Keys []string
	// Categories matches any of them.
	Categories    []string
	ReleaseStages []string
}

// Connectors yields the matching connectors, requesting pages as they are consumed. An
// error, such as a repeated cursor, is yielded last.
func (c *Client) Connectors(ctx context.Context, filter ConnectorFilter) iter.Seq2[Connector, error] {
	return func(yield func(Connector, error) bool) {
		query := filter.query()
		followed := map[string]bool{}

		for {
			page, err := do(ctx, c, request{method: http.MethodGet, route: "/actions", query: query, maxBody: maxPage}, func(header http.Header, body []byte) (page[Connector], error) {
				page, err := decodeConnectorPage(header, body)

				switch {
				case err != nil || page.next == "":
				case followed[page.next]:
					err = errors.New("the list names a next page that was read before: it has no end")
				case len(followed)+1 >= maxPages:
					err = fmt.Errorf("the list does not end after %d pages of %d", maxPages, pageSize)
				}

				return page, err
			})
			if err != nil {
				yield(Connector{}, err)
				return
			}

			for _, connector := range page.items {
				if filter.matches(connector) && !yield(connector, nil) {
					return
				}
			}

			if page.next == "" {
				return
			}

			followed[page.next] = true

			query.Set("next", page.next)
		}
	}
}

// query excludes the actions, which are most of the catalogue. The API filters only by
// keys. Keys with commas, or too many, are left to matches.
func (f ConnectorFilter) query() url.Values {
	query := url.Values{"exclude": {"actions"}, "group_by": {"connector"}, "page_size": {strconv.Itoa(pageSize)}}

	// True for keys without a comma, false without keys.
	keys := strings.Join(f.Keys, ",")
	if strings.Count(keys, ",") == len(f.Keys)-1 && len(url.QueryEscape(keys)) <= maxQuery {
		query.Set("filter[connectors]", keys)
	}

	return query
}

// matches applies the whole filter. Absent fields do not match.
func (f ConnectorFilter) matches(c Connector) bool {
	return (len(f.Keys) == 0 || slices.Contains(f.Keys, c.Key)) &&
		(len(f.Categories) == 0 || slices.ContainsFunc(c.Categories, func(category string) bool { return slices.Contains(f.Categories, category) })) &&
		(len(f.ReleaseStages) == 0 || c.ReleaseStage != nil && slices.Contains(f.ReleaseStages, *c.ReleaseStage))
}

// decodeConnectorPage rejects an unreadable cursor, since the rest of the list would be missing.
func decodeConnectorPage(header http.Header, body []byte) (p page[Connector], err error) {
	o, err := decodeObject(header, body)
	if err != nil {
		return p, err
	}

	if _, readable := field[identifier](o, "next"); !readable && o["next"] != nil {
		return p, errors.New("the field next has another type than documented")
	}

	if string(o["data"]) == "null" {
		o["data"] = json.RawMessage("[]")
	}

	p.next = o.id("next")
	p.items, err = decodeItems(o["data"], newConnector)

	return p, err
}

func newConnector(o object) (Connector, error) {
	connector := Connector{
		Key: o.id("key"), Name: o.text("name"), Version: o.text("version"), Categories: o.texts("categories"), ReleaseStage: o.text("release_stage"),
	}

	if connector.Key == "" {
		return Connector{}, errors.New("a connector in the response has no key")
	}

	for _, way := range listOf[object](o, "authentication") {
		connector.Authentication = append(connector.Authentication, Authentication{
			Key: way.text("key"), Type: way.text("type"), Label: way.text("label"), RequiredScopes: way.texts("required_scopes"),
		})
	}

	for _, scope := range listOf[object](o, "scope_definitions") {
		connector.Scopes = append(connector.Scopes, ScopeDefinition{
			Name: scope.text("name"), Description: scope.text("description"), Includes: scope.texts("includes"),
		})
	}

	return connector, nil
}
