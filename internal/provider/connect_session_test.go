package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func noon() time.Time { return time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC) }

func TestConnectSessionInputs_createRequest(t *testing.T) {
	t.Parallel()

	in := connectSessionInputs{
		OriginOwnerID:      types.StringValue("customer-1"),
		OriginOwnerName:    types.StringValue("Customer One"),
		OriginUsername:     types.StringValue("a@b.example"),
		Categories:         types.ListValueMust(types.StringType, []attr.Value{types.StringValue("hrisLegacy"), types.StringValue("stackOne"), types.StringValue("crm")}),
		ProviderKey:        types.StringValue("bamboohr"),
		ConnectorProfileID: types.StringValue("profile-1"),
		AccountID:          types.StringValue("45355976281015164504"),
		ExpiresIn:          number(604800),
		Label:              types.StringValue("gold"),
		Metadata:           types.StringValue(` { "big": 12345678901234567890, "n": null } `),
		Multiple:           types.BoolValue(false),
		Type:               types.StringValue("test"),
	}

	got, diags := in.createRequest(context.Background())
	if diags.HasError() {
		t.Fatal(diags)
	}

	want := stackone.ConnectSessionRequest{
		OriginOwnerID: "customer-1", OriginOwnerName: "Customer One", OriginUsername: new("a@b.example"),
		Categories: []string{"hris-legacy", "stackone", "crm"}, Provider: new("bamboohr"),
		ConnectorProfileID: new("profile-1"), AccountID: new("45355976281015164504"), ExpiresIn: new(int64(604800)),
		Label: new("gold"), Metadata: []byte(`{"big":12345678901234567890,"n":null}`), Multiple: new(false), Type: new("test"),
	}

	if diff := cmp.Diff(onTheWire(t, want), onTheWire(t, got)); diff != "" {
		t.Error(diff)
	}
}

func onTheWire(t *testing.T, r stackone.ConnectSessionRequest) string {
	t.Helper()

	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}

	return string(encoded)
}

func TestConnectSessionInputs_createRequest_absent(t *testing.T) {
	t.Parallel()

	in := connectSessionInputs{OriginOwnerID: types.StringValue("1"), OriginOwnerName: types.StringValue("One"), Categories: types.ListNull(types.StringType)}

	got, diags := in.createRequest(context.Background())
	if diags.HasError() {
		t.Fatal(diags)
	}

	if want, sent := `{"origin_owner_id":"1","origin_owner_name":"One"}`, onTheWire(t, got); sent != want {
		t.Errorf("sent %s, want %s", sent, want)
	}
}

