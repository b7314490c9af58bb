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
		object, isObject := decode([]byte(text)).(map[string]any)
		if err := checkObject(text); err != nil {
			if isObject {
				t.Fatalf("an object was refused: %v", err)
			}

			return
		}

		sent, err := json.Marshal(map[string]any{"metadata": json.RawMessage(text)})
		if arrived, _ := decode(sent).(map[string]any); err != nil || !isObject || !reflect.DeepEqual(arrived["metadata"], any(object)) {
			t.Fatalf("%q arrived as %s, %v", text, sent, err)
		}
	})
}

// decode returns nil for what is not JSON.
func decode(text []byte) (value any) {
	if json.Valid(text) {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		_ = decoder.Decode(&value)
	}

	return value
}
