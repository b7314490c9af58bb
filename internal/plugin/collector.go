package plugin

// collectorPercent is how much the heap may grow, in per cent of what is alive,
// before the garbage collector runs again. Go's default is 100.
//
// A provider lives for one command, most of what it allocates dies with the
// request, and what is alive is small (see NewServer), so the collector would
// run often and find little. As measured, 400 saves a quarter to a third of the
// plugin's CPU time for 15 MiB; 800 saves hardly more and costs twice as much.
const collectorPercent = 400

// maxMemory is how much memory Go may use, in bytes, before the collector runs
// as often as it has to. What little the framework keeps of each request would
// otherwise count five times over. The limit keeps the memory flat up to many thousands
// of sessions.
const maxMemory = 40 << 20

// RelaxCollector makes the garbage collector run less often, unless the user
// has set it up with GOGC or GOMEMLIMIT. getenv is os.Getenv, setPercent is
// debug.SetGCPercent, setLimit is debug.SetMemoryLimit.
func RelaxCollector(getenv func(string) string, setPercent func(int) int, setLimit func(int64) int64) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return
	}

	setPercent(collectorPercent)
	setLimit(maxMemory)
}
