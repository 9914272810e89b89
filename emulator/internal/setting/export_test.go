package setting

// Weighed says that the evidence of each value of a setting is written down.
func Weighed(n Name) bool {
	s, _ := find(n)
	return len(evidence[n]) == 1+len(s.Alternatives)
}
