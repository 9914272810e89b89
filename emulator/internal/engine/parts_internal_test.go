package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
)

func TestAPartThatFailsIsAFindingAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		findings := finding.NewLog(fact.NewLog(fact.Keep{}), time.Now)
		p := newParts(findings)
		runs, other := 0, 0
		p.start("ledger", func(ctx context.Context) error {
			switch runs++; runs {
			case 1:
				return errors.New("no ink")
			case 2:
				panic("boom")
			}
			<-ctx.Done()
			return nil
		})
		p.start("other", func(ctx context.Context) error {
			other++
			<-ctx.Done()
			return ctx.Err()
		})
		p.start("done", func(context.Context) error { return nil })
		time.Sleep(10 * restAfter)
		synctest.Wait()
		var told []string
		for _, f := range findings.List(finding.Filter{Code: finding.CodeInternal}, 0) {
			told = append(told, f.Detail)
		}
		if runs != 3 || other != 1 || len(told) != 2 || told[1] != "ledger: no ink" || !strings.Contains(told[0], "ledger: panic: boom at emulator/internal/engine.") {
			t.Errorf("%d runs, %d of the other, findings %q", runs, other, told)
		}
		if err := p.finish(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestPartsThatDoNotEndAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts(nil)
		let := make(chan struct{})
		p.start("stubborn", func(context.Context) error { <-let; return nil })
		p.start("quick", func(ctx context.Context) error { <-ctx.Done(); return nil })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.finish(ctx); err == nil || err.Error() != "still running: stubborn" {
			t.Errorf("the error is %v", err)
		}
		close(let)
		if err := p.finish(t.Context()); err != nil {
			t.Error(err)
		}
		if err := newParts(nil).finish(t.Context()); err != nil {
			t.Error("nothing was started:", err)
		}
	})
}
