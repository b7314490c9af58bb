package provider

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// Metadata is sent without loss, to the last digit.
func FuzzCheckObject(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` { "a" : [ 1 , 2.50 , 12345678901234567890 , null , true ] } `, `{"a":{"b":{"c":"\u2028<&>"}}}`, `[]`, `null`, `"x"`, `{"a":1}{"b":2}`, `{`, ``,
		`{"a":1,"a":2}`,
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, text string) {
		if err := checkObject(text); err != nil {
			if json.Valid([]byte(text)) && decode(t, []byte(text)) != nil {
				if _, isObject := decode(t, []byte(text)).(map[string]any); isObject {
					t.Fatalf("an object was refused: %v", err)
				}
			}

			return
		}

		sent, err := json.Marshal(struct {
			Metadata json.RawMessage `json:"metadata"`
		}{json.RawMessage(text)})
		if err != nil {
			t.Fatal(err)
		}

		arrived, isObject := decode(t, sent).(map[string]any)
		if !isObject || !reflect.DeepEqual(arrived["metadata"], decode(t, []byte(text))) {
			t.Fatalf("%q arrived as %s", text, sent)
		}
	})
}

func decode(t *testing.T, text []byte) any {
	t.Helper()

	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}

	return value
}
