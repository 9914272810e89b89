package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/texts"
)

// bankRules are about what banks make of a payment on its way.
func bankRules() []rule {
	return []rule{
		{
			name: "webhook-bank-forms", kind: kindWebhook, title: "credits payments as each bank writes them",
			why: "Banks put words, numbers and names before and after the memo, drop hyphens, and give references of any form. Who compares the whole memo, or wants a reference of one form, finds no order.", source: codePage,
			fix: "Take the order from code; look into content only where code is null, and there for the code alone.",
			run: (*attack).bankForms,
		},
		{
			name: "webhook-full-minute", kind: kindWebhook, title: "credits a payment whose date lies before its order's",
			why: "Some banks give the time of a transfer in full minutes, and clocks differ: a payment looks up to a minute and a half older than its order. Who throws away what is older than the order, or takes Vietnam's time for UTC, loses it.", source: webhookPage,
			fix: "Do not compare transactionDate with the order's time to the second; it is Vietnam's time (UTC+7).",
			run: func(a *attack) (found, error) { return a.dated(fullMinute, a.accepts) },
		},
		{
			name: "webhook-late-retry", kind: kindWebhook, title: "credits a payment whose notice comes twenty minutes later",
			why: "The seventh attempt comes twenty minutes after the transfer, the eighth after thirty-three, signed anew.", source: errorPage,
			fix: "Take the age of a notice from X-SePay-Timestamp, not from transactionDate.",
			run: func(a *attack) (found, error) {
				return a.dated(func(now time.Time) time.Time { return now.Add(-21 * time.Minute) }, func(o order) (found, error) {
					f, err := a.accepts(o)
					if f.verdict == Fail {
						f = found{verdict: Warn, detail: f.detail + "; if that is because of the notice's age, retries are lost; if it is because the transfer is older than the order, all is well"}
					}
					return f, err
				})
			},
		},
	}
}

// fullMinute is the time that a bank gives which knows full minutes only, at a
// clock half a minute behind.
func fullMinute(now time.Time) time.Time { return now.Add(-30 * time.Second).Truncate(time.Minute) }

// dated pays a new order at another time at the bank than now.
func (a *attack) dated(at func(time.Time) time.Time, look func(order) (found, error)) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	now, err := a.now()
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), map[string]any{"at": at(now).Format(time.RFC3339)}); err != nil {
		return found{}, err
	}
	return look(o)
}

// form is how a bank writes a payment: public captures of its notices, of 2025
// and 2026.
type form struct {
	gateway string
	// content holds the memo in the place of %s, as the bank leaves it.
	content string
	// reference is the referenceCode, with # for digits that are the audit's own;
	// minute says that times are full minutes, sub is the virtual account.
	reference string
	minute    bool
	sub       any
}

// forms are the banks' habits. Digits are made up.
var forms = []form{
	{"MBBank", "QMAU00123  SEPAY70115 1  %s ban 5", "FT26159######011", false, "VQRQMAU00123"},
	{"MBBank", "%s ban 5 FT26159000000011   Ma giao dich  Trace100200 Trace 100200", "FT26159######012", true, nil},
	{"MBBank", "100000000001-%s-CHUYEN TIEN-OQCH000DEMO1-MOMO100000000001MOMO", "FT26159######013", true, nil},
	{"ACB", "%s ban 5 FT26159000000012 GD 6159IBT1DEMO0001 080626-10:20:29", "#####", false, nil},
	{"ACB", "10000000001-0900000001-%s", "1####", true, nil},
	{"VPBank", "NHAN TU 9000000000001 TRACE 100200 ND %s", "FT26159######014", true, nil},
	{"BIDV", "QR - %s", "3f6f2a3c-4c1b-4b7e-9a51-0c2f5b######", false, "96247MAU01"},
	{"VietinBank", "QX3DEMO00001 SEVQR %s", "aBcDeF1gH-#####", false, nil},
	{"VietinBank", "CT DEN:100000000001 SEVQR %s", "aBcDeF2gH-#####", false, nil},
	{"TPBank", "TKPABC %s", "123ITC126159####", false, "ABC"},
	{"Sacombank", "%s CKN 100200 D0DEMO01 - NGUYEN VAN A", "VN1000001FT26159######", false, nil},
	{"Vietcombank", "MBVCB.10000000001.100200.%s.CT tu 0000012345 NGUYEN VAN A toi 0000054321 CONG TY TNHH A/B", "9990.######.100200", false, nil},
}

// numbered fills the places of digits in a reference with those of a number.
func numbered(reference string, n int64) string {
	digits := []byte(reference)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] == '#' {
			digits[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return string(digits)
}

// bankForms pays an order in each form, and lists those that were not credited.
func (a *attack) bankForms() (found, error) {
	now, err := a.now()
	if err != nil {
		return found{}, err
	}
	var lost, warned []string
	judged := 0
	for _, f := range forms {
		if slices.ContainsFunc(texts.In(f.content), func(c texts.Class) bool { return slices.Contains(a.known().broke, c.Name) }) {
			continue // the first rule has said so
		}
		o, err := a.order()
		if err != nil {
			return found{}, err
		}
		at := now
		if f.minute {
			at = fullMinute(now)
		}
		if err := a.set(map[string]any{"gateway": f.gateway, "referenceCode": numbered(f.reference, a.Tag), "subAccount": f.sub}); err != nil {
			return found{}, err
		}
		content := fmt.Sprintf(f.content, o.code)
		if err := a.transfer(content, map[string]any{"at": at.Format(time.RFC3339)}); err != nil {
			return found{}, err
		}
		if err := a.disarm(); err != nil {
			return found{}, err
		}
		verdict, err := a.accepts(o)
		if err != nil {
			return found{}, err
		}
		judged++
		switch verdict.verdict {
		case Fail:
			lost = append(lost, f.gateway+" ("+content+"): "+verdict.detail)
		case Warn:
			warned = append(warned, f.gateway+": "+verdict.detail)
		}
	}
	switch {
	case len(lost) > 0:
		return found{verdict: Fail, detail: fmt.Sprintf("%d of %d forms were not credited: %s", len(lost), judged, strings.Join(lost, "; "))}, nil
	case len(warned) > 0:
		return found{verdict: Warn, detail: strings.Join(warned, "; ")}, nil
	}
	return found{verdict: Pass, detail: fmt.Sprintf("all %d forms were accepted", judged)}, nil
}
