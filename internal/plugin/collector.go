package plugin

import (
	"runtime"
	"runtime/metrics"
)

// collectorPercent is the GOGC value; Go's default is 100. The heap is small and most allocations
// die with their request, so the collector would run often and find little. As measured, 400 saves
// a quarter to a third of the CPU time for 15 MiB; 800 saves hardly more for twice the memory.
const collectorPercent = 400

// minLimit is the lowest memory limit, in bytes. A limit is needed because collectorPercent
// multiplies what the framework keeps of each request.
const minLimit = 40 << 20

// RelaxCollector makes the garbage collector run less often, unless GOGC or GOMEMLIMIT is set. The
// parameters stand for os.Getenv, debug.SetGCPercent, debug.SetMemoryLimit and AfterCollection.
func RelaxCollector(getenv func(string) string, setPercent func(int) int, setLimit func(int64) int64, after func(func(live int64))) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return
	}

	setPercent(collectorPercent)
	setLimit(minLimit)
	// Under a fixed limit, the collector would never stop near thousands of accounts. From 10 MiB
	// on, this one leaves as much room as Go's default.
	after(func(live int64) { setLimit(max(minLimit, minLimit/2+2*live)) })
}

// AfterCollection calls f after each garbage collection, with the bytes alive.
func AfterCollection(f func(live int64)) {
	// Each collection frees this unreferenced object.
	runtime.AddCleanup(new([64]byte), func(f func(int64)) {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		f(int64(sample[0].Value.Uint64())) //nolint:gosec // No heap is that large.
		AfterCollection(f)
	}, f)
}
