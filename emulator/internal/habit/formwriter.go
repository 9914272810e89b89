package habit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// part is a placeholder of a form.
var part = pattern.Lazy(`\{[^{}]*\}`)

// The alphabets of generated texts.
var alphabets = map[string]string{
	"digits":   derive.Digits,
	"capitals": derive.UpperAlnum,
	"mixed":    derive.UpperAlnum + "abcdefghijklmnopqrstuvwxyz",
}

// maxMade is the maximum length of a generated text.
const maxMade = 64

// check returns an error when a form is invalid.
func check(form string) error {
	made := 0
	for _, p := range part().FindAllString(form, -1) {
		word := strings.Trim(p, "{}")
		kind, length, random := strings.Cut(word, ":")
		same, isSame := strings.CutPrefix(word, "=")
		switch {
		case random:
			least, most, err := span(length)
			if err != nil || alphabets[kind] == "" || least < 1 || most > maxMade || least > most {
				return fmt.Errorf("there is no part %s", p)
			}
			made++
		case isSame:
			if n, err := strconv.Atoi(same); err != nil || n < 1 || n > made {
				return fmt.Errorf("%s: there are %d parts before it", p, made)
			}
		case word == "uuid4" || strings.HasPrefix(word, "va-"):
		default:
			if _, ok := (formWriter{}).fact(word); !ok {
				return fmt.Errorf("there is no part %s", p)
			}
		}
	}
	return nil
}

// span parses the length of a generated text: 6, or 11-12.
func span(text string) (least, most int, err error) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	if least, err = strconv.Atoi(low); err != nil {
		return 0, 0, err
	}
	most, err = strconv.Atoi(high)
	return least, most, err
}

// formWriter fills in forms.
type formWriter struct {
	in  Input
	day time.Time
	// purpose separates the generated values of different forms.
	purpose string
}

// write fills in the parts of a form, which [check] must have accepted.
func (s formWriter) write(form string) string {
	var made []string
	return part().ReplaceAllStringFunc(form, func(p string) string {
		word := strings.Trim(p, "{}")
		if n, ok := strings.CutPrefix(word, "="); ok {
			i, _ := strconv.Atoi(n)
			return made[i-1]
		}
		if kind, length, ok := strings.Cut(word, ":"); ok {
			made = append(made, s.make(kind, length, len(made)))
			return made[len(made)-1]
		}
		if beginning, ok := strings.CutPrefix(word, "va-"); ok {
			return strings.TrimPrefix(s.in.VA, beginning)
		}
		if word == "uuid4" {
			return s.in.Seed.UUID4(s.purpose, s.in.Number)
		}
		text, _ := s.fact(word)
		return text
	})
}

// make generates a text. Its first digit is not 0, as in banks' numbers.
func (s formWriter) make(kind, length string, i int) string {
	purpose := fmt.Sprintf("%s.%d", s.purpose, i)
	least, most, _ := span(length)
	n := least + int(s.in.Seed.Uint64(purpose+".length", s.in.Number)%uint64(most-least+1))
	text := []byte(s.in.Seed.Text(purpose, s.in.Number, alphabets[kind], n))
	if kind == "digits" && text[0] == '0' && n > 1 {
		text[0] = '1'
	}
	return string(text)
}

// fact returns a part taken from the transfer or its payer.
func (s formWriter) fact(word string) (string, bool) {
	in := &s.in
	switch word {
	case "memo":
		return in.Memo, true
	case "va":
		return in.VA, true
	case "account":
		return in.Account, true
	case "holder":
		return in.Holder, true
	case "payer.name":
		return s.payer(), true
	case "payer.account":
		return "00" + in.Seed.Text("habit.payer.account", in.Number, derive.Digits, 8), true
	case "payer.phone":
		return "0900" + in.Seed.Text("habit.payer.phone", in.Number, derive.Digits, 6), true
	case "yyddd":
		return fmt.Sprintf("%s%03d", s.day.Format("06"), s.day.YearDay()), true
	case "yddd":
		return fmt.Sprintf("%d%03d", s.day.Year()%10, s.day.YearDay()), true
	case "ddmmyy":
		return in.At.Format("020106"), true
	case "time":
		return in.At.Format("15:04:05"), true
	}
	return "", false
}

func (s formWriter) payer() string {
	pick := func(purpose string, names ...string) string {
		return derive.Pick(s.in.Seed, "habit.payer."+purpose, s.in.Number, names)
	}
	return pick("family", "NGUYEN", "TRAN", "LE", "PHAM", "VU") + " " + pick("middle", "VAN", "THI", "MINH", "NGOC") + " " +
		pick("given", "AN", "BINH", "CHAU", "DUNG", "HANH", "LINH")
}
