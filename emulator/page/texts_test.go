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
		if !used[id] && !slices.ContainsFunc(groups, func(g string) bool { return strings.HasPrefix(id, g) }) {
			t.Errorf("%s is a text that no page shows", id)
		}
	}
}

func TestEveryWordOfTheModelHasAText(t *testing.T) {
	words := map[string][]string{
		"method":       {"BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "CARD"},
		"method.hint":  {"BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "CARD"},
		"verdict":      {"paid", "less", "more", "twice", "late", "cancelled"},
		"mistake":      {"required", "invalid", "expired"},
		"reason":       {"declined", "insufficient_funds", "expired_card", "authentication_failed", "timeout"},
		"card.outcome": {"approved", "declined", "insufficient_funds", "expired_card", "challenge", "challenge_fails", "timeout"},
		"result.title": {"paid", "failed", "cancelled", "expired"},
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
