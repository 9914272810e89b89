package page

// Message is a page that says one thing, in both languages at once: who asked
// for it did not choose one.
type Message struct {
	Frame
	// Kind is a word such as not_found or unknown_bank.
	Kind string
	// Value is what it is about, as it came; empty when there is nothing to show.
	Value string
	// Detail says more, in English; it stands with the English text, so that the
	// page leads with Vietnamese.
	Detail string
	// Home is the emulator's front page; empty hides the link.
	Home string
}

// Home is the emulator's front page.
type Home struct {
	Frame
	// Curl is a command that makes a transfer, for the address of this page.
	Curl string
	// Recent is what happened last; empty for who may not see it.
	Recent []Recent
	Places []Place
}

// Recent is a table of what happened last.
type Recent struct {
	// Kind is orders, transfers, deliveries or findings; Verb is the command that
	// lists more.
	Kind, Verb string
	Rows       []RecentRow
}

// RecentRow is a row of such a table.
type RecentRow struct {
	// Link leads to what the row is about; empty for none.
	Title, Text, Link string
	// Amount is in VND; 0 shows none.
	Amount int64
	// Status is a word of a Group of texts, At the time in Vietnam's zone.
	Group, Status, At string
}

// Place is an address of the emulator. A Link leads there.
type Place struct{ Name, Path, Link string }

func (Message) file() string { return "message" }
func (Home) file() string    { return "home" }
