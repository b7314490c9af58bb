package plugin

import (
	"runtime"
	"slices"
	"testing"
)

func TestRelaxCollector(t *testing.T) {
	t.Parallel()

	relaxed := []int{collectorPercent, minLimit, minLimit, 68 << 20}

	for _, test := range []struct {
		name, value string
		want        []int
	}{
		{"GOGC", "", relaxed},
		{"GOGC", "50", nil},
		{"GOGC", "off", nil},
		{"GOMEMLIMIT", "100MiB", nil},
		{"GOMAXPROCS", "1", relaxed},
	} {
		var set []int

		RelaxCollector(func(name string) string { return map[string]string{test.name: test.value}[name] }, func(percent int) int {
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
			t.Errorf("with %s=%s, RelaxCollector() set %v, want %v", test.name, test.value, set, test.want)
		}
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
