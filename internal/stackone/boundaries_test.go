package stackone

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// A query that just fits stays one, and two values are enough to divide one that
// does not.
func TestSpread(t *testing.T) {
	t.Parallel()

	fits := strings.Repeat("x", maxQuery-len("a=&a=y"))

	for name, test := range map[string]struct {
		query url.Values
		want  int
	}{
		"nothing":          {url.Values{}, 1},
		"just fits":        {url.Values{"a": {fits, "y"}}, 1},
		"one that is long": {url.Values{"a": {fits + fits}}, 1},
		"two":              {url.Values{"a": {fits, "yy"}}, 2},
		"three and one":    {url.Values{"a": {fits, "y", "z"}, "b": {"c"}}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			parts := spread(test.query)
			values := 0

			for _, part := range parts {
				values += len(part["a"])

				if len(part["b"]) != len(test.query["b"]) {
					t.Errorf("a part asks for %v", part["b"])
				}
			}

			if len(parts) != test.want || values != len(test.query["a"]) {
				t.Errorf("%d parts with %d values", len(parts), values)
			}
		})
	}
}

// What an answer lacks is absent, and a field of a wrong type is named.
func TestDecodeConnectSession_absentAndWrong(t *testing.T) {
	t.Parallel()

	session, err := decodeConnectSession(http.Header{}, []byte(`{"id": 1, "token": "t", "project_id": null}`), noon())
	if err != nil || session.OrganizationID != nil || session.ProjectID != nil {
		t.Errorf("%v, %v", session, err)
	}

	// A session that can be used is not lost for what else is odd.
	session, err = decodeConnectSession(http.Header{}, []byte(`{"id": 1, "token": "t", "organization_id": {}, "project_id": true, "auth_link_url": 5, "external_trigger_token": []}`), noon())
	if err != nil || session.OrganizationID != nil || session.ProjectID != nil || !session.AuthLinkURL.IsZero() || !session.ExternalTriggerToken.IsZero() {
		t.Errorf("%v, %v", session, err)
	}

	for body, want := range map[string]string{
		`{"id": [], "token": "t"}`: "another type than documented",
		`{"id": 1, "token": 4}`:    "another type than documented",
	} {
		if _, err := decodeConnectSession(http.Header{}, []byte(body), noon()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", body, err)
		}
	}

	var out struct {
		Name string `json:"name"`
	}

	if err := decodeObject(http.Header{}, []byte(`{"name": 1}`), &out); err == nil || err.Error() != "the field name has another type than documented" {
		t.Errorf("got %v", err)
	}
}

// An answer that is as long as it may be is taken, and one byte more is not.
func TestDo_longestAnswer(t *testing.T) {
	t.Parallel()

	for _, length := range []int64{100, 101} {
		f := newFixture(t, nil)
		f.server.Script(stackonetest.Fault{Status: http.StatusOK, Body: strings.Repeat(" ", int(length))})

		err := f.do(t.Context(), call{method: http.MethodGet, route: "/x", path: "/x", maxAnswer: 100, decode: func(http.Header, []byte) error { return nil }})
		if (err == nil) != (length == 100) {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
}

// 300 is no success.
func TestDo_status300(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.Script(stackonetest.Fault{Status: http.StatusMultipleChoices, Body: `{"id": 1, "token": "t"}`})

	if e := f.failure(t); e.Kind != ErrorAnswer || !strings.Contains(e.Error(), "neither the status of a success nor that of an error") {
		t.Errorf("got %v", e)
	}
}

// How often and how long a request was tried is told from the second attempt on, in
// tenths of a second; what there is no message for ends without a colon.
func TestError_attempts(t *testing.T) {
	t.Parallel()

	for attempts, want := range map[int]string{
		1: "StackOne at https://x did not answer in time",
		2: "StackOne at https://x did not answer in time (tried 2 times in 1.2s)",
	} {
		e := &Error{Kind: ErrorTimeout, BaseURL: "https://x", Attempts: attempts, Elapsed: 1234 * time.Millisecond}
		if e.Error() != want {
			t.Errorf("%d attempts: %q", attempts, e.Error())
		}
	}
}

// As many messages as are shown, and no more.
func TestDecodeError_manyMessages(t *testing.T) {
	t.Parallel()

	for _, n := range []int{maxMessages, maxMessages + 1} {
		var many []string
		for i := range n {
			many = append(many, fmt.Sprintf("%q", fmt.Sprint("message ", i)))
		}

		messages, _, _ := decodeError(http.Header{}, []byte(`{"errors": [`+strings.Join(many, ",")+`]}`), func(text string) string { return text })
		if len(messages) != maxMessages {
			t.Errorf("%d of %d messages", len(messages), n)
		}
	}
}

// A failure is forgotten after the longest wait that a server may ask for, and not
// before.
func TestOutage_forgets(t *testing.T) {
	t.Parallel()

	for gap, want := range map[time.Duration]bool{maxRetryAfter: true, maxRetryAfter + time.Nanosecond: false} {
		o := outage{maxWait: time.Hour, jitter: func() float64 { return 0.5 }}

		for i := range 2 {
			at := noon().Add(time.Duration(i) * gap)
			o.failed(&attempt{sent: at}, at)
		}

		if o.on != want {
			t.Errorf("after %s: outage %t", gap, o.on)
		}
	}
}

// A rate is made of the last second, or of the last samples where they took longer.
func TestRate_measured(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		samples int
		apart   time.Duration
		want    float64
	}{
		"many in a second":              {50, 10 * time.Millisecond, 50},
		"no more samples than it takes": {rateSamples, time.Second, rateSamples / 9.0},
		"one more":                      {rateSamples + 1, time.Second, rateSamples / 9.0},
		"few and slow":                  {2, 10 * time.Second, minRate},
		"exactly a second":              {rateSamples + 1, 100 * time.Millisecond, rateSamples + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			r := newRate()

			var at time.Time
			for i := range test.samples {
				at = noon().Add(time.Duration(i) * test.apart)
				r.accept(at, at)
			}

			if got := r.measured(at); got < test.want*0.999 || got > test.want*1.001 {
				t.Errorf("%.3f a second, want %.3f", got, test.want)
			}
		})
	}
}

