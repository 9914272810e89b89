package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Evidence says how a fact of a contract is known.
type Evidence string

// The kinds of evidence, from the strongest.
const (
	// Documented: a page of SePay states it as a rule. An example on a page does not.
	Documented Evidence = "documented"
	// Captured: somebody published bytes that the real service sent, unedited. They show one
	// form, which need not be the only one.
	Captured Evidence = "captured"
	// Observed: programs that talk to SePay show it.
	Observed Evidence = "observed"
	// Assumed: nobody says so; the contract takes the most sensible answer.
	Assumed Evidence = "assumed"
)

// Evidences lists the kinds of evidence from the strongest.
func Evidences() []Evidence { return []Evidence{Documented, Captured, Observed, Assumed} }

// Rank returns the place in [Evidences], 0 for the strongest; an unknown kind comes last.
func (e Evidence) Rank() int {
	all := Evidences()
	if i := slices.Index(all, e); i >= 0 {
		return i
	}
	return len(all)
}

// Rule is the stable code of the rule that was broken.
type Rule string

// The rules.
const (
	RuleUnknownOperation    Rule = "unknown-operation"
	RuleUndocumentedStatus  Rule = "undocumented-status"
	RuleContentType         Rule = "content-type"
	RuleEmptyBody           Rule = "empty-body"
	RuleUnexpectedBody      Rule = "unexpected-body"
	RuleMalformedBody       Rule = "malformed-body"
	RuleTrailingBytes       Rule = "trailing-bytes"
	RuleInvalidUTF8         Rule = "invalid-utf8"
	RuleDuplicateKey        Rule = "duplicate-key"
	RuleUndeclaredProperty  Rule = "undeclared-property"
	RuleUnrequestedProperty Rule = "unrequested-property"
	RuleRequired            Rule = "required"
	RuleType                Rule = "type"
	RuleEnum                Rule = "enum"
	RuleFormat              Rule = "format"
	RulePattern             Rule = "pattern"
	RuleRange               Rule = "range"
	RuleOneOf               Rule = "one-of"
	RuleMalformedQuery      Rule = "malformed-query"
	RuleUnknownParameter    Rule = "unknown-parameter"
	RuleUndeclaredHeader    Rule = "undeclared-header"
	RuleMissingHeader       Rule = "missing-header"
	RuleRepeated            Rule = "repeated"
	// RuleTooMany ends a list that was cut at maxViolations.
	RuleTooMany Rule = "too-many"
)

// Rules lists the rules in the order in which they are documented.
func Rules() []Rule {
	return []Rule{
		RuleUnknownOperation, RuleUndocumentedStatus, RuleContentType, RuleEmptyBody, RuleUnexpectedBody, RuleMalformedBody,
		RuleTrailingBytes, RuleInvalidUTF8, RuleDuplicateKey, RuleUndeclaredProperty, RuleUnrequestedProperty, RuleRequired,
		RuleType, RuleEnum, RuleFormat, RulePattern, RuleRange, RuleOneOf, RuleMalformedQuery, RuleUnknownParameter,
		RuleUndeclaredHeader, RuleMissingHeader, RuleRepeated, RuleTooMany,
	}
}

// Part is the part of a message that a violation is about.
type Part string

// The parts.
const (
	PartRequestLine Part = "request-line"
	PartPath        Part = "path"
	PartQuery       Part = "query"
	PartStatus      Part = "status"
	PartHeader      Part = "header"
	PartBody        Part = "body"
)

// maxViolations bounds what one message can produce.
const maxViolations = 256

// Violation is one way in which a message breaks its contract. Secrets in its texts are
// shortened.
type Violation struct {
	// Operation is the operation's id, empty when none was recognised.
	Operation string `json:"operation"`
	Rule      Rule   `json:"rule"`
	Part      Part   `json:"part"`
	// JSONPath is the place in a body ("$.data[0].id"; a form's fields are
	// "$.name" too), the bare name of a parameter or header, else empty.
	JSONPath string `json:"json_path"`
	// Expected and Seen are what the contract says and what came.
	Expected string   `json:"expected"`
	Seen     string   `json:"seen"`
	Evidence Evidence `json:"evidence"`
	// Source is a public page, or the reason of an assumption.
	Source string `json:"source"`
}

// String returns the violation in one line.
func (v Violation) String() string {
	place := string(v.Part)
	if v.JSONPath != "" {
		place += " " + v.JSONPath
	}
	return fmt.Sprintf("%s: %s: %s: expected %s, saw %s (%s)", v.Operation, v.Rule, place, v.Expected, v.Seen, v.Evidence)
}

// shownRunes is how much of a text a violation may repeat.
const shownRunes = 32

// describe says what a value is without giving away more than its reader
// needs: nothing of a secret, the beginning of a long text.
func describe(v any, secret bool) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		if secret {
			return "a number"
		}
		return "number " + shorten(string(v))
	case string:
		return describeText(v, secret)
	case []any:
		return fmt.Sprintf("an array of %d", len(v))
	case *object:
		return fmt.Sprintf("an object of %d", len(v.members))
	}
	return "a value"
}

func describeText(s string, secret bool) string {
	if s == "" {
		return `""`
	}
	if secret || looksSecret(s) {
		return fmt.Sprintf("a text of %d characters", utf8.RuneCountInString(s))
	}
	return strconv.Quote(shorten(s))
}

// describeKind is for values that nothing is declared about: their kind only.
func describeKind(v any) string {
	if s, ok := v.(string); ok {
		return describeText(s, true)
	}
	return describe(v, true)
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= shownRunes {
		return s
	}
	return string([]rune(s)[:shownRunes]) + "…"
}

// looksSecret recognises credentials that turn up where none belongs: the
// well-known prefixes, and long unbroken runs of letters and digits.
func looksSecret(s string) bool {
	if prefixed(s) {
		return true
	}
	run := 0
	for _, r := range s {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			run++
		default:
			run = 0
		}
		if run >= 24 {
			return true
		}
	}
	return false
}

// prefixed recognises what announces a credential.
func prefixed(s string) bool {
	lower := strings.ToLower(s)
	for _, prefix := range []string{"bearer ", "basic ", "apikey ", "spsk_", "whsec_", "sha256=", "eyj"} {
		if strings.Contains(lower, prefix) {
			return true
		}
	}
	return false
}

// SafeName returns a name that came from outside as a violation shows it: shortened when
// it is long, and masked when it looks like a credential.
func SafeName(name string) string {
	if prefixed(name) || looksSecret(strings.ReplaceAll(name, "_", "-")) {
		return fmt.Sprintf("(a name of %d characters)", utf8.RuneCountInString(name))
	}
	return shorten(strings.ToValidUTF8(name, "\uFFFD"))
}
