package control

// ClockState is the state of the emulator's clock.
type ClockState struct {
	// Mode is [ClockReal], [ClockFrozen] or [ClockScaled].
	Mode string `json:"mode"`
	Now  string `json:"now"`
	// Scale is how many seconds of the emulator pass in a real one; only when scaled.
	Scale float64 `json:"scale,omitempty"`
	// NextDue is when the next waiting delivery is due.
	NextDue *string `json:"next_due"`
	// Due counts the deliveries that wait.
	Due int `json:"due"`
}

// ClockChange is the body of PUT /clock. What is left out stays as it is.
type ClockChange struct {
	Mode  string  `json:"mode,omitempty"`
	Now   string  `json:"now,omitempty"`
	Scale float64 `json:"scale,omitempty" bound:"scale"`
}

// Advance is the body of POST /clock/advance.
type Advance struct {
	// By is a Go duration such as "13m".
	By string `json:"by"`
}

// Advanced is the answer to [Advance].
type Advanced struct {
	Clock ClockState `json:"clock"`
	// Attempts counts the delivery attempts made on the way.
	Attempts int64 `json:"attempts"`
}
