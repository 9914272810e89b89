package control

// Request is one entry of the traffic log. Secrets are masked.
type Request struct {
	ID int64 `json:"id"`
	// At is on the emulator's clock, DurationMS in real milliseconds.
	At         string  `json:"at"`
	Method     string  `json:"method"`
	Host       string  `json:"host"`
	Path       string  `json:"path"`
	Query      string  `json:"query"`
	Surface    string  `json:"surface"`
	Operation  string  `json:"operation"`
	Company    string  `json:"company"`
	Status     int     `json:"status"`
	DurationMS float64 `json:"duration_ms"`
	Client     string  `json:"client"`
	// Headers and bodies are filled in by GET /requests/{id} only.
	RequestHeaders  map[string]string `json:"request_headers,omitempty"`
	RequestBody     string            `json:"request_body,omitempty"`
	ResponseHeaders map[string]string `json:"response_headers,omitempty"`
	ResponseBody    string            `json:"response_body,omitempty"`
	// Faults are those that touched the request. Status is 0 when it got no
	// answer because of one.
	Faults   []FaultMark `json:"faults"`
	Findings []Finding   `json:"findings"`
}