// Go hands over the connection of a 101, which then nobody but the client closes.
func TestDo_switchingProtocols(t *testing.T) {
	t.Parallel()

	closed := make(chan error, 1)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			closed <- err
			return
		}

		defer func() { _ = conn.Close() }()

		// The deadline only ends a test that has failed.
		err = errors.Join(conn.SetDeadline(time.Now().Add(10*time.Second)), writeAll(buffer, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"))
		if err == nil {
			_, err = conn.Read(make([]byte, 1))
		}

		closed <- err
	}))
	t.Cleanup(server.Close)

	f := newFixture(t, at(t, server.URL))

	if e := f.failure(t); e.Kind != ErrorAnswer || e.Status != http.StatusSwitchingProtocols {
		t.Errorf("got %v", e)
	}

	if err := <-closed; !errors.Is(err, io.EOF) {
		t.Errorf("the client did not close the connection: %v", err)
	}
}

func writeAll(w *bufio.ReadWriter, text string) error {
	_, err := w.WriteString(text)
	return errors.Join(err, w.Flush())
}

// What is compressed and cut is a lost answer, wherever it was cut, and no answer that
// cannot be read: the request is sent again.
func TestDo_cutCompression(t *testing.T) {
	t.Parallel()

	whole := zipped(t, `{"id": 7, "token": "t"}`)

	for _, n := range []int{0, 1, 9, 10, 12} {
		f := newFixture(t, nil)
		fault := compressed("gzip", whole[:n])
		fault.Header.Set("Content-Length", strconv.Itoa(len(whole)))
		f.server.Script(fault)

		if _, err := f.CreateConnectSession(t.Context(), someone()); err != nil || len(f.server.Requests()) != 2 {
			t.Errorf("cut after %d bytes: %d requests, %v", n, len(f.server.Requests()), err)
		}
	}
}

// A list within an object is bounded like a page, and holds objects alone.
func TestElementsOf(t *testing.T) {
	t.Parallel()

	long := "[" + strings.Repeat("1,", maxItems) + "1]"

	for raw, want := range map[string]int{
		`[{"code": "a"}, 1, "b", null, [], {"code": null}]`: 2,
		`[]`: 0, `null`: 0, `{}`: 0, `"a"`: 0, long: 0,
	} {
		var list reasons
		if err := list.UnmarshalJSON([]byte(raw)); err != nil || len(list) != want {
			t.Errorf("%.50s: %d reasons, %v", raw, len(list), err)
		}

		var ways authentications
		if err := ways.UnmarshalJSON([]byte(raw)); err != nil || len(ways) != want {
			t.Errorf("%.50s: %d ways, %v", raw, len(ways), err)
		}
	}

	var texts stringOrList
	if err := texts.UnmarshalJSON([]byte(long)); err != nil || texts != nil {
		t.Errorf("%d texts, %v", len(texts), err)
	}
}

// A total that is no number that can be counted is none.
func TestDecodePage_oddTotals(t *testing.T) {
	t.Parallel()

	for raw, want := range map[string]int{`7`: 7, `99999999999999999999`: 0, `"7"`: 0, `null`: 0, `1.5`: 0} {
		got, err := decodePage(http.Header{}, []byte(`{"data": [], "total": `+raw+`}`))
		if err != nil || got.total != want {
			t.Errorf("%s: %d, %v", raw, got.total, err)
		}
	}
}
