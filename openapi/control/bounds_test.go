package control_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// bodies are the request bodies of the control API, by their schemas' names.
var bodies = map[string]reflect.Type{
	"NewCompany": reflect.TypeFor[control.NewCompany](), "NewPaymentCodeFormat": reflect.TypeFor[control.PaymentCodeFormat](),
	"NewOAuthApp": reflect.TypeFor[control.OAuthApp](), "NewUser": reflect.TypeFor[control.NewUser](),
	"NewBankAccount": reflect.TypeFor[control.NewBankAccount](), "NewVirtualAccount": reflect.TypeFor[control.NewVirtualAccount](),
	"NewTransfer": reflect.TypeFor[control.NewTransfer](), "NewPay": reflect.TypeFor[control.NewPay](),
	"IPNChange": reflect.TypeFor[control.IPNChange](), "NewMerchant": reflect.TypeFor[control.NewMerchant](), "NewIPN": reflect.TypeFor[control.NewIPN](),
	"TokenRequest": reflect.TypeFor[control.TokenRequest](), "Decision": reflect.TypeFor[control.Decision](),
	"WebhookBody": reflect.TypeFor[control.WebhookBody](), "ReplayBatch": reflect.TypeFor[control.ReplayBatch](),
	"ClockChange": reflect.TypeFor[control.ClockChange](), "Advance": reflect.TypeFor[control.Advance](),
	"NewFault": reflect.TypeFor[control.Fault](), "FaultWhen": reflect.TypeFor[control.FaultWhen](),
	"FaultHeader": reflect.TypeFor[control.FaultHeader](), "FaultDo": reflect.TypeFor[control.FaultDo](),
	"FaultRateLimited": reflect.TypeFor[control.FaultRateLimited](), "FaultTamper": reflect.TypeFor[control.FaultTamper](),
}

// made are numbers that the answer to a fault has and its body has not.
var made = []string{"NewFault.id", "NewFault.matched", "NewFault.fired"}

// Every number that the control API takes has a range, which is the one of the
// table, and the document says so.
func TestEveryNumberOfABodyHasTheRangeThatTheDocumentSays(t *testing.T) {
	all := document(t).Components.Schemas
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		described, ok := all[name]
		if !ok {
			t.Errorf("there is no schema %s", name)
			continue
		}
		for i := range bodies[name].NumField() {
			f := bodies[name].Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			path := name + "." + key
			if !number(f.Type) || slices.Contains(made, path) {
				continue
			}
			r, ok := input.RangeOf(f.Tag.Get("bound"))
			if !ok {
				t.Errorf("%s is a number without a range", path)
				continue
			}
			said := described.Properties[key]
			if said.Items != nil {
				said = said.Items
			}
			if said.Minimum == nil || said.Maximum == nil || *said.Minimum != r.Min || *said.Maximum != r.Max {
				t.Errorf("%s: the document says %s, the table %s", path, show(said), r)
			}
		}
	}
}

func show(s *schema) string {
	if s.Minimum == nil || s.Maximum == nil {
		return "no range"
	}
	return input.Range{Min: *s.Minimum, Max: *s.Maximum}.String()
}

// number says that a type is one, or holds some.
func number(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
		if t.Kind() == reflect.Uint8 {
			return false // bytes are a text
		}
	}
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64
}

// Each range is held at both ends, wherever the number stands.
func TestNumbersAreHeldToTheirRanges(t *testing.T) {
	tried := 0
	for name, body := range bodies {
		for i := range body.NumField() {
			f := body.Field(i)
			r, ok := input.RangeOf(f.Tag.Get("bound"))
			if !ok {
				continue
			}
			for n, good := range map[float64]bool{r.Min: true, r.Max: true, r.Min - 1: r.Min == 1 && !needed(f), r.Max + 1: false, -1e18: false, 9e18: false} {
				v := reflect.New(body)
				put(v.Elem().Field(i), n)
				err := input.CheckNumbers(v.Interface())
				key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if at, _ := input.Member(err); (err == nil) != good && !othersRefuse(v.Elem(), i) || err != nil && !errors.Is(err, input.ErrBounds) || err != nil && !othersRefuse(v.Elem(), i) && !strings.HasPrefix(at, key) {
					t.Errorf("%s.%s = %v: %v", name, key, n, err)
				}
				tried++
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d numbers were tried", tried)
	}
}

// needed says that zero is a value of the member, and not its absence.
func needed(f reflect.StructField) bool {
	return !strings.Contains(f.Tag.Get("json"), "omitempty") || f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Slice
}

// othersRefuse says that another member of the body is out of range as it is.
func othersRefuse(v reflect.Value, except int) bool {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if r, ok := input.RangeOf(f.Tag.Get("bound")); ok && i != except && needed(f) && f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice && r.Min > 0 {
			return true
		}
	}
	return false
}

func put(v reflect.Value, n float64) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		put(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		put(v.Index(0), n)
	case reflect.Float64:
		v.SetFloat(n)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	default:
		panic(fmt.Sprint("a number of kind ", v.Kind()))
	}
}
