package bank

import (
	"errors"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// place is where a transfer goes to or comes from.
type place struct {
	company store.Company
	account store.BankAccount
	// va is the virtual account that the transfer names, or nil.
	va *store.VirtualAccount
	// memos are the account's memo virtual accounts.
	memos []store.VirtualAccount
}

// memoVA returns the virtual account that a memo names with "TKP" and its
// code, or nil (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/tao-va).
func (p *place) memoVA(content string) *store.VirtualAccount {
	upper := strings.ToUpper(content)
	first, found := len(upper), -1
	for i, v := range p.memos {
		if at := strings.Index(upper, memoMark+v.Number); at >= 0 && at < first && v.Active {
			first, found = at, i
		}
	}
	if found < 0 {
		return nil
	}
	return &p.memos[found]
}

// find looks up the company, account and virtual account of a transfer.
func (b *Bank) find(r store.Reader, t Transfer) (*place, error) {
	companies, err := candidates(r, t.Company)
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

func candidates(r store.Reader, id string) ([]store.Company, error) {
	if id == "" {
		return store.CompaniesList.All(r, store.AllCompanies)
	}
	c, err := store.CompanyByID.Find(r, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("GET /_control/v1/state lists them", "there is no company %q", id)
	}
	return []store.Company{c}, err
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
	if err != nil {
		return nil, err
	}
	all, err := store.VirtualAccountByAccount.All(r, p.account.XID)
	for _, v := range all {
		if !v.Official {
			p.memos = append(p.memos, v)
		}
	}
	return p, err
}
