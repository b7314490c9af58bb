package stackone

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ErrorKind classifies errors for users.
type ErrorKind int

// The kinds of errors.
const (
	ErrorStatus      ErrorKind = iota + 1 // the API responded with an error
	ErrorConnection                       // no complete response came
	ErrorTimeout                          // no complete response came in time
	ErrorCanceled                         // the caller's context ended
	ErrorResponse                         // the response cannot be used
	ErrorRequest                          // the request could not be encoded, and was not sent
	ErrorOutage                           // StackOne failed for longer than the client waits; another error has the details
	ErrorKeyRefused                       // the key was refused for an earlier request of the same client
	ErrorListChanged                      // a list changed while its pages were read
)

// Error is the error of every call. It contains no secret: text from a response is scrubbed
// and truncated.
type Error struct {
	Kind         ErrorKind
	Method, Path string
	BaseURL      string
	Status       int
	// Messages are the API's, or one of the client.
	Messages []string
	// Untrusted is set if no trusted authority issued the certificate of the server, or of
	// a proxy that inspects TLS.
	Untrusted bool
	// Note describes a body in another format than the API's errors.
	Note      string
	Code      string
	RequestID string
	Attempts  int
	Elapsed   time.Duration
	// Since is the start of an ErrorOutage, by the local clock. HealthChecks is set if the
	// run gave up.
	Since        time.Time
	HealthChecks int

	// own is set if the body of an ErrorStatus is the API's.
	own bool
	// cause is the context's error. Other errors are dropped: Go's may quote a response.
	cause error
}

func (e *Error) Error() string {
	text := e.Reason()

	if e.Kind == ErrorStatus {
		text = fmt.Sprintf("%s %s returned %s", e.Method, e.Path, statusText(e.Status))

		for _, part := range []string{strings.Join(e.Messages, "; "), e.Note} {
			if part != "" {
				text += ": " + part
			}
		}
	}

	if counts := e.Counts(); counts != "" {
		return fmt.Sprintf("%s (attempts: %s)", text, counts)
	}

	return text
}

// Counts returns the number and time of attempts and health checks; empty for one attempt.
func (e *Error) Counts() string {
	text := fmt.Sprintf("%d in %s", e.Attempts, e.Elapsed.Round(100*time.Millisecond))

	switch {
	case e.HealthChecks > 0:
		return fmt.Sprintf("%s; health checks: %d", text, e.HealthChecks)
	case e.Attempts < 2:
		return ""
	}

	return text
}

// Reason returns one sentence, without a full stop.
func (e *Error) Reason() string {
	if e.Kind == ErrorStatus {
		return statusMeaning(e.Status)
	}

	text := map[ErrorKind]string{
		ErrorConnection:  "Could not reach StackOne at " + e.BaseURL,
		ErrorTimeout:     "StackOne at " + e.BaseURL + " did not respond in time",
		ErrorCanceled:    "The request to StackOne at " + e.BaseURL + " was interrupted",
		ErrorResponse:    "The response from " + e.BaseURL + " cannot be used",
		ErrorRequest:     "The request to StackOne at " + e.BaseURL + " cannot be sent",
		ErrorOutage:      "Requests to StackOne at " + e.BaseURL + " have been failing since " + e.Since.UTC().Format(time.RFC3339),
		ErrorListChanged: "The list at " + e.BaseURL + e.Path + " changed while its pages were read",
		ErrorKeyRefused:  "StackOne did not accept the API key for another request of this run",
	}[e.Kind]

	return strings.Join(append([]string{text}, e.Messages...), ": ")
}

func statusMeaning(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "StackOne did not accept the API key"
	case status == http.StatusForbidden:
		return "StackOne does not allow this request"
	case isGone(status):
		return "StackOne did not find what the request refers to"
	case status == http.StatusTooManyRequests:
		return "StackOne's rate limit is exceeded"
	case status >= http.StatusInternalServerError:
		return "StackOne, or a gateway in front of it, failed to handle the request"
	}

	return "StackOne refused the request"
}

// Unwrap returns the error of the caller's context, if it ended.
func (e *Error) Unwrap() error { return e.cause }

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// IsNotFound reports whether the API returned 404 or 410. Those of a gateway are an ErrorResponse.
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == ErrorStatus && isGone(e.Status)
}

// isKind reports whether err is an *Error of one of the kinds.
func isKind(err error, kinds ...ErrorKind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(kinds, e.Kind)
}

func isGone(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// isAPIError reports whether the API sent the body, which repeats the status as its
// statusCode: gateways and servers at a wrong address also return 404.
func isAPIError(status int, body []byte) bool {
	o, err := decodeObject(nil, body)
	return err == nil && o.id("statusCode") == strconv.Itoa(status)
}

// requestID returns the request ID. StackOne documents none of these headers.
func requestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Amzn-Requestid", "Cf-Ray"} {
		if id := header.Get(name); id != "" {
			return clean(id)
		}
	}

	return ""
}

// maxMessages limits the messages of one response, maxText the characters of each.
const (
	maxMessages = 10
	maxText     = 500
)

// decodeError decodes the body of an error, or describes it in note. The message is
// documented as a string, but StackOne's framework also sends lists.
func decodeError(header http.Header, body []byte, scrub func(string) string) (messages []string, code, note string) {
	o, err := decodeObject(header, body)

	switch {
	case err != nil && json.Valid(body):
		return nil, "", "the response is JSON, but not a StackOne error"
	case err != nil:
		return nil, "", err.Error()
	}

	for _, text := range append(o.texts("message"), o.texts("errors")...) {
		if text = clean(scrub(text)); text != "" && len(messages) < maxMessages && !slices.Contains(messages, text) {
			messages = append(messages, text)
		}
	}

	return messages, clean(scrub(o.id("errorCode"))), ""
}

// clean makes untrusted text safe for one line of a terminal.
func clean(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == unicode.ReplacementChar || unicode.Is(unicode.Cf, c) {
			return ' '
		}

		return c
	}, text)

	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText]) + "…"
	}

	return strings.Join(strings.Fields(text), " ")
}
