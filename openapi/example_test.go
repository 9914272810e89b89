package openapi_test

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/localsepay/localsepay/openapi"
)

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
