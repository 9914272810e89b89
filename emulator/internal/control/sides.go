package control

import (
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// otherSide describes the other side of a company: the same configuration with
// its own credentials and account numbers, and without history.
func otherSide(n wire.NewCompany, c store.Company) wire.NewCompany {
	n.ID, n.Name = store.OtherSide(c), c.FullName
	n.Environment = string(store.Opposite(c.Environment))
	n.APITokens = nil
	n.Merchant.MerchantID, n.Merchant.SecretKey = "", ""
	n.PaymentCodeFormats = slices.DeleteFunc(slices.Clone(n.PaymentCodeFormats), func(f wire.PaymentCodeFormat) bool {
		return bank.CheckFormats(readFormats([]wire.PaymentCodeFormat{f}), store.Environment(n.Environment)) != nil
	})
	n.OAuthApps = slices.Clone(n.OAuthApps)
	for i := range n.OAuthApps {
		n.OAuthApps[i].ClientID, n.OAuthApps[i].ClientSecret = "", ""
	}
	n.Users = slices.Clone(n.Users)
	for i, u := range n.Users {
		if u.Email != "" { // an e-mail address belongs to one user
			n.Users[i].Email = store.Environment(n.Environment).Side() + "+" + u.Email
		}
	}
	n.BankAccounts = slices.Clone(n.BankAccounts)
	for i, a := range n.BankAccounts {
		a.AccountNumber = ""
		a.VirtualAccounts = slices.Clone(a.VirtualAccounts)
		for k := range a.VirtualAccounts {
			a.VirtualAccounts[k].Number = ""
		}
		n.BankAccounts[i] = a
	}
	n.Webhooks = slices.Clone(n.Webhooks)
	for i := range n.Webhooks { // the accounts have other ids there
		if mode := n.Webhooks[i].VAMode; mode != nil && *mode == string(store.VAList) {
			n.Webhooks[i].VAMode = nil
		}
		n.Webhooks[i].BankMode, n.Webhooks[i].BankAccountID, n.Webhooks[i].BankAccountIDs, n.Webhooks[i].BankSubAccountIDs = nil, nil, nil, nil
	}
	return n
}

// createSides makes a company and its other side.
func (c *Control) createSides(w store.Writer, n wire.NewCompany) (store.Company, error) {
	company, err := c.createSide(w, n, false)
	if err != nil {
		return company, err
	}
	_, err = c.createSide(w, otherSide(n, company), true)
	return company, err
}

// showSides renders a company with its other side.
func showSides(r store.Reader, c store.Company) (wire.Company, error) {
	out, err := showCompany(r, c)
	if err != nil || c.OtherSide {
		return out, err
	}
	side, err := store.CompanyByID.Find(r, store.OtherSide(c))
	if err != nil {
		return out, err
	}
	other, err := showCompany(r, side)
	if c.Environment == store.Production {
		out.Test = &other
	} else {
		out.Live = &other
	}
	return out, err
}

// mainCompanies lists the companies without their other sides.
func mainCompanies(r store.Reader) ([]store.Company, error) {
	all, err := store.CompaniesList.All(r, store.AllCompanies)
	return slices.DeleteFunc(all, func(c store.Company) bool { return c.OtherSide }), err
}
