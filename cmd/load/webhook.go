package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// webhookRow measures transfers until bare counted all their webhooks, which
// localsepay sends over fresh connections. The control is the loader sending the
// same webhook to bare: there, the processor time is that of receiving.
func webhookRow() measure {
	const name = "transfer with webhook"
	return measure{[]string{name}, func(ctx context.Context, b *bench) ([]row, error) {
		bare, err := b.startBare(ctx, nil)
		if err != nil {
			return nil, err
		}
		defer bare.stop()
		own, err := b.startLocalsepay(ctx, options{args: []string{"--webhook", bare.url + "/sink"}})
		if err != nil {
			return nil, err
		}
		defer own.stop()
		peak, barePeak := own.watch(ctx), bare.watch(ctx)
		a, c, err := b.webhooks(ctx, own, bare)
		b.peaks.add(name, true, peak(), barePeak())
		if err != nil {
			return nil, err
		}
		r := costRow(name, a, c)
		r.Note = "until the sink counted all; the control's cost is that of receiving"
		return []row{r}, nil
	}}
}

func (b *bench) webhooks(ctx context.Context, own, bare *server) (a, c []sample, err error) {
	transfers := plan{cycle: [][]byte{postJSON(control.Prefix+"/transfers", transfer)}, status: http.StatusCreated}
	// end to end sends transfers and waits for as many webhooks.
	endToEnd := func(ctx context.Context, n int) (volley, error) {
		before, err := bare.counted(ctx, 0)
		if err != nil {
			return volley{}, err
		}
		start := time.Now()
		v, err := b.load(ctx, own, transfers, extent{requests: n})
		if err != nil {
			return v, err
		}
		after, err := bare.counted(ctx, before+n)
		if err == nil && after != before+n {
			err = fmt.Errorf("%d transfers are told by %d webhooks", n, after-before)
		}
		return volley{n, time.Since(start)}, err
	}
	first, err := endToEnd(ctx, 10*b.config.Connections)
	if err != nil {
		return nil, nil, err
	}
	n := max(first.requests, int(float64(first.requests)/first.took.Seconds()*b.config.Seconds))
	webhook, err := sentWebhook(ctx, own)
	if err != nil {
		return nil, nil, err
	}
	direct := plan{cycle: [][]byte{webhook}, status: http.StatusOK, fresh: true}
	return b.inTurn(ctx,
		func(ctx context.Context) (sample, error) {
			return own.measure(ctx, func() (volley, error) { return endToEnd(ctx, n) })
		},
		func(ctx context.Context) (sample, error) {
			return bare.measure(ctx, func() (volley, error) { return b.load(ctx, bare, direct, extent{requests: n}) })
		})
}

// counted returns the sink's count once it is as high.
func (s *server) counted(ctx context.Context, wait int) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*patience)
	defer cancel()
	answer, err := s.ask(ctx, get(fmt.Sprint("/sink/count?wait=", wait)))
	if err == nil {
		err = answer.expect(http.StatusOK, "")
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(answer.Body)))
}

// sentWebhook returns the request of the newest webhook, as it was sent.
func sentWebhook(ctx context.Context, own *server) ([]byte, error) {
	list, err := control.NewClient(own.url).Deliveries(ctx, control.DeliveryFilter{Status: control.DeliverySucceeded}, 1)
	if err != nil {
		return nil, err
	}
	if len(list.Data) == 0 || len(list.Data[0].Attempts) == 0 {
		return nil, fmt.Errorf("%s lists no delivery", own.name)
	}
	sent := list.Data[0].Attempts[0].Request
	var headers []string
	for name, value := range sent.Headers {
		switch http.CanonicalHeaderKey(name) {
		case "Host", "Content-Length", "Connection": // request and plan decide
		default:
			headers = append(headers, name+": "+value)
		}
	}
	return request(http.MethodPost, "/sink", sent.Body, append(headers, "Connection: close")...), nil
}
