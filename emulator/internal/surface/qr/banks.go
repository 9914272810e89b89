package qr

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// bankList is the answer of GET /banks.json, with the members in the real
// order.
type bankList struct {
	// NoBanks is the number of banks, as a string.
	NoBanks string `json:"no_banks"`
	Data    []bank `json:"data"`
}

type bank struct {
	Name      string `json:"name"`
	Code      string `json:"code"`
	BIN       string `json:"bin"`
	ShortName string `json:"short_name"`
	Supported bool   `json:"supported"`
}

// render renders a list once; the result is only read.
func render(banks func() []vietqr.Bank) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		all := banks()
		out := bankList{NoBanks: strconv.Itoa(len(all)), Data: make([]bank, len(all))}
		for i, b := range all {
			out.Data[i] = bank{Name: b.Name, Code: b.Code, BIN: b.BIN, ShortName: b.ShortName, Supported: b.Supported}
		}
		return phpjson.Encode(out)
	})
}

// The two lists, each rendered once.
var (
	capturedJSON = render(vietqr.Captured)
	allJSON      = render(vietqr.Banks)
)

// banks is GET /banks.json
// (https://developer.sepay.vn/vi/sepay-webhooks/tao-qr-va-form-thanh-toan).
func (s *Service) banks(w http.ResponseWriter, _ *http.Request) {
	list := capturedJSON
	if s.Settings.Get(setting.QRBankList) == "all" {
		list = allJSON
	}
	text, err := list()
	if err != nil {
		s.refuse(w, errInternal)
		return
	}
	send(w, http.StatusOK, "application/json", cachable, text)
}
