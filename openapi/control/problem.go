package control

// Problem is an RFC 9457 problem detail, the shape of every control error.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
}

// Error implements error, so that a client can hand a problem on.
func (p *Problem) Error() string {
	if p.Hint != "" {
		return p.Detail + " (" + p.Hint + ")"
	}
	return p.Detail
}
