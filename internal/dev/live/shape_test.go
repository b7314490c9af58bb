package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestShapeOf(t *testing.T) {
	t.Parallel()

	var answer any

	decoder := json.NewDecoder(strings.NewReader(`[{"id": "1", "created_at": "2031-03-01T12:00:00Z", "metadata": {"acme": {"acme": 1}}, "status_reasons": [{"code": null}], "cs_ABC": 1}, {"id": 2}]`))
	decoder.UseNumber()

	if err := decoder.Decode(&answer); err != nil {
		t.Fatal(err)
	}

	s := shapeOf(answer)
	if !s.is(anArray) || s.longest != 2 || s.elements.count != 2 {
		t.Errorf("the array: %v of %d", s, s.longest)
	}

	object := s.elements

	for name, want := range map[string]string{"id": "number or string", "created_at": "time", "metadata": "object", "status_reasons": "array", "none": "absent"} {
		if got := object.field(name).String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}

	if object.unnamed != 1 || object.field("cs_ABC") != nil {
		t.Error("a name is kept that may be a secret")
	}

	// What a customer names is not kept.
	if metadata := object.field("metadata"); len(metadata.fields) > 0 || metadata.unnamed != 1 {
		t.Error("names within metadata are kept")
	}

	if got := object.field("status_reasons").elements.field("code").String(); got != "null" {
		t.Errorf("code is %s", got)
	}
}
