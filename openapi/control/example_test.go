package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/localsepay/localsepay/openapi/control"
)

// running stands for a localsepay that runs; "localsepay serve" prints its address.
func running() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", control.ServerName)
		switch r.URL.Path {
		case "/_control/v1/transfers":
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"recorded": true, "id": 7, "amount": 150000, "code": "DH123456", "webhooks": [{"webhook_id": 1, "delivery_id": 3, "result": "sent"}]}`)
		case "/_control/v1/orders":
			if r.URL.Query().Get("after") == "" {
				fmt.Fprint(w, `{"data": [{"id": 2, "order_invoice_number": "DH2", "order_status": "AUTHENTICATION_NOT_NEEDED"}], "next": "2"}`)
			} else {
				fmt.Fprint(w, `{"data": [{"id": 1, "order_invoice_number": "DH1", "order_status": "CAPTURED"}], "next": null}`)
			}
		case "/_control/v1/events":
			fmt.Fprint(w, "id: 12\nevent: transaction\ndata: {\"id\": 7, \"amount\": 150000}\n\n")
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"title": "Not found", "status": 404, "detail": "there is no webhook 9", "hint": "GET /webhooks lists them"}`)
		}
	}))
}

// A transfer at a localsepay that runs, and a call that is refused.
func ExampleClient() {
	sepay := running()
	defer sepay.Close()

	client := control.NewClient(sepay.URL) // e.g. http://127.0.0.1:8787
	got, err := client.Transfer(context.Background(), control.NewTransfer{Amount: 150_000, Content: new("DH123456 thanh toan")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("transaction", got.ID, "of", got.Amount, "VND; webhook", got.Webhooks[0].Result)

	_, err = client.Webhook(context.Background(), 9)
	fmt.Println(control.Refused(err, http.StatusNotFound), err)
	// Output:
	// transaction 7 of 150000 VND; webhook sent
	// true there is no webhook 9 (GET /webhooks lists them)
}

// The first event of the stream.
func ExampleClient_Events() {
	sepay := running()
	defer sepay.Close()

	for event, err := range control.NewClient(sepay.URL).Events(context.Background(), control.EventFilter{After: 0}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.ID, event.Type, string(event.Data))
		break
	}
	// Output:
	// 12 transaction {"id": 7, "amount": 150000}
}

// Values of members have constants. A pointer takes new(CONSTANT).
func ExampleWebhookBody() {
	body := control.WebhookBody{
		WebhookURL:      new("http://127.0.0.1:3000/hook"),
		EventType:       new(control.WebhookEventsIn),
		AuthenType:      new(control.WebhookAuthHMAC),
		SecretKey:       new("whsec_test"),
		RetryConditions: control.RetryOn(control.RetryNon2xx),
	}
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output:
	// {
	//   "webhook_url": "http://127.0.0.1:3000/hook",
	//   "event_type": "In_only",
	//   "authen_type": "HMAC_SHA256",
	//   "secret_key": "whsec_test",
	//   "retry_conditions": [
	//     "non_2xx_status_code"
	//   ]
	// }
}

// The first two calls of API v2 are answered as by a rate limiter.
func ExampleFault() {
	text, err := json.Marshal(control.Fault{
		When: control.FaultWhen{Surface: control.SurfaceUserAPIV2, First: 2},
		Do:   control.FaultDo{RateLimited: &control.FaultRateLimited{RetryAfter: 3}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output: {"id":0,"when":{"surface":"userapi v2","first":2},"do":{"rate_limited":{"retry_after":3}},"matched":0,"fired":0}
}

// Nothing listens at the address.
func ExampleNoAnswerError() {
	gone := running()
	gone.Close()
	_, err := control.NewClient(gone.URL).State(context.Background())
	var silent *control.NoAnswerError
	fmt.Println(errors.As(err, &silent))
	// Output: true
}

// All pages of a list.
func ExampleList_After() {
	sepay := running()
	defer sepay.Close()
	client := control.NewClient(sepay.URL)
	var filter control.OrderFilter
	for {
		page, err := client.Orders(context.Background(), filter, 50)
		if err != nil {
			log.Fatal(err)
		}
		for _, o := range page.Data {
			fmt.Println(o.InvoiceNumber, o.Status == control.OrderCaptured)
		}
		if filter.After = page.After(); filter.After == 0 {
			return
		}
	}
	// Output:
	// DH2 false
	// DH1 true
}
