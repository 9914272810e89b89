package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/printable"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// stateCmd shows addresses and credentials.
type stateCmd struct{ remote }

// Run implements the verb.
func (c stateCmd) Run(t terminal) error {
	s, err := ask(t, c.remote, (*control.Client).State)
	if err != nil {
		return err
	}
	return c.print(t, &s, func(w io.Writer) { printState(w, s) })
}

// printState prints the block that serve begins with.
func printState(w io.Writer, s control.State) {
	line := func(name, value string) { fmt.Fprintf(w, "  %-14s %s\n", name, value) }
	fmt.Fprintf(w, "localsepay  %s  (clock %s, %s)\n\n", s.Addresses.Base(), s.Clock.Mode, s.Clock.Now)
	for _, row := range openapi.Surfaces().Addressed() {
		at := s.Addresses[row.Key]
		if row.Base == "" { // an address of its own, with nothing to see at it
			example, _, _ := strings.Cut(row.Example, "?")
			at += example
		}
		line(row.Title, at)
	}
	line("phone", s.Addresses.Base()+"/_console/phone")
	line("control", s.Addresses.Control())
	for _, c := range s.Companies {
		printCompany(w, c)
		for _, side := range []*control.Company{c.Live, c.Test} {
			if side != nil {
				printSide(w, *side)
			}
		}
	}
}

// printSide prints the credentials of the other side's hosts.
func printSide(w io.Writer, c control.Company) {
	line := func(name, value string) { fmt.Fprintf(w, "  %-14s %s\n", name, value) }
	fmt.Fprintf(w, "  %s\n", map[string]string{"production": "live side, for SePay's production host names (localsepay env --live)", "sandbox": "test side, for SePay's sandbox host names (localsepay env --test)"}[c.Environment])
	for _, token := range c.APITokens {
		line("API token", token)
	}
	line("merchant", c.Merchant.MerchantID+"  "+c.Merchant.SecretKey)
	for _, a := range c.BankAccounts {
		line("account", a.Bank+" "+a.AccountNumber)
	}
}

func printCompany(w io.Writer, c control.Company) {
	line := func(name, value string) { fmt.Fprintf(w, "  %-14s %s\n", name, value) }
	fmt.Fprintf(w, "\n%s (%s, %s)\n", c.Name, c.ID, c.Environment)
	for _, token := range c.APITokens {
		line("API token", token)
	}
	line("merchant", c.Merchant.MerchantID+"  "+c.Merchant.SecretKey)
	if c.Merchant.IPN.URL != nil {
		line("IPN", *c.Merchant.IPN.URL+"  "+c.Merchant.IPN.AuthType)
	}
	for _, a := range c.OAuthApps {
		line("OAuth client", a.ClientID+"  "+a.ClientSecret)
	}
	for _, u := range c.Users {
		line("user", u.Email+"  "+u.Password+"  "+u.Role)
	}
	for _, a := range c.BankAccounts {
		var vas []string
		for _, v := range a.VirtualAccounts {
			vas = append(vas, map[bool]string{true: "VA ", false: "memo TKP"}[v.Official]+v.Number)
		}
		line("account", strings.TrimRight(fmt.Sprintf("%s %s  %s  %s", a.Bank, a.AccountNumber, a.AccountHolderName, strings.Join(vas, ", ")), " "))
	}
	for _, f := range c.PaymentCodeFormats {
		line("payment code", fmt.Sprintf("%s + %d to %d characters (%s)", f.Prefix, f.SuffixFrom, f.SuffixTo, f.CharacterType))
	}
	for _, h := range c.Webhooks {
		line("webhook", fmt.Sprintf("%d  %s  %s", h.ID, h.WebhookURL, h.AuthenType))
	}
}

// envCmd prints environment variables for clients.
type envCmd struct {
	remote
	Company string `help:"Company id; the first one otherwise."`
	Live    bool   `help:"The live side's credentials, for SePay's production host names." xor:"side"`
	Test    bool   `help:"The test side's, for the sandbox's host names; what a company is made for otherwise." xor:"side"`
}

// Run implements the verb.
func (c envCmd) Run(t terminal) error {
	s, err := ask(t, c.remote, (*control.Client).State)
	if err != nil {
		return err
	}
	for _, k := range s.Companies {
		for _, side := range []*control.Company{k.Live, k.Test} {
			if side != nil {
				s.Companies = append(s.Companies, *side)
			}
		}
	}
	at := slices.IndexFunc(s.Companies, func(k control.Company) bool { return c.Company == "" || k.ID == c.Company })
	if at < 0 {
		return &usageError{fmt.Sprintf("there is no company %q", c.Company), "localsepay state lists them"}
	}
	company, ok := sideOf(s.Companies[at], c.Live, c.Test)
	if !ok {
		return &usageError{fmt.Sprintf("company %q has no such side", s.Companies[at].ID), "localsepay state shows what it has"}
	}
	vars := variables(s, company)
	return c.print(t, vars, func(w io.Writer) {
		for _, name := range sortedKeys(vars) {
			fmt.Fprintf(w, "export %s=%s\n", name, shellWord(vars[name]))
		}
	})
}

