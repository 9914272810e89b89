package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// spread is the median of some rounds, with the least and the greatest.
type spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spreadOf returns the spread of values, nil for none.
func spreadOf(values []float64) *spread {
	if len(values) == 0 {
		return nil
	}
	s := slices.Sorted(slices.Values(values))
	middle := len(s) / 2
	median := s[middle]
	if len(s)%2 == 0 {
		median = (s[middle-1] + s[middle]) / 2
	}
	return &spread{median, s[0], s[len(s)-1]}
}

// ratioOf returns the spread of own to control, round by round, without rounds
// whose control is zero.
func ratioOf(own, control []float64) *spread {
	var ratios []float64
	for i := range min(len(own), len(control)) {
		if control[i] > 0 {
			ratios = append(ratios, own[i]/control[i])
		}
	}
	return spreadOf(ratios)
}

// figure writes a number with three digits, and with commas between thousands.
func figure(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// thousands puts commas into digits.
func thousands(digits string) string {
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// String returns "1.23 (1.10–1.40)", and the median alone of a single round.
func (s *spread) String() string {
	switch {
	case s == nil:
		return ""
	case s.Min == s.Max:
		return figure(s.Median)
	}
	return fmt.Sprintf("%s (%s–%s)", figure(s.Median), figure(s.Min), figure(s.Max))
}

// times returns a ratio as "1.23x (1.10–1.40)".
func (s *spread) times() string {
	switch {
	case s == nil:
		return ""
	case s.Min == s.Max:
		return figure(s.Median) + "x"
	}
	return fmt.Sprintf("%sx (%s–%s)", figure(s.Median), figure(s.Min), figure(s.Max))
}
