//go:build unix

package main

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	// The test builds these, which Go's test cache would not notice.
	_ "github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	_ "github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

func TestMain(m *testing.M) {
	if provider := os.Getenv(envPlugin); provider != "" {
		if err := runPlugin(provider); err != nil {
			panic(err)
		}

		return
	}

	os.Exit(m.Run())
}

func TestTable(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	if err := run(t.Context(), []string{"-only", "shards,accounts", "-n", "2", "-shards", "2"}, &out); err != nil {
		t.Fatal(err)
	}

	for _, want := range []string{
		`2 shards +current +plan +\d+\.\d\d s +\d\.\d\d s +[1-9]\d+\.\d MiB +\[\]`,
		`2 shards +current +apply .* \[post:2\]`,
		`2 accounts +current +plan .* \[list:1\]`,
		`2 accounts +current +apply .* patch:2\]`,
		`2 accounts +current +destroy .* \[list:1\]`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("no row matches %s in\n%s", want, &out)
		}
	}
}
