package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
	"github.com/localsepay/localsepay/openapi/printable"
)

// span is a flag or argument that is a duration: 90s, 13m, 1d, 3d12h.
type span time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *span) UnmarshalText(text []byte) error {
	d, err := input.Duration(string(text))
	*s = span(d)
	return err
}

// count is a flag that is a number of rows, 1 or more.
type count int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("want a whole number, not %q", text)
	case n < 1:
		return fmt.Errorf("want 1 or more, not %q", text)
	}
	*c = count(n)
	return nil
}

// checkURL refuses a flag's value that is not an http or https address. The
// hint suggests what was probably meant.
func checkURL(flag, text string) error {
	return checkAddress(flag, text, cmp.Or(examples[flag], "http://127.0.0.1:3000"))
}

// checkAddress is checkURL with a given example for the hint.
func checkAddress(flag, text, example string) error {
	if text == "" {
		return nil
	}
	_, err := guard.Rule{}.URL(text)
	var refused *guard.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && !errors.Is(refused, guard.ErrAddress):
		return &usageError{flag + " " + refused.Error(), refused.Hint}
	}
	hint := "write an address such as " + example
	if !strings.Contains(text, "://") {
		meant, err := url.Parse("http://" + strings.TrimLeft(text, "/"))
		if err == nil && (meant.Port() != "" || strings.Contains(meant.Hostname(), ".") || meant.Hostname() == "localhost") {
			hint = "did you mean " + meant.String() + "?"
		}
	}
	return &usageError{fmt.Sprintf("%s %q is not an address", flag, text), hint}
}

// examples are example addresses for flags.
var examples = map[string]string{
	"--url": defaultURL, "--target": defaultURL, "--webhook": "http://127.0.0.1:3000/hook", "--ipn": "http://127.0.0.1:3000/ipn",
}

var (
	noValue    = pattern.Lazy(`^(\S+): (?:expected \w+ value but got|missing value, expecting) "?(?:EOL|<[^>]*>)"?.*$`)
	unknownNeg = pattern.Lazy(`^unknown flag -[0-9.,]`)
	goNumber   = pattern.Lazy(`expected a valid \d+ bit (u?int|float) but got "(.*)"`)
	below      = pattern.Lazy(`^(\S+): expected \w+ value but got "(-[^"]*)" \(short flag\).*$`)
	choice     = pattern.Lazy(`^(\S+) must be one of (.*) but got "(.*)"$`)
	missing    = pattern.Lazy(`^expected "((?:<[^>]+>[ .]*)+)"$`)
	argument   = pattern.Lazy(`^\[?<([\w-]+)>\]?: `)
)

// plain rewrites errors of the command line's parser in terms of the command
// line alone.
func plain(err error, args []string) *usageError {
	text, hint := printable.Line(err.Error()), "localsepay --help lists verbs and flags"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") && !strings.HasPrefix(text, "unexpected argument "+printable.Line(args[0])) {
		hint = "localsepay " + args[0] + " --help lists its flags"
	}
	text = argument().ReplaceAllStringFunc(text, func(name string) string { return strings.ToUpper(strings.Trim(name, "[]<>: ")) + ": " })
	text = strings.ReplaceAll(text, input.ErrDuration.Error()+": ", "")
	if m := noValue().FindStringSubmatch(text); m != nil {
		return &usageError{m[1] + " needs a value", hint}
	}
	if unknownNeg().MatchString(text) {
		for _, a := range args {
			if unknownNeg().MatchString("unknown flag " + a) {
				return &usageError{fmt.Sprintf("%q is below zero: amounts and durations are not", a), minusHints[args[0]]}
			}
		}
	}
	if m := goNumber().FindStringSubmatch(text); m != nil {
		want := map[string]string{"int": "a whole number", "uint": "a whole number, not below zero", "float": "a number"}[m[1]]
		text = goNumber().ReplaceAllLiteralString(text, fmt.Sprintf("want %s, not %q", want, m[2]))
	}
	if m := choice().FindStringSubmatch(text); m != nil {
		var choices []string
		for _, c := range strings.Split(m[2], ",") {
			if c = strings.Trim(c, `"`); c != "" {
				choices = append(choices, c)
			}
		}
		return &usageError{fmt.Sprintf("%s cannot be %q", m[1], m[3]), input.Hint(m[3], choices)}
	}
	if m := below().FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("%s cannot be %s: it is not below zero", m[1], m[2])
	}
	if m := missing().FindStringSubmatch(text); m != nil {
		names := strings.NewReplacer("<", "", ">", "", " ...", "").Replace(m[1])
		text = strings.ToUpper(names) + " is missing"
	}
	return &usageError{text, hint}
}

var minusHints = map[string]string{
	"transfer": "--out lets money go out",
	"advance":  "time moves forward only; PUT /_control/v1/clock sets it to an instant",
}
