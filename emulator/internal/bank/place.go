package bank

import (
	"errors"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// place is where a transfer goes to or comes from.
type place struct {
	company store.Company
	account store.BankAccount
	// va is the virtual account that the transfer names, or nil.
	va *store.VirtualAccount
}

// memoVA returns the account's first virtual account that a memo names with "TKP"
// and its code, or nil (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/tao-va).
func (p *place) memoVA(r store.Reader, content string) (*store.VirtualAccount, error) {
	_, rest, marked := strings.Cut(strings.ToUpper(content), memoMark)
	for ; marked; _, rest, marked = strings.Cut(rest, memoMark) {
		if len(rest) < memoCode {
			break
		}
		v, err := store.VirtualAccountByNumber.Find(r, store.Scope(p.company.ID, rest[:memoCode]))
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, err
		case v.BankAccountXID == p.account.XID && !v.Official && v.Active:
			return &v, nil
		}
	}
	return nil, nil
}

// find looks up the company, account and virtual account of a transfer.
func (b *Bank) find(r store.Reader, t Transfer) (*place, error) {
	companies, err := candidates(r, t)
	if err != nil {
		return nil, err
	}
	var found *place
	for _, c := range companies {
		if c.OtherSide && t.Company == "" && t.Account == "" && t.VA == "" {
			continue // money comes to the side that a company was made for
		}
		p, err := b.findIn(r, c, t)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if found != nil {
			return nil, invalid("name the company", "companies %s and %s both could be meant", found.company.ID, c.ID)
		}
		found = p
	}
	switch {
	case found != nil:
		return found, nil
	case t.VA != "":
		return nil, notFound("GET /_control/v1/state lists them", "there is no virtual account %q here", t.VA)
	case t.Account != "":
		return nil, notFound("GET /_control/v1/state lists them", "there is no account %q here", t.Account)
	}
	return nil, notFound("open one first", "the company has no bank account")
}

// candidates are the companies that a transfer may be about.
func candidates(r store.Reader, t Transfer) (out []store.Company, err error) {
	if t.Company == "" && t.VA == "" && t.Account == "" {
		return store.CompaniesList.All(r, store.AllCompanies)
	}
	owners := []string{t.Company}
	if t.Company == "" {
		if owners, err = ownersOf(r, t); err != nil {
			return nil, err
		}
	}
	for _, id := range owners {
		c, err := store.CompanyByID.Find(r, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, notFound("GET /_control/v1/state lists them", "there is no company %q", id)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// ownersOf returns the companies with the virtual account or account of a
// transfer.
func ownersOf(r store.Reader, t Transfer) (ids []string, err error) {
	if t.VA == "" {
		accounts, err := store.BankAccountsNumbered.All(r, t.Account)
		for _, a := range accounts {
			ids = append(ids, a.Company)
		}
		return ids, err
	}
	for _, number := range []string{t.VA, strings.TrimPrefix(t.VA, memoMark)} {
		vas, err := store.VirtualAccountsNumbered.All(r, number)
		if err != nil {
			return nil, err
		}
		for _, v := range vas {
			ids = append(ids, v.Company)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// findIn looks a transfer's account up inside one company. The error may be
// [store.ErrNotFound].
func (b *Bank) findIn(r store.Reader, c store.Company, t Transfer) (*place, error) {
	p := &place{company: c}
	var err error
	switch {
	case t.VA != "":
		number := t.VA
		va, vaErr := store.VirtualAccountByNumber.Find(r, store.Scope(c.ID, number))
		if code, memo := strings.CutPrefix(number, memoMark); errors.Is(vaErr, store.ErrNotFound) && memo {
			va, vaErr = store.VirtualAccountByNumber.Find(r, store.Scope(c.ID, code))
		}
		if vaErr != nil {
			return nil, vaErr
		}
		p.va = &va
		p.account, err = store.BankAccounts.Get(r, va.BankAccountID)
		if err == nil && t.Account != "" && t.Account != p.account.AccountNumber {
			return nil, invalid("leave the account out", "virtual account %s does not belong to account %s", t.VA, t.Account)
		}
		if err == nil && !va.Active {
			return nil, invalid("", "virtual account %s is not active", t.VA)
		}
	case t.Account != "":
		p.account, err = store.BankAccountByNumber.Find(r, store.Scope(c.ID, t.Account))
	default:
		p.account, err = store.BankAccountByCompany.Find(r, c.ID)
	}
	return p, err
}
