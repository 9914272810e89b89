package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

// oneLine is the least that a person is owed: what is wrong in a line, a hint
// below it, and nothing of the program's own making.
func oneLine(t *testing.T, errOut string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(errOut), "\n")
	if len(lines) > 2 || !strings.HasPrefix(lines[0], "localsepay: ") || len(lines) == 2 && !strings.HasPrefix(lines[1], "hint: ") {
		t.Errorf("not a line and a hint:\n%s", errOut)
	}
	for _, ours := range []string{"EOL", "seedfile.", "control.", "map[", "<nil>", "goroutine", "!!str", "[]string", "bit int", "\x1b", "dial tcp", "json:", "_id:"} {
		if strings.Contains(errOut, ours) {
			t.Errorf("%q is nothing for a person:\n%s", ours, errOut)
		}
	}
}

func TestEveryMistakeOnTheCommandLineHasALineAHintAndCode2(t *testing.T) {
	dir := t.TempDir()
	made := 0
	file := func(name, text string) string {
		made++
		path := filepath.Join(dir, fmt.Sprint(made, name))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.yaml", "name: good\npurpose: x\nsteps: [{transfer: {amount: 1}}]\n")
	serve := func(flags ...string) []string { return append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...) }
	play := func(flags ...string) []string { return append([]string{"scenario", "run", good}, flags...) }
	seed := func(text string) []string {
		return serve("--seed-file", file("seed.yaml", "companies:\n  - id: a\n"+text))
	}
	contract := func(flags ...string) []string { return append([]string{"contract", "run"}, flags...) }
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"decimals":                     {[]string{"transfer", "150000.5"}, `"150000.5" has decimals, and dong has none`},
		"decimals with groups":         {[]string{"transfer", "150.000,50"}, "has decimals"},
		"groups of two":                {[]string{"transfer", "15,00,0"}, "not an amount"},
		"only decimals":                {[]string{"transfer", ",5"}, "not an amount"},
		"money below zero":             {[]string{"transfer", "-1"}, "--out lets money go out"},
		"time below zero":              {[]string{"advance", "-5m"}, `"-5m" is below zero`},
		"time without a unit":          {[]string{"advance", "5"}, "5m minutes"},
		"no time":                      {[]string{"advance"}, "BY is missing"},
		"no amount":                    {[]string{"transfer"}, "AMOUNT is missing"},
		"a flag without its value":     {[]string{"serve", "--listen"}, "--listen needs a value"},
		"a number that is none":        {[]string{"orders", "--limit", "x"}, `want a whole number, not "x"`},
		"a verb that is none":          {[]string{"trasfer", "1"}, `did you mean "transfer"?`},
		"an outcome that is none":      {[]string{"pay", "X", "--outcome", "foo"}, "there are: paid, less"},
		"a method in small letters":    {[]string{"pay", "X", "--method", "card"}, `did you mean "CARD"?`},
		"a type of moment":             {[]string{"timeline", "--type", "deliverys"}, `did you mean "delivery"?`},
		"a scope":                      {[]string{"token", "--scope", "profil"}, `did you mean "profile"?`},
		"a half label filter":          {contract("--label", "a &&"), `--label "a &&" cannot be read`},
		"a half expression of names":   {contract("--name", "["), "--name"},
		"a report without a folder":    {contract("--html", "/nonexist/x.html"), "--html /nonexist/x.html: no such file or directory"},
		"a report that is a folder":    {contract("--junit", dir), "that is a folder"},
		"no accepted file":             {contract("--accepted", "nope.yaml"), "--accepted nope.yaml"},
		"a surface":                    {contract("--surface", "pgap"), `did you mean "pgapi"?`},
		"production, as a target":      {contract("--target", "https://pgapi.sepay.vn"), "production"},
		"production, spelt otherwise":  {contract("--target", "https://PGAPI.SePay.vn.:443"), "production"},
		"the sandbox, as an address":   {contract("--target", "https://userapi-sandbox.sepay.vn"), `the target "sandbox"`},
		"nobody at the target":         {contract("--target", "http://127.0.0.1:1"), "http://127.0.0.1:1: connection refused"},
		"a setting of the contract":    {contract("--setting", "checkout.tll=5m"), `did you mean "checkout.ttl"?`},
		"credentials that are not":     {contract("--credentials", "nope.yaml"), "--credentials nope.yaml: no such file"},
		"a receiver that is none":      {contract("--receiver-listen", "foo"), "--receiver-listen \"foo\""},
		"no HAR":                       {[]string{"contract", "lint", "nope.har"}, "nope.har: no such file or directory"},
		"a twin nearly right":          {[]string{"contract", "twin", "order_amount without decimal"}, `did you mean "order_amount without decimals"?`},
		"a baseline that is not kept":  {[]string{"contract", "drift", "--write", "/nonexist/x"}, "--write /nonexist/x"},
		"no such scenario file":        {[]string{"scenario", "run", "nofile.yaml"}, "there is no file nofile.yaml"},
		"no such scenario":             {[]string{"scenario", "run", "ipn-late-paid-twise"}, `did you mean "ipn-late-paid-twice"?`},
		"nobody for the scenario":      {play("--target", "http://127.0.0.1:1"), "no localsepay answers at http://127.0.0.1:1"},
		"a webhook for a scenario":     {play("--webhook", "foo"), `--webhook "foo" is not an address`},
		"a page for a scenario":        {play("--check", "foo"), `--check "foo" is not an address`},
		"no time for a scenario":       {play("--timeout", "0"), "--timeout cannot be 0"},
		"a report of a scenario":       {play("--junit", "/nonexist/x.xml"), "--junit /nonexist/x.xml"},
		"a secret without its IPN":     {play("--ipn-secret", "x"), "--ipn-secret without --ipn"},
		"auth without its webhook":     {serve("--webhook-auth", "hmac:x"), "--webhook-auth without --webhook"},
		"a secret for none":            {serve("--webhook", "http://127.0.0.1/", "--webhook-auth", "none:x"), "--webhook-auth none"},
		"an address without http":      {serve("--webhook", "127.0.0.1:3000/hook"), "did you mean http://127.0.0.1:3000/hook?"},
		"an IPN without http":          {serve("--ipn", "localhost/ipn"), "did you mean http://localhost/ipn?"},
		"a webhook at SePay's":         {serve("--webhook", "https://my.sepay.vn/x"), "SePay's own host"},
		"a setting":                    {serve("--setting", "foo=bar"), "localsepay explain lists the settings"},
		"a setting nearly right":       {serve("--setting", "checkout.tll=5m"), `did you mean "checkout.ttl"?`},
		"a setting's value":            {serve("--setting", "checkout.ttl=soon"), `checkout.ttl cannot be "soon"`},
		"a token in the seed":          {seed("    api_tokens: MYTOKEN\n"), "line 3, column 17: api_tokens has to be a list"},
		"an unknown key":               {seed("    api_token: [A]\n"), `line 3, column 5: there is no key "api_token" here: did you mean "api_tokens"?`},
		"an empty seed file":           {serve("--seed-file", file("empty.yaml", "")), "line 1, column 1: the file is empty"},
		"only comments":                {serve("--seed-file", file("none.yaml", "# nothing\n")), "nothing but comments"},
		"the same company twice":       {seed("  - id: a\n"), `line 3, column 9: there is a company "a" already`},
		"the same merchant twice":      {seed("    merchant: {merchant_id: M}\n  - id: b\n    merchant: {merchant_id: M}\n"), `line 5, column 29: the merchant "M" belongs to another company`},
		"a type of account":            {seed("    bank_accounts: [{bank: ACB, account_type: enterprize}]\n"), `line 3, column 47: account_type cannot be "enterprize": did you mean "enterprise"?`},
		"a role":                       {seed("    users: [{email: a@b.c, role: Admn}]\n"), `did you mean "Admin"?`},
		"a redirect address":           {seed("    oauth_apps: [{name: x, redirect_uris: [foo]}]\n"), `line 3, column 44: the redirect address "foo" is not absolute`},
		"a scope in the seed":          {seed("    oauth_apps: [{name: x, redirect_uris: [\"http://a/b\"], scopes: [profil]}]\n"), `did you mean "profile"?`},
		"a code of a virtual account":  {seed("    bank_accounts: [{bank: TPBank, virtual_accounts: [{number: DA}]}]\n"), "line 3, column 64: virtual account \"DA\""},
		"a webhook in the seed":        {seed("    webhooks: [{webhook_url: foo}]\n"), "line 3, column 30: want an absolute URL"},
		"a clock that is too slow":     {serve("--clock", "x1e-12"), "--clock cannot be \"x1e-12\""},
		"a clock that is too fast":     {serve("--clock", "x1e18"), "x0.001 to x1000000"},
		"a clock without a number":     {serve("--clock", "xNaN"), "--clock cannot be \"xNaN\""},
		"a balance in the seed":        {seed("    bank_accounts: [{bank: ACB, balance: 9223372036854775807}]\n"), `line 3, column 42: balance cannot be "9223372036854775807": want -999999999999999 to 999999999999999`},
		"a suffix in the seed":         {seed("    payment_code_formats: [{prefix: DH, suffix_from: 1, suffix_to: 31}]\n"), `suffix_to cannot be "31": want 1 to 30`},
		"no rate in the seed":          {seed("    rate_limit: 0\n"), `line 3, column 17: rate_limit cannot be "0": want 1 to 1000000`},
		"a rate in the seed":           {seed("    rate_limit: 1000000001\n"), `line 3, column 17: rate_limit cannot be "1000000001": want 1 to 1000000`},
		"an alias in the seed":         {serve("--seed-file", file("alias.yaml", "companies: &c\n  - *c\n")), "line 2, column 5: an alias is not taken here"},
		"a scenario that holds itself": {[]string{"scenario", "run", file("self.yaml", "name: self\npurpose: x\nsteps: &s [{parallel: *s}]\n")}, "an alias is not taken here"},
		"nothing that moves":           {[]string{"scenario", "run", file("zero.yaml", "name: zero\npurpose: x\nsteps: [{transfer: {amount: 0}}]\n")}, "amount cannot be \"0\""},
		"money in the seed":            {seed("    bank_accounts: [{bank: ACB, balance: 1.000.000}]\n"), `balance cannot be "1.000.000": want a whole number`},
		"a setting in the seed":        {seed("    settings: {checkout.ttl: soon}\n"), `line 3, column 30: checkout.ttl cannot be "soon"`},
		"a prefix of codes":            {seed("    payment_code_formats: [{prefix: D, suffix_from: 3, suffix_to: 9}]\n"), "line 3, column 37"},
		"two documents":                {seed("---\nfoo: 1\n"), "a second document begins here"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := verb(t, c.args...)
			if code != exitUsage || !strings.Contains(errOut, c.want) {
				t.Errorf("exit %d, want %s:\n%s%s", code, c.want, out, errOut)
			}
			oneLine(t, errOut)
		})
	}
}

