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
var contract = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err == nil {
		err = doc.Validate(context.Background())
	}

	if err != nil {
		panic(err)
	}

	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			op.Parameters = append(op.Parameters, item.Parameters...)

			if op.RequestBody != nil {
				op.RequestBody.Value.Content.Get("application/json").Schema.Value.AdditionalProperties.Has = new(bool)
			}
		}
	}

	_ = doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		if open, _ := ref.Value.Extensions["x-open-enum"].(bool); open {
			ref.Value.Enum = nil
		}

		return nil
	})

	return doc
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

func messages(name string, err error) (out []string) {
	if several, ok := errors.AsType[openapi3.MultiError](err); ok {
		for _, err := range several {
			out = append(out, messages(name, err)...)
		}
	} else if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		path := slices.Concat([]string{name}, one.JSONPointer(), []string{one.Reason})
		out = []string{strings.TrimPrefix(strings.Join(path, ": "), ": ")}
	} else if err != nil {
		out = []string{err.Error()}
	}

	return out
}

func validateResponse(op *openapi3.Operation, status int, body []byte) []string {
	response := op.Responses.Status(status)
	if response == nil || response.Value.Content == nil {
		return []string{"the contract has no such response"}
	}

	var value any

	_ = json.Unmarshal(body, &value)

	return messages("", response.Value.Content.Get("application/json").Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
}
