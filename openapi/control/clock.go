package control

// ClockState is the emulator's clock. Now is RFC 3339 with Vietnam's offset.
type ClockState struct {
	// Mode is real, frozen or scaled.
	Mode string `json:"mode"`
	Now  string `json:"now"`
	// Scale is how many emulator seconds pass in a real one; only when scaled.
	Scale float64 `json:"scale,omitempty"`
	// NextDue is when the next waiting delivery is due.
	NextDue *string `json:"next_due"`
	// Due counts the deliveries that wait.
	Due int `json:"due"`
}

// ClockChange is the body of PUT /clock. What is absent stays as it is.
type ClockChange struct {
	Mode  string  `json:"mode,omitempty"`
	Now   string  `json:"now,omitempty"`
	Scale float64 `json:"scale,omitempty" bound:"scale"`
}

// Advance is the body of POST /clock/advance: a Go duration such as "13m".
type Advance struct {
	By string `json:"by"`
}

// Advanced is its answer.
type Advanced struct {
	Clock ClockState `json:"clock"`
	// Attempts counts the delivery attempts that were made on the way.
	Attempts int64 `json:"attempts"`
}
