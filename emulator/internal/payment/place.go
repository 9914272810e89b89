package payment

import (
	"context"
	"errors"
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// Place is the destination of an order's money.
type Place struct {
	// Bank is the short name, BankName the legal one.
	Bank, BankName string
	// AccountNumber is that of the account or of the order's virtual account.
	AccountNumber, Holder string
	Memo                  string
	// Company says that the account is the company's, not the gateway's.
	Company bool
}

// collecting is the gateway's own account. Money on it is no transaction of the
// company's. Made up.
var collecting = Place{Bank: "BIDV", AccountNumber: "96247SEPAY", Holder: "CONG TY CO PHAN SEPAY"}

// vietinMark must be in a memo for VietinBank to report the transfer to SePay.
const vietinMark = "SEVQR "

// place chooses the account of an order, opens a virtual account where one is
// needed, and sets the memo.
func (g *Gateway) place(c *tx, company store.Company, rules setting.Values, o *store.Order) error {
	o.Memo = store.MemoCode(o.OrderID)
	if o.Operation == store.OperationVerify || rules.Get(setting.CheckoutCollects) == "gateway" {
		return nil
	}
	accounts, err := store.BankAccountByCompany.All(c, company.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(accounts, func(a store.BankAccount) bool { return a.Active })
	if i < 0 {
		return nil
	}
	a := accounts[i]
	o.BankAccountID = a.ID
	if a.Bank == "VietinBank" && a.AccountType != store.Enterprise {
		o.Memo = vietinMark + o.Memo
	}
	rule := rules.Get(setting.CheckoutOrderVA)
	if rule == "never" || !bank.TakesVA(a) || (rule == "auto" && !bank.NeedsVA(a)) {
		return nil
	}
	va, err := g.Bank.OpenVA(c, company, a, bank.NewVA{Official: true, Label: o.OrderID})
	if err != nil {
		return err
	}
	va.Static = false
	o.VirtualAccountXID = va.XID
	return store.VirtualAccounts.Put(c, va)
}

// PlaceOf returns the destination of an order's money.
func PlaceOf(r store.Reader, o store.Order) (Place, error) {
	p := collecting
	if o.BankAccountID != 0 {
		a, err := store.BankAccounts.Get(r, o.BankAccountID)
		if err != nil {
			return p, err
		}
		p = Place{Bank: a.Bank, AccountNumber: a.AccountNumber, Holder: a.AccountHolderName, Company: true}
		if o.VirtualAccountXID != "" {
			va, err := store.VirtualAccountByXID.Find(r, o.VirtualAccountXID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return p, err
			}
			p.AccountNumber = va.Number
		}
	}
	p.Memo = o.Memo
	known, _ := vietqr.Lookup(p.Bank)
	p.BankName = known.Name
	return p, nil
}

// QR returns the payload of the order's QR code.
func (p Place) QR(o store.Order) (string, error) {
	known, _ := vietqr.Lookup(p.Bank)
	return vietqr.Payload{Dynamic: true, BIN: known.BIN, Account: p.AccountNumber, Amount: o.Amount, Memo: p.Memo}.Encode()
}

// Choose stores the customer's method. A method that is not on offer is
// refused.
func (g *Gateway) Choose(ctx context.Context, o store.Order, company store.Company, method store.PaymentMethod) (store.Order, error) {
	if !slices.Contains(Offered(company, o), method) {
		return o, refused("%s is not on offer for this order", method)
	}
	if o.Method == method && (o.Listed || method == store.MethodCard) {
		return o, nil
	}
	err := g.update(ctx, func(c *tx) (err error) {
		if o, err = store.Orders.Get(c, o.ID); err != nil {
			return err
		}
		if o.Status != store.OrderWaiting {
			return nil
		}
		o.Method = method
		if method != store.MethodCard {
			g.list(c, &o)
		}
		return c.put(&o)
	})
	return o, err
}

// TakesTransfer returns whether an order may be paid by transfer.
func TakesTransfer(company store.Company, o store.Order) bool {
	offered := Offered(company, o)
	return o.Operation == store.OperationPurchase && (slices.Contains(offered, store.MethodTransfer) || slices.Contains(offered, store.MethodNapas))
}

// Offered returns the methods on offer.
func Offered(company store.Company, o store.Order) []store.PaymentMethod {
	if o.PaymentMethod != "" {
		return []store.PaymentMethod{o.PaymentMethod}
	}
	return company.Merchant.Methods
}
