package main

import (
	"bytes"
	"strings"
	"sync"
)

// A watcher keeps what is written to it and closes seen once a text occurs.
type watcher struct {
	seen chan struct{}

	mu   sync.Mutex
	text string
	all  bytes.Buffer
}

func newWatcher(text string) *watcher { return &watcher{seen: make(chan struct{}), text: text} }

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	n, err := w.all.Write(p)
	if w.text != "" && strings.Contains(w.all.String(), w.text) {
		w.text = ""
		close(w.seen)
	}

	return n, err
}

func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()

	return w.all.String()
}
