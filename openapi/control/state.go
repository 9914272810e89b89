package control

import "github.com/localsepay/localsepay/openapi"

// State is the answer of GET /state: where everything is and with which
// credentials.
type State struct {
	Addresses Addresses      `json:"addresses"`
	Clock     ClockState     `json:"clock"`
	Settings  []SettingState `json:"settings"`
	Companies []Company      `json:"companies"`
	// Dropped counts what the bounded journals had to forget.
	Dropped Dropped `json:"dropped"`
}

// Addresses are base URLs without a trailing slash, by surface.
type Addresses = openapi.Addresses

// Dropped counts the entries that fell out of each bounded journal. Of the
// deliveries in Answers only headers and bodies went; Streams were ended because
// nobody read them, and the events in Log came too fast for whoever logs them.
type Dropped struct {
	Requests   int64 `json:"requests"`
	Findings   int64 `json:"findings"`
	Deliveries int64 `json:"deliveries"`
	Events     int64 `json:"events"`
	Answers    int64 `json:"answers"`
	Streams    int64 `json:"streams"`
	Log        int64 `json:"log"`
}

// SettingState is one of the emulator's settings and its present value.
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

// Snapshot is the answer of POST /snapshots. At is on the emulator's clock.
type Snapshot struct {
	ID string `json:"id"`
	At string `json:"at"`
}