func TestConnectSessionInputs_fromResponse(t *testing.T) {
	t.Parallel()

	in := connectSessionInputs{ExpiresIn: number(60)}
	got := in.fromResponse(&stackone.ConnectSession{
		ID: "7", OrganizationID: new("org"), CreatedAt: noon().Add(123 * time.Millisecond), Token: stackone.NewSecret("t0ken"),
	})

	want := connectSessionOutputs{
		ID: types.StringValue("7"), OrganizationID: types.StringValue("org"), ProjectID: types.StringNull(),
		CreatedAt: types.StringValue("2031-03-01T12:00:00.123Z"), ExpiresAt: types.StringValue("2031-03-01T12:01:00.123Z"),
		Token: secretOf("t0ken"), AuthLinkURL: secretOf(""), ExternalTriggerToken: secretOf(""),
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDue(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		now    time.Time
		margin time.Duration
		want   bool
	}{
		"long before":                    {noon().Add(-time.Hour), 0, false},
		"a nanosecond before":            {noon().Add(-1), 0, false},
		"the moment itself":              {noon(), 0, true},
		"a nanosecond after":             {noon().Add(1), 0, true},
		"far in the future":              {noon().AddDate(500, 0, 0), 0, true},
		"far in the past":                {noon().AddDate(-500, 0, 0), 0, false},
		"a nanosecond before the margin": {noon().Add(-time.Minute - 1), time.Minute, false},
		"the moment of the margin":       {noon().Add(-time.Minute), time.Minute, true},
		"within the margin":              {noon().Add(-time.Second), time.Minute, true},
		"a local clock an hour behind":   {noon().Add(-time.Hour), time.Minute, false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := due(test.now, noon(), test.margin); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestRenewalPolicy_renew(t *testing.T) {
	t.Parallel()

	const unchanged, changing = true, false

	on := renewalPolicy{RecreateWhenExpired: types.BoolValue(true)}
	margin := renewalPolicy{RecreateWhenExpired: types.BoolValue(true), EarlyRenewalSeconds: number(600)}

	state := func(expired types.Bool, expiresAt types.String) connectSessionModel {
		return connectSessionModel{connectSessionOutputs: connectSessionOutputs{ExpiresAt: expiresAt}, Expired: expired}
	}

	valid, ended := types.BoolValue(false), types.BoolValue(true)
	ends := timestamp(noon())

	tests := []struct {
		name      string
		policy    renewalPolicy
		now       time.Time
		state     connectSessionModel
		unchanged bool
		want      bool
	}{
		{"policy absent", renewalPolicy{}, noon().AddDate(1, 0, 0), state(ended, ends), unchanged, false},
		{"policy false", renewalPolicy{RecreateWhenExpired: types.BoolValue(false)}, noon().AddDate(1, 0, 0), state(ended, ends), unchanged, false},
		{"valid", on, noon().Add(-1), state(valid, ends), unchanged, false},
		{"expired, as Read saw", on, noon(), state(ended, ends), unchanged, true},
		{"expired, Read did not look", on, noon(), state(valid, ends), unchanged, true},
		{"within the margin", margin, noon().Add(-10 * time.Minute), state(valid, ends), unchanged, true},
		{"before the margin", margin, noon().Add(-10*time.Minute - 1), state(valid, ends), unchanged, false},
		{"policy changes, expired as Read saw", on, noon(), state(ended, ends), changing, true},
		{"policy changes, expired after Read", on, noon(), state(valid, ends), changing, false},
		{"policy changes, nobody looked", on, noon(), state(types.BoolNull(), ends), changing, false},
		{"nobody looked, valid", on, noon().Add(-1), state(types.BoolNull(), ends), unchanged, false},
		{"nobody looked, expired", on, noon(), state(types.BoolNull(), ends), unchanged, true},
		{"margin changes", margin, noon().Add(-time.Minute), state(valid, ends), changing, false},
		{"a clock set back after Read saw the end", on, noon().Add(-time.Hour), state(ended, ends), unchanged, true},
		{"no expires_at", on, noon(), state(types.BoolNull(), types.StringNull()), unchanged, true},
		{"no expires_at while the policy changes", on, noon(), state(types.BoolNull(), types.StringNull()), changing, true},
		{"garbage for expires_at", on, noon(), state(valid, types.StringValue("soon")), unchanged, true},
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			if got := test.policy.renew(test.now, test.state, test.unchanged); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestConnectSessionModel_end(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		createdAt, expiresAt types.String
		expiresIn            types.Number
		want                 time.Time
		known                bool
	}{
		"expires_at":                  {types.StringNull(), timestamp(noon()), types.NumberNull(), noon(), true},
		"expires_at beats the others": {timestamp(noon().AddDate(1, 0, 0)), timestamp(noon()), number(60), noon(), true},
		"created_at and the default":  {timestamp(noon()), types.StringNull(), types.NumberNull(), noon().Add(30 * time.Minute), true},
		"created_at and expires_in":   {timestamp(noon()), types.StringValue("soon"), number(60), noon().Add(time.Minute), true},
		"nothing":                     {types.StringValue("then"), types.StringValue("soon"), number(60), time.Time{}, false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m := connectSessionModel{
				connectSessionInputs:  connectSessionInputs{ExpiresIn: test.expiresIn},
				connectSessionOutputs: connectSessionOutputs{CreatedAt: test.createdAt, ExpiresAt: test.expiresAt},
			}

			if got, known := m.end(); !got.Equal(test.want) || known != test.known {
				t.Errorf("got %s, %t, want %s, %t", got, known, test.want, test.known)
			}
		})
	}
}

func TestConnectSessionModel_bornDue(t *testing.T) {
	t.Parallel()

	on, margin := renewalPolicy{RecreateWhenExpired: types.BoolValue(true)}, renewalPolicy{RecreateWhenExpired: types.BoolValue(true), EarlyRenewalSeconds: number(60)}

	tests := map[string]struct {
		policy renewalPolicy
		now    time.Time
		want   bool
	}{
		"valid":               {on, noon().Add(-1), false},
		"expired":             {on, noon(), true},
		"expired, policy off": {renewalPolicy{}, noon(), false},
		"before the margin":   {margin, noon().Add(-time.Minute - 1), false},
		"within the margin":   {margin, noon().Add(-time.Minute), true},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m := connectSessionModel{connectSessionOutputs: connectSessionOutputs{ExpiresAt: timestamp(noon())}, renewalPolicy: test.policy}

			if got := m.bornDue(test.now); (len(got) > 0) != test.want {
				t.Errorf("got %v, want a warning: %t", got, test.want)
			}
		})
	}
}

// A change in place must not become a replacement when the policy changes.
func TestRenewalPolicy_renew_agreesWithItself(t *testing.T) {
	t.Parallel()

	for _, expired := range []types.Bool{types.BoolValue(false), types.BoolValue(true), types.BoolNull()} {
		for _, margin := range []int64{0, 600} {
			policy := renewalPolicy{RecreateWhenExpired: types.BoolValue(true), EarlyRenewalSeconds: number(margin)}
			state := connectSessionModel{connectSessionOutputs: connectSessionOutputs{ExpiresAt: timestamp(noon())}, Expired: expired}

			planned := policy.renew(noon().AddDate(-1, 0, 0), state, false)
			applied := policy.renew(noon().AddDate(1, 0, 0), state, false)

			if planned != applied {
				t.Errorf("expired %s, margin %d: planned %t, applied %t", expired, margin, planned, applied)
			}
		}
	}
}

func TestConnectSessionModel_refresh(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		createdAt, expiresAt types.String
		wantExpired          types.Bool
		wantExpiresAt        types.String
	}{
		"valid":                        {timestamp(noon()), timestamp(noon().Add(1)), types.BoolValue(false), timestamp(noon().Add(1))},
		"expired":                      {timestamp(noon()), timestamp(noon()), types.BoolValue(true), timestamp(noon())},
		"missing, restored":            {timestamp(noon().Add(-time.Hour)), types.StringNull(), types.BoolValue(true), timestamp(noon().Add(-30 * time.Minute))},
		"garbage, restored":            {timestamp(noon()), types.StringValue("x"), types.BoolValue(false), timestamp(noon().Add(30 * time.Minute))},
		"missing, nothing to count by": {types.StringNull(), types.StringNull(), types.BoolNull(), types.StringNull()},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m := connectSessionModel{connectSessionOutputs: connectSessionOutputs{CreatedAt: test.createdAt, ExpiresAt: test.expiresAt}}
			m.refresh(noon())

			if !m.Expired.Equal(test.wantExpired) || !m.ExpiresAt.Equal(test.wantExpiresAt) {
				t.Errorf("got %s and %s, want %s and %s", m.Expired, m.ExpiresAt, test.wantExpired, test.wantExpiresAt)
			}
		})
	}
}

