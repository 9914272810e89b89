package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// leakyScenario fails at each place where a result repeats something.
const leakyScenario = `name: leaky
purpose: Credentials pass through every step.
needs:
  webhook: {auth: api_key, secret: %q}
  ipn: {auth: secret, secret: %q}
  oauth: {}
steps:
  - token: {scopes: [profile]}
    as: tokens
  - transfer: {amount: 10000, content: "DH123456 %s"}
    expect:
      deliveries: [{kind: webhook, count: 1, auth: api_key, headers: {Authorization: "Apikey %s"}}]
  - call: {path: "/v2/transactions?api_key=%s", auth: token, headers: {X-Api-Key: %q}}
    expect:
      answer: {status: 418, text: "${tokens.access_token}"}
      deliveries: [{kind: webhook, headers: {Authorization: "Apikey of-somebody-else"}, body: {content: "${company.api_tokens[0]}"}}]
      that: ["companies == tokens"]
`

// leakyHAR is recorded traffic with credentials in every place.
const leakyHAR = `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[
{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions?limit=%[1]s&api_key=%[1]s","headers":[{"name":"Authorization","value":"Bearer %[2]s"},{"name":"X-Api-Key","value":"%[1]s"}],"queryString":[]},"response":{"status":299,"headers":[{"name":"X-Token","value":"%[1]s"}],"content":{"mimeType":"application/json","text":"{\"status\":\"%[1]s\",\"%[1]s\":\"%[2]s\",\"access_token\":\"%[1]s\"}"}}},
{"request":{"method":"POST","url":"http://my.sepay.vn/oauth/token?code=%[1]s","headers":[{"name":"Authorization","value":"Basic %[3]s"}],"queryString":[],"postData":{"mimeType":"application/json","text":"{\"grant_type\":\"%[1]s\",\"clientSecret\":\"%[1]s\"}"}},"response":{"status":400,"headers":[],"content":{"mimeType":"application/json","text":"{\"error\":\"%[1]s\"}"}}},
{"request":{"method":"GET","url":"https://pgapi.sepay.vn/v1/%[1]s/%[2]s","headers":[],"queryString":[]},"response":{"status":200,"headers":[],"content":{"mimeType":"text/html","text":"%[1]s"}}}
]}}`

// reports searches the reports of scenarios, contract, lint and audit.
func (b *busy) reports() {
	b.t.Helper()
	dir := b.t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.t.Fatal(err)
		}
		return path
	}
	basic := base64.StdEncoding.EncodeToString([]byte("client:" + scenarioKey))
	har := write("app.har", fmt.Sprintf(leakyHAR, longWrong, seedToken, basic))
	scenario := write("leaky.yaml", fmt.Sprintf(leakyScenario, scenarioKey, scenarioIPN, scenarioKey, scenarioKey, wrong, wrong))
	b.put(scenarioKey, scenarioIPN, longWrong)
	shop := echoing(b.t).URL
	twin := lying(b.t, "secrets are masked")
	for _, run := range []struct {
		args  []string
		files []string
	}{
		{[]string{"scenario", "run", scenario, "--target", b.base}, []string{"--junit"}},
		{[]string{"scenario", "run", scenario, "--json"}, nil},
		{[]string{"scenario", "run", scenario, "--webhook", shop, "--webhook-auth", "apikey:" + hookKey, "--ipn", shop, "--ipn-secret", seedIPN, "--json"}, nil},
		{[]string{"audit", "--webhook", shop + "/?token=" + inAddress, "--webhook-auth", "apikey:" + hookKey, "--ipn", shop, "--ipn-secret", seedIPN}, []string{"--junit", "--sarif"}},
		{[]string{"audit", "--webhook", shop, "--webhook-auth", "hmac:" + hookHMAC, "--json"}, nil},
		{[]string{"contract", "run", "--target", twin, "--surface", "oauth api", "--surface", "webhook", "--quiet"}, []string{"--html", "--junit", "--sarif"}},
		{[]string{"contract", "run", "--target", b.base, "--surface", "userapi v2", "--json"}, nil},
		{[]string{"contract", "lint", har}, []string{"--junit", "--sarif"}},
		{[]string{"contract", "lint", har, "--json"}, nil},
	} {
		name, args := strings.Join(run.args[:2], " "), run.args
		for i, flag := range run.files {
			run.files[i] = filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+strings.TrimPrefix(flag, "--"))
			args = append(args, flag, run.files[i])
		}
		code, out, errOut := verb(b.t, args...)
		if code == exitUsage && !strings.HasPrefix(name, "audit") {
			b.t.Errorf("%v: exit %d, %.300s", run.args, code, errOut)
		}
		b.learnFrom(twin)
		b.learnFrom(b.base)
		b.search(b.t, name, out+errOut)
		for _, file := range run.files {
			text, err := os.ReadFile(file)
			if err != nil {
				b.t.Error(err)
			}
			b.search(b.t, name+" "+filepath.Base(file), string(text))
		}
	}
}

// verbs searches what every verb that shows something prints.
func (b *busy) verbs() {
	file := filepath.Join(b.t.TempDir(), "past.yaml")
	for _, args := range [][]string{
		{"deliveries"}, {"deliveries", "1"}, {"deliveries", "2"}, {"deliveries", "--json"}, {"timeline"}, {"timeline", "--json"}, {"clients"}, {"clients", "--json"},
		{"orders"}, {"orders", "INV-1"}, {"orders", "--json"}, {"faults"}, {"faults", "--json"}, {"cards"}, {"ready"}, {"transfer", "20000", "x " + hookSecret}, {"replay", "2"},
		{"advance", "1h"}, {"scenario", "export", file}, {"orders", seedToken}, {"pay", hookKey},
	} {
		_, out, errOut := verb(b.t, append(args, "--url", b.base)...)
		b.search(b.t, strings.Join(args, " "), out+errOut)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		b.t.Error(err)
	}
	b.search(b.t, "the exported scenario", string(text))
}
