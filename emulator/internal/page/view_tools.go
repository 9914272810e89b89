package page

// Message is a page with one message, in both languages, as the request chose
// none.
type Message struct {
	Frame
	// Kind is a code such as not_found or unknown_bank.
	Kind string
	// Value is the value in question, as received; empty for none.
	Value string
	// Detail is an English addition, shown with the English text.
	Detail string
	// Home is the emulator's front page; empty hides the link.
	Home string
}

// Home is the emulator's front page.
type Home struct {
	Frame
	// Curl is a command that makes a transfer, for the address of this page.
	Curl string
	// Recent is the latest activity; empty for a caller who may not see it.
	Recent []Recent
	Places []Place
}

// Recent is a table of recent activity.
type Recent struct {
	// Kind is orders, transfers, deliveries or findings; Verb is the command that
	// lists more.
	Kind, Verb string
	Rows       []RecentRow
}

// RecentRow is a row of such a table.
type RecentRow struct {
	// Link leads to the row's subject; empty for none.
	Title, Text, Link string
	// Amount is in VND; 0 shows none.
	Amount int64
	// Status is a word of a Group of texts, At the time in Vietnam's zone.
	Group, Status, At string
}

// Place is an address of the emulator. Link is its URL.
type Place struct{ Name, Path, Link string }

func (Message) file() string { return "message" }
func (Home) file() string    { return "home" }
