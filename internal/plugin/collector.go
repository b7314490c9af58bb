package plugin

import (
	"runtime"
	"runtime/metrics"
)

// collectorPercent is how much the heap may grow, in per cent of what is alive,
// before the garbage collector runs again. Go's default is 100.
//
// A provider lives for one command, most of what it allocates dies with the
// request, and what is alive is small (see NewServer), so the collector would
// run often and find little. As measured, 400 saves a quarter to a third of the
// plugin's CPU time for 15 MiB; 800 saves hardly more and costs twice as much.
const collectorPercent = 400

// minLimit is the least memory limit, in bytes, above which the collector runs as often
// as it has to. What little the framework keeps of each request would otherwise count
// five times over. The limit keeps the memory flat up to many thousands of sessions.
const minLimit = 40 << 20

// memoryLimit returns the limit for a heap with so many bytes alive. A fixed limit makes
// the collector run without end once a list of thousands of accounts comes near it. From
// 10 MiB on, this one leaves the collector as much room as Go's default does.
func memoryLimit(live int64) int64 { return max(minLimit, minLimit/2+2*live) }

// RelaxCollector makes the garbage collector run less often, unless the user
// has set it up with GOGC or GOMEMLIMIT. getenv is os.Getenv, setPercent is
// debug.SetGCPercent, setLimit is debug.SetMemoryLimit, after is AfterCollection.
func RelaxCollector(getenv func(string) string, setPercent func(int) int, setLimit func(int64) int64, after func(func(live int64))) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return
	}

	setPercent(collectorPercent)
	setLimit(minLimit)
	after(func(live int64) { setLimit(memoryLimit(live)) })
}

// AfterCollection calls f after each garbage collection, with the bytes that were alive.
func AfterCollection(f func(live int64)) {
	// Each collection finds the object that nothing refers to.
	runtime.AddCleanup(new([64]byte), func(f func(int64)) {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		f(int64(sample[0].Value.Uint64())) //nolint:gosec // No heap is that large.
		AfterCollection(f)
	}, f)
}
