package bank

import (
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/setting"
	"github.com/localsepay/localsepay/emulator/store"
)

// What can be wrong with a call. An [*Error] wraps one of them.
var (
	// ErrInvalid: a value that no bank would take.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound: no such company, account or virtual account.
	ErrNotFound = errors.New("not found")
	// ErrQuota: SePay's test mode would refuse it.
	ErrQuota = errors.New("over the test-mode quota")
)

// Error says what is wrong and what to do about it.
type Error struct {
	// Kind is one of the sentinels of this package.
	Kind   error
	Detail string
	Hint   string
}

// Error implements error.
func (e *Error) Error() string { return e.Detail }

// Advice returns the hint.
func (e *Error) Advice() string { return e.Hint }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func invalid(hint, format string, args ...any) error {
	return &Error{Kind: ErrInvalid, Detail: fmt.Sprintf(format, args...), Hint: hint}
}

func notFound(hint, format string, args ...any) error {
	return &Error{Kind: ErrNotFound, Detail: fmt.Sprintf(format, args...), Hint: hint}
}

func quota(format string, args ...any) error {
	return &Error{Kind: ErrQuota, Detail: fmt.Sprintf(format, args...), Hint: "set " + string(setting.BankQuotas) + "=off to go without SePay's test-mode limits"}
}

// Outbox writes the notices of a transaction into the transaction's own store
// transaction, so that both are recorded or neither.
type Outbox interface {
	// TransactionRecorded decides for each webhook of the company, writes the
	// deliveries, sent and skipped, and marks t when there is a webhook at all.
	TransactionRecorded(w store.Writer, c store.Company, t *store.Transaction) ([]store.Delivery, error)
	// Wake says that deliveries were committed.
	Wake()
}

// Orders is told of each transfer inside its store transaction, so that an
// order is paid together with the money or not at all.
type Orders interface {
	// TransferRecorded returns what the transfer did to an order, nil when it
	// has nothing to do with one.
	TransferRecorded(w store.Writer, t *store.Transaction) (*Match, error)
}

// Match is what a transfer did to an order.
type Match struct {
	// Order is nil when the transfer named none; Near are then the order ids
	// that wait for just that amount, and Kept the only one of them, which keeps
	// the transfer. Payments are those of Order or Kept, as they are then.
	Order    *store.Order
	Kept     *store.Order
	Payments []store.Payment
	Verdict  store.Verdict
	Near     []string
}

// Bank keeps accounts and moves money.
type Bank struct {
	Store    store.Store
	Seed     derive.Seed
	Now      func() time.Time
	Settings setting.Values
	Outbox   Outbox
	// Orders, which may be nil, matches transfers to orders.
	Orders Orders
	// OnTransfer, which may be nil, is told of each committed transfer.
	OnTransfer func(Receipt)
}

// limits returns whether the company is held to the test mode's limits.
func (b *Bank) limits(c store.Company) bool {
	return b.Settings.Over(c.Settings).Get(setting.BankQuotas) == "on"
}
