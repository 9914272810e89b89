package scenarios

import (
	"fmt"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// schemaLine lets editors complete and check a file.
const schemaLine = "# yaml-language-server: $schema=" + SchemaURL + "\n"

const template = `name: %s
purpose: A customer pays an order by bank transfer while the IPN handler is down; the IPN comes late and the order is credited once.
needs:
  ipn: {auth: secret}
  merchant:
    answers: [{kind: ipn, status: 503}]
steps:
  - checkout: {invoice: "INV-${run}", amount: 150000, method: BANK_TRANSFER}
  - pay: {order: "INV-${run}"}
  - advance: 1m
expect:
  orders: [{order: "INV-${run}", status: CAPTURED}]
  deliveries: [{kind: ipn, count: 1, status: succeeded, at: [0s, 1m], answers: [503, 200]}]
  findings: none
  check: [{url: "/orders/INV-${run}", body: {status: paid, credits: 1}}]
`

var nameLine = pattern.Lazy(`(?m)^name: .*$`)

// Template returns a scenario file to begin with: a small one, or a copy of the library's
// scenario from under another name.
func Template(name, from string) ([]byte, error) {
	if !plainName().MatchString(name) {
		return nil, fmt.Errorf("a scenario cannot be called %q", name)
	}
	if from == "" {
		return []byte(schemaLine + fmt.Sprintf(template, name)), nil
	}
	text, err := Text(from)
	if err != nil {
		return nil, err
	}
	_, body, _ := strings.Cut(string(text), "\n") // the line of its own schema
	return []byte(schemaLine + nameLine().ReplaceAllLiteralString(body, "name: "+name)), nil
}
