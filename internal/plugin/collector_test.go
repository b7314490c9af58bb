package plugin

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

//nolint:paralleltest // The settings are those of the process.
func TestRelaxCollector(t *testing.T) {
	const standard = 100

	for _, test := range []struct {
		name, value string
		want        int
	}{
		{"GOGC", "50", standard},
		{"GOGC", "off", standard},
		{"GOMEMLIMIT", "100MiB", standard},
		{"GOMAXPROCS", "1", collectorPercent},
		{"GOGC", "", collectorPercent},
	} {
		debug.SetGCPercent(standard)
		debug.SetMemoryLimit(math.MaxInt64)
		RelaxCollector(func(name string) string { return map[string]string{test.name: test.value}[name] })

		percent, limit := debug.SetGCPercent(standard), debug.SetMemoryLimit(-1)
		if relaxed := limit == 40<<20; percent != test.want || relaxed != (test.want == collectorPercent) {
			t.Errorf("with %s=%s: %d%%, and the limit %d", test.name, test.value, percent, limit)
		}
	}

	// The limit follows the heap up and down.
	for _, size := range []int64{30 << 20, 0, 60 << 20, 0} {
		heap := make([]byte, size)
		want, limit := max(40<<20, 20<<20+2*size), int64(0)

		for range 1000 { // the cleanup runs in a goroutine
			runtime.GC()
			runtime.Gosched()

			if limit = debug.SetMemoryLimit(-1); limit >= want && limit < want+20<<20 {
				break
			}
		}

		if limit < want || limit >= want+20<<20 {
			t.Errorf("the limit is %d, want %d", limit, want)
		}

		runtime.KeepAlive(heap)
	}
}
