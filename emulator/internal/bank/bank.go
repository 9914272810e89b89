package bank

import (
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The kinds of errors. An [*Error] wraps one of them.
var (
	// ErrInvalid: a value that no bank accepts.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound: no such company, account or virtual account.
	ErrNotFound = errors.New("not found")
	// ErrQuota: SePay's test mode would refuse it.
	ErrQuota = errors.New("over the test-mode quota")
)

// Error describes what is wrong and how to fix it.
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

// Bank keeps accounts and moves money.
type Bank struct {
	Store    store.Store
	Seed     derive.Seed
	Now      func() time.Time
	Settings setting.Values
	// Outbox writes the notices of a transfer.
	Outbox *notify.Notifier
}

// limits returns whether the test mode's limits apply to the company.
func (b *Bank) limits(c store.Company) bool {
	return b.Settings.Over(c.Settings).Get(setting.BankQuotas) == "on"
}
