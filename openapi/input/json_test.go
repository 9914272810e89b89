package input_test

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/input"
)

type inner struct {
	Nth   int64                      `json:"nth,omitempty" bound:"nth"`
	Codes map[string]int             `json:"codes,omitempty" bound:"alert"`
	Raw   json.RawMessage            `json:"raw,omitempty"`
	Set   map[string]json.RawMessage `json:"set,omitempty"`
}

type outer struct {
	Name string  `json:"name"`
	One  *inner  `json:"one,omitempty"`
	Many []inner `json:"many,omitempty"`
	IDs  []int64 `json:"ids,omitempty" bound:"nth"`
}

func TestJSONIsReadLetterByLetter(t *testing.T) {
	for text, want := range map[string]struct {
		kind error
		says string
	}{
		`{"name":"a","one":{"nth":1,"raw":{"A":1,"a":2}},"many":[{},{"codes":{"x":1,"X":20}}],"ids":[1]}`: {},
		` {"name":null,"one":null,"many":null} `:                                                          {},
		`{"Name":"a"}`:                                                                                    {input.ErrMember, `there is no member "Name" here`},
		`{"one":{"Nth":1}}`:                                                                               {input.ErrMember, `one: there is no member "Nth" here`},
		`{"many":[{},{"nth":1,"nth":1}]}`:                                                                 {input.ErrMember, `many[1]: the member "nth" is given twice`},
		`{"one":{"codes":{"x":1,"x":1}}}`:                                                                 {input.ErrMember, `one.codes: the member "x" is given twice`},
		`{"one":{"raw":[{"x":1,"\u0078":1}]}}`:                                                            {input.ErrMember, `one.raw[0]: the member "x" is given twice`},
		`{"one":{"set":{"a":{"x":[{}],"x":[]}}}}`:                                                         {input.ErrMember, `one.set.a: the member "x" is given twice`},
		`{"one":{"nth":0}}`:                                                                               {input.ErrBounds, `one.nth: want 1 to 1000000000, not 0`},
		`{"one":{"nth":-0}}`:                                                                              {input.ErrBounds, `one.nth: want 1 to 1000000000, not -0`},
		`{"ids":[1,0]}`:                                                                                   {input.ErrBounds, `ids[1]: want 1 to 1000000000, not 0`},
		`{"many":[{"codes":{"x":21}}]}`:                                                                   {input.ErrBounds, `many[0].codes.x: want 1 to 20, not 21`},
		"{\"name\":\"\xff\"}":                                                                             {input.ErrText, "the text is not valid UTF-8 at byte 10"},
		`{"name":"\\\udc00"}`:                                                                             {input.ErrText, "the text is not valid UTF-8 at byte 12"},
		``:                                                                                                {io.EOF, "EOF"},
		`{"name":`:                                                                                        {io.ErrUnexpectedEOF, "unexpected EOF"},
		`{} {}`:                                                                                           {nil, "there is more than one JSON value"},
		`null`:                                                                                            {nil, "json: cannot unmarshal null into Go value of type input_test.outer"},
		`[]`:                                                                                              {nil, "json: cannot unmarshal array into Go value of type input_test.outer"},
		`{"one":{"nth":1.5}}`:                                                                             {nil, "json: cannot unmarshal number 1.5 into Go struct field inner.one.nth of type int64"},
	} {
		err, said := input.ReadJSON([]byte(text), new(outer)), ""
		if err != nil {
			said = err.Error()
		}
		if diff := cmp.Diff(want.says, said); diff != "" || want.kind != nil && !errors.Is(err, want.kind) {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"name":"\ud83d\ude00","one":{"set":{"a":[1,{}]}},"ids":[0]}`))
	f.Add([]byte(`{"name":"\`))
	f.Add([]byte("{\"name\":\"\\\xc4\x83\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var strict, loose outer
		if input.ReadJSON(text, &strict) != nil {
			return
		}
		if err := json.Unmarshal(text, &loose); err != nil {
			t.Fatalf("encoding/json refuses it: %v", err)
		}
		if diff := cmp.Diff(loose, strict); diff != "" {
			t.Error(diff)
		}
	})
}
