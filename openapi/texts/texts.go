package texts

import "strings"

// Class is a kind of character that a text may hold.
type Class struct {
	// Name says it in a word or two.
	Name string
	// Sample is a text of the class, in one line and without digits.
	Sample string
	// Usual says that banks have been seen to send it in a memo. The others are
	// allowed there, and are usual in what a shop writes itself.
	Usual bool
}

// The classes. Of 37 webhooks that were observed none holds a character outside
// of ASCII, a quote or a backslash; one of a transfer inside of MBBank holds a
// slash. What a shop writes itself, a description or custom data, holds all.
var classes = []Class{
	{"slash", "Ma GD ACSP/ R", true},
	{"quote", `ban "VIP" cua so`, false},
	{"backslash", `nhom A\B\n`, false},
	{"Vietnamese", "Trà sen Tây Hồ, cỡ lớn – đủ đường", false},
	{"emoji", "cảm ơn 🍵👩‍🍳", false},
}

// Plain is a text without any of them.
const Plain = "thanh toan"

// Classes lists the classes: all of them, or those that are usual in a bank's
// memo.
func Classes(usual bool) []Class {
	var out []Class
	for _, c := range classes {
		if c.Usual || !usual {
			out = append(out, c)
		}
	}
	return out
}

// Join is a text that holds a sample of each class.
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

// Turn is the text of turn n, from 0: one class after the other.
func Turn(of []Class, n int) string {
	if len(of) == 0 {
		return Plain
	}
	return of[((n%len(of))+len(of))%len(of)].Sample
}

// In lists the classes of which a text holds a character.
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
