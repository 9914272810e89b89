package drift

import "github.com/localsepay/localsepay/openapi"

// Move is one thing that changed between two runs.
type Move struct {
	Document  string `json:"document"`
	Operation string `json:"operation"`
	// Status is the answer's, 0 where the move is about the operation, or
	// about a request that SePay sends.
	Status int    `json:"status,omitempty"`
	Path   string `json:"path,omitempty"`
	// What is a short stable code, e.g. "property-gone".
	What string `json:"what"`
	// Before and Now say it side by side, with the observations behind each:
	// "in 40 of 40".
	Before string `json:"before"`
	Now    string `json:"now"`
	// Thin says that so few observations back the move that chance may have
	// made it.
	Thin bool `json:"thin,omitempty"`
}

// Verdict is a row of the three-way comparison.
type Verdict struct {
	Document  string `json:"document"`
	Operation string `json:"operation"`
	Status    int    `json:"status,omitempty"`
	Path      string `json:"path,omitempty"`
	// What is the rule that is broken, or the code of a move.
	What string `json:"what"`
	// Says is what each of the three says.
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

// Entry is one accepted difference.
type Entry struct {
	Operation string `yaml:"operation" json:"operation"`
	Rule      string `yaml:"rule" json:"rule"`
	Path      string `yaml:"path" json:"path,omitempty"`
	Reason    string `yaml:"reason" json:"reason"`
	// Expires is the last day on which the entry holds, YYYY-MM-DD.
	Expires string `yaml:"expires" json:"expires"`
	// Line is where the entry stands in its file.
	Line int `yaml:"-" json:"line"`
}

// Problem is an entry of the accepted file that does not hold.
type Problem struct {
	Entry Entry  `json:"entry"`
	Text  string `json:"text"`
	// Fails is false when the run could not tell: it did not call the
	// operation.
	Fails bool `json:"fails"`
}
