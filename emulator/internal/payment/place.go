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

// Place is where the money for an order has to go.
type Place struct {
	// Bank is the short name, BankName the legal one.
	Bank, BankName string
	// AccountNumber is that of the account or of the order's virtual account.
	AccountNumber, Holder string
	Memo                  string
	// Company says that the account is the company's; else it is the gateway's.
	Company bool
}

// collecting is the gateway's own account. Money that reaches it is no
// transaction of the company's bank side. Made up.
var collecting = Place{Bank: "BIDV", AccountNumber: "96247SEPAY", Holder: "CONG TY CO PHAN SEPAY"}

// vietinMark has to stand in a memo for VietinBank to tell SePay of it.
const vietinMark = "SEVQR "

// place decides which account an order is paid to, opens a virtual account for
// it where it needs one, and writes the memo.
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

// PlaceOf returns where the money for an order has to go.
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

// Choose remembers the method that the customer chose. A method that is not
// on offer is refused.
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

// TakesTransfer says that the customer may pay an order by transfer.
func TakesTransfer(company store.Company, o store.Order) bool {
	offered := Offered(company, o)
	return o.Operation == store.OperationPurchase && (slices.Contains(offered, store.MethodTransfer) || slices.Contains(offered, store.MethodNapas))
}

// Offered returns the methods that the customer can choose from.
func Offered(company store.Company, o store.Order) []store.PaymentMethod {
	if o.PaymentMethod != "" {
		return []store.PaymentMethod{o.PaymentMethod}
	}
	return company.Merchant.Methods
}
