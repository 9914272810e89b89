package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// rememberingShop is a shop that is right: it books each transaction once, and
// knows its orders by the code in the memo.
func rememberingShop(t *testing.T) *httptest.Server {
	t.Helper()
	var mu sync.Mutex
	booked := map[int64]bool{}
	credited := map[string]int64{}
	credits := map[string]int{}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if name, ok := strings.CutPrefix(r.URL.Path, "/orders/"); ok {
			status := map[bool]string{true: "paid", false: "open"}[credits[name] > 0]
			fmt.Fprintf(w, `{"status":%q,"credited":%d,"credits":%d}`, status, credited[name], credits[name])
			return
		}
		var n struct {
			ID             int64
			Code           string
			TransferAmount int64
		}
		if json.NewDecoder(r.Body).Decode(&n) == nil && !booked[n.ID] {
			booked[n.ID] = true
			credited[n.Code] += n.TransferAmount
			credits[n.Code]++
		}
		fmt.Fprint(w, `{"success":true}`)
	}))
	t.Cleanup(shop.Close)
	return shop
}

func TestRunsAgainstOneShopDoNotMeet(t *testing.T) {
	shop := rememberingShop(t)
	play := func(flags ...string) (int, string) {
		code, out, errOut := verb(t, append([]string{"scenario", "run", "notice-of-a-transfer", "--webhook", shop.URL + "/hook", "--check", shop.URL}, flags...)...)
		return code, out + errOut
	}
	seeds := map[string]bool{}
	for range 3 {
		code, out := play()
		if code != 0 {
			t.Fatalf("exit %d\n%s", code, out)
		}
		m := regexp.MustCompile(`\(seed (\d+)\)`).FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("no seed is printed:\n%s", out)
		}
		seeds[m[1]] = true
	}
	if len(seeds) != 3 {
		t.Errorf("seeds %v", seeds)
	}
}
