package stackone

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
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
	// ErrorRequest means that the request could not be encoded, and was not sent.
	ErrorRequest
	// ErrorOutage means that StackOne was away for longer than the client waits, as
	// another error of the same client tells in full.
	ErrorOutage
	// ErrorKeyRefused means that the API key was refused for another request of the
	// same client before.
	ErrorKeyRefused
)

// Error is how every call of a Client fails. None of its fields holds a secret; of a
// body it has the messages and the code of StackOne's errors, and the identifier of an
// account that was not asked for, all scrubbed and cut.
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
	// Since is when an ErrorOutage began, by the local clock.
	Since time.Time

	// cause is why the caller's context ended. Other causes are not kept: Go's errors
	// may quote an answer.
	cause error
}

// Error is Reason with what the API says, and with how often and how long it was
// tried.
func (e *Error) Error() string {
	text := e.Reason()

	if e.Kind == ErrorStatus {
		parts := []string{fmt.Sprintf("%s %s was answered with %s", e.Method, e.Path, statusText(e.Status))}
		if said := strings.Join(e.Messages, "; "); said != "" {
			parts = append(parts, said)
		}

		if e.Note != "" {
			parts = append(parts, e.Note)
		}

		text = strings.Join(parts, ": ")
	}

	if e.Attempts < 2 {
		return text
	}

	return fmt.Sprintf("%s (tried %d times in %s)", text, e.Attempts, e.Elapsed.Round(100*time.Millisecond))
}

// Reason is one sentence on what happened, without a final full stop.
func (e *Error) Reason() string {
	var text string

	switch e.Kind {
	case ErrorStatus:
		return statusMeaning(e.Status)
	case ErrorConnection:
		text = "Could not reach StackOne at " + e.BaseURL
	case ErrorTimeout:
		text = fmt.Sprintf("StackOne at %s did not answer in time", e.BaseURL)
	case ErrorCanceled:
		text = fmt.Sprintf("The request to StackOne at %s was interrupted", e.BaseURL)
	case ErrorRequest:
		text = fmt.Sprintf("The request to StackOne at %s cannot be sent", e.BaseURL)
	case ErrorOutage:
		text = fmt.Sprintf("No request to StackOne at %s has succeeded since %s", e.BaseURL, e.Since.UTC().Format(time.RFC3339))
	case ErrorKeyRefused:
		text = "StackOne did not accept the API key for another request of this run"
	default:
		text = fmt.Sprintf("The answer from %s cannot be used", e.BaseURL)
	}

	if len(e.Messages) > 0 {
		text += ": " + strings.Join(e.Messages, "; ")
	}

	return text
}

// statusMeaning says what a status means.
func statusMeaning(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "StackOne did not accept the API key"
	case status == http.StatusForbidden:
		return "StackOne accepted the request's credentials but does not allow the request"
	case status == http.StatusNotFound:
		return "StackOne does not know what the request refers to"
	case status == http.StatusTooManyRequests:
		return "StackOne's rate limit is used up"
	case status >= http.StatusInternalServerError:
		return "StackOne, or a gateway in front of it, failed to handle the request"
	}

	return "StackOne refused the request"
}

// Unwrap returns why the caller's context ended, if it did.
func (e *Error) Unwrap() error { return e.cause }

// statusText is a status with its name, if it has one.
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

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
	Message   stringOrList    `json:"message"`
	Errors    stringOrList    `json:"errors"`
	ErrorCode json.RawMessage `json:"errorCode"`
}

// stringOrList accepts a string, a list of strings, and ignores all else.
type stringOrList []string

// UnmarshalJSON never fails, so that an odd field does not hide the others.
func (t *stringOrList) UnmarshalJSON(raw []byte) error {
	// Null is no text, and leaves a string as it was.
	var one *string
	if json.Unmarshal(raw, &one) == nil {
		if one != nil {
			*t = stringOrList{*one}
		}

		return nil
	}

	*t = elementsOf[string](raw)

	return nil
}

// maxMessages bounds how many messages of one answer are shown.
const maxMessages = 10

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
		if text = clean(scrub(text)); !seen[text] && len(messages) < maxMessages {
			seen[text] = true
			messages = append(messages, text)
		}
	}

	_ = json.Unmarshal(decoded.ErrorCode, &code)

	return messages, clean(scrub(code)), ""
}

// saysNotFound reports whether the body of a 404 is the API's own: a gateway, or
// another server at a wrong address, answers 404 as well, also in JSON with a message,
// and knows nothing of what exists at StackOne. Each error of the API has a statusCode.
func saysNotFound(body []byte) bool {
	var decoded struct {
		StatusCode identifier `json:"statusCode"`
	}

	return json.Unmarshal(body, &decoded) == nil && string(decoded.StatusCode) == strconv.Itoa(http.StatusNotFound)
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

// redirected names where an answer wants the request to go: scheme and host
// alone, since the rest may hold secrets.
func redirected(header http.Header) string {
	location := header.Get("Location")
	if location == "" {
		return "it has neither the status of a success nor that of an error"
	}

	place := "another place"
	if target, err := url.Parse(location); err == nil && target.Host != "" {
		place = clean(strings.TrimPrefix(target.Scheme+"://"+target.Host, "://"))
	}

	return fmt.Sprintf("it redirects to %s, which is not followed, because the API key would go along", place)
}

// maxText is how many characters of a foreign text are shown.
const maxText = 500

// clean makes a foreign text fit for one line of a terminal.
func clean(text string) string {
	var out strings.Builder

	count := 0

	for _, c := range text {
		if count == maxText {
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
