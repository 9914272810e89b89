package control_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/localsepay/localsepay/openapi/control"
)

// A localsepay that runs: "localsepay serve" prints its address.
func running() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", control.ServerName)
		switch r.URL.Path {
		case "/_control/v1/transfers":
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"recorded": true, "id": 7, "amount": 150000, "code": "DH123456", "webhooks": [{"webhook_id": 1, "delivery_id": 3, "result": "sent"}]}`)
		case "/_control/v1/events":
			fmt.Fprint(w, "id: 12\nevent: transaction\ndata: {\"id\": 7, \"amount\": 150000}\n\n")
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"title": "Not found", "status": 404, "detail": "there is no webhook 9", "hint": "GET /webhooks lists them"}`)
		}
	}))
}

func ExampleClient() {
	sepay := running()
	defer sepay.Close()

	client := control.NewClient(sepay.URL) // e.g. http://127.0.0.1:8787
	memo := "DH123456 thanh toan"
	got, err := client.Transfer(context.Background(), control.NewTransfer{Amount: 150_000, Content: &memo})
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
