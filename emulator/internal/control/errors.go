package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

const problemBase = "https://github.com/localsepay/localsepay#"

func newProblem(status int, title, detail, hint string) *wire.Problem {
	return &wire.Problem{Type: problemBase + "control-api", Title: title, Status: status, Detail: detail, Hint: hint}
}

// Stopping answers a call that would change something while the emulator stops.
func Stopping(w http.ResponseWriter, _ *http.Request) {
	write(w, 0, nil, asItIs, newProblem(http.StatusServiceUnavailable, "Stopping", "localsepay is stopping, and what it accepted now would be lost", "start it again, and repeat the call"))
}

// brokenOff is the error of a call that the end of the emulator broke off.
func brokenOff() error {
	return newProblem(http.StatusServiceUnavailable, "Stopping", "localsepay is stopping, and broke the call off", "start it again, and repeat the call")
}

// badRequest is a value that cannot be read.
func badRequest(detail string) error {
	return newProblem(http.StatusBadRequest, "Bad request", detail, "")
}

// problemOf maps an error to the problem that is sent.
func problemOf(err error) *wire.Problem {
	var p *wire.Problem
	if errors.As(err, &p) {
		return p
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return newProblem(http.StatusBadRequest, "No such fault", f.Detail, f.Hint)
	}
	var b *bank.Error
	var cards payment.CardMistakes
	var protocol *oauth2.Error
	var untrusted *oauth2.Untrusted
	hint := ""
	if errors.As(err, &b) {
		hint = b.Hint
	}
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case is(wire.ErrUnreadable):
		return newProblem(http.StatusBadRequest, "Bad request", err.Error(), "")
	case is(store.ErrNotFound, bank.ErrNotFound, payment.ErrNotFound, oauth2.ErrNotFound):
		return newProblem(http.StatusNotFound, "Not found", err.Error(), hint)
	case is(notify.ErrTooOften):
		return newProblem(http.StatusTooManyRequests, "Too many replays", err.Error(), "advance the clock by a minute, or replay up to 20 deliveries in one call")
	case is(clock.ErrAdvancing):
		return newProblem(http.StatusConflict, "The clock is busy", err.Error(), "wait for the other call to end")
	case errors.As(err, &untrusted):
		return newProblem(http.StatusUnprocessableEntity, "Refused", untrusted.Detail, untrusted.Hint)
	case errors.As(err, &protocol):
		return newProblem(http.StatusUnprocessableEntity, "Refused", err.Error(), "")
	case is(payment.ErrRefused):
		return newProblem(http.StatusConflict, "The order's state forbids it", err.Error(), "")
	case errors.As(err, &cards):
		return newProblem(http.StatusUnprocessableEntity, "Refused", err.Error(), "")
	case is(payment.ErrInvalid, bank.ErrInvalid, bank.ErrQuota, identity.ErrInvalid, notify.ErrInvalid, notify.ErrBatch, notify.ErrNotReplayed, setting.ErrInvalid, clock.ErrBackwards, clock.ErrMode, clock.ErrScale, clock.ErrRange, input.ErrBounds):
		return newProblem(http.StatusUnprocessableEntity, "Refused", err.Error(), hint)
	case is(context.Canceled, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "Broken off", err.Error(), "")
	}
	return newProblem(http.StatusInternalServerError, "localsepay failed", err.Error(), "please report this")
}

// kindOf names the JSON kind that a member must have.
func kindOf(t reflect.Type) string {
	if t == nil {
		return "another value"
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// decodeProblem describes what is wrong with a body whose type has members.
func decodeProblem(err error, members []string) error {
	var (
		syntax *json.SyntaxError
		typed  *json.UnmarshalTypeError
		large  *http.MaxBytesError
		member *input.MemberError
		p      *wire.Problem
		f      *fault.Error
	)
	switch {
	case errors.As(err, &member):
		return newProblem(http.StatusBadRequest, "Bad request", member.Error(), hintOf(member, members))
	case errors.Is(err, input.ErrText):
		return badRequest("the body is not JSON: " + err.Error())
	case errors.Is(err, input.ErrBounds):
		return err
	case errors.As(err, &p):
		return p
	case errors.As(err, &f):
		return f
	case errors.Is(err, wire.ErrUnreadable):
		return badRequest(err.Error())
	case errors.As(err, &large):
		return newProblem(http.StatusRequestEntityTooLarge, "Too large", fmt.Sprintf("the body is larger than %d bytes", large.Limit), "")
	case errors.As(err, &syntax):
		return badRequest(fmt.Sprintf("the body is not JSON: %v at byte %d", err, syntax.Offset))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest("the body is not JSON: it ends too early")
	case errors.As(err, &typed):
		seen := map[string]string{"string": "a text", "bool": "true or false", "array": "a list", "object": "an object"}[typed.Value]
		if seen == "" {
			seen = strings.TrimPrefix(typed.Value, "number ")
		}
		if typed.Field == "" {
			return badRequest(fmt.Sprintf("want %s, not %s", kindOf(typed.Type), seen))
		}
		return badRequest(fmt.Sprintf("%s: want %s, not %s", typed.Field, kindOf(typed.Type), seen))
	}
	return badRequest("the body cannot be read: " + strings.TrimPrefix(err.Error(), "json: "))
}

// hintOf suggests the member that was meant by one that the object does not have;
// members are those of all objects of the body.
func hintOf(e *input.MemberError, members []string) string {
	switch {
	case e.Twice:
		return "keep one of them"
	case slices.Contains(members, e.Name):
		return "a member of that name belongs to another object"
	}
	if _, near := input.Nearest(e.Name, e.Known); !near {
		if _, near = input.Nearest(e.Name, members); near {
			return input.Hint(e.Name, members)
		}
	}
	return input.Hint(e.Name, e.Known)
}
