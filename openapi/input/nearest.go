package input

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Nearest returns the choice nearest to a text, ignoring case, blanks and
// punctuation, and whether one is near: at most one edit per three characters,
// and never more than half of them.
func Nearest(written string, choices []string) (string, bool) {
	near := nearest(written, choices)
	if len(near) == 0 {
		return "", false
	}
	return near[0], true
}

// Hint suggests the nearest choices, up to three, or lists all.
func Hint(written string, choices []string) string {
	near := nearest(written, choices)
	if len(near) == 0 {
		return "there are: " + strings.Join(choices, ", ")
	}
	var quoted []string
	for _, c := range near[:min(len(near), 3)] {
		quoted = append(quoted, `"`+c+`"`)
	}
	return "did you mean " + strings.Join(quoted, " or ") + "?"
}

// nearest lists the equally nearest choices.
func nearest(written string, choices []string) []string {
	plain := fold(written)
	length := utf8.RuneCountInString(plain)
	least := min(max(2, length/3), length/2) + 1
	var best []string
	for _, c := range choices {
		switch d := distance(plain, fold(c)); {
		case d < least:
			best, least = []string{c}, d
		case d == least && len(best) > 0:
			best = append(best, c)
		}
	}
	return best
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance counts the edits between two texts; swapping two neighbours is one
// (the optimal string alignment distance).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	before, last, row := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row[0] = i + 1
		for j := range to {
			change := last[j]
			if from[i] != to[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(to)]
}
