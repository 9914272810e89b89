package control

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Config holds the parts that control reads and changes.
type Config struct {
	Store    store.Store
	Clock    *clock.Clock
	Settings setting.Values
	Bank     *bank.Bank
	Identity *identity.Identity
	Notifier *notify.Notifier
	Gateway  *payment.Gateway
	OAuth    *oauth2.Server
	Traffic  *frontdoor.Traffic
	Findings *finding.Log
	Clients  *frontdoor.Clients
	Faults   *fault.Rules
	// Secrets masks credentials in what is shown.
	Secrets *mask.Masker
	// Addresses returns the addresses of the surfaces below an origin (scheme and
	// host).
	Addresses func(origin string) wire.Addresses
	// AllowHosts are host names that the HTTP API accepts besides local ones.
	AllowHosts []string
	// Companies is the maximum number of companies.
	Companies int
	// Token gives access to callers on other machines; empty gives them none.
	Token string
}

// Control is the Go face of the control API; [Control.Handler] is the other.
type Control struct {
	config Config

	mu        sync.Mutex
	initial   kept
	snapshots map[string]kept
	order     []string
	made      int
	// logger passes facts to the log; nil when there is no log.
	logger *fact.Follower
}

// New makes the control of an emulator.
func New(c Config) *Control { return &Control{config: c, snapshots: map[string]kept{}} }

// SetLogger sets the follower that passes facts to a log, whose losses the
// state reports. It is called before the first request.
func (c *Control) SetLogger(f *fact.Follower) { c.logger = f }

// Now is the emulator's instant, in Vietnam's zone.
func (c *Control) Now() time.Time { return c.config.Clock.Now().In(clock.Vietnam) }

// View reads the records.
func (c *Control) View(ctx context.Context, fn func(store.Reader) error) error {
	return c.config.Store.View(ctx, fn)
}

// Note adds a finding.
func (c *Control) Note(f finding.Finding) { c.config.Findings.Add(f) }

// Masked returns the text with known credentials masked.
func (c *Control) Masked(text string) string { return c.config.Secrets.Known(text) }

// State returns the addresses, companies and credentials.
func (c *Control) State(ctx context.Context, origin string) (wire.State, error) {
	s := wire.State{
		Addresses: c.config.Addresses(origin), Companies: []wire.Company{}, Settings: c.settings(),
		Dropped: wire.Dropped{Requests: c.config.Traffic.Dropped(), Findings: c.config.Findings.Dropped(), Deliveries: c.config.Notifier.Dropped(), Events: c.config.Store.Facts().Dropped(),
			Answers: c.config.Notifier.Stripped(), Streams: c.config.Store.Facts().DroppedStreams(), Log: c.logger.Lost()},
	}
	err := c.config.Store.View(ctx, func(r store.Reader) error {
		var err error
		if s.Clock, err = c.clockState(r); err != nil {
			return err
		}
		companies, err := mainCompanies(r)
		for _, company := range companies {
			out, err := showSides(r, company)
			if err != nil {
				return err
			}
			s.Companies = append(s.Companies, out)
		}
		return err
	})
	return s, err
}

func (c *Control) settings() []wire.SettingState {
	out := []wire.SettingState{}
	for _, s := range setting.Table() {
		out = append(out, wire.SettingState{
			Name: string(s.Name), Value: c.config.Settings.Get(s.Name), Default: s.Default,
			Alternatives: s.Alternatives, Summary: s.Summary, Source: s.Source,
		})
	}
	return out
}

// CreateCompany makes a tenant with its own credentials and accounts, and its
// other side.
func (c *Control) CreateCompany(ctx context.Context, n wire.NewCompany) (wire.Company, error) {
	if err := input.CheckNumbers(n); err != nil {
		return wire.Company{}, err
	}
	if err := c.lookUpHosts(ctx, n); err != nil {
		return wire.Company{}, err
	}
	var made store.Company
	err := c.config.Store.Update(ctx, func(w store.Writer) error {
		have, err := store.CompaniesList.Count(w, store.AllCompanies)
		if err != nil {
			return err
		}
		if have >= 2*c.config.Companies { // each has its other side
			return newProblem(http.StatusUnprocessableEntity, "Too many companies", fmt.Sprintf("there are %d companies, which is the most", c.config.Companies), "go back to the start with POST /_control/v1/reset, or restore a snapshot")
		}
		made, err = c.createSides(w, n)
		return err
	})
	if err != nil {
		return wire.Company{}, err
	}
	var out wire.Company
	err = c.config.Store.View(ctx, func(r store.Reader) (err error) {
		out, err = showSides(r, made)
		return err
	})
	return out, err
}

