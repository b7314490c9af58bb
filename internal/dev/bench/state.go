package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
)

// statePhases are the commands on a state that was not applied one by one. They
// leave it as it is.
func statePhases() []phase {
	return []phase{
		{"replan", []string{"plan", "-detailed-exitcode"}},
		{"destroy-plan", []string{"plan", "-destroy"}},
	}
}

// repeatInstance makes a state of one resource with the inputs of customer 0 one
// of n, as if all had been applied. The ids and tokens are the same for all.
func repeatInstance(path string, n int) error {
	content, err := os.ReadFile(path) //nolint:gosec // The benchmark's own folder.
	if err != nil {
		return err
	}

	var state map[string]any
	if err := json.Unmarshal(content, &state); err != nil {
		return err
	}

	resource := state["resources"].([]any)[0].(map[string]any) //nolint:forcetypeassert // Terraform has just written it.
	written := resource["instances"].([]any)                   //nolint:forcetypeassert // The same.

	first, err := json.Marshal(written[0])
	if err != nil {
		return err
	}

	instances := make([]json.RawMessage, n)
	for i := range instances {
		of := strconv.Itoa(i)
		replace := strings.NewReplacer(`"index_key":0`, `"index_key":`+of,
			"customer-0", "customer-"+of, "Customer 0", "Customer "+of, `\"seats\":0`, `\"seats\":`+of)
		instances[i] = []byte(replace.Replace(string(first)))
	}

	resource["instances"] = instances

	if content, err = json.MarshalIndent(state, "", "  "); err != nil {
		return err
	}

	return os.WriteFile(path, content, 0o600)
}
