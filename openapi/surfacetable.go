package openapi

// surfaces is the one list of SePay's surfaces; it is never changed. The guard
// of outgoing requests (openapi/guard) has a list of hosts of its own, which a
// mistake here must not open; a test holds the two together.
var surfaces = Table{
	{
		Name: "checkout", Title: "checkout", Document: "checkout", Key: "checkout", Base: "/v1/checkout", Example: "/init",
		Hosts:      []Host{{Name: "pay-sandbox.sepay.vn", Environment: Sandbox}, {Name: "pay.sepay.vn", Environment: Production}, {Name: "sandbox.pay.sepay.vn", Environment: Sandbox}},
		Paths:      []string{"/v1/checkout", "/v1/init"},
		Credential: MerchantSignature,
		Variables:  []Variable{{Name: "SEPAY_CHECKOUT_URL"}, {Name: "SEPAY_CHECKOUT_INIT_URL", Below: "/init"}},
		Suites:     []string{"checkout", "checkout pages"},
	},
	{
		Name: "pgapi", Title: "orders API", Document: "pgapi", Key: "pgapi", Base: "/v1", Example: "/order",
		Hosts:      []Host{{Name: "pgapi-sandbox.sepay.vn", Environment: Sandbox}, {Name: "pgapi.sepay.vn", Environment: Production}},
		Paths:      []string{"/v1/order"},
		Credential: MerchantPair,
		Variables:  []Variable{{Name: "SEPAY_PGAPI_URL"}},
		Suites:     []string{"pgapi"},
	},
	{Name: "ipn", Title: "IPN", Document: "ipn", Suites: []string{"ipn"}},
	{
		Name: "userapi v1", Title: "API v1", Document: "userapi_v1", Key: "userapi_v1", Base: "/userapi", Example: "/transactions/list",
		Hosts:      dashboardHosts,
		Paths:      []string{"/userapi/"},
		Credential: APIToken,
		Variables:  []Variable{{Name: "SEPAY_API_V1_URL"}},
		Suites:     []string{"userapi v1"},
	},
	{
		Name: "userapi v2", Title: "API v2", Document: "userapi_v2", Key: "userapi_v2", Base: "/v2", Example: "/transactions",
		Hosts:      []Host{{Name: "userapi-sandbox.sepay.vn", Environment: Sandbox}, {Name: "userapi.sepay.vn", Environment: Production}},
		Paths:      []string{"/v2/"},
		Credential: APIToken,
		Variables:  []Variable{{Name: "SEPAY_API_V2_URL"}},
		Suites:     []string{"userapi v2"},
	},
	{Name: "webhook", Title: "webhook", Document: "webhook", Suites: []string{"webhook"}},
	{
		Name: "oauth", Title: "OAuth2", Document: "oauth", Key: "oauth", Base: "/oauth", Example: "/authorize",
		Hosts:      dashboardHosts,
		Paths:      []string{"/oauth/"},
		Credential: OAuthClient,
		Variables:  []Variable{{Name: "SEPAY_OAUTH_URL"}},
		Suites:     []string{"oauth"},
	},
	{
		// What the plugin for WooCommerce calls: a part of OAuth2 with dialect and
		// limits of its own.
		Name: "woo", Title: "OAuth2 of the WooCommerce plugin", Document: "oauth",
		Hosts:      dashboardHosts,
		Paths:      []string{"/woo/oauth/"},
		Credential: OAuthClient,
	},
	{
		Name: "oauth api", Title: "OAuth2 API", Document: "oauth_api", Key: "oauth_api", Base: "/api/v1", Example: "/…",
		Hosts:      dashboardHosts,
		Paths:      []string{"/api/v1/"},
		Credential: AccessToken,
		Variables:  []Variable{{Name: "SEPAY_OAUTH_API_URL"}},
		Suites:     []string{"oauth api"},
	},
	{
		Name: "qr", Title: "QR", Document: "qr", Key: "qr", Example: "/img?acc=…&bank=…&amount=…&des=…",
		Hosts:  []Host{{Name: "qr.sepay.vn", Environment: Production}, {Name: "vietqr.app", Environment: Production}},
		Paths:  []string{"/img", "/banks.json", "/assets/img/banklogo/"},
		Suites: []string{"qr"},
	},
	{
		// The pictures at the dashboard, to which accounts of the OAuth2 API lead.
		Name: "dashboard", Title: "pictures of the dashboard", Document: "qr",
		Hosts: dashboardHosts,
		Paths: []string{"/assets/images/banklogo/"},
	},
}

// dashboardHosts serve several surfaces, told apart by their paths.
var dashboardHosts = []Host{{Name: "my.sepay.vn", Environment: Production}, {Name: "my.dev.sepay.vn", Environment: Sandbox, Unlisted: true}}
