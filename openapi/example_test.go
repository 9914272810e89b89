package openapi_test

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/localsepay/localsepay/openapi"
)

// An answer whose error_code should be a string.
func ExampleContract_CheckResponse() {
	contract, err := openapi.Load("userapi_v2")
	if err != nil {
		panic(err)
	}
	request := openapi.Request{URL: &url.URL{Path: "/v2/transactions"}}
	header := http.Header{"Content-Type": {"application/json"}}
	for _, v := range contract.CheckResponse(request, 401, header, []byte(`{"status":"error","message":"No","error_code":401}`)) {
		fmt.Println(v)
	}
	// Output: v2.transactions.list: type: body $.error_code: expected a string, saw number 401 (documented)
}

// A request with a parameter that API v2 does not have.
func ExampleContract_CheckRequest() {
	contract, err := openapi.Load("userapi_v2")
	if err != nil {
		panic(err)
	}
	request := openapi.Request{Method: http.MethodGet, URL: &url.URL{Path: "/v2/transactions", RawQuery: "perpage=20"}}
	for _, v := range contract.CheckRequest(request) {
		fmt.Println(v.Operation, v.Rule, v.Part, v.JSONPath)
	}
	// Output: v2.transactions.list unknown-parameter query perpage
}

// The documents that there are.
func ExampleNames() {
	fmt.Println(openapi.Names())
	// Output: [checkout control ipn oauth oauth_api pgapi qr userapi_v1 userapi_v2 webhook]
}

// A surface by the name that logs and faults use.
func ExampleTable_Named() {
	surface, ok := openapi.Surfaces().Named("userapi v2")
	fmt.Println(surface.Title, surface.Document, surface.Hosts[0].Name, ok)
	// Output: API v2 userapi_v2 userapi-sandbox.sepay.vn true
}

// The addresses of SePay's sandbox, as environment variables.
func ExampleTable_Variables() {
	surfaces := openapi.Surfaces()
	variables := surfaces.Variables(surfaces.Public(openapi.Sandbox))
	fmt.Println(variables["SEPAY_API_V2_URL"])
	// Output: https://userapi-sandbox.sepay.vn/v2
}
