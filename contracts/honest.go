package contracts

import (
	"encoding/json"

	"github.com/localsepay/localsepay/openapi/texts"
)

// odd is what every memo, description, name and custom data of the suite holds:
// slashes, quotes, backslashes, Vietnamese letters and emoji, which SePay's format
// allows and a wrong writer of JSON loses.
var odd = texts.Join(texts.Classes(false))

// memo is what a payer types: a payment code or another word, and odd.
func memo(word string) string { return word + " " + odd }

// description is the order_description of a tenant's forms. At the real service
// it holds what shops have been seen to post there.
func (t tenant) description() string {
	const usual = "Don hang, so 1 & 2 = ok"
	if t.ID == "" {
		return usual
	}
	return usual + " " + odd
}

// customData is what a shop posts to get it back in the IPN, and as what.
func customData() (posted string, echoed map[string]any) {
	echoed = map[string]any{"cart": []any{1.0, 2.0}, "note": odd, "empty": "", "none": nil}
	text, _ := json.Marshal(echoed) // texts and numbers always encode
	return string(text), echoed
}
