package contracts

import (
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/openapi/input"
)

// maxCredentials bounds a credentials file in bytes.
const maxCredentials = 1 << 20

// file is a credentials file.
type file struct {
	Credentials `yaml:",inline"`
	Addresses   Addresses `yaml:"addresses"`
}

// CredentialsTemplate is a credentials file to fill in.
const CredentialsTemplate = `# Credentials of SePay's sandbox for "localsepay contract run --target sandbox".
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
# at its end: checkout, pgapi, userapi_v1, userapi_v2, oauth, oauth_api, qr.
addresses: {}
`

// ReadCredentials reads a credentials file. What it does not know is refused,
// with its line.
func ReadCredentials(name string, data []byte) (Target, error) {
	f, _, err := input.Read[file](data, maxCredentials, "contract template prints one to fill in")
	var problems input.Problems
	if errors.As(err, &problems) {
		return Target{}, problems.In(name)
	}
	if err != nil {
		return Target{}, fmt.Errorf("%s: %w", name, err)
	}
	t := Sandbox(f.Credentials)
	t.Addresses = f.Addresses.over(t.Addresses)
	return t, nil
}

// over returns the addresses with those that are empty taken from others.
func (a Addresses) over(others Addresses) Addresses {
	for _, pair := range []struct {
		to   *string
		from string
	}{
		{&a.Checkout, others.Checkout}, {&a.PGAPI, others.PGAPI}, {&a.UserAPIV1, others.UserAPIV1}, {&a.UserAPIV2, others.UserAPIV2},
		{&a.OAuth, others.OAuth}, {&a.OAuthAPI, others.OAuthAPI}, {&a.QR, others.QR},
	} {
		if *pair.to == "" {
			*pair.to = pair.from
		}
	}
	return a
}

// production are the addresses of SePay's production, which are only read.
var production = Addresses{
	PGAPI: "https://pgapi.sepay.vn/v1", UserAPIV1: "https://my.sepay.vn/userapi", UserAPIV2: "https://userapi.sepay.vn/v2",
	OAuthAPI: "https://my.sepay.vn/api/v1", QR: "https://qr.sepay.vn",
}

// ReadProduction is SePay's production, of which only claims are checked that
// read.
func ReadProduction(c Credentials) Target {
	return Target{Name: "SePay's production (reading)", Addresses: production, Credentials: c, Rate: SandboxRate, ReadOnly: true, Production: true}
}
