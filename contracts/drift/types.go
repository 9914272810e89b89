package drift

import "github.com/localsepay/localsepay/openapi"

// Move is a change between two runs.
type Move struct {
	Document  string `json:"document"`
	Operation string `json:"operation"`
	// Status is the answer's, 0 when the move is about the operation or about a
	// request that SePay sends.
	Status int    `json:"status,omitempty"`
	Path   string `json:"path,omitempty"`
	// What is a short stable code, e.g. "property-gone".
	What string `json:"what"`
	// Before and Now describe both sides, with their observations: "in 40 of 40".
	Before string `json:"before"`
	Now    string `json:"now"`
	// Thin says that there are so few observations that the move may be chance.
	Thin bool `json:"thin,omitempty"`
	// Accepted is the reviewed entry that excuses the move.
	Accepted *Entry `json:"accepted,omitempty"`
}

// Verdict is a row of the three-way comparison.
type Verdict struct {
	Document  string `json:"document"`
	Operation string `json:"operation"`
	Status    int    `json:"status,omitempty"`
	Path      string `json:"path,omitempty"`
	// What is the broken rule, or the code of a move.
	What string `json:"what"`
	// Says is the statement of each of the three.
	Says struct {
		Document string `json:"document"`
		Emulator string `json:"emulator"`
		Sandbox  string `json:"sandbox"`
	} `json:"says"`
	// Differs is the verdict in one sentence, e.g. "The sandbox differs from
	// the document and the emulator".
	Differs  string           `json:"differs"`
	Evidence openapi.Evidence `json:"evidence,omitempty"`
	Source   string           `json:"source,omitempty"`
	Thin     bool             `json:"thin,omitempty"`
}
