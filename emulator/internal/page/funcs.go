package page

import (
	"fmt"
	"html/template"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/localsepay/localsepay/openapi/guard"
)

func (l Live) live() *Live    { return &l }
func (l Leave) leave() string { return ownOrWeb(l.Cancel) }

// functions returns the template functions for a language.
func functions(lang Language, table map[string]text) template.FuncMap {
	in := func(id string) (string, bool) {
		t, ok := table[id]
		return t.in(lang), ok
	}
	all := template.FuncMap{
		"lang": func() string { return string(lang) },
		// t returns one of our texts: a wrong id is a bug.
		"t": func(id string, args ...any) (string, error) {
			s, ok := in(id)
			if !ok {
				return "", fmt.Errorf("no text %q", id)
			}
			if len(args) > 0 {
				s = fmt.Sprintf(s, args...)
			}
			return s, nil
		},
		// word returns the text for a word of the model; an unknown word is shown
		// unchanged.
		"word": func(group, word string) string {
			if s, ok := in(group + "." + word); ok {
				return s
			}
			return word
		},
		"money":  func(amount int64) string { return money(lang, amount) },
		"at":     func(t time.Time) string { return t.Format("15:04:05 02/01/2006") },
		"stamp":  func(t time.Time) string { return t.Format(time.RFC3339) },
		"wait":   func(d time.Duration) string { return strconv.Itoa(int((d+time.Second-1)/time.Second)) + "s" },
		"left":   left,
		"scale":  scale,
		"second": func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) },
		"known":  func(o Order) bool { return o != Order{} },
		"live": func(v View) *Live {
			if l, ok := v.(interface{ live() *Live }); ok {
				return l.live()
			}
			return nil
		},
		"leave": func(v View) string {
			if l, ok := v.(interface{ leave() string }); ok {
				return l.leave()
			}
			return ""
		},
		"web":     web,
		"refresh": refresh,
		"picture": picture,
		"same":    same,
		"again":   again,
		"row":     newRow,
		"amount": func(label string, amount int64) row {
			return row{Label: label, Value: strconv.FormatInt(amount, 10), Shown: money(lang, amount)}
		},
		"field": newField,
		"cvv":   func(v Card) field { return newField(v, "card_cvv", "") },
	}
	maps.Copy(all, outcomeFunctions(lang, table))
	return all
}

// outcomeFunctions returns the template functions about results: transfers,
// refused requests, and words in the other language.
func outcomeFunctions(lang Language, table map[string]text) template.FuncMap {
	return template.FuncMap{
		// also returns a word in the other language.
		"also": func(group, word string) string {
			if s, ok := table[group+"."+word]; ok {
				return s.in(lang.Other())
			}
			return word
		},
		"english": func(s string) string {
			if lang == English {
				return s
			}
			return ""
		},
		"newest": newest,
		"said":   func(r *Received) string { return receivedText(lang, table, r) },
		"title":  func(v Invalid) string { return explained(lang, v).title },
		"detail": func(v Invalid) string { return explained(lang, v).detail },
		"hint":   func(v Invalid) string { return explained(lang, v).hint },
	}
}

// newest returns the latest transfer, or nil.
func newest(all []Received) *Received {
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}

// receivedText describes a received transfer and by how much it is too small or
// too large.
func receivedText(lang Language, table map[string]text, r *Received) string {
	if t, ok := table["verdict.said."+r.Verdict]; ok && r.Difference > 0 {
		return fmt.Sprintf(t.in(lang), money(lang, r.Amount), money(lang, r.Difference))
	}
	return fmt.Sprintf(table["verdict.said"].in(lang), money(lang, r.Amount))
}

// money formats VND in the language.
func money(lang Language, amount int64) string {
	mark, unit := ".", " ₫"
	if lang == English {
		mark, unit = ",", " VND"
	}
	digits := strconv.FormatInt(amount, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return sign + digits + unit
}

// left formats a wait as mm:ss, or h:mm:ss. It rounds up as the script does: at
// 00:00 the time is over.
func left(d time.Duration) string {
	s := max(0, int64((d+time.Second-1)/time.Second))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// scale returns how many seconds pass on the page per second; 0 for a frozen
// clock.
func scale(l *Live) string {
	switch {
	case !l.Ticking:
		return "0"
	case l.Scale <= 0:
		return "1"
	}
	return strconv.FormatFloat(l.Scale, 'f', -1, 64)
}

// web returns an absolute http or https address, else empty: a merchant's
// address must not become a link of another scheme.
func web(address string) string {
	if _, err := guard.WebURL(address); err != nil {
		return ""
	}
	return address
}

// ownOrWeb also accepts a path of this host.
func ownOrWeb(address string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.HasPrefix(address, `/\`) {
		return address
	}
	return web(address)
}

// refresh returns the content of a meta refresh. It is one value so that the
// merchant's address stays as it was sent: the template's rules for URLs would
// rewrite quotes and brackets in it.
func refresh(seconds int, address string) string {
	return strconv.Itoa(max(0, seconds)) + ";url=" + address
}

// again returns the content of a meta refresh that reloads a page of ours.
func again(address string) string {
	if address = ownOrWeb(address); address == "" {
		return "3"
	}
	return refresh(3, address)
}

// picture allows an inline PNG, which a template would refuse.
func picture(address string) any {
	data, ok := strings.CutPrefix(address, "data:image/png;base64,")
	if !ok || strings.Trim(data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != "" {
		return address
	}
	return template.URL(address) // Only the alphabet of base64 came through.
}

// split is a string in two parts: what equals the other one, and the rest.
type split struct{ Same, Rest string }

// same splits a at the first place where it differs from b.
func same(a, b string) split {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return split{Same: a[:n], Rest: a[n:]}
}

// row is a value to copy, and its text.
type row struct {
	Label, Value, Shown string
	Mono                bool
}

func newRow(label, value string, mono bool) row {
	return row{Label: label, Value: value, Shown: value, Mono: mono}
}

// field is an input of the card form. Mistake is the name of its error text.
type field struct{ Name, Value, Mistake string }

func newField(v Card, name, value string) field {
	f := field{Name: name, Value: value}
	if what := v.Mistakes[name]; what != "" {
		f.Mistake = name + "." + what
	}
	return f
}
