package provider_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func many(n int) string {
	return strings.Replace(session("this"), "origin_owner_id   = \"customer-1\"", fmt.Sprintf("count = %d\n  origin_owner_id = \"customer-${count.index}\"", n), 1)
}

// checkTokens checks that n sessions have different tokens that the server issued.
func checkTokens(t *testing.T, h *harness, dir string, n int) {
	t.Helper()

	issued := map[string]bool{}
	for _, session := range h.Sessions() {
		issued[session.Token] = true
	}

	tokens := stateTokens(t, dir)
	if len(tokens) != n {
		t.Errorf("%d sessions are in the state, want %d", len(tokens), n)
	}

	for _, token := range tokens {
		if !issued[token] {
			t.Error("a session of the state has a token that was not issued")
		}
	}
}

// Three of ten requests fail, and the default settings still create all sessions. Each fault is
// drawn by session and attempt, so it does not depend on the order of requests: 300 sessions
// would lose one, with six failures in a row, in one run of five, but in these draws none.
func TestFaults_mixed(t *testing.T) {
	t.Parallel()

	const n = 300

	h := newHarness(t)

	faults := []stackonetest.Fault{
		{Status: 429, Header: http.Header{"Retry-After": {"60"}}},
		{Status: 408, Header: http.Header{"Retry-After": {"1"}}},
		{Status: 502, ContentType: "text/html", Body: "<html>Bad Gateway</html>"},
		{Status: 502, Process: true},
		{Status: 503},
		{Status: 503, Header: http.Header{"Retry-After": {"5"}}},
		{Cut: stackonetest.CutAtOnce},
		{Cut: stackonetest.CutAtOnce, Process: true},
		{Cut: stackonetest.CutInResponse, Status: 201, Body: `{"id": 1, "token": "`, Process: true},
	}

	attempts := map[string]uint64{}

	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		owner := string(r.Fields["origin_owner_id"])
		attempts[owner]++

		random := rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%s, attempt %d", owner, attempts[owner]))))
		if random.IntN(10) >= 3 {
			return nil
		}

		return &faults[random.IntN(len(faults))]
	})

	a := h.attach(t, many(n))
	a.apply()
	checkTokens(t, h, a.dir, n)

	t.Logf("%d requests, %d sessions nobody uses", len(h.Requests()), len(h.Sessions())-n)
}

// limited applies n sessions in several concurrent runs of the released build, on the real clock,
// against a limit of 20 requests per second.
func limited(t *testing.T, runs, n int) (took time.Duration, refused float64) {
	t.Helper()

	h := newHarness(t)
	h.Server = stackonetest.New(t, stackonetest.Options{})
	h.env["STACKONE_BASE_URL"] = h.URL()
	h.LimitRate(20, time.Second)

	w := cli(t)

	var group sync.WaitGroup

	for range runs {
		dir := w.module(t, h, many(n))
		cmd := w.command(t, h, dir, "apply", "-auto-approve", "-no-color")

		group.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("apply: %v\n%s", err, out)
				return
			}

			checkTokens(t, h, dir, n)
		})
	}

	group.Wait()

	requests := h.Requests()
	took = requests[len(requests)-1].At.Sub(requests[0].At)
	refused = float64(len(requests)-runs*n) / float64(len(requests))
	t.Logf("%d requests in %s, %.1f%% refused", len(requests), took, 100*refused)

	return took, refused
}

// Runs reach the server's rate. Load on the machine only adds time, so one of three attempts has
// to be fast enough; package stackone tests late responses in virtual time.
func TestTimed_rateLimit(t *testing.T) { //nolint:paralleltest // Other tests would distort the measurement.
	for _, test := range []struct {
		runs, sessions int
		took           time.Duration
		refused        float64
	}{
		{1, 200, 12500 * time.Millisecond, 0.1},
		{3, 80, 17 * time.Second, 0.3},
	} {
		fast := false

		for range 3 {
			took, refused := limited(t, test.runs, test.sessions)

			if refused > test.refused {
				t.Errorf("%.1f%% of the requests were refused", 100*refused)
			}

			if fast = took <= test.took; fast {
				break
			}
		}

		if !fast {
			t.Errorf("%d runs: none took %s or less", test.runs, test.took)
		}
	}
}

// interrupted runs an apply of n sessions and calls stop after so many requests.
func interrupted(t *testing.T, h *harness, n int, stop func(cmd *exec.Cmd)) (dir, output string, took time.Duration) {
	t.Helper()

	w := cli(t)
	dir = w.module(t, h, many(n))

	cmd := w.command(t, h, dir, "apply", "-auto-approve", "-no-color")

	var out strings.Builder

	cmd.Stdout, cmd.Stderr = &out, &out

	var once sync.Once

	hanging := make(chan struct{})

	h.OnRequest(func(k int, _ stackonetest.Request) *stackonetest.Fault {
		if k <= 5 {
			return nil
		}

		// Five sessions are saved when all ten workers of Terraform hang.
		if k >= 15 {
			once.Do(func() { close(hanging) })
		}

		return &stackonetest.Fault{Hang: true}
	})

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	<-hanging

	begun := time.Now()

	stop(cmd)

	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted apply must not succeed")
	}

	return dir, out.String(), time.Since(begun)
}

func TestTimed_interrupt(t *testing.T) { //nolint:paralleltest // Other tests would distort the measurement.
	h := newHarness(t)
	dir, output, took := interrupted(t, h, 30, func(cmd *exec.Cmd) { _ = cmd.Process.Signal(os.Interrupt) })

	t.Logf("stopped after %s", took)

	if took > 2*time.Second {
		t.Errorf("it took %s to stop:\n%s", took, output)
	}

	if !strings.Contains(output, "was interrupted") {
		t.Errorf("the output does not explain the interruption:\n%s", output)
	}

	checkRecovery(t, h, dir, 30)
}

// checkRecovery checks that the state matches what was created, and that the next apply creates
// only the rest.
func checkRecovery(t *testing.T, h *harness, dir string, n int) {
	t.Helper()

	saved := stateTokens(t, dir)
	if len(saved) != 5 {
		t.Errorf("%d sessions are in the state, want the 5 that were created", len(saved))
	}

	h.OnRequest(nil)

	before := len(h.Requests())

	if out, err := cli(t).command(t, h, dir, "apply", "-auto-approve", "-no-color").CombinedOutput(); err != nil {
		t.Fatalf("the next apply: %v\n%s", err, out)
	}

	if got := len(h.Requests()) - before; got != n-len(saved) {
		t.Errorf("the next apply created %d sessions, want %d", got, n-len(saved))
	}

	all := stateTokens(t, dir)
	if len(all) != n {
		t.Errorf("%d sessions in the end, want %d", len(all), n)
	}

	for _, token := range saved {
		if !slices.Contains(all, token) {
			t.Error("a session of the first apply was lost")
		}
	}
}

func stateTokens(t *testing.T, dir string) []string {
	t.Helper()

	raw, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}

	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					Token string `json:"token"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}

	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}

	tokens := map[string]bool{}

	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			tokens[instance.Attributes.Token] = true
		}
	}

	return slices.Sorted(maps.Keys(tokens))
}
