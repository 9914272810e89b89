package emulator

import (
	ctl "github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// Bank is a bank of Vietnam as VietQR lists it.
type Bank struct {
	// Code is the NAPAS code, such as "ICB", and BIN the first six digits of its cards.
	Code, BIN string
	// ShortName is the name that SePay uses, such as "VietinBank".
	ShortName string
	Name      string
	// Supported says that VietQR transfers reach the bank.
	Supported bool
}

// Banks lists the banks of Vietnam. It needs no emulator.
func Banks() []Bank {
	var out []Bank
	for _, b := range vietqr.Banks() {
		out = append(out, Bank(b))
	}
	return out
}

// LookupBank finds a bank by short name, code, BIN, or another name that people use, in
// any case of letters; false for none.
func LookupBank(name string) (Bank, bool) {
	b, ok := vietqr.Lookup(name)
	return Bank(b), ok
}

// QRPayload is the content of a VietQR code: BIN and Account, Amount in VND (0 lets the
// payer type it), Memo and others. Encode returns its text, PNG and SVGPath its picture.
type QRPayload = vietqr.Payload

// QRReading is the [QRPayload] that was read of a code, and Notes about what is
// unusual in it.
type QRReading = vietqr.Reading

// QRImageOptions sets the look of a picture: Template (see [QROnly]), ShowInfo,
// FullAccount, Bank, Holder and Store. The zero value is a code in a frame.
type QRImageOptions = vietqr.ImageOptions

// Values of members of [QRImageOptions] and [QRPayload].
const (
	// QROnly is the Template that draws the code and nothing around it.
	QROnly = vietqr.QROnly
	// QRToAccount is the Service of a transfer to an account.
	QRToAccount = vietqr.ToAccount
)

// QRNetwork is the payment network of a QR code.
type QRNetwork = vietqr.Network

// The values of [QRPayload].Network: bank transfers, VNPay, and e-wallets.
const (
	QRNapas  = vietqr.NAPAS
	QRVNPay  = vietqr.VNPAY
	QRWallet = vietqr.Wallet
)

// ReadQR reads the text of a VietQR code. The error says where the text is wrong.
func ReadQR(text string) (QRReading, error) { return vietqr.Read(text) }

// ScanQR finds the QR code in a PNG or JPEG picture and returns its text.
func ScanQR(picture []byte) (string, error) { return vietqr.Scan(picture) }

// Habits is what is known of how banks write transfers: what they drop of a memo, what
// they add around it, and whether their times have seconds. Banks lists it by bank.
type Habits = habit.Table

// BankHabits is how one bank writes transfers, with the evidence for it.
type BankHabits = habit.Bank

// HabitForm is one of the forms that a bank writes around a memo, with an example.
type HabitForm = habit.Form

// KnownHabits returns what is known of how banks write transfers. [WithBankHabits]
// makes an emulator write so.
func KnownHabits() Habits { return habit.Known() }

// NameCharacters returns characters in quotes for a sentence: "-", "." and "_".
func NameCharacters(chars string) string { return habit.Named(chars) }

// OAuthScopes lists the OAuth2 scopes that SePay has.
func OAuthScopes() []string { return oauth2.Scopes() }

// IsLocal says whether a host, with or without a port, names this machine.
func IsLocal(host string) bool { return ctl.Local(host) }
