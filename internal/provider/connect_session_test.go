package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func noon() time.Time { return time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC) }

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

	for name, test := range map[string]struct {
		policy    renewalPolicy
		now       time.Time
		state     connectSessionModel
		unchanged bool
		want      bool
	}{
		"policy absent":                           {renewalPolicy{}, noon().AddDate(1, 0, 0), state(ended, ends), unchanged, false},
		"policy false":                            {renewalPolicy{RecreateWhenExpired: types.BoolValue(false)}, noon().AddDate(1, 0, 0), state(ended, ends), unchanged, false},
		"valid":                                   {on, noon().Add(-1), state(valid, ends), unchanged, false},
		"expired, as Read saw":                    {on, noon(), state(ended, ends), unchanged, true},
		"expired, Read did not look":              {on, noon(), state(valid, ends), unchanged, true},
		"within the margin":                       {margin, noon().Add(-10 * time.Minute), state(valid, ends), unchanged, true},
		"before the margin":                       {margin, noon().Add(-10*time.Minute - 1), state(valid, ends), unchanged, false},
		"policy changes, expired as Read saw":     {on, noon(), state(ended, ends), changing, true},
		"policy changes, expired after Read":      {on, noon(), state(valid, ends), changing, false},
		"policy changes, nobody looked":           {on, noon(), state(types.BoolNull(), ends), changing, false},
		"nobody looked, valid":                    {on, noon().Add(-1), state(types.BoolNull(), ends), unchanged, false},
		"nobody looked, expired":                  {on, noon(), state(types.BoolNull(), ends), unchanged, true},
		"policy changes, a clock set back":        {on, noon().AddDate(-1, 0, 0), state(ended, ends), changing, true},
		"margin changes":                          {margin, noon().Add(-time.Minute), state(valid, ends), changing, false},
		"a clock set back after Read saw the end": {on, noon().Add(-time.Hour), state(ended, ends), unchanged, true},
		"no expires_at":                           {on, noon(), state(types.BoolNull(), types.StringNull()), unchanged, true},
		"no expires_at while the policy changes":  {on, noon(), state(types.BoolNull(), types.StringNull()), changing, true},
		"garbage for expires_at":                  {on, noon(), state(valid, types.StringValue("soon")), unchanged, true},
	} {
		if got := test.policy.renew(test.now, test.state, test.unchanged); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestConnectSessionModel_isExpired(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		expiresAt types.String
		want      types.Bool
	}{
		"valid":   {timestamp(noon().Add(1)), types.BoolValue(false)},
		"the end": {timestamp(noon()), types.BoolValue(true)},
		"no end":  {types.StringNull(), types.BoolNull()},
		"no time": {types.StringValue("soon"), types.BoolNull()},
	} {
		m := connectSessionModel{connectSessionOutputs: connectSessionOutputs{ExpiresAt: test.expiresAt}}
		if got := m.isExpired(noon()); !got.Equal(test.want) {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
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
