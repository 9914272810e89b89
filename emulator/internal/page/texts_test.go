package page

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryTextSpeaksBothLanguages(t *testing.T) {
	verb := regexp.MustCompile(`%[a-z]`)
	for id, text := range texts() {
		if strings.TrimSpace(text.vi) == "" || strings.TrimSpace(text.en) == "" {
			t.Errorf("%s lacks a language: %+v", id, text)
		}
		if vi, en := verb.FindAllString(text.vi, -1), verb.FindAllString(text.en, -1); !slices.Equal(vi, en) {
			t.Errorf("%s takes other values in English: %v, %v", id, vi, en)
		}
	}
}

func TestTemplatesAndTextsKnowEachOther(t *testing.T) {
	exact, group := regexp.MustCompile(`\bt "([^"]+)"`), regexp.MustCompile(`\bword "([^"]+)"`)
	used := map[string]bool{}
	names, err := fs.Glob(files, "html/*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var groups []string
	table := texts()
	for _, name := range names {
		source, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range exact.FindAllStringSubmatch(string(source), -1) {
			used[m[1]] = true
			if _, ok := table[m[1]]; !ok {
				t.Errorf("%s asks for %q, which nobody wrote", name, m[1])
			}
		}
		for _, m := range group.FindAllStringSubmatch(string(source), -1) {
			groups = append(groups, m[1]+".")
		}
	}
	for id := range table {
		// The verdict's sentence and the words of a row are asked for by the code.
		if strings.HasPrefix(id, "verdict.said") || strings.HasPrefix(id, "home.") {
			continue
		}
		if !used[id] && !slices.ContainsFunc(groups, func(g string) bool { return strings.HasPrefix(id, g) }) {
			t.Errorf("%s is a text that no page shows", id)
		}
	}
}

func TestEveryWordOfTheModelHasAText(t *testing.T) {
	words := map[string][]string{
		"method":              {"BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "CARD"},
		"method.hint":         {"BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "CARD"},
		"verdict":             {"paid", "less", "more", "twice", "late", "cancelled", "unmatched"},
		"verdict.do":          {"paid", "less", "more", "twice", "late", "cancelled", "unmatched"},
		"mistake.card_number": {"required", "invalid"}, "mistake.card_holder_name": {"required", "invalid"},
		"mistake.card_expiry": {"required", "invalid", "expired"}, "mistake.card_cvv": {"required", "invalid"},
		"problem":       {"upload", "nothing", "picture", "no_code", "malformed", "checksum", "unsupported", "field", "amount", "bank", "account", "refused"},
		"problem.do":    {"upload", "nothing", "picture", "no_code", "malformed", "checksum", "unsupported", "field", "amount", "bank", "account", "refused"},
		"message.title": {"not_found", "not_emulated", "method", "host", "checkout_form", "checkout_unknown", "oauth_unknown", "failed", "stopping", "unknown_bank", "missing_parameter", "invalid_amount", "invalid_account", "no_picture", "qr_unknown"},
		"message.lead":  {"not_found", "not_emulated", "method", "host", "checkout_form", "checkout_unknown", "oauth_unknown", "failed", "stopping", "unknown_bank", "missing_parameter", "invalid_amount", "invalid_account", "no_picture", "qr_unknown"},
		"home.recent":   {"orders", "transfers", "deliveries", "findings"}, "home.none": {"orders", "transfers", "deliveries", "findings"},
		"home.state": {"waiting", "processing", "paid", "failed", "cancelled", "expired"}, "home.finding": {"error", "warning", "note"},
		"home.delivery": {"queued", "sending", "waiting", "succeeded", "failed", "skipped"}, "home.transfer": {"in", "out"},
		"reason":       {"declined", "insufficient_funds", "expired_card", "authentication_failed", "timeout"},
		"card.outcome": {"approved", "declined", "insufficient_funds", "expired_card", "challenge", "challenge_fails", "timeout"},
		"result.title": {"paid", "failed", "cancelled", "expired", "left"},
		"result.lead":  {"paid", "failed", "cancelled", "expired"},
	}
	table := texts()
	for group, all := range words {
		for _, word := range all {
			if _, ok := table[group+"."+word]; !ok {
				t.Errorf("no text for %s.%s", group, word)
			}
		}
	}
}

func TestEveryRefusalIsExplainedInVietnamese(t *testing.T) {
	english := regexp.MustCompile(`(?i)\b(the|is|are|of|with|not|was)\b`)
	for group, table := range map[string]map[string]explanation{"reason": explanations(), "cause": causes()} {
		for word, e := range table {
			for _, text := range []string{e.title, e.detail, e.hint} {
				if english.MatchString(text) || (text == "" && group == "reason") {
					t.Errorf("%s %s: %q", group, word, text)
				}
			}
		}
	}
	out := explained(Vietnamese, Invalid{Reason: "signature_mismatch", Cause: "trimmed", Title: "T", Detail: "D", Hint: "H"})
	if out.title != explanations()["signature_mismatch"].title || out.detail != causes()["trimmed"].detail {
		t.Errorf("a cause changes detail and hint, and not the title: %+v", out)
	}
	if out := explained(English, Invalid{Reason: "signature_mismatch", Title: "T", Detail: "D", Hint: "H"}); out != (explanation{"T", "D", "H"}) {
		t.Errorf("an English page says what came with it: %+v", out)
	}
}

func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	// What stands between tags and actions, but for names and for SePay's card.
	names := regexp.MustCompile(`localsepay advance|localsepay|VietQR|NAPAS 247|3-D Secure|Yêu cầu không hợp lệ`)
	actions, comments, tags := regexp.MustCompile(`(?s)\{\{(define "(class|invalid|mistaken)"\}\}.*?\{\{end)?.*?\}\}`), regexp.MustCompile(`(?s)\{\{/\*.*?\*/\}\}`), regexp.MustCompile(`(?s)<[^>]*>`)
	letters := regexp.MustCompile(`\pL{2,}`)
	found, err := fs.Glob(files, "html/*.html")
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		source, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := tags.ReplaceAllString(actions.ReplaceAllString(comments.ReplaceAllString(string(source), ""), ""), " ")
		if words := letters.FindAllString(names.ReplaceAllString(text, ""), -1); len(words) > 0 {
			t.Errorf("%s says %q itself", name, words)
		}
	}
}
