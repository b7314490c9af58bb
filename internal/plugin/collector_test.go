package plugin

import (
	"runtime"
	"slices"
	"testing"
)

func TestRelaxCollector(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		env  map[string]string
		want []int
	}{
		"nothing is set":        {nil, []int{collectorPercent, minLimit, minLimit, 68 << 20}},
		"empty is not set":      {map[string]string{"GOGC": "", "GOMEMLIMIT": ""}, []int{collectorPercent, minLimit, minLimit, 68 << 20}},
		"the user's percentage": {map[string]string{"GOGC": "50"}, nil},
		"the collector is off":  {map[string]string{"GOGC": "off"}, nil},
		"the user's limit":      {map[string]string{"GOMEMLIMIT": "100MiB"}, nil},
		"another setting of Go": {map[string]string{"GOMAXPROCS": "1"}, []int{collectorPercent, minLimit, minLimit, 68 << 20}},
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
			}, func(collected func(live int64)) {
				collected(10 << 20)
				collected(24 << 20)
			})

			if !slices.Equal(set, test.want) {
				t.Errorf("RelaxCollector() set %v, want %v", set, test.want)
			}
		})
	}
}

func TestAfterCollection(t *testing.T) {
	t.Parallel()

	live := make(chan int64)
	done := make(chan struct{})

	AfterCollection(func(bytes int64) {
		select {
		case live <- bytes:
		case <-done:
		}
	})

	defer close(done)

	for range 2 {
		runtime.GC()

		if bytes := <-live; bytes <= 0 {
			t.Errorf("%d bytes are alive", bytes)
		}
	}
}
