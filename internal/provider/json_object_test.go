package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestSameJSON(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"white space":      {`{"a":1}`, " {\n\"a\" : 1 } ", true},
		"order of keys":    {`{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		"escapes":          {`{"a":"\u0041"}`, `{"a":"A"}`, true},
		"order of a list":  {`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		"25.0 and 25":      {`{"a":25.0}`, `{"a":25}`, true},
		"an exponent":      {`{"a":[1e3,-1E+2,2.5e-1]}`, `{"a":[1000,-100,0.25]}`, true},
		"zero":             {`{"a":-0.0e9}`, `{"a":0}`, true},
		"the sign":         {`{"a":-1}`, `{"a":1}`, false},
		"ten times":        {`{"a":10}`, `{"a":1}`, false},
		"beyond 2^64":      {`{"a":12345678901234567890.0}`, `{"a":1234567890123456789e1}`, true},
		"a huge exponent":  {`{"a":1e999999999999999999999}`, `{"a":10e999999999999999999998}`, true},
		"huge and another": {`{"a":1e999999999999999999999}`, `{"a":1e999999999999999999998}`, false},
		"the last digit":   {`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, false},
		"a number as text": {`{"a":1}`, `{"a":"1"}`, false},
		"absent and null":  {`{}`, `{"a":null}`, false},
		"not JSON":         {`{`, `{`, false},
	} {
		if got := sameJSON(test.a, test.b); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// A text that was unknown during validation is not sent, and not printed.
func TestRequestsRefuseWhatIsNoObject(t *testing.T) {
	t.Parallel()

	wrong := types.StringValue(`["hush-hush"]`)

	_, session := (&connectSessionInputs{Categories: types.ListNull(types.StringType), Metadata: wrong}).createRequest(context.Background())
	update, account := (&accountModel{accountSent: accountSent{Metadata: wrong}}).updateRequest(accountFacts{}, accountSent{})

	for name, diags := range map[string]diag.Diagnostics{"session": session, "account": account} {
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "metadata must be a JSON object: it is an array") || strings.Contains(diags[0].Detail(), "hush") {
			t.Errorf("%s: %v", name, diags)
		}
	}

	if !update.IsEmpty() {
		t.Errorf("the update has the metadata %s", update.Metadata)
	}
}