func TestARefusalOfARunningOneIsSaidInWords(t *testing.T) {
	sepay := emulator.StartT(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a company for a token":    {[]string{"token", "--company", "demp"}, `there is no company "demp"`},
		"a company for a transfer": {[]string{"transfer", "1000", "--company", "nope"}, `there is no company "nope"`},
		"an account":               {[]string{"transfer", "1000", "--account", "12345"}, `there is no account "12345"`},
		"an order":                 {[]string{"pay", "nope"}, `there is no order "nope"`},
		"a delivery":               {[]string{"deliveries", "77"}, "there is no delivery 77"},
		"a delivery to replay":     {[]string{"replay", "77"}, "77"},
		"a fault":                  {[]string{"faults", "remove", "9"}, "there is no fault 9"},
		"a member of a fault":      {[]string{"faults", "add", `{"whn":{},"do":{"status":500}}`}, `did you mean "when"?`},
		"a kind of a member":       {[]string{"faults", "add", `{"when":{"first":"x"},"do":{"status":500}}`}, "first"},
		"nothing to send":          {[]string{"transfer", "0"}, "amount"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errOut := verb(t, append(c.args, "--url", sepay.URL())...)
			if code != exitFailed || !strings.Contains(errOut, c.want) {
				t.Errorf("exit %d, want %s:\n%s", code, c.want, errOut)
			}
			oneLine(t, errOut)
		})
	}
}

func TestHelpAndVersionAreWhereOneLooks(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"help", "transfer"}, {"transfer", "--help"}} {
		if code, out, errOut := verb(t, args...); code != 0 || !strings.Contains(out, "Usage: localsepay") || errOut != "" {
			t.Errorf("%v: exit %d\n%s%s", args, code, out, errOut)
		}
	}
	_, want, _ := verb(t, "version")
	for _, args := range [][]string{{"--version"}, {"-v"}} {
		if code, out, errOut := verb(t, args...); code != 0 || out != want || errOut != "" {
			t.Errorf("%v: exit %d\n%s%s", args, code, out, errOut)
		}
	}
}
