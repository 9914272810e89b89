package scenarios

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"regexp/syntax"
	"strings"
)

// The bounds of one expression.
const (
	// maxCode is how long it may be, in bytes.
	maxCode = 4 << 10
	// maxNodes is how many parts it may have.
	maxNodes = 1_000
	// maxSteps is how much work it may do. A pass of a loop is a step, and so is
	// each member and each 32 bytes of text of what an operation is given.
	maxSteps = 5_000_000
	// maxText is how long a text may get that it puts together, in bytes.
	maxText = 16 << 20
	// maxNesting is how deep its values may nest.
	maxNesting = 100
)

var (
	errSteps   = fmt.Errorf("it takes more than %d steps: make it smaller, or split it over several", maxSteps)
	errText    = fmt.Errorf("a text gets longer than %d bytes", maxText)
	errNesting = fmt.Errorf("a value nests deeper than %d", maxNesting)
	errMemory  = errors.New("its lists get longer than a million members: make it smaller, or split it over several")
	errCode    = fmt.Errorf("an expression is at most %d bytes long", maxCode)
)

// budget is what is left to one expression.
type budget struct {
	ctx   context.Context
	steps int
}

// spend takes steps away. It fails when none are left, or when ctx has ended.
func (b *budget) spend(steps int) error {
	if b.steps -= steps; b.steps < 0 || steps < 0 {
		b.steps = 0
		return errSteps
	}
	return context.Cause(b.ctx)
}

// textStep is how many bytes of a text are a step.
const textStep = 32

// weigh spends what it costs to go through a value, and looks how deep it nests.
// A part that is held twice costs twice, as for every operation.
func (b *budget) weigh(v any) error { return b.weighAt(reflect.ValueOf(v), 0) }

func (b *budget) weighAt(v reflect.Value, depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	steps := 1
	switch v.Kind() {
	case reflect.String:
		steps += v.Len() / textStep
		if v.Len() > maxText {
			return errText
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return b.weighAt(v.Elem(), depth)
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k != reflect.Interface && k < reflect.Array {
			steps += v.Len() / 8 // plain numbers
			break
		}
		for i := range v.Len() {
			if err := b.weighAt(v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Map:
		for at := v.MapRange(); at.Next(); {
			if err := errors.Join(b.weighAt(at.Key(), depth+1), b.weighAt(at.Value(), depth+1)); err != nil {
				return err
			}
		}
	}
	return b.spend(steps)
}

// squared is weigh for an operation that compares each member with each other.
func (b *budget) squared(v any) error {
	before := b.steps
	if err := b.weigh(v); err != nil {
		return err
	}
	took := before - b.steps
	if took > maxSteps/took {
		return errSteps
	}
	return b.spend(took * took)
}

// apart is weigh for an operation that makes a value of each byte of a text.
func (b *budget) apart(v any) error {
	if text, ok := v.(string); ok {
		return b.spend(len(text))
	}
	return b.weigh(v)
}

// written is weigh for an operation that writes a value with its indentation.
func (b *budget) written(v any) error {
	before := b.steps
	if err := b.weigh(v); err != nil {
		return err
	}
	return b.spend((before - b.steps) * 8)
}

// matchStep is how many bytes of a text are a step to one instruction of a
// regular expression.
const matchStep = 8

// matches holds a text against a regular expression. The matcher takes the
// expression's size times the text's length at worst, and cannot be stopped.
func (b *budget) matches(text, pattern string) (bool, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return false, err
	}
	if len(text) > maxText {
		return false, errText
	}
	if err := b.spend(len(program.Inst) * (len(text)/matchStep + 1)); err != nil {
		return false, err
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return false, err
	}
	return re.MatchString(text), nil
}

// room fails when a text would get too long.
func (b *budget) room(length int) error {
	if length > maxText || length < 0 {
		return errText
	}
	return b.spend(length / textStep)
}

func (b *budget) repeat(text string, times int) (string, error) {
	if times < 0 {
		return "", fmt.Errorf("a text cannot be repeated %d times", times)
	}
	if times > 0 && len(text) > maxText/times {
		return "", errText
	}
	return strings.Repeat(text, times), b.room(len(text) * times)
}

func (b *budget) replace(text, from, to string, most int) (string, error) {
	found := strings.Count(text, from)
	if most >= 0 {
		found = min(found, most)
	}
	if grows := len(to) - len(from); grows > 0 && found > maxText/grows {
		return "", errText
	}
	if err := b.room(len(text) + found*(len(to)-len(from))); err != nil {
		return "", err
	}
	return strings.Replace(text, from, to, most), nil
}

func (b *budget) join(list []string, glue string) (string, error) {
	length := 0
	for _, one := range list {
		length += len(one) + len(glue)
		if length > maxText {
			return "", errText
		}
	}
	return strings.Join(list, glue), b.room(length)
}
