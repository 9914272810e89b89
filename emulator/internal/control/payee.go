package control

import (
	"context"
	"errors"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// Payee is the account of a company that a payer's transfer reaches.
type Payee struct {
	Company string
	// Account or VA is set, for a [wire.NewTransfer].
	Account, VA string
	Holder      string
	// Habits says whether the bank's habits apply to the company's transfers by
	// default.
	Habits bool
}

// FindAccount finds an account or virtual account by number at a bank, among all
// companies. Two names for the same bank count as one.
func (c *Control) FindAccount(ctx context.Context, at vietqr.Bank, number string) (p Payee, err error) {
	err = c.config.Store.View(ctx, func(r store.Reader) error {
		companies, err := store.CompaniesList.All(r, store.AllCompanies)
		if err != nil {
			return err
		}
		for _, owner := range companies {
			if p, err = findPayee(r, owner.ID, at, number); !errors.Is(err, store.ErrNotFound) {
				p.Habits = c.config.Settings.Over(owner.Settings).Get(setting.BankMemo) == setting.MemoHabits
				return err
			}
		}
		return &bank.Error{Kind: bank.ErrNotFound, Detail: "no company here has an account " + quoteHost(number) + " at " + at.ShortName, Hint: "GET /_control/v1/state lists the accounts"}
	})
	return p, err
}

func findPayee(r store.Reader, company string, at vietqr.Bank, number string) (Payee, error) {
	va, err := store.VirtualAccountByNumber.Find(r, store.Scope(company, strings.ToUpper(number)))
	if err == nil && va.Official {
		a, err := store.BankAccounts.Get(r, va.BankAccountID)
		if err == nil && sameBank(a, at) {
			return Payee{Company: company, VA: va.Number, Holder: va.SubHolderName}, nil
		}
	}
	accounts, err := store.BankAccountByCompany.All(r, company)
	if err != nil {
		return Payee{}, err
	}
	for _, a := range accounts {
		if a.AccountNumber == number && sameBank(a, at) {
			return Payee{Company: company, Account: a.AccountNumber, Holder: a.AccountHolderName}, nil
		}
	}
	return Payee{}, store.ErrNotFound
}

func sameBank(a store.BankAccount, at vietqr.Bank) bool {
	known, _ := vietqr.Lookup(a.Bank)
	return known.BIN == at.BIN
}
