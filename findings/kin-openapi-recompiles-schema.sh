#!/usr/bin/env bash
# kin-openapi 0.153.0 validates by its own validator, or by one for JSON Schema 2020-12,
# which a document of version 3.1 needs. The second one compiles the schema again for
# each value.
. "$(dirname "$0")/lib.sh"

mkdir kin && cd kin
cat >kin_test.go <<'GO'
package kin

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func schema(b *testing.B) *openapi3.Schema {
	properties := openapi3.Schemas{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		properties[name] = openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithMaxLength(20))
	}
	return &openapi3.Schema{Type: &openapi3.Types{"object"}, Properties: properties}
}

func BenchmarkBuiltIn(b *testing.B) { validate(b) }
func BenchmarkJSONSchema2020(b *testing.B) { validate(b, openapi3.EnableJSONSchema2020()) }

func validate(b *testing.B, options ...openapi3.SchemaValidationOption) {
	s := schema(b)
	value := map[string]any{"a": "one", "b": "two", "c": "three"}
	for b.Loop() {
		if err := s.VisitJSON(value, options...); err != nil {
			b.Fatal(err)
		}
	}
}
GO
go mod init kin >/dev/null 2>&1
go get github.com/getkin/kin-openapi@v0.153.0 >/dev/null 2>&1
out=$(go test -bench . -benchtime 500x)
grep ^Benchmark <<<"$out"
nanoseconds() { awk -v name="$1" '$1 ~ name { printf "%d", $3 }' <<<"$out"; }
ratio=$(($(nanoseconds JSONSchema2020) / $(nanoseconds BuiltIn)))
echo "times as long: $ratio"
[ "$ratio" -ge 10 ] || { echo "CHANGED: less than 10 times"; exit 1; }
