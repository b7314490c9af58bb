package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestConnectSessionResource_replacementWarning(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change map[string]any
		after  time.Duration
		want   []string
	}{
		"another input":             {map[string]any{"provider_key": "bambohr"}, time.Hour - time.Nanosecond, []string{"Changed inputs (provider_key) replace session 100001."}},
		"two inputs":                {map[string]any{"label": "silver", "categories": []string{"crm"}}, 0, []string{"Changed inputs (categories, label) replace"}},
		"another input, but ended":  {map[string]any{"provider_key": "bambohr"}, time.Hour, nil},
		"another spelling":          {map[string]any{"categories": []string{"ats", "hrisLegacy"}}, 0, nil},
		"keepers":                   {map[string]any{"keepers": map[string]string{"contract": "2032"}}, 0, nil},
		"another policy":            {map[string]any{"early_renewal_seconds": 60}, 0, nil},
		"renewal within its margin": {nil, 59 * time.Minute, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			p := h.protocol(t, "stackone_connect_session")
			config := inputs(map[string]any{"categories": []string{"hris-legacy", "ats"}, "expires_in": 3600, "recreate_when_expired": true, "early_renewal_seconds": 120})
			state := p.apply(nil, config)

			h.clock.Advance(test.after)
			maps.Copy(config, test.change)

			resp := p.tryPlan(state, config)
			if len(test.change) == 0 && len(resp.RequiresReplace) == 0 {
				t.Error("the plan does not renew the session")
			}

			p.expect("plan", resp.Diagnostics, test.want...)
		})
	}
}

// A run names five sessions. Another run counts anew.
func TestConnectSessionResource_warningsOfMany(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")
	state := p.apply(nil, inputs(nil))

	found := map[string]int{}

	// Terraform may plan an object twice.
	for i := range 20 {
		for _, d := range p.delete(p.with(state, "id", strconv.Itoa(i%10))) {
			found[d.Summary]++

			// Terraform prints them in any order.
			if strings.Contains(d.Detail, "above") {
				t.Error(d.Detail)
			}
		}
	}

	if want := map[string]int{"Removed connect session stays usable": 10, "More removed connect sessions stay usable": 2}; !maps.Equal(found, want) {
		t.Errorf("%v, want %v", found, want)
	}

	p.configure()
	p.expect("in the next run", p.delete(state), "Removed connect session stays usable")
}

func TestConnectSessionResource_failedReplacement(t *testing.T) {
	t.Parallel()

	for lifecycle, keeps := range map[string]bool{"": false, "lifecycle {\n    create_before_destroy = true\n  }": true} {
		t.Run(fmt.Sprintf("keeps=%v", keeps), func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, session("this", `provider_key = "bamboohr"`, lifecycle))
			a.apply()
			h.Script(stackonetest.Fault{Status: http.StatusBadRequest})
			a.write("main.tf", session("this", `provider_key = "bambohr"`, lifecycle))

			out := oneLine(a.fails("Changed inputs (provider_key) replace session 100001.", "apply", "-auto-approve"))

			if lost := strings.Contains(out, "removed session 100001 of the same owner"); lost == keeps {
				t.Errorf("the error reports a lost link: %v\n%s", lost, out)
			}

			if kept := strings.Contains(a.state(), h.Sessions()[0].Token); kept != keeps {
				t.Errorf("the old token is in the state: %v", kept)
			}
		})
	}
}
