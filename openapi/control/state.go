package control

import "github.com/localsepay/localsepay/openapi"

// State is the answer of GET /state, with credentials in clear text.
type State struct {
	Addresses Addresses      `json:"addresses"`
	Clock     ClockState     `json:"clock"`
	Settings  []SettingState `json:"settings"`
	Companies []Company      `json:"companies"`
	// Dropped counts what the bounded journals had to forget.
	Dropped Dropped `json:"dropped"`
}

// Addresses are base URLs without a trailing slash, by the key of the surface.
type Addresses = openapi.Addresses

// Dropped counts entries that the bounded logs forgot. Answers counts deliveries that
// lost headers and bodies, Streams event streams that were ended because nobody read
// them, and Log events that came too fast for the process's own log.
type Dropped struct {
	Requests   int64 `json:"requests"`
	Findings   int64 `json:"findings"`
	Deliveries int64 `json:"deliveries"`
	Events     int64 `json:"events"`
	Answers    int64 `json:"answers"`
	Streams    int64 `json:"streams"`
	Log        int64 `json:"log"`
}

// SettingState is a setting of the emulator with its present value.
type SettingState struct {
	Name         string   `json:"name"`
	Value        string   `json:"value"`
	Default      string   `json:"default"`
	Alternatives []string `json:"alternatives"`
	Summary      string   `json:"summary"`
	Source       string   `json:"source"`
}

// Health is the answer of GET /health.
type Health struct {
	Status string `json:"status"`
}

// Snapshot is the answer of POST /snapshots.
type Snapshot struct {
	ID string `json:"id"`
	At string `json:"at"`
}
