package audit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// found is a verdict with what was seen.
type found struct {
	verdict Verdict
	detail  string
}

// answers are those of the rule's notices.
func (a *attack) answers() ([]Sent, error) { return a.sent() }

// took says that the handler accepted a notice, by SePay's own rule.
func (a *attack) took(s Sent) bool {
	if a.kind == kindIPN {
		return s.Status == http.StatusOK
	}
	var body struct {
		Success bool `json:"success"`
	}
	return (s.Status == http.StatusOK || s.Status == http.StatusCreated) && json.Unmarshal([]byte(s.Answer), &body) == nil && body.Success
}

// crashed says that the handler broke: no answer, or an error of its own.
func crashed(s Sent) bool { return s.Status == 0 || s.Status >= http.StatusInternalServerError }

// answered is an answer in words.
func answered(s Sent) string {
	if s.Status == 0 {
		return "no answer: " + s.Error
	}
	return fmt.Sprintf("%d %.80s", s.Status, s.Answer)
}

// once demands that the order was credited, once.
func (a *attack) once(o order) (found, error) {
	b, sent, err := a.look(o)
	if err != nil {
		return found{}, err
	}
	refused := slices.IndexFunc(sent, func(s Sent) bool { return !a.took(s) })
	switch {
	case b.known && !b.credited():
		return found{Fail, b.said() + "; the money came"}, nil
	case b.known && b.credits > 1:
		return found{Fail, b.said()}, nil
	case refused >= 0:
		return found{Warn, fmt.Sprintf("notice %d was answered with %s: SePay will send it again", refused+1, answered(sent[refused]))}, nil
	case !b.known:
		return found{Unverifiable, "every notice was accepted; whether the order was credited once, only the shop can say: give --check"}, nil
	case b.credits < 0:
		return found{Unverifiable, b.said() + "; the page does not count credits"}, nil
	}
	return found{Pass, b.said()}, nil
}

// accepts demands that an honest notice is taken.
func (a *attack) accepts(o order) (found, error) {
	b, sent, err := a.look(o)
	if err != nil {
		return found{}, err
	}
	for _, s := range sent {
		if !a.took(s) {
			return found{Fail, "the handler answered " + answered(s)}, nil
		}
	}
	if b.known && !b.credited() {
		return found{Fail, b.said() + "; the money came"}, nil
	}
	return found{Pass, "the notice was accepted" + and(b)}, nil
}

// refuses demands that a forgery is not believed. Who books nothing is safe,
// whatever the answer.
func (a *attack) refuses(o order) (found, error) {
	b, sent, err := a.look(o)
	if err != nil {
		return found{}, err
	}
	taken := slices.ContainsFunc(sent, a.took)
	switch {
	case b.known && b.credited():
		return found{Fail, "the forged notice was believed: " + b.said()}, nil
	case b.known && taken:
		return found{Warn, "the forged notice was answered with success, but nothing was credited: refuse it, or nobody will notice an attack"}, nil
	case taken:
		return found{Fail, "the forged notice was answered with success: " + answered(sent[0])}, nil
	case slices.ContainsFunc(sent, crashed):
		return found{Warn, "nothing was credited, but the handler broke: " + answered(sent[0])}, nil
	}
	return found{Pass, "refused with " + answered(sent[0])}, nil
}

// ignores demands that an honest notice which pays nothing for the order
// credits nothing. SePay must still be told that it came.
func (a *attack) ignores(o order, what string) (found, error) {
	return a.unpaid(o, what, belief.credited)
}

// books demands that honest money which does not pay the order leaves the order
// unpaid. The shop may book it, and should.
func (a *attack) books(o order, what string) (found, error) {
	f, err := a.unpaid(o, what, belief.fulfils)
	if err != nil || f.verdict != Pass || a.saysPaid[a.kind] {
		return f, err
	}
	if b, err := a.believes(o); err != nil || b.money {
		return found{Unverifiable, what + " was booked; whether the order is fulfilled, the shop's page does not say"}, err
	}
	return f, nil
}

// unpaid is ignores and books; wrong says what the shop must not believe.
func (a *attack) unpaid(o order, what string, wrong func(belief) bool) (found, error) {
	b, sent, err := a.look(o)
	if err != nil {
		return found{}, err
	}
	refused := slices.IndexFunc(sent, func(s Sent) bool { return !a.took(s) })
	switch {
	case b.known && wrong(b):
		return found{Fail, what + " was credited: " + b.said()}, nil
	case slices.ContainsFunc(sent, crashed):
		return found{Warn, "the handler broke: " + answered(sent[slices.IndexFunc(sent, crashed)])}, nil
	case !b.known:
		return found{Unverifiable, "whether " + what + " was credited, only the shop can say: give --check"}, nil
	case refused >= 0:
		return found{Warn, fmt.Sprintf("nothing was credited, but %s was answered with %s: it is genuine, and SePay will send it again", what, answered(sent[refused]))}, nil
	}
	return found{Pass, "accepted, and nothing was credited"}, nil
}

// survives demands that a body which no handler expects breaks nothing.
func (a *attack) survives(o order) (found, error) {
	b, sent, err := a.look(o)
	if err != nil {
		return found{}, err
	}
	for _, s := range sent {
		if crashed(s) {
			return found{Fail, "the handler broke: " + answered(s)}, nil
		}
	}
	if b.known && b.credits > 1 {
		return found{Fail, b.said()}, nil
	}
	return found{Pass, "answered with " + answered(sent[len(sent)-1])}, nil
}

// outlives is survives for a body that a handler may stop reading: it can lose
// its answer with the connection, but has to take the next notice.
func (a *attack) outlives(o order) (found, error) {
	sent, err := a.answers()
	if err != nil {
		return found{}, err
	}
	cut := slices.ContainsFunc(sent, func(s Sent) bool { return s.Status == 0 })
	if !cut {
		return a.survives(o)
	}
	if err := a.disarm(); err != nil {
		return found{}, err
	}
	huge := a.noted
	a.noted = nil // the next notice alone is judged
	next, err := a.honest(a.accepts)
	a.noted = append(huge, a.noted...)
	if err == nil && next.verdict == Pass {
		next.detail = "the connection was closed without an answer; the next notice was accepted"
	}
	return next, err
}

// look asks the shop and reads the answers.
func (a *attack) look(o order) (belief, []Sent, error) {
	sent, err := a.answers()
	if err != nil {
		return belief{}, nil, err
	}
	if len(sent) == 0 {
		return belief{}, nil, fmt.Errorf("nothing was sent to the handler")
	}
	b, err := a.believes(o)
	return b, sent, err
}

// verdictOfIdle is what a pass is worth where nothing is ever credited.
func verdictOfIdle(f found) found {
	return found{Unverifiable, f.detail + "; but it does not credit honest notices either"}
}

// and adds what the shop says, if it can be asked.
func and(b belief) string {
	if !b.known {
		return ""
	}
	return "; " + b.said()
}
