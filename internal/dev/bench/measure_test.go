package main

import (
	"net/http"
	"slices"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// TestRequests runs every phase under a real Terraform and counts what reaches
// the API: a request for each session that is made, and none to plan, refresh
// or destroy, over no more connections than Terraform makes requests at a time.
func TestRequests(t *testing.T) {
	t.Parallel()
	workspace, provider, self := stage(t)

	b := &bench{
		settings:  settings{resources: 30, rounds: 1, parallelism: 4, phases: phases()},
		workspace: workspace,
		self:      self,
		progress:  t.Logf,
	}

	samples, err := b.run(t.Context(), []subject{{name: floorName}, {name: "stackone", provider: provider}})
	if err != nil {
		t.Fatal(err)
	}

	for _, p := range phases() {
		if !slices.ContainsFunc(samples, func(s sample) bool { return s.Phase == p.name && s.Subject == floorName }) {
			t.Errorf("the floor has no %s", p.name)
		}

		i := slices.IndexFunc(samples, func(s sample) bool { return s.Phase == p.name && s.Subject == "stackone" })
		if i < 0 {
			t.Errorf("the provider has no %s", p.name)
			continue
		}

		s, want := samples[i], 0
		if p.name == "apply" {
			want = b.resources
		}

		if s.Requests != want {
			t.Errorf("%s made %d requests, want %d", p.name, s.Requests, want)
		}

		if s.Connections > b.parallelism {
			t.Errorf("%s opened %d connections, want %d at most", p.name, s.Connections, b.parallelism)
		}

		if s.Wall <= 0 || s.PluginCPU <= 0 || s.AllCPU <= s.PluginCPU {
			t.Errorf("%s took %v, %v of the plugin's CPU time and %v in all", p.name, s.Wall, s.PluginCPU, s.AllCPU)
		}
	}
}

// TestShards applies three states at once on one API, which refuses one request,
// beside one state.
func TestShards(t *testing.T) {
	t.Parallel()

	workspace, provider, self := stage(t)
	if err := workspace.Install(self); err != nil {
		t.Fatal(err)
	}

	b := &bench{settings: settings{resources: 10, parallelism: 2, limit: 1000}, workspace: workspace, self: self}
	apply := func(s subject, faults ...stackonetest.Fault) sample {
		t.Helper()

		r, err := b.prepare(t.Context(), 1, s)
		if err != nil {
			t.Fatal(err)
		}
		defer r.close()

		r.api.Script(faults...)

		measured, err := b.measure(t.Context(), r, phases()[1])
		if err != nil {
			t.Fatal(err)
		}

		if got := len(r.api.Sessions()); got != b.resources {
			t.Errorf("%s made %d sessions, want %d", s.name, got, b.resources)
		}

		return measured
	}

	one := apply(subject{name: "one", provider: provider})
	if one.Requests != b.resources || one.Refused != 0 {
		t.Errorf("one run made %d requests, %d refused; want %d and none", one.Requests, one.Refused, b.resources)
	}

	three := apply(subject{name: "three", provider: provider, shards: 3}, stackonetest.Fault{Status: http.StatusTooManyRequests})
	if three.Requests != b.resources+1 || three.Refused != 1 {
		t.Errorf("three runs made %d requests, %d refused; want %d and one", three.Requests, three.Refused, b.resources+1)
	}
	// Three plugins need more than one; how much it is differs from run to run.
	if three.PluginPeak < one.PluginPeak*3/2 {
		t.Errorf("the peaks of three plugins are %d bytes together, that of one is %d", three.PluginPeak, one.PluginPeak)
	}
}

// TestState plans states that were never applied: nothing is to be changed, all
// is to be destroyed, and the API hears of nothing.
func TestState(t *testing.T) {
	t.Parallel()
	workspace, provider, self := stage(t)

	for _, every := range []bool{false, true} {
		b := &bench{
			settings:  settings{resources: 30, everyInput: every, rounds: 1, parallelism: 4, state: true, phases: statePhases()},
			workspace: workspace,
			self:      self,
			progress:  t.Logf,
		}

		samples, err := b.run(t.Context(), []subject{{name: floorName}, {name: "stackone", provider: provider}})
		if err != nil {
			t.Fatal(err)
		}

		for _, s := range samples {
			if s.Requests != 0 || s.State < int64(b.resources)*500 {
				t.Errorf("%s of %s made %d requests on a state of %d bytes", s.Phase, s.Subject, s.Requests, s.State)
			}
		}
	}
}
