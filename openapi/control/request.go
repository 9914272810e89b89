package control

// Request is an entry of the traffic log. Secrets are masked.
type Request struct {
	ID int64 `json:"id"`
	// DurationMS is real time in milliseconds.
	At     string `json:"at"`
	Method string `json:"method"`
	Host   string `json:"host"`
	Path   string `json:"path"`
	Query  string `json:"query"`
	// Surface is a name such as [SurfaceUserAPIV2], Operation an id of its OpenAPI document.
	Surface    string  `json:"surface"`
	Operation  string  `json:"operation"`
	Company    string  `json:"company"`
	Status     int     `json:"status"`
	DurationMS float64 `json:"duration_ms"`
	Client     string  `json:"client"`
	// Headers and bodies are in GET /requests/{id} only.
	RequestHeaders  map[string]string `json:"request_headers,omitempty"`
	RequestBody     string            `json:"request_body,omitempty"`
	ResponseHeaders map[string]string `json:"response_headers,omitempty"`
	ResponseBody    string            `json:"response_body,omitempty"`
	// Faults are those that touched the request. Status is 0 when one of them left it
	// without an answer.
	Faults   []FaultMark `json:"faults"`
	Findings []Finding   `json:"findings"`
}
