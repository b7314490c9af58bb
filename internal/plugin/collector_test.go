package plugin

import (
	"slices"
	"testing"
)

func TestRelaxCollector(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		env  map[string]string
		want []int
	}{
		"nothing is set":        {nil, []int{collectorPercent, maxMemory}},
		"empty is not set":      {map[string]string{"GOGC": "", "GOMEMLIMIT": ""}, []int{collectorPercent, maxMemory}},
		"the user's percentage": {map[string]string{"GOGC": "50"}, nil},
		"the collector is off":  {map[string]string{"GOGC": "off"}, nil},
		"the user's limit":      {map[string]string{"GOMEMLIMIT": "100MiB"}, nil},
		"another setting of Go": {map[string]string{"GOMAXPROCS": "1"}, []int{collectorPercent, maxMemory}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var set []int

			RelaxCollector(func(name string) string { return test.env[name] }, func(percent int) int {
				set = append(set, percent)
				return 100
			}, func(limit int64) int64 {
				set = append(set, int(limit))
				return 0
			})

			if !slices.Equal(set, test.want) {
				t.Errorf("RelaxCollector() set %v, want %v", set, test.want)
			}
		})
	}
}