func TestConnectSessionModel_policyProblems(t *testing.T) {
	t.Parallel()

	on, off := types.BoolValue(true), types.BoolValue(false)

	tests := map[string]struct {
		recreate  types.Bool
		early     types.Number
		expiresIn types.Number
		want      int
	}{
		"nothing":                     {types.BoolNull(), types.NumberNull(), types.NumberNull(), 0},
		"less than the default":       {on, number(1799), types.NumberNull(), 0},
		"as much as the default":      {on, number(1800), types.NumberNull(), 1},
		"less than expires_in":        {on, number(59), number(60), 0},
		"as much as expires_in":       {on, number(60), number(60), 1},
		"expires_in not yet known":    {on, number(1 << 20), types.NumberUnknown(), 0},
		"margin not yet known":        {off, types.NumberUnknown(), types.NumberNull(), 0},
		"policy not yet known":        {types.BoolUnknown(), number(1), types.NumberNull(), 0},
		"no margin, policy off":       {off, number(0), types.NumberNull(), 0},
		"policy off":                  {off, number(1), types.NumberNull(), 1},
		"policy absent":               {types.BoolNull(), number(1), types.NumberNull(), 1},
		"policy off and far too much": {off, number(maxExpiresIn), types.NumberNull(), 2},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m := connectSessionModel{
				connectSessionInputs: connectSessionInputs{ExpiresIn: test.expiresIn},
				renewalPolicy:        renewalPolicy{RecreateWhenExpired: test.recreate, EarlyRenewalSeconds: test.early},
			}

			if got := m.policyProblems(); got.ErrorsCount() != test.want {
				t.Errorf("got %v, want %d problems", got, test.want)
			}
		})
	}
}

func TestSecretString_neverPrints(t *testing.T) {
	t.Parallel()

	const word = "hunter2-hunter2"

	m := connectSessionModel{connectSessionOutputs: connectSessionOutputs{Token: secretOf(word)}}
	wrapped := struct{ inner *connectSessionModel }{&m}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{m, &m, m.Token, &m.Token, wrapped, []any{m}, providerModel{APIKey: secretOf(word)}} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, word) {
				t.Errorf("%s of %T prints the secret", verb, value)
			}
		}
	}
}
