package stackone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

type operationKey struct{}

// operationOf finds the operation that a request belongs to.
func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(operationKey{}).(*operation)

	return op
}

// operation follows one call through its attempts. But for written it is used by
// one goroutine at a time.
type operation struct {
	client  *Client
	what    call
	started time.Time

	// attempts counts from 1; sent is when the current one began.
	attempts int
	sent     time.Time
	// written tells that the current attempt may have reached the server.
	written atomic.Bool
	// body is the answer of the current attempt, once it is read.
	body []byte
	// verdict is what follows the current attempt, last is how it is reported.
	verdict verdict
	last    Attempt
	paused  bool
	// settled tells that the pacer knows that the current attempt is over, counted
	// that it knows of its acceptance, reported that OnAttempt has been told.
	settled, counted, reported bool
}

func newOperation(c *Client, what call) *operation {
	// Before the first attempt there is none to settle or to report.
	return &operation{client: c, what: what, started: c.config.Clock.Now(), settled: true, reported: true}
}

// trace notes when an attempt is written, so that a lost one is told from one
// that never left.
func (op *operation) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{WroteHeaders: func() { op.written.Store(true) }}
}

// begin passes the gate before an attempt.
func (op *operation) begin(ctx context.Context) error {
	arrived := op.client.config.Clock.Now()

	sent, err := op.client.pacer.wait(ctx)
	if err != nil {
		return err
	}

	op.attempts++
	op.sent = sent
	op.body = nil
	op.settled, op.counted, op.reported = false, false, false
	op.last = Attempt{Method: op.what.method, Route: op.what.route, Number: op.attempts, Queued: sent.Sub(arrived)}
	op.written.Store(false)

	return nil
}

// settle tells the pacer that the current attempt is over, once.
func (op *operation) settle() {
	if !op.settled {
		op.settled = true
		op.client.pacer.settle()
	}
}

// report tells of the current attempt, once.
func (op *operation) report(ctx context.Context) {
	if !op.reported {
		op.reported = true
		op.client.config.OnAttempt(ctx, op.last)
	}
}

// read takes the body of an answer into memory, within the attempt and its
// timeout, so that a body that is cut counts as a lost answer. What an error says
// in words is not worth another attempt: of it, as much as comes is taken.
func (op *operation) read(resp *http.Response) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		op.body, _ = io.ReadAll(io.LimitReader(resp.Body, mostOfError))

		return nil
	}

	body, err := io.ReadAll(io.LimitReader(resp.Body, op.what.limit+1))
	if err != nil {
		return err
	}

	if int64(len(body)) > op.what.limit {
		return errTooLarge
	}

	op.body = body

	return nil
}

// judged decides on an attempt that is over, and makes the others wait when the
// server asks for that.
func (op *operation) judged(resp *http.Response, err error) bool {
	now := op.client.config.Clock.Now()

	var (
		status int
		header http.Header
	)

	if resp != nil {
		op.client.scrubHeader(resp.Header)

		status, header = resp.StatusCode, resp.Header
	}

	op.settle()

	op.verdict = judge(op.what, status, header, err, op.written.Load())
	op.last.Status, op.last.RequestID = status, requestID(header)
	op.last.Duration = now.Sub(op.sent)
	op.last.MayDuplicate = op.verdict.mayDuplicate && op.verdict.retry
	op.paused = false

	if err != nil {
		op.last.Err = errors.New(op.describe(err))
	}

	// An attempt is judged twice when its answer is read in between.
	if err == nil && status != http.StatusTooManyRequests && !op.counted {
		op.counted = true
		op.client.pacer.accept(op.sent)
	}

	if !op.verdict.retry {
		return false
	}

	op.last.Wait = backoff(op.attempts, op.client.config.Jitter)

	if asked := retryAfter(header, now); asked > 0 {
		op.last.Wait = asked
		op.paused = true
	}

	if status == http.StatusTooManyRequests {
		op.paused = true
		op.client.pacer.refuse(op.sent, now, op.last.Wait)
	} else if op.paused {
		op.client.pacer.pause(now, op.last.Wait)
	}

	return true
}

// again waits before the next attempt. A pause that the server asked for is
// waited for at the gate, together with all others.
func (op *operation) again(ctx context.Context) error {
	op.last.Retry = true
	op.report(ctx)

	if !op.paused {
		if err := op.client.config.Clock.Sleep(ctx, op.last.Wait); err != nil {
			return err
		}
	}

	return op.begin(ctx)
}

// finish turns what the last attempt brought into a result.
func (op *operation) finish(ctx context.Context, resp *http.Response, err error) error {
	op.settle()

	op.last.Retry, op.last.Wait, op.last.MayDuplicate = false, 0, false

	if ctx.Err() != nil && op.last.Status == 0 && op.last.Err == nil {
		op.last.Duration = op.client.config.Clock.Now().Sub(op.sent)
		op.last.Err = errInterrupted
	}

	op.report(ctx)

	if err != nil || resp == nil {
		return op.fail(ctx, resp, err)
	}

	switch status := resp.StatusCode; {
	case status >= 200 && status < 300:
		if err := op.what.decode(resp.Header, op.body); err != nil {
			return op.answered(resp, err.Error())
		}

		return nil
	case status >= 300 && status < 400:
		return op.answered(resp, redirected(resp.Header))
	}

	if op.body == nil {
		// After the last of several attempts nobody has read the body yet.
		_ = op.read(resp)
	}

	if resp.StatusCode == http.StatusNotFound {
		if !saysNotFound(op.body) {
			return op.answered(resp, "it is a 404, but not one of the StackOne API")
		}

		if op.what.method == http.MethodDelete && op.attempts > 1 {
			// An earlier attempt did it, and its answer was lost.
			return nil
		}
	}

	e := op.error(ErrorStatus, resp)
	e.Messages, e.Code, e.Note = decodeError(resp.Header, op.body, op.client.scrub)

	return e
}

// fail describes a request that got no answer.
func (op *operation) fail(ctx context.Context, resp *http.Response, err error) error {
	var timeout net.Error

	e := op.error(ErrorConnection, resp)

	switch {
	case ctx.Err() != nil:
		e.Kind = ErrorCanceled
		e.cause = ctx.Err()

		return e
	case errors.Is(err, errTooLarge):
		e.Kind = ErrorAnswer
		e.Messages = []string{fmt.Sprintf("it is larger than %d MiB", op.what.limit>>20)}

		return e
	case op.written.Load() && errors.As(err, &timeout) && timeout.Timeout():
		e.Kind = ErrorTimeout
		e.Messages = []string{fmt.Sprintf("no complete answer within %s", op.client.config.RequestTimeout)}

		return e
	}

	e.Messages = []string{op.describe(err)}

	return e
}

// answered describes an answer that cannot be used.
func (op *operation) answered(resp *http.Response, message string) *Error {
	e := op.error(ErrorAnswer, resp)
	e.Messages = []string{message}

	return e
}

// unusable describes a request that was never sent.
func (op *operation) unusable(message string) *Error {
	e := op.error(ErrorAnswer, nil)
	e.Messages = []string{message}

	return e
}

func (op *operation) error(kind ErrorKind, resp *http.Response) *Error {
	e := &Error{
		Kind: kind, Method: op.what.method, Path: op.what.path, BaseURL: op.client.base,
		Attempts: op.attempts, Elapsed: op.client.config.Clock.Now().Sub(op.started),
	}

	if resp != nil {
		e.Status, e.RequestID = resp.StatusCode, requestID(resp.Header)
	}

	return e
}
