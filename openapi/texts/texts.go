package texts

import "strings"

// Class is a class of characters in a text.
type Class struct {
	// Name describes the class in a word or two.
	Name string
	// Sample is a text of the class, on one line and without digits.
	Sample string
	// Usual says that banks were seen to send it in a memo. The others are allowed
	// there, and common in a shop's own texts.
	Usual bool
}

// The classes. None of 37 observed webhooks has a character outside ASCII, a
// quote or a backslash; one of a transfer inside MBBank has a slash. A shop's
// own texts, a description or custom data, may have all.
var classes = []Class{
	{"slash", "Ma GD ACSP/ R", true},
	{"quote", `ban "VIP" cua so`, false},
	{"backslash", `nhom A\B\n`, false},
	{"Vietnamese", "Trà sen Tây Hồ, cỡ lớn – đủ đường", false},
	{"emoji", "cảm ơn 🍵👩‍🍳", false},
}

// Plain is a text without characters of the classes.
const Plain = "thanh toan"

// Classes lists all classes, or those that are usual in a bank's memo.
func Classes(usual bool) []Class {
	var out []Class
	for _, c := range classes {
		if c.Usual || !usual {
			out = append(out, c)
		}
	}
	return out
}

// Join returns a text with a sample of each class.
func Join(of []Class) string {
	parts := make([]string, len(of))
	for i, c := range of {
		parts[i] = c.Sample
	}
	if len(parts) == 0 {
		return Plain
	}
	return strings.Join(parts, " ")
}

// Turn returns the text of turn n, from 0: one class after another.
func Turn(of []Class, n int) string {
	if len(of) == 0 {
		return Plain
	}
	return of[((n%len(of))+len(of))%len(of)].Sample
}

// In lists the classes that occur in a text.
func In(text string) []Class {
	var out []Class
	for _, c := range classes {
		if holds(c, text) {
			out = append(out, c)
		}
	}
	return out
}

func holds(c Class, text string) bool {
	switch c.Name {
	case "slash":
		return strings.Contains(text, "/")
	case "quote":
		return strings.Contains(text, `"`)
	case "backslash":
		return strings.Contains(text, `\`)
	case "Vietnamese":
		return strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f && r < 0x2000 })
	}
	return strings.ContainsFunc(text, func(r rune) bool { return r > 0xffff })
}
