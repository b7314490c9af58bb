package stackonetest

import (
	"io"
	"log"
	"net/http"
	"time"
)

// quiet keeps the server's complaints about cut connections out of test output.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// wait delays an answer, at most until the client goes away.
func wait(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
