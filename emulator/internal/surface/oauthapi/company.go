package oauthapi

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// The emulator makes up what it does not store of a company: every company is
// active, has the plan of SePay's sample for a year from its creation, and
// keeps data for as many days as the sample.
const (
	companyStatus = "active"
	companyPlan   = "Premium"
	storageDays   = "90"
)

// company has the members of
// https://developer.sepay.vn/en/sepay-oauth2/cong-ty in their order.
type company struct {
	ID        int64  `json:"id"`
	FullName  string `json:"full_name"`
	ShortName string `json:"short_name"`
	// Role is the user's.
	Role         store.Role `json:"role"`
	Status       string     `json:"status"`
	Subscription string     `json:"subscription"`
	// BeginDate and EndDate are days in Vietnam's zone.
	BeginDate      string         `json:"begin_date"`
	EndDate        string         `json:"end_date"`
	Configurations configurations `json:"configurations"`
}

type configurations struct {
	BankSubAccount bool `json:"bank_sub_account"`
	PayCode        bool `json:"paycode"`
	// DataStorageTime is in days, as text.
	DataStorageTime    string   `json:"data_storage_time"`
	PaymentCodeFormats []format `json:"payment_code_formats"`
}

type format struct {
	Prefix        string              `json:"prefix"`
	SuffixFrom    int                 `json:"suffix_from"`
	SuffixTo      int                 `json:"suffix_to"`
	CharacterType store.CharacterType `json:"character_type"`
	IsActive      bool                `json:"is_active"`
}

func showConfigurations(c store.Configurations) configurations {
	return configurations{
		BankSubAccount: c.BankSubAccount, PayCode: c.PayCode, DataStorageTime: storageDays,
		PaymentCodeFormats: show(c.PaymentCodeFormats, func(f *store.PaymentCodeFormat) format { return format(*f) }),
	}
}

// company is GET /api/v1/company.
func (a *API) company(c call) (any, error) {
	known := &c.access.Company
	begin := known.CreatedAt.In(clock.Vietnam)
	return one(company{
		ID: known.Number, FullName: known.FullName, ShortName: known.ShortName, Role: c.access.User.Role,
		Status: companyStatus, Subscription: companyPlan,
		BeginDate: begin.Format(time.DateOnly), EndDate: begin.AddDate(1, 0, 0).Format(time.DateOnly),
		Configurations: showConfigurations(known.Configurations),
	}), nil
}

// formatChange is a payment-code structure of a request. Absent members stay
// unchanged.
type formatChange struct {
	Prefix        string               `json:"prefix"`
	SuffixFrom    *int                 `json:"suffix_from"`
	SuffixTo      *int                 `json:"suffix_to"`
	CharacterType *store.CharacterType `json:"character_type"`
	IsActive      *control.Flag        `json:"is_active"`
}

// apply applies the change to a structure.
func (n formatChange) apply(f *store.PaymentCodeFormat) {
	if n.SuffixFrom != nil {
		f.SuffixFrom = *n.SuffixFrom
	}
	if n.SuffixTo != nil {
		f.SuffixTo = *n.SuffixTo
	}
	if n.CharacterType != nil {
		f.CharacterType = *n.CharacterType
	}
	if n.IsActive != nil {
		f.IsActive = bool(*n.IsActive)
	}
}

// updateConfigurations is PATCH /api/v1/company/configurations. The structures
// of the request are merged with the existing ones by prefix, as SePay's plugin
// for WooCommerce sends only the changed one; whether SePay replaces the list
// instead is not documented.
func (a *API) updateConfigurations(c call) (any, error) {
	var body struct {
		Formats []formatChange `json:"payment_code_formats"`
	}
	have, err := c.members(&body)
	if err != nil {
		return nil, err
	}
	switch {
	case !have["payment_code_formats"]:
		c.note("nothing_changed", finding.Warning, "The request changes nothing", "It has no payment_code_formats, the only member that can be changed.", "Send the structures to add or change.")
	case len(body.Formats) == 0:
		return nil, badRequest("payment_code_formats: want at least one structure")
	}
	var changed store.Company
	err = a.Store.Update(c.r.Context(), func(w store.Writer) (err error) {
		if changed, err = store.CompanyByID.Find(w, c.access.Company.ID); err != nil {
			return err
		}
		formats, err := merge(changed.Configurations.PaymentCodeFormats, body.Formats, changed.Environment)
		if err != nil {
			return err
		}
		changed.Configurations.PaymentCodeFormats = formats
		return store.Companies.Put(w, changed)
	})
	var wrong *bank.Error
	if errors.As(err, &wrong) {
		return nil, badRequest(wrong.Detail)
	}
	return one(showConfigurations(changed.Configurations)), err
}

// merge returns the structures with the changes, after a check. Prefixes are
// stored in upper case.
func merge(old []store.PaymentCodeFormat, changes []formatChange, env store.Environment) ([]store.PaymentCodeFormat, error) {
	out := slices.Clone(old)
	for _, change := range changes {
		prefix := strings.ToUpper(change.Prefix)
		i := slices.IndexFunc(out, func(f store.PaymentCodeFormat) bool { return f.Prefix == prefix })
		if i < 0 {
			i = len(out)
			out = append(out, store.PaymentCodeFormat{Prefix: prefix, IsActive: true})
		}
		change.apply(&out[i])
		if err := bank.CheckFormats(out[i:i+1], env); err != nil {
			return nil, err
		}
	}
	return out, nil
}
