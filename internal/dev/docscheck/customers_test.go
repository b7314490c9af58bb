package docscheck_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gopkg.in/yaml.v3"
)

// The pipelines of the guide run each shard of its configuration, once.
func TestThousandsOfCustomers_pipelines(t *testing.T) {
	t.Parallel()

	guide := template(t, "guides/thousands-of-customers")

	match := regexp.MustCompile(`(?s)variable "shards" \{.*?default += (\d+)`).FindStringSubmatch(guide.text)
	if match == nil {
		t.Fatal("the configuration has no number of shards")
	}

	shards, err := strconv.Atoi(match[1])
	if err != nil {
		t.Fatal(err)
	}

	var want []string
	for i := range shards {
		want = append(want, fmt.Sprint("shard-", i))
	}

	blocks, _ := guide.split()
	pipelines := 0

	for _, b := range blocks {
		if b.language != "yaml" {
			continue
		}

		var pipeline struct {
			Jobs map[string]struct {
				Strategy struct{ Matrix struct{ Shard []int } }
			}
			Projects []struct{ Workspace string }
		}

		if err := yaml.Unmarshal([]byte(b.text), &pipeline); err != nil {
			t.Errorf("%s: %v", b.where(), err)
		}

		var got []string

		for _, job := range pipeline.Jobs {
			for _, shard := range job.Strategy.Matrix.Shard {
				got = append(got, fmt.Sprint("shard-", shard))
			}
		}

		for _, project := range pipeline.Projects {
			got = append(got, project.Workspace)
		}

		if !slices.Equal(got, want) {
			t.Errorf("%s runs %v, want %v", b.where(), got, want)
		}

		pipelines++
	}

	if pipelines != 2 {
		t.Errorf("the guide has %d pipelines, want 2", pipelines)
	}
}
