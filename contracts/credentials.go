package contracts

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxCredentials bounds a credentials file in bytes.
const maxCredentials = 1 << 20

// file is a credentials file.
type file struct {
	Credentials `yaml:",inline"`
	Addresses   Addresses `yaml:"addresses"`
}

// CredentialsTemplate returns a credentials file in YAML to fill in.
func CredentialsTemplate() string {
	return fmt.Sprintf(template, strings.Join(addressKeys(), ", "))
}

// addressKeys are the addresses that a credentials file may name.
func addressKeys() []string {
	var out []string
	for _, s := range openapi.Surfaces().Addressed() {
		out = append(out, s.Key)
	}
	return out
}

const template = `# Credentials of SePay's sandbox for "localsepay contract run --target sandbox".
# What is left empty leaves the surfaces out that need it. Keep this file out of
# version control. The same as variables: SEPAY_API_TOKEN, SEPAY_MERCHANT_ID,
# SEPAY_SECRET_KEY, SEPAY_ACCESS_TOKEN.

# my.sepay.vn in test mode: company configuration, API Access.
api_token: ""
# my.sepay.vn: payment gateway, merchant information (SP-TEST-…, spsk_test_…).
merchant_id: ""
secret_key: ""
# An OAuth2 access token of an application of yours.
access_token: ""

# Only to reach other addresses than SePay's public ones, each without a slash
# at its end: %s.
addresses: {}
`

// ReadCredentials reads a credentials file; see [CredentialsTemplate]. The error names
// the line of an unknown key.
func ReadCredentials(name string, data []byte) (Target, error) {
	f, err := readFile(data)
	var problems input.Problems
	if errors.As(err, &problems) {
		return Target{}, problems.In(name)
	}
	if err != nil {
		return Target{}, fmt.Errorf("%s: %w", name, err)
	}
	t := Sandbox(f.Credentials)
	for key, address := range f.Addresses {
		if address != "" {
			t.Addresses[key] = address
		}
	}
	return t, nil
}

// readFile refuses what a credentials file does not know, also among the
// addresses, whose keys are the table's.
func readFile(data []byte) (file, error) {
	var f file
	root, err := input.ReadNode(data, maxCredentials, "contract template prints one to fill in")
	if err != nil {
		return f, err
	}
	var fields []reflect.StructField
	for i, key := range addressKeys() {
		fields = append(fields, reflect.StructField{Name: "A" + strconv.Itoa(i), Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`yaml:"` + key + `"`)})
	}
	addresses := reflect.StructOf(fields)
	c := input.Checker{Special: map[reflect.Type]func(*input.Checker, *yaml.Node, input.Field){
		reflect.TypeFor[Addresses](): func(c *input.Checker, n *yaml.Node, f input.Field) { c.Value(n, addresses, f) },
	}}
	c.Value(root, reflect.TypeFor[file](), input.Field{Name: "the file"})
	if len(c.Problems) > 0 {
		return f, c.Problems
	}
	return f, input.Decode(root, &f)
}

// Production returns the target of SePay's production, which is only read from.
func Production(c Credentials) Target {
	addresses := Addresses{}
	public, table := openapi.Surfaces().Public(openapi.Production), openapi.Surfaces()
	for key, address := range public {
		if s, ok := table.OfKey(key); ok && s.Credential != openapi.MerchantSignature && s.Credential != openapi.OAuthClient { // where nothing can be read
			addresses[key] = address
		}
	}
	return Target{Name: "SePay's production (reading)", Addresses: addresses, Credentials: c, Rate: SandboxRate, ReadOnly: true, Production: true}
}