// shellWord quotes a text for a shell, with escapes for characters that a
// terminal would not show.
func shellWord(text string) string {
	if printable.Line(text) == text {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return "$'" + printable.Line(strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text)) + "'"
}

// sideOf returns the live or the test side of a company, or the one that it was
// created for.
func sideOf(c control.Company, live, test bool) (control.Company, bool) {
	want := c.Environment
	if live {
		want = "production"
	}
	if test {
		want = "sandbox"
	}
	for _, side := range []*control.Company{&c, c.Live, c.Test} {
		if side != nil && side.Environment == want {
			return *side, true
		}
	}
	return c, false
}

// variables returns the configuration of a SePay client.
func variables(s control.State, c control.Company) map[string]string {
	vars := map[string]string{
		"SEPAY_BASE_URL":           s.Addresses.Base(),
		"SEPAY_MERCHANT_ID":        c.Merchant.MerchantID,
		"SEPAY_MERCHANT_SECRET":    c.Merchant.SecretKey,
		"LOCALSEPAY_URL":           s.Addresses.Base(),
		"SEPAY_BANK_ACCOUNT":       "",
		"SEPAY_BANK_NAME":          "",
		"SEPAY_API_TOKEN":          "",
		"SEPAY_OAUTH_CLIENT_ID":    "",
		"SEPAY_WEBHOOK_SECRET_KEY": "",
	}
	maps.Copy(vars, openapi.Surfaces().Variables(s.Addresses))
	if len(c.APITokens) > 0 {
		vars["SEPAY_API_TOKEN"] = c.APITokens[0]
	}
	if len(c.BankAccounts) > 0 {
		vars["SEPAY_BANK_ACCOUNT"], vars["SEPAY_BANK_NAME"] = c.BankAccounts[0].AccountNumber, c.BankAccounts[0].Bank
	}
	if len(c.OAuthApps) > 0 {
		vars["SEPAY_OAUTH_CLIENT_ID"], vars["SEPAY_OAUTH_CLIENT_SECRET"] = c.OAuthApps[0].ClientID, c.OAuthApps[0].ClientSecret
	}
	if ipn := c.Merchant.IPN; ipn.Secret != nil {
		vars["SEPAY_IPN_SECRET"] = *ipn.Secret
	}
	if len(c.Webhooks) > 0 {
		vars["SEPAY_WEBHOOK_SECRET_KEY"] = c.Webhooks[0].SecretKey
	}
	maps.DeleteFunc(vars, func(_, value string) bool { return value == "" })
	return vars
}

// readyCmd checks health.
type readyCmd struct {
	remote
	Wait span `help:"How long to wait for it, e.g. 5s." default:"0s"`
}

// Run implements the verb.
func (c readyCmd) Run(t terminal) error {
	deadline := time.NewTimer(time.Duration(c.Wait))
	defer deadline.Stop()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	guessed := c.URL == whereToLook()
	for {
		if guessed { // one that has just started is found only then
			c.URL = whereToLook()
		}
		h, err := ask(t, c.remote, (*control.Client).Health)
		if err == nil {
			return c.print(t, h, func(w io.Writer) { fmt.Fprintln(w, "ready:", c.URL) })
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return err
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
	}
}

// versionCmd prints the version.
type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON for machines."`
}

// Run implements the verb.
func (c versionCmd) Run(t terminal) error {
	b := build()
	return remote{JSON: c.JSON}.print(t, b, func(w io.Writer) { fmt.Fprintln(w, b) })
}

// buildInfo describes how this binary was built.
type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// String returns the information in one line.
func (b buildInfo) String() string {
	line := "localsepay " + b.Version
	if b.Commit == "" {
		return line + fmt.Sprintf(", commit unknown (%s, %s)", b.Go, b.Platform)
	}
	line += ", commit " + b.Commit[:min(len(b.Commit), 12)]
	if b.Modified {
		line += " with changes"
	}
	if b.Date != "" {
		line += " of " + b.Date
	}
	return line + fmt.Sprintf(" (%s, %s)", b.Go, b.Platform)
}

// commit and date are set by the linker when the toolchain sees no checkout, as
// in an image: -ldflags "-X main.commit=… -X main.date=…".
var commit, date string

// build reads the toolchain's build information. Commit and date are present in
// builds from a checkout by go build or go install; go run and -buildvcs=false
// leave them out.
func build() buildInfo {
	b := buildInfo{Version: version(), Commit: commit, Date: date, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Date = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	return b
}

// version returns the version of this binary.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
