package stackonetest

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

//go:embed openapi.yaml
var openAPI []byte

// contract loads the OpenAPI document. Enums that StackOne may extend do not restrict the
// fake's responses. Requests must not have undocumented fields; StackOne may ignore them.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, err
	}

	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			op.Parameters = append(op.Parameters, item.Parameters...)

			if op.RequestBody != nil {
				op.RequestBody.Value.Content.Get("application/json").Schema.Value.AdditionalProperties.Has = new(bool)
			}
		}
	}

	return doc, errors.Join(doc.Validate(context.Background()), doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		if open, _ := ref.Value.Extensions["x-open-enum"].(bool); open {
			ref.Value.Enum = nil
		}

		return nil
	}))
})

// violations validates a request. Setting a route would select the validator for OpenAPI
// 3.1, which compiles the schema each time (1 ms).
func violations(op *openapi3.Operation, r *http.Request) []string {
	if op == nil {
		return nil
	}

	query := r.URL.Query()
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{"id": r.PathValue("id")}, QueryParams: query,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true},
	}

	var out []string

	for _, parameter := range op.Parameters {
		out = append(out, messages(parameter.Value.Name, openapi3filter.ValidateParameter(r.Context(), input, parameter.Value))...)
	}

	for name := range query {
		name, property, nested := strings.Cut(strings.TrimSuffix(name, "]"), "[")

		p := op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		if p == nil || nested && p.Schema.Value.Properties[property] == nil {
			out = append(out, name+": the contract has no such parameter")
		}
	}

	switch {
	case op.RequestBody != nil:
		out = append(out, messages("", openapi3filter.ValidateRequestBody(r.Context(), input, op.RequestBody.Value))...)
	case r.ContentLength > 0:
		out = append(out, "the contract has no body")
	}

	slices.Sort(out)

	return out
}

func messages(name string, err error) []string {
	var (
		several openapi3.MultiError
		one     *openapi3.SchemaError
		out     []string
	)

	switch {
	case err == nil:
	case errors.As(err, &several):
		for _, err := range several {
			out = append(out, messages(name, err)...)
		}
	case errors.As(err, &one):
		path := append(one.JSONPointer(), one.Reason)
		if name != "" {
			path = append([]string{name}, path...)
		}

		out = []string{strings.Join(path, ": ")}
	default:
		out = []string{err.Error()}
	}

	return out
}

func validateResponse(op *openapi3.Operation, status int, body []byte) []string {
	response := op.Responses.Status(status)
	if response == nil {
		return []string{"the contract has no such status"}
	}

	content := response.Value.Content.Get("application/json")
	if content == nil && len(body) == 0 {
		return nil
	}

	var value any
	if err := json.Unmarshal(body, &value); err != nil || content == nil {
		return []string{"the contract has no such body"}
	}

	return messages("", content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
}
