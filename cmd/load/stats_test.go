package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASpreadIsMedianLeastAndGreatest(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   *spread
	}{
		{nil, nil},
		{[]float64{3}, &spread{3, 3, 3}},
		{[]float64{4, 1}, &spread{2.5, 1, 4}},
		{[]float64{9, 1, 5, 2, 3}, &spread{3, 1, 9}},
	} {
		if d := cmp.Diff(c.want, spreadOf(c.values)); d != "" {
			t.Error(d)
		}
	}
}

func TestARatioIsTakenRoundByRound(t *testing.T) {
	got := ratioOf([]float64{2, 30, 9, 1}, []float64{1, 10, 2, 0})
	if d := cmp.Diff(&spread{3, 2, 4.5}, got); d != "" {
		t.Error(d)
	}
	if got := ratioOf([]float64{1}, nil); got != nil {
		t.Errorf("without a control: %v", got)
	}
}

func TestNumbersAreWrittenWithThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0.00", 1.234: "1.23", 12.34: "12.3", 123.4: "123", 1234: "1,234", 1234567: "1,234,567", -1234: "-1,234", 100: "100"} {
		if got := figure(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	s := &spread{2, 1.5, 2.25}
	if s.String() != "2.00 (1.50–2.25)" || s.times() != "2.00x (1.50–2.25)" || (&spread{2, 2, 2}).times() != "2.00x" {
		t.Error(s, s.times())
	}
}
