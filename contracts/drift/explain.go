package drift

import "github.com/localsepay/localsepay/openapi"

// explain describes what is wrong in a sentence, and how to fix it.
func explain(f Finding, v openapi.Violation) (sentence, hint string) {
	if isNotice(f.Document) {
		return explainNotice(f, v)
	}
	if f.Side == Response {
		return "SePay's answer differs from its document: " + what(f, v) + ".",
			"Nothing to do in the application, unless it relies on this. Run contract drift against the sandbox to see whether SePay has moved."
	}
	if sentence, hint, ok := explainMissing(f, v); ok {
		return sentence, hint
	}
	sentence = "The request has " + what(f, v) + "."
	switch v.Rule {
	case plainHTTP:
		return "The request goes to SePay over plain HTTP, which shows its credentials to everybody on the way.", "Write https in the address."
	case openapi.RuleUnknownParameter:
		return sentence, "SePay ignores it, so that the list is not what was asked for. Take the name from the source."
	case openapi.RuleUndeclaredProperty:
		return sentence, "Leave it out, or take the name from the source: another version of the API may call it otherwise."
	case openapi.RuleRequired, openapi.RuleMissingHeader, openapi.RuleEmptyBody:
		return sentence, "Send it: SePay refuses the request without."
	case openapi.RuleContentType:
		return sentence, "Set Content-Type to what is expected, and encode the body that way."
	case openapi.RuleRepeated, openapi.RuleDuplicateKey:
		return sentence, "Send it once: PHP, which reads it, keeps the last one only."
	case openapi.RuleFormat, openapi.RulePattern:
		return sentence, "Write the value as expected. Dates are Vietnam time."
	case openapi.RuleMalformedBody, openapi.RuleMalformedQuery, openapi.RuleTrailingBytes, openapi.RuleInvalidUTF8:
		return sentence, "Let a library encode it instead of joining texts."
	}
	return sentence, "Send what is expected; the source says what is allowed."
}

// what names the broken rule with its place.
func what(f Finding, v openapi.Violation) string {
	place := f.Path
	if place == "" || place == "$" {
		place = "the " + string(v.Part)
	}
	phrases := map[openapi.Rule]string{
		openapi.RuleUndeclaredProperty:  "a property that is not declared, " + place,
		openapi.RuleUnrequestedProperty: "a property that was not asked for, " + place,
		openapi.RuleUnknownParameter:    "a parameter that does not exist, " + place,
		openapi.RuleUndeclaredHeader:    "a header that is not declared, " + place,
		openapi.RuleMissingHeader:       "no header " + place,
		openapi.RuleRequired:            "no " + place,
		openapi.RuleEmptyBody:           "no body",
		openapi.RuleUnexpectedBody:      "a body where none belongs",
		openapi.RuleMalformedBody:       "a body that cannot be read",
		openapi.RuleMalformedQuery:      "a query that cannot be read",
		openapi.RuleTrailingBytes:       "more bytes after its body",
		openapi.RuleInvalidUTF8:         "bytes that are not UTF-8 in " + place,
		openapi.RuleContentType:         "another content type",
		openapi.RuleUndocumentedStatus:  "status " + f.Seen + ", which is not documented",
		openapi.RuleRepeated:            place + " more than once",
		openapi.RuleDuplicateKey:        "the key " + place + " more than once",
		openapi.RuleType:                "another type of value in " + place,
		openapi.RuleEnum:                "a value that is none of those allowed in " + place,
		openapi.RuleFormat:              "a value that is written otherwise in " + place,
		openapi.RulePattern:             "a value that is written otherwise in " + place,
		openapi.RuleRange:               "a value out of range in " + place,
		openapi.RuleOneOf:               "a value that may be read in several ways in " + place,
		openapi.RuleTooMany:             "more differences than are listed",
	}
	if phrase := phrases[v.Rule]; phrase != "" {
		return phrase
	}
	return string(v.Rule) + " at " + place
}
