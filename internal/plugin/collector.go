package plugin

// collectorPercent is how much the heap may grow, in per cent of what is alive,
// before the garbage collector runs again. Go's default is 100.
//
// A provider lives for one command, most of what it allocates dies with the
// request, and what is alive is small (see NewServer), so the collector would
// run often and find little. As measured, 400 saves a quarter to a third of the
// plugin's CPU time for 15 MiB; 800 saves hardly more and costs twice as much.
const collectorPercent = 400

// RelaxCollector makes the garbage collector run less often, unless the user
// has set it up with GOGC or GOMEMLIMIT. getenv is os.Getenv, setPercent is
// debug.SetGCPercent.
func RelaxCollector(getenv func(string) string, setPercent func(int) int) {
	// The Go runtime takes an empty variable for one that is not set.
	if getenv("GOGC") == "" && getenv("GOMEMLIMIT") == "" {
		setPercent(collectorPercent)
	}
}
