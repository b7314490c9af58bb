package stackone

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// ErrorKind tells how a request failed.
type ErrorKind int

const (
	// ErrorStatus means that the API answered with an error.
	ErrorStatus ErrorKind = iota + 1
	// ErrorConnection means that no answer came.
	ErrorConnection
	// ErrorTimeout means that no complete answer came in time.
	ErrorTimeout
	// ErrorCanceled means that the caller's context ended.
	ErrorCanceled
	// ErrorAnswer means that the answer cannot be used.
	ErrorAnswer
)

// Error is how every request of a Client fails. None of its fields holds a
// secret or a body.
type Error struct {
	Kind         ErrorKind
	Method, Path string
	// BaseURL is the address of the API.
	BaseURL string
	// Status is 0 when no answer came.
	Status int
	// Messages are what the API says, or one sentence on what is wrong.
	Messages []string
	// Note says of an ErrorStatus whose answer is not the API's what it is instead.
	Note string
	// Code is the API's errorCode, if it sends one.
	Code string
	// RequestID is what the answer's headers call the request, if they do.
	RequestID string
	// Attempts counts how often the request was sent; Elapsed is the whole time.
	Attempts int
	Elapsed  time.Duration

	// cause is why the caller's context ended. Other causes are not kept: Go's errors
	// may quote an answer.
	cause error
}

// Error is one sentence without a final full stop, with how often and how long it
// was tried.
func (e *Error) Error() string {
	if e.Attempts < 2 {
		return e.Reason()
	}

	return fmt.Sprintf("%s (tried %d times in %s)", e.Reason(), e.Attempts, e.Elapsed.Round(100*time.Millisecond))
}

// Reason is the sentence without the attempts.
func (e *Error) Reason() string {
	var text strings.Builder

	switch e.Kind {
	case ErrorStatus:
		fmt.Fprintf(&text, "%s %s was answered with %s", e.Method, e.Path, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	case ErrorConnection:
		fmt.Fprintf(&text, "Could not reach StackOne at %s", e.BaseURL)
	case ErrorTimeout:
		fmt.Fprintf(&text, "StackOne at %s did not answer in time", e.BaseURL)
	case ErrorCanceled:
		fmt.Fprintf(&text, "The request to StackOne at %s was interrupted", e.BaseURL)
	default:
		fmt.Fprintf(&text, "The answer from %s cannot be used", e.BaseURL)
	}

	if len(e.Messages) > 0 {
		text.WriteString(": " + strings.Join(e.Messages, "; "))
	}

	if e.Note != "" {
		text.WriteString(": " + e.Note)
	}

	return text.String()
}

// Unwrap returns why the caller's context ended, if it did.
func (e *Error) Unwrap() error { return e.cause }

// IsNotFound reports whether the API does not know what a request refers to. A
// 404 of something else than the API is of the kind ErrorAnswer.
func IsNotFound(err error) bool {
	var e *Error

	return errors.As(err, &e) && e.Kind == ErrorStatus && e.Status == http.StatusNotFound
}

// requestID is the id of a request where services and gateways put it. None of
// the places is documented by StackOne.
func requestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Amzn-Requestid", "Cf-Ray"} {
		if id := header.Get(name); id != "" {
			return clean(id)
		}
	}

	return ""
}

// errorBody is StackOne's error, as far as it is shown: its documentation has
// message as a string; the framework that the service uses also sends lists.
type errorBody struct {
	Message   texts           `json:"message"`
	Errors    texts           `json:"errors"`
	ErrorCode json.RawMessage `json:"errorCode"`
}

// texts accepts a string, a list of strings, and ignores all else.
type texts []string

// UnmarshalJSON never fails, so that an odd field does not hide the others.
func (t *texts) UnmarshalJSON(raw []byte) error {
	// Null is no text, and leaves a string as it was.
	var one *string
	if json.Unmarshal(raw, &one) == nil {
		if one != nil {
			*t = texts{*one}
		}

		return nil
	}

	var many []json.RawMessage
	if json.Unmarshal(raw, &many) != nil {
		return nil //nolint:nilerr // See above.
	}

	for _, element := range many {
		if json.Unmarshal(element, &one) == nil && one != nil {
			*t = append(*t, *one)
		}
	}

	return nil
}

// mostMessages bounds how many messages of one answer are shown.
const mostMessages = 10

// decodeError reads what an error answer says, and its code, or notes what came
// instead of one. What it shows is scrubbed.
func decodeError(header http.Header, body []byte, scrub func(string) string) (messages []string, code, note string) {
	var decoded errorBody
	if err := json.Unmarshal(body, &decoded); err != nil {
		if json.Valid(body) {
			return nil, "", "the answer was JSON, but not an error as StackOne sends it"
		}

		return nil, "", notJSON(header, body)
	}

	seen := map[string]bool{"": true}

	for _, text := range append(decoded.Message, decoded.Errors...) {
		if text = clean(scrub(text)); !seen[text] && len(messages) < mostMessages {
			seen[text] = true
			messages = append(messages, text)
		}
	}

	_ = json.Unmarshal(decoded.ErrorCode, &code)

	return messages, clean(scrub(code)), ""
}

// saysNotFound reports whether the body of a 404 is the API's own: a gateway, or
// another server at a wrong address, answers 404 as well, and knows nothing of
// what exists at StackOne.
func saysNotFound(body []byte) bool {
	var decoded struct {
		StatusCode json.RawMessage `json:"statusCode"`
		Message    texts           `json:"message"`
	}

	return json.Unmarshal(body, &decoded) == nil && (string(decoded.StatusCode) == "404" || strings.Join(decoded.Message, "") != "")
}

// notJSON says what came instead of JSON, never the thing itself.
func notJSON(header http.Header, body []byte) string {
	if len(body) == 0 {
		return "the answer was empty"
	}

	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "of an unknown kind"
	}

	if kind == "application/json" {
		return "the answer was not complete JSON"
	}

	return fmt.Sprintf("the answer was not JSON (%s), so it probably came from a gateway or proxy", clean(kind))
}

// longestText is how many characters of a foreign text are shown.
const longestText = 500

// clean makes a foreign text fit for one line of a terminal.
func clean(text string) string {
	var out strings.Builder

	count := 0

	for _, c := range text {
		if count == longestText {
			out.WriteString("…")

			break
		}

		if unicode.IsControl(c) || c == unicode.ReplacementChar || unicode.Is(unicode.Cf, c) {
			c = ' '
		}

		out.WriteRune(c)

		count++
	}

	return strings.Join(strings.Fields(out.String()), " ")
}
