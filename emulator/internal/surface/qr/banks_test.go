package qr_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface/qr"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

func TestBanksAreListedInOrder(t *testing.T) {
	for _, test := range []struct {
		list string
		want []vietqr.Bank
	}{{"captured", vietqr.Captured()}, {"all", vietqr.Banks()}} {
		w, noted := ask(t, with(t, setting.QRBankList, test.list), "/banks.json")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" || len(noted) != 0 {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		first := `{"no_banks":"` + strconv.Itoa(len(test.want)) + `","data":[{"name":"Ng\u00e2n h\u00e0ng TMCP C\u00f4ng th\u01b0\u01a1ng Vi\u1ec7t Nam","code":"ICB","bin":"970415","short_name":"VietinBank","supported":true},`
		if !strings.HasPrefix(w.Body.String(), first) {
			t.Errorf("%s begins %.200s", test.list, w.Body)
		}
		var list struct {
			Data []struct {
				Name, Code, BIN string
				ShortName       string `json:"short_name"`
				Supported       bool
			} `json:"data"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
			t.Fatal(err)
		}
		var got []vietqr.Bank
		for _, b := range list.Data {
			got = append(got, vietqr.Bank{Code: b.Code, BIN: b.BIN, ShortName: b.ShortName, Name: b.Name, Supported: b.Supported})
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.list, diff)
		}
	}
	if w, _ := ask(t, &qr.Service{}, "/banks.json"); !strings.HasPrefix(w.Body.String(), `{"no_banks":"23"`) {
		t.Errorf("by default it begins %.40s", w.Body)
	}
}

func TestANameThatIsNoBanksNamesTheNearest(t *testing.T) {
	_, noted := ask(t, &qr.Service{}, "/img?acc=1&bank=Vietcombnk")
	if len(noted) != 1 || noted[0].Code != "qr.unknown_bank" || !strings.Contains(noted[0].Detail, `did you mean "Vietcombank"?`) {
		t.Errorf("%+v", noted)
	}
}
