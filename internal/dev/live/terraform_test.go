package main

import (
	"net/http"
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

	key, err := stackone.ParseAPIKey(s.APIKey())
	if err != nil {
		t.Fatal(err)
	}

	worked, err := runTerraform(t.Context(), terraformcli.New, stackonetest.NewClock(time.Now()), s.URL(), key)
	if err != nil {
		t.Fatal(err)
	}

	for _, step := range []string{stepApply, stepSecondPlan, stepRenewal, stepEphemeral, stepDestroy} {
		if did, tried := worked[step]; !did && (tried || step != stepEphemeral) {
			t.Errorf("%s: %t, tried: %t", step, did, tried)
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
