package main

import (
	"slices"
	"testing"
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
