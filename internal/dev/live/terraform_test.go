package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestRunTerraform(t *testing.T) {
	t.Parallel()

	// Its clock is behind by more than Terraform has to wait, so that nothing waits.
	s := stackonetest.New(t, stackonetest.Options{Now: func() time.Time { return time.Now().Add(-2 * untilRenewal) }})

	worked, sleeps := useTerraform(t, s, 5*time.Second)

	// It waits for as long as the clock of StackOne was seen to be ahead, too.
	if len(sleeps) != 1 || sleeps[0] != untilRenewal+5*time.Second {
		t.Errorf("it waits for %s", sleeps)
	}

	for _, step := range []string{stepApply, stepSecondPlan, stepRenewal, stepEphemeral, stepDestroy} {
		if failure, tried := worked[step]; failure != "" || !tried && step != stepEphemeral {
			t.Errorf("%s: %q, tried: %t", step, failure, tried)
		}
	}

	made := 0

	for _, r := range s.Requests() {
		if r.Method == http.MethodPost {
			made++
		}

		if r.Method == http.MethodDelete || r.Method == http.MethodPatch {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}

	// The apply and the renewal; the ephemeral resource at least once.
	if _, tried := worked[stepEphemeral]; made < 2 || tried && made < 3 {
		t.Errorf("%d sessions were made", made)
	}
}

// useTerraform runs the real Terraform against a stand-in whose clock was seen to be
// ahead, and returns what came of it, and the waits.
func useTerraform(t *testing.T, s *stackonetest.Server, ahead time.Duration) (map[string]string, []time.Duration) {
	t.Helper()

	key, err := stackone.ParseAPIKey(s.APIKey())
	if err != nil {
		t.Fatal(err)
	}

	base, err := stackone.ParseBaseURL(s.URL())
	if err != nil {
		t.Fatal(err)
	}

	clock := stackonetest.NewClock(time.Now())

	p, err := newProber(base, key, http.DefaultTransport, clock)
	if err != nil {
		t.Fatal(err)
	}

	p.evidence.all = []*exchange{{dated: true, ahead: ahead}, {dated: true, ahead: -time.Second}, {}}

	if err := p.runTerraform(t.Context(), terraformcli.New); err != nil {
		t.Fatal(err)
	}

	return p.evidence.terraform, clock.Sleeps()
}

func TestRunTerraform_saysWhyAStepFails(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
		return &stackonetest.Fault{Status: http.StatusBadRequest, ContentType: "application/json", Body: `{"statusCode":400,"message":"planted pl4nted-secret"}`}
	})

	worked, _ := useTerraform(t, s, 0)

	if got := worked[stepApply]; !strings.Contains(got, "exit code 1: Cannot create") || !strings.Contains(got, "Status: 400") || strings.Contains(got, "pl") && strings.Contains(got, "nted") {
		t.Errorf("apply: %q", got)
	}

	if _, tried := worked[stepDestroy]; tried {
		t.Error("there is nothing to destroy")
	}
}

func TestHarmless(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"Provider produced inconsistent result after apply": "Provider produced inconsistent result after apply",
		"Cannot create the StackOne session.":               "Cannot create the StackOne session.",
		"The key v1.eu1.abc is no key":                      "The key (not shown) is no key",
		"cs_AbC 4711 ACMEKEY averylongwordofsmallletters x": "(not shown) (not shown) (not shown) (not shown) x",
	} {
		if got := harmless(text); got != want {
			t.Errorf("harmless(%q) = %q", text, got)
		}
	}
}
