package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
	"github.com/localsepay/localsepay/openapi/printable"
)

// logger writes one line per event.
type logger struct {
	mu    sync.Mutex
	w     io.Writer
	json  bool
	quiet bool
	// opened is set after the opening block; nothing is written before it, so that
	// the block comes first.
	opened bool
	early  []func()
	waits  time.Time
	// unread counts the events that are not in the log because nobody reads it.
	unread int64
	// next are lines about so many events that the goroutine of flush is to write: what
	// comes while it writes is one write later. flushed is signalled after each.
	next     []byte
	events   int64
	flushing bool
	flushed  sync.Cond
}

func newLogger(w io.Writer, asJSON, quiet bool) *logger {
	l := &logger{w: w, json: asJSON, quiet: quiet}
	l.flushed.L = &l.mu
	return l
}

// open prints the addresses and credentials; token is the control token, empty
// for none.
func (l *logger) open(s control.State, elsewhere []string, token string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened = true
	if !l.quiet {
		if err := l.block(s, elsewhere, token); err != nil {
			return err
		}
	}
	for _, write := range l.early {
		write()
	}
	l.early = nil
	return nil
}

func (l *logger) block(s control.State, elsewhere []string, token string) error {
	if l.json {
		return json.NewEncoder(l.w).Encode(struct {
			Type string        `json:"type"`
			Data control.State `json:"data"`
			// ControlToken gives other machines access to the control API; empty when
			// none can reach it.
			ControlToken string `json:"control_token,omitempty"`
		}{"state", noticesMasked(s), token})
	}
	printState(l.w, printable.Fields(s))
	if len(elsewhere) > 0 {
		fmt.Fprintln(l.w)
	}
	for _, address := range elsewhere {
		fmt.Fprintln(l.w, "also for other machines and containers:", address)
	}
	if token != "" {
		fmt.Fprintf(l.w, "control token for them: %s\n  the verbs take it as LOCALSEPAY_CONTROL_TOKEN, calls as Authorization: Bearer, a browser by /?control_token=…\n", token)
	}
	_, err := fmt.Fprintf(l.w, "\nTry, in another terminal:\n  curl -d '{\"amount\":150000,\"content\":\"DH123456 thanh toan\"}' %s/transfers\n\n", s.Addresses.Control())
	return err
}

// noticesMasked masks the credentials of webhooks and IPNs: the user already
// knows them, and logs are kept.
func noticesMasked(s control.State) control.State {
	s.Companies = slices.Clone(s.Companies)
	for i := range s.Companies {
		s.Companies[i] = companyMasked(s.Companies[i])
	}
	return s
}

func companyMasked(c control.Company) control.Company {
	c.Webhooks = slices.Clone(c.Webhooks)
	for i := range c.Webhooks {
		h := &c.Webhooks[i]
		for _, secret := range []*string{&h.APIKey, &h.SecretKey, &h.OAuth2ClientSecret} {
			if *secret != "" {
				*secret = mask.Value(*secret)
			}
		}
	}
	if secret := c.Merchant.IPN.Secret; secret != nil {
		c.Merchant.IPN.Secret = ptr(mask.Value(*secret))
	}
	for _, side := range []**control.Company{&c.Live, &c.Test} {
		if *side != nil {
			*side = ptr(companyMasked(**side))
		}
	}
	return c
}

// event is the emulator's sink.
func (l *logger) event(e emulator.Event) { l.inTurn(func() { l.write(e) }) }

// dropped reports how many events the log was too slow for.
func (l *logger) dropped(count int64) {
	text := fmt.Sprintf("          dropped   %d events: the log was read too slowly", count)
	l.inTurn(func() {
		l.line(count, text, struct {
			Type string        `json:"type"`
			Data droppedEvents `json:"data"`
		}{"dropped", droppedEvents{count}})
	})
}

// droppedEvents is the data of a line about events that are not in the log.
type droppedEvents struct {
	Events int64 `json:"events"`
}

// inTurn calls write, after the opening block.
func (l *logger) inTurn(write func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.opened {
		l.early = append(l.early, write)
		return
	}
	write()
}

func (l *logger) write(e emulator.Event) {
	if l.quiet {
		return
	}
	text := ""
	if !l.json {
		text = e.Line()
	}
	l.line(1, text, e)
}

// line writes a line that tells of so many events: a text, or value as JSON. A
// closed terminal cannot be helped.
func (l *logger) line(events int64, text string, value any) {
	if l.quiet {
		return
	}
	for len(l.next) > maxUnwritten {
		l.flushed.Wait()
	}
	if !l.json {
		l.next = append(l.next, text...)
	} else if b, err := json.Marshal(value); err == nil {
		l.next = append(l.next, b...)
	}
	l.next = append(l.next, '\n')
	l.events += events
	if !l.flushing {
		l.flushing = true
		go l.flush()
	}
}

// maxUnwritten is how much may wait for a slow reader of the output before events wait,
// in bytes.
const maxUnwritten = 64 << 10

// flush writes lines until there are none.
func (l *logger) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []byte
	for len(l.next) > 0 {
		events := l.events
		lines, l.next, l.events = l.next, lines[:0], 0
		l.mu.Unlock()
		_, err := l.w.Write(lines)
		l.mu.Lock()
		if errors.Is(err, errUnread) {
			l.unread += events
		}
		l.flushed.Broadcast()
	}
	l.flushing = false
	l.flushed.Broadcast()
}

// settled waits until the lines so far are written or given up. The lock is held.
func (l *logger) settled() {
	for l.flushing {
		l.flushed.Wait()
	}
}

// encode writes a value as JSON on one line.
func (l *logger) encode(value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		_, err = l.w.Write(append(text, '\n'))
	}
	return err
}

// waiting reports, once for each instant, the deliveries that wait for a frozen
// clock.
func (l *logger) waiting(count int, first time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waits.Equal(first) || l.quiet || l.json {
		return
	}
	l.waits = first
	l.settled()
	fmt.Fprintf(l.w, "          waiting   %s: localsepay advance …\n", emulator.WaitingLine(count, first))
}

// left reports what is lost at the end of the process, and returns what the log
// could not say because nobody reads it.
func (l *logger) left(lost emulator.Undelivered) (unsaid []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled()
	var err error
	text := fmt.Sprintf("lost with this process: %d deliveries under way, %d that wait for another attempt", lost.UnderWay, lost.Waiting)
	switch {
	case l.quiet, lost == emulator.Undelivered{}:
	case l.json:
		err = l.encode(struct {
			Type string               `json:"type"`
			Data emulator.Undelivered `json:"data"`
		}{"lost", lost})
	default:
		_, err = fmt.Fprintln(l.w, text)
	}
	if errors.Is(err, errUnread) {
		unsaid = append(unsaid, text)
	}
	if l.unread > 0 {
		unsaid = append(unsaid, fmt.Sprintf("%d events are missing from the log, which nobody reads", l.unread))
	}
	return unsaid
}

// note prints a line of the command itself.
func (l *logger) note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled()
	if !l.quiet && !l.json {
		fmt.Fprintln(l.w, text)
	}
}
