package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// edit changes an answer on its way.
type edit func(req *http.Request, resp *http.Response)

// body changes the JSON of an answer.
func body(resp *http.Response, change func(any) any) {
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return
	}

	_ = resp.Body.Close()

	var answer any

	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()

	if decoder.Decode(&answer) == nil {
		if changed, err := json.Marshal(change(answer)); err == nil {
			raw = changed
		}
	}

	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	resp.Header.Del("Content-Length")
}

// onEach changes the objects of an answer that have a field.
func onEach(name string, change func(object map[string]any)) edit {
	var walk func(any) any

	walk = func(value any) any {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				walk(element)
			}
		case map[string]any:
			if _, there := value[name]; there {
				change(value)
			}

			for _, element := range value {
				walk(element)
			}
		}

		return value
	}

	return func(_ *http.Request, resp *http.Response) { body(resp, walk) }
}

func set(name string, value any) edit {
	return onEach(name, func(object map[string]any) { object[name] = value })
}

func on(path string, change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if req.URL.Path == path {
			change(req, resp)
		}
	}
}

// answerInstead answers requests whose body or query holds a text with another one.
func answerInstead(holds string, status int, text string) edit {
	return func(req *http.Request, resp *http.Response) {
		sent := req.URL.RawQuery + " " + req.URL.Path

		if req.GetBody != nil {
			if reader, err := req.GetBody(); err == nil {
				raw, _ := io.ReadAll(reader)
				sent += string(raw)
			}
		}

		if strings.Contains(sent, holds) {
			resp.StatusCode, resp.Body, resp.ContentLength = status, io.NopCloser(strings.NewReader(text)), int64(len(text))
			resp.Header.Del("Content-Length")
		}
	}
}

const (
	anAccount = `[{"id":"1","provider":"p","status":"error","origin_owner_id":"o","origin_owner_name":"n","created_at":"2031-03-01T12:00:00Z","updated_at":"2031-03-01T12:00:00Z"}]`
	aProfile  = `{"page":1,"page_size":5,"total":1,"data":[{"id":"1"}]}`
	aSession  = `{"id":1,"token":"t"}`
	aRefusal  = `{"statusCode":400,"message":"Bad Request","timestamp":"2031-03-01T12:00:00Z"}`
)

// sent is what a request holds.
func sent(req *http.Request) map[string]any {
	var fields map[string]any

	if req.GetBody != nil {
		if reader, err := req.GetBody(); err == nil {
			_ = json.NewDecoder(reader).Decode(&fields)
		}
	}

	return fields
}

// plainSession changes the answer to the session without optional inputs.
func plainSession(change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if fields := sent(req); req.Method == http.MethodPost && len(fields) == 4 && fields["expires_in"] == float64(sessionSeconds) {
			change(req, resp)
		}
	}
}

// asked changes the answer to the GET of a path whose query holds a text.
func asked(path, holds string, change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if req.Method == http.MethodGet && req.URL.Path == path && strings.Contains(req.URL.RawQuery, holds) {
			change(req, resp)
		}
	}
}

// wrongType gives a field of the objects in a list, or of the answer itself, a value
// that has none of its types: digits as a number where that will do, since the
// value is still the same then.
func wrongType(p *property, list string, envelope bool) edit {
	name := p.names[0]

	return func(_ *http.Request, resp *http.Response) {
		body(resp, func(answer any) any {
			if elements, bare := answer.([]any); bare && envelope {
				answer = map[string]any{"data": elements}
			}

			targets := objects(answer)
			if object, ok := answer.(map[string]any); ok && (envelope || len(targets) == 0) {
				targets = []map[string]any{object}
			}

			for _, target := range targets {
				if list == "" {
					target[name] = another(target[name], p.types)
				}

				inner, _ := target[list].([]any)
				for _, element := range inner {
					if object, ok := element.(map[string]any); ok {
						object[name] = another(object[name], p.types)
					}
				}
			}

			return answer
		})
	}
}

func another(value any, types []string) any {
	digits, _ := value.(string)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		digits = "12"
	}

	for _, candidate := range []any{json.Number(digits), true, "text"} {
		if !shapeOf(candidate).is(types...) {
			return candidate
		}
	}

	return map[string]any{}
}

// exactly changes the answer to a query that is no longer than that.
func exactly(query string, change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if req.URL.RawQuery == query {
			change(req, resp)
		}
	}
}

// labelOf changes the answer to the PATCH that sets the label of the check.
func labelOf(change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if req.Method == http.MethodPatch && sent(req)["label"] == checkLabel {
			change(req, resp)
		}
	}
}

// afterPatch changes the answers to what follows a PATCH with a label: to the next
// request, or to all that do not follow that PATCH.
func afterPatch(label any, next bool, change edit) edit {
	patched, follows := false, false

	return func(req *http.Request, resp *http.Response) {
		if req.Method == http.MethodPatch {
			patched, follows = true, sent(req)["label"] == label
			return
		}

		if patched && follows == next {
			change(req, resp)
		}
	}
}
