package provider_test

import (
	"strings"
	"testing"
	"time"
)

// Outputs of single attributes do not change when the session expires.
func TestConnectSessionResource_wholeObjectChangesAtTheEnd(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		value string
		want  string
	}{
		"whole object": {"stackone_connect_session.this", "Changes to Outputs"},
		"attribute":    {"stackone_connect_session.this.token", "No changes."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, session("this", "expires_in = 60")+"output \"it\" {\n  value     = "+test.value+"\n  sensitive = true\n}\n")
			a.apply()
			h.clock.Advance(2 * time.Minute)

			if out := a.plan(); !strings.Contains(out, test.want) {
				t.Errorf("after the end:\n%s", out)
			}
		})
	}
}