// lookUpHosts looks up the hosts of a new company's notices, before a
// transaction is open.
func (c *Control) lookUpHosts(ctx context.Context, n wire.NewCompany) error {
	for i, body := range n.Webhooks {
		if err := c.config.Notifier.Vet(ctx, body); err != nil {
			return input.At(err, "webhooks[%d]", i)
		}
	}
	return input.At(c.config.Notifier.VetIPN(ctx, n.Merchant.IPN.URL), "merchant.ipn")
}

// createSide makes one side of a company.
func (c *Control) createSide(w store.Writer, n wire.NewCompany, other bool) (store.Company, error) {
	apps, err := readApps(n.OAuthApps)
	if err != nil {
		return store.Company{}, err
	}
	company, err := c.config.Identity.Create(w, identity.NewCompany{
		ID: n.ID, Name: n.Name, Environment: store.Environment(n.Environment), OtherSide: other, RateLimit: n.RateLimit,
		PayCode: n.PayCode, Formats: readFormats(n.PaymentCodeFormats), Settings: n.Settings, Tokens: n.APITokens,
		Apps: apps, Users: readUsers(n.Users), Merchant: readMerchant(n.Merchant),
	})
	if err != nil {
		return company, err
	}
	if err := bank.CheckFormats(company.Configurations.PaymentCodeFormats, company.Environment); err != nil {
		return company, err
	}
	if err := c.config.Notifier.CheckIPN(company.Merchant.IPN); err != nil {
		return company, input.At(err, "merchant.ipn")
	}
	if err := c.openAccounts(w, company, n.BankAccounts); err != nil {
		return company, err
	}
	for i, body := range n.Webhooks {
		if _, err := c.register(w, company, body); err != nil {
			return company, input.At(err, "webhooks[%d]", i)
		}
	}
	return company, nil
}

// openAccounts opens the accounts of a new company, or one at MBBank when none
// is given.
func (c *Control) openAccounts(w store.Writer, company store.Company, accounts []wire.NewBankAccount) error {
	if len(accounts) == 0 {
		accounts = []wire.NewBankAccount{{Bank: "MBBank"}}
	}
	for i, n := range accounts {
		a, err := c.config.Bank.OpenAccount(w, company, bank.NewAccount{
			Bank: n.Bank, AccountNumber: n.AccountNumber, Holder: n.AccountHolderName,
			Type: store.AccountType(n.AccountType), Label: n.Label, Balance: n.Balance, ReportsBalance: n.ReportsBalance,
		})
		if err != nil {
			return input.At(err, "bank_accounts[%d]", i)
		}
		for k, v := range n.VirtualAccounts {
			if _, err := c.config.Bank.OpenVA(w, company, a, bank.NewVA{Number: v.Number, Label: v.Label, Official: v.Official}); err != nil {
				return input.At(err, "bank_accounts[%d].virtual_accounts[%d]", i, k)
			}
		}
	}
	return nil
}

// Transfer moves money at the simulated bank.
func (c *Control) Transfer(ctx context.Context, n wire.NewTransfer) (wire.Transfer, error) {
	if err := input.CheckNumbers(n); err != nil {
		return wire.Transfer{}, err
	}
	t := bank.Transfer{
		Company: n.Company, Account: n.Account, VA: n.VA, Direction: store.TransferType(n.Direction),
		Amount: n.Amount, Content: n.Content, Reference: n.Reference, Habits: n.BankHabits, From: n.SentFrom,
	}
	if n.At != "" {
		at, err := input.Instant(n.At)
		if err != nil {
			return wire.Transfer{}, badRequest("at: " + err.Error())
		}
		t.At = at
	}
	done, err := c.config.Gateway.Transfer(ctx, t)
	if err != nil {
		return wire.Transfer{}, err
	}
	return ShowTransfer(done), nil
}
