package userapiv2

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// list is the envelope of a page.
type list struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
	Meta   meta   `json:"meta"`
}

type meta struct {
	Pagination pagination `json:"pagination"`
}

type pagination struct {
	Total       int  `json:"total"`
	PerPage     int  `json:"per_page"`
	CurrentPage int  `json:"current_page"`
	LastPage    int  `json:"last_page"`
	HasMore     bool `json:"has_more"`
}

// single is the envelope of one record.
type single struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

func one(data any) single { return single{Status: "success", Data: data} }

func pageOf(rows any, total int, win store.Window, page int) list {
	last := max(1, (total+win.Limit-1)/win.Limit)
	return list{Status: "success", Data: rows, Meta: meta{pagination{
		Total: total, PerPage: win.Limit, CurrentPage: page, LastPage: last, HasMore: page < last,
	}}}
}

// transaction has the 15 fields of
// https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/danh-sach in their order.
// Amounts are VND.
type transaction struct {
	ID                 string  `json:"id"`
	TransactionDate    string  `json:"transaction_date"`
	AccountNumber      string  `json:"account_number"`
	VA                 string  `json:"va"`
	TransferType       string  `json:"transfer_type"`
	AmountIn           int64   `json:"amount_in"`
	AmountOut          int64   `json:"amount_out"`
	Accumulated        int64   `json:"accumulated"`
	TransactionContent string  `json:"transaction_content"`
	ReferenceNumber    string  `json:"reference_number"`
	Code               *string `json:"code"`
	BankBrandName      string  `json:"bank_brand_name"`
	BankAccountID      string  `json:"bank_account_id"`
	VAID               *string `json:"va_id"`
	WebhookSuccess     *int64  `json:"webhook_success"`
}

// bankAccount has the 13 fields of
// https://developer.sepay.vn/vi/sepay-api/v2/tai-khoan-ngan-hang/danh-sach.
type bankAccount struct {
	ID                string  `json:"id"`
	AccountHolderName string  `json:"account_holder_name"`
	AccountNumber     string  `json:"account_number"`
	Accumulated       int64   `json:"accumulated"`
	LastTransaction   *string `json:"last_transaction"`
	Label             *string `json:"label"`
	AccountType       string  `json:"account_type"`
	Active            int     `json:"active"`
	CreatedAt         string  `json:"created_at"`
	BankShortName     string  `json:"bank_short_name"`
	BankFullName      string  `json:"bank_full_name"`
	BankBIN           string  `json:"bank_bin"`
	BankCode          string  `json:"bank_code"`
}

// virtualAccount has the 10 fields of
// https://developer.sepay.vn/vi/sepay-api/v2/tai-khoan-ao/danh-sach.
type virtualAccount struct {
	ID            string  `json:"id"`
	VA            string  `json:"va"`
	SubHolderName string  `json:"sub_holder_name"`
	Label         *string `json:"label"`
	Active        int     `json:"active"`
	Official      int     `json:"official"`
	Static        int     `json:"static"`
	BankAccountID string  `json:"bank_account_id"`
	CreatedAt     string  `json:"created_at"`
	UpdatedAt     string  `json:"updated_at"`
}

// render has the formats of a call's answer.
type render struct {
	iso  bool
	flag bool
}

func (c call) render() render {
	return render{iso: c.params.one("timestamp_format", "iso8601") == "iso8601", flag: c.rules.Get(setting.V2WebhookSuccess) == "flag"}
}

func (r render) date(at time.Time) string {
	if r.iso {
		return string(clock.AppendISO(nil, at))
	}
	return clock.Stamp(at)
}

func (r render) transaction(t *store.Transaction) transaction {
	return transaction{
		ID: t.XID, TransactionDate: r.date(t.Date), AccountNumber: t.AccountNumber, VA: t.SubAccount,
		TransferType: string(t.TransferType), AmountIn: t.AmountIn(), AmountOut: t.AmountOut(), Accumulated: t.Accumulated,
		TransactionContent: t.Content, ReferenceNumber: t.Reference, Code: orNull(t.Code),
		BankBrandName: t.Gateway, BankAccountID: t.BankAccountXID, VAID: orNull(t.VirtualAccountXID),
		WebhookSuccess: r.webhookSuccess(t),
	}
}

// webhookSuccess is null without a webhook, else the count of successful
// deliveries, or 0 and 1 where the setting says so.
func (r render) webhookSuccess(t *store.Transaction) *int64 {
	if !t.HasWebhook {
		return nil
	}
	n := t.WebhookSuccess
	if r.flag {
		n = min(n, 1)
	}
	return &n
}

func (r render) bankAccount(a *store.BankAccount) bankAccount {
	bank, _ := vietqr.Lookup(a.Bank)
	out := bankAccount{
		ID: a.XID, AccountHolderName: a.AccountHolderName, AccountNumber: a.AccountNumber, Accumulated: a.Accumulated,
		Label: orNull(a.Label), AccountType: string(a.AccountType), Active: bit(a.Active), CreatedAt: r.date(a.CreatedAt),
		BankShortName: a.Bank, BankFullName: bank.Name, BankBIN: bank.BIN, BankCode: bank.Code,
	}
	if !a.LastTransaction.IsZero() {
		last := r.date(a.LastTransaction)
		out.LastTransaction = &last
	}
	return out
}

func (r render) virtualAccount(v *store.VirtualAccount) virtualAccount {
	return virtualAccount{
		ID: v.XID, VA: v.Number, SubHolderName: v.SubHolderName, Label: orNull(v.Label),
		Active: bit(v.Active), Official: bit(v.Official), Static: bit(v.Static), BankAccountID: v.BankAccountXID,
		CreatedAt: r.date(v.CreatedAt), UpdatedAt: r.date(v.UpdatedAt),
	}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// projection keeps only the named members of each row, in the row's order.
type projection struct {
	row  any
	keep []string
}

// MarshalJSON implements [json.Marshaler].
func (p projection) MarshalJSON() ([]byte, error) {
	whole, err := phpjson.Encode(p.row)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteByte('{')
	dec := json.NewDecoder(bytes.NewReader(whole))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		if !slices.Contains(p.keep, name.(string)) {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + name.(string) + `":`)
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// transactionFields are the valid names in the fields parameter.
var transactionFields = []string{
	"id", "transaction_date", "account_number", "va", "transfer_type", "amount_in", "amount_out", "accumulated",
	"transaction_content", "reference_number", "code", "bank_brand_name", "bank_account_id", "va_id", "webhook_success",
}

// fields reads the projection: unknown names are ignored, and without a known
// one the rows stay whole.
func (p params) fields() []string {
	values := p.query["fields"]
	if len(values) == 0 {
		return nil
	}
	var keep []string
	for name := range strings.SplitSeq(values[len(values)-1], ",") { // unknown names are ignored
		if name = strings.TrimSpace(name); slices.Contains(transactionFields, name) {
			keep = append(keep, name)
		}
	}
	return keep
}
