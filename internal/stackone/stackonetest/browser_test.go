package stackonetest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// browser is one page in a headless Chromium, driven by the DevTools protocol
// (https://chromedevtools.github.io/devtools-protocol/) through a pair of pipes.
type browser struct {
	tb       testing.TB
	commands *os.File
	answers  *bufio.Reader
	session  string
	last     int
	events   []message
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
}

// newBrowser starts a browser that ends with the test, with a window of this width in
// CSS pixels. Without Chromium on PATH the test is skipped; in CI that is an error.
func newBrowser(t *testing.T, width int) *browser {
	t.Helper()

	path := ""

	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}

	if path == "" {
		const reason = "neither chromium nor google-chrome nor chromium-browser is on PATH, so no real browser has opened the page"
		if os.Getenv("CI") != "" {
			t.Fatal(reason)
		}

		t.Skip("skipped: " + reason)
	}

	home, err := os.MkdirTemp("", "browser") //nolint:usetesting // Chromium's processes may still write when the main one has ended, which fails the removal of t.TempDir.
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = os.RemoveAll(home) })

	theirIn, commands, errIn := os.Pipe()
	answers, theirOut, errOut := os.Pipe()

	if errIn != nil || errOut != nil {
		t.Fatal(errIn, errOut)
	}

	// The test's context ends before its cleanups, which close the browser.
	ctx, kill := context.WithTimeout(context.WithoutCancel(t.Context()), 3*time.Minute)

	var complaints bytes.Buffer

	cmd := exec.CommandContext(ctx, path, "--remote-debugging-pipe", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+home, "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+home)
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	cmd.Stderr = &complaints
	cmd.WaitDelay = 10 * time.Second

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	_, _ = theirIn.Close(), theirOut.Close()

	b := &browser{tb: t, commands: commands, answers: bufio.NewReader(answers)}

	t.Cleanup(func() {
		defer kill()

		_, _ = commands.WriteString(`{"id":0,"method":"Browser.close"}` + "\x00")
		_ = cmd.Wait()
		_, _ = commands.Close(), answers.Close()

		if t.Failed() {
			t.Logf("the browser said:\n%s", complaints.String())
		}
	})

	var target struct {
		TargetID  string `json:"targetId"`
		SessionID string `json:"sessionId"`
	}

	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	b.call("Page.enable", nil, nil)
	b.call("Log.enable", nil, nil)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": true}, nil)

	return b
}

// call sends a command and reads its result.
func (b *browser) call(method string, params, result any) {
	b.tb.Helper()

	b.last++

	command := map[string]any{"id": b.last, "method": method}
	if params != nil {
		command["params"] = params
	}

	if b.session != "" {
		command["sessionId"] = b.session
	}

	text, err := json.Marshal(command)
	if err != nil {
		b.tb.Fatal(err)
	}

	if _, err := b.commands.Write(append(text, 0)); err != nil {
		b.tb.Fatalf("%s: %v", method, err)
	}

	for {
		m := b.read()
		if m.ID != b.last {
			b.events = append(b.events, m)
			continue
		}

		if m.Error != nil {
			b.tb.Fatalf("%s: %s", method, m.Error)
		}

		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.tb.Fatalf("%s: %v", method, err)
			}
		}

		return
	}
}

func (b *browser) read() message {
	b.tb.Helper()

	text, err := b.answers.ReadBytes(0)
	if err != nil {
		b.tb.Fatalf("the browser has ended: %v", err)
	}

	var m message
	if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m); err != nil {
		b.tb.Fatal(err)
	}

	return m
}

// loaded does something that loads a page, and waits for the page. What the browser
// logs, such as a style that the policy of the page forbids, fails the test.
func (b *browser) loaded(do func()) {
	b.tb.Helper()

	b.events = nil

	do()

	for !slices.ContainsFunc(b.events, func(m message) bool { return m.Method == "Page.loadEventFired" }) {
		b.events = append(b.events, b.read())
	}

	for _, m := range b.events {
		if m.Method == "Log.entryAdded" {
			b.tb.Errorf("the browser logs %s", m.Params)
		}
	}
}

func (b *browser) open(address string) {
	b.tb.Helper()
	b.loaded(func() { b.call("Page.navigate", map[string]any{"url": address}, nil) })
}

// key presses a key and lets it go.
func (b *browser) key(name string, code int, text string) {
	b.tb.Helper()

	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "text": text}, nil)

		text = ""
	}
}

// value is what a JavaScript expression gives in the page, as text.
func (b *browser) value(expression string) string {
	b.tb.Helper()

	var answer struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
	}

	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &answer)

	return fmt.Sprint(answer.Result.Value)
}

// accessible are the roles and names that a screen reader meets, in their order.
func (b *browser) accessible(roles ...string) []string {
	b.tb.Helper()

	type text struct {
		Value any `json:"value"`
	}

	var tree struct {
		Nodes []struct {
			Ignored bool `json:"ignored"`
			Role    text `json:"role"`
			Name    text `json:"name"`
		} `json:"nodes"`
	}

	b.call("Accessibility.getFullAXTree", nil, &tree)

	var out []string

	for _, node := range tree.Nodes {
		if role := fmt.Sprint(node.Role.Value); !node.Ignored && slices.Contains(roles, role) {
			out = append(out, role+" "+fmt.Sprint(node.Name.Value))
		}
	}

	return out
}
