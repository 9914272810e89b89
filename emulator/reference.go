package emulator

import (
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// What the emulator knows of banks and QR codes needs no emulator that runs.

// Bank is a bank of Vietnam as VietQR lists it.
type Bank = vietqr.Bank

// Banks lists the banks.
func Banks() []Bank { return vietqr.Banks() }

// LookupBank finds a bank by its short name, code, BIN or a name that it is
// called by, in any case.
func LookupBank(name string) (Bank, bool) { return vietqr.Lookup(name) }

// QRPayload is what a VietQR code says: account, amount in VND and memo.
type QRPayload = vietqr.Payload

// QRReading is what was read of a QR code, with notes about what is unusual.
type QRReading = vietqr.Reading

// QRImageOptions say how the picture of a QR code looks.
type QRImageOptions = vietqr.ImageOptions

// QROnly, as the template of [QRImageOptions], draws the code and nothing else;
// QRToAccount, as the service of a [QRPayload], is a transfer to an account.
const (
	QROnly      = vietqr.QROnly
	QRToAccount = vietqr.ToAccount
)

// QRNetwork is the network that a QR code is of.
type QRNetwork = vietqr.Network

// The networks of a [QRReading].
const (
	QRNapas  = vietqr.NAPAS
	QRVNPay  = vietqr.VNPAY
	QRWallet = vietqr.Wallet
)

// ReadQR reads the text of a QR code.
func ReadQR(text string) (QRReading, error) { return vietqr.Read(text) }

// ScanQR finds the text of the QR code in a picture, PNG or JPEG.
func ScanQR(picture []byte) (string, error) { return vietqr.Scan(picture) }

// Habits is what is known of how banks write transfers: what they drop of a memo,
// put around it, and how exact their times are.
type Habits = habit.Table

// BankHabits and HabitForm are one bank of [Habits] and one of its forms.
type (
	BankHabits = habit.Bank
	HabitForm  = habit.Form
)

// KnownHabits returns what is known of how banks write transfers.
func KnownHabits() Habits { return habit.Known() }

// NameCharacters says in words which characters these are.
func NameCharacters(chars string) string { return habit.Named(chars) }

// Scopes lists the scopes of OAuth2.
func OAuthScopes() []string { return oauth2.Scopes() }

// IsLocal says that a host, with or without a port, names this machine.
func IsLocal(host string) bool { return control.Local(host) }
