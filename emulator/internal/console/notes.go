package console

import (
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// titles are the finding titles for unusual QR codes.
var titles = map[string]string{
	vietqr.NoteEmpty:      "A QR code has an empty object",
	vietqr.NoteSmallCRC:   "A QR code has its CRC in small letters",
	vietqr.NoteLong:       "A QR code has a value that is longer than NAPAS's paper limit",
	vietqr.NoteCharacters: "A QR code has characters that NAPAS's format does not allow",
	vietqr.NoteBytes:      "A QR code counts its lengths in bytes",
	vietqr.NoteTwice:      "A QR code has a tag twice",
	vietqr.NoteAmount:     "A QR code has an amount that cannot be read",
	vietqr.NoteInitiation: "A QR code does not say whether it is static or dynamic",
	vietqr.NoteWallet:     "A QR code belongs to a wallet or another network",
	vietqr.NoteMerchants:  "A QR code has several payees",
	vietqr.NoteMemoSpace:  "A QR code has a memo with a space around it",
	vietqr.NoteMissing:    "A QR code lacks an object",
}

// noteCode records what is unusual about a QR code: real banking apps differ in
// how they read such codes.
func (c *Console) noteCode(read vietqr.Reading) {
	for _, n := range read.Notes {
		c.Control.Note(finding.Finding{
			Code: "qr." + n.Code, Severity: finding.Note, Title: titles[n.Code], Detail: n.Detail,
			Hint:   "If the code is yours, write it as NAPAS's format says; localsepay qr decode shows its fields.",
			Source: "https://github.com/subiz/vietqr",
		})
	}
}
