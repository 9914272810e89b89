package console_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

const (
	titleSent    = "Chuyển tiền thành công"
	titleConfirm = "Xác nhận chuyển tiền"
	titleScan    = "Chuyển tiền bằng mã QR"
)

func TestTheAppStandsBehindTheGuard(t *testing.T) {
	h := build(t, nil)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"a browser of this machine": {func(*http.Request) {}, 200},
		"another machine":           {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }, 401},
		"with the token":            {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1"; r.Header.Set("Authorization", "Bearer letmein") }, 200},
		"another host name":         {func(r *http.Request) { r.Host = "evil.example" }, 403},
		"a page of another site":    {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a page of another origin":  {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
	} {
		for _, call := range [][2]string{{"GET", ""}, {"POST", fields("bank", "MBBank", "account", "0900000001", "amount", "5000")}} {
			before := h.transfers()
			r := request(call[0], console.PhonePath, call[1])
			c.change(r)
			if a := h.send(r); a.Code != c.status {
				t.Errorf("%s, %s: %d", name, call[0], a.Code)
			}
			if moved := h.transfers() > before; moved != (c.status == 200 && call[0] == "POST") {
				t.Errorf("%s, %s: money moved: %v", name, call[0], moved)
			}
		}
	}
}

func TestACodeFillsTheAppIn(t *testing.T) {
	h := build(t, nil)
	o, code := h.open("DH-1", "50000")
	pages := map[string]answer{"from a link": h.get("?payload=" + url.QueryEscape(code)), "pasted": h.post("/read", "payload", " "+code+"\n"), "as a picture": h.upload(code, "picture", "")}
	for name, a := range pages {
		a.shows(t, 200, titleConfirm, "NGUYEN VAN AN", "0900000001", `value="50000"`, `value="`+o.Memo+`"`, "MBBank")
		if h.codes() != "" || h.transfers() != 0 {
			t.Errorf("%s: findings %s, %d transfers", name, h.codes(), h.transfers())
		}
	}
	h.get("?payload="+url.QueryEscape(payload(t, "VASHOP01", 1000, "X"))).shows(t, 200, titleConfirm, "VASHOP01", "NGUYEN VAN AN")
	h.get("").shows(t, 200, titleScan)
	h.get("?bank=ACB&account=77&amount=12.000&memo=<hi>").shows(t, 200, `value="ACB"`, `value="77"`, `value="12000"`, "<hi>")
}

// upload posts the picture of a payload, or a text of its own, as a file.
func (h *house) upload(code, name, instead string) answer {
	h.t.Helper()
	picture := []byte(instead)
	if instead == "" {
		known, err := vietqr.Read(code)
		if err != nil {
			h.t.Fatal(err)
		}
		if picture, err = (vietqr.Payload{Dynamic: true, BIN: known.BIN, Account: known.Account, Amount: known.Amount, Memo: known.Memo}).PNG(vietqr.ImageOptions{Template: vietqr.QROnly}); err != nil {
			h.t.Fatal(err)
		}
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(name, "qr.png")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	_ = w.Close()
	r := request("POST", console.PhonePath+"/read", "")
	r = httptest.NewRequest(r.Method, r.URL.String(), &body)
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8787"
	r.Header.Set("Content-Type", w.FormDataContentType())
	return h.send(r)
}

func TestWhatTheAppCannotRead(t *testing.T) {
	h := build(t, nil)
	_, code := h.open("DH-1", "50000")
	for name, c := range map[string]struct {
		a    answer
		says string
	}{
		"nothing":              {h.post("/read", "payload", "  "), "Chưa có mã QR."},
		"no code at all":       {h.post("/read", "payload", "hello"), "Mã QR bị lỗi cấu trúc."},
		"a wrong checksum":     {h.post("/read", "payload", code[:len(code)-4]+"0000"), "Mã kiểm tra (CRC) của mã QR không khớp."},
		"no picture":           {h.upload("", "picture", "hello"), "Không đọc được ảnh."},
		"a file of other name": {h.upload(code, "file", ""), "Chưa có mã QR."},
		"an account of nobody": {h.post("/read", "payload", payload(t, "999", 1000, "X")), "Không tìm thấy tài khoản nhận ở ngân hàng này."},
		"a broken upload":      {h.send(broken()), "Không đọc được biểu mẫu."},
	} {
		t.Run(name, func(t *testing.T) { c.a.shows(t, 400, c.says) })
	}
	h.get("?payload=hello").shows(t, 200, "Mã QR bị lỗi cấu trúc.", "Vị trí: ký tự thứ ")
}

func broken() *http.Request {
	r := request("POST", console.PhonePath+"/read", "--x\r\nbroken")
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	return r
}

func TestWhatIsUnusualAboutACodeIsNoted(t *testing.T) {
	h := build(t, nil)
	small := payload(t, "0900000001", 1000, "DH1")
	small = small[:len(small)-4] + strings.ToLower(small[len(small)-4:])
	for i := 0; small == strings.ToUpper(small); i++ { // the checksum needs a letter
		small = payload(t, "0900000001", 1000, fmt.Sprint("DH", i))
		small = small[:len(small)-4] + strings.ToLower(small[len(small)-4:])
	}
	h.post("/read", "payload", small).shows(t, 200, titleConfirm)
	if h.codes() != "qr.crc_in_small_letters" {
		t.Errorf("findings %s", h.codes())
	}
	if f := h.console.Control.FindingList(noFilter, 1).Data[0]; f.Title == "" || f.Detail == "" || f.Hint == "" || f.Source == "" {
		t.Errorf("%+v", f)
	}
	h.post("", "payload", small, "bank", "MBBank", "account", "0900000001", "amount", "1000", "memo", "x").shows(t, 200, titleSent)
	if n := strings.Count(h.codes(), "qr."); n != 1 {
		t.Errorf("sending notes it again: %s", h.codes())
	}
}

func TestATransferReachesItsOrder(t *testing.T) {
	h := build(t, nil)
	o, code := h.open("DH-1", "50000")
	back := "/v1/checkout?order_id=" + o.OrderID
	a := h.send(request("POST", console.PhonePath+"?back="+url.QueryEscape(back), fields("payload", code, "bank", "MBBank", "account", "0900000001", "amount", "50.000", "memo", o.Memo)))
	a.shows(t, 200, titleSent, "NGUYEN VAN AN", "50.000", "Tiền đã đến đơn hàng "+o.OrderID+".", `href="`+back+`"`)
	if h.state(o) != "paid" || h.transfers() != 1 {
		t.Errorf("%s, %d transfers", h.state(o), h.transfers())
	}
	h.post("", "bank", "mb", "account", "VASHOP01", "amount", "700", "memo", "no code").shows(t, 200, titleSent, "VASHOP01", "Giao dịch này không khớp với đơn hàng nào.")
	if h.transfers() != 2 {
		t.Errorf("%d transfers", h.transfers())
	}
}

func TestWhatTheBankRefuses(t *testing.T) {
	h := build(t, nil)
	for name, c := range map[string]struct {
		pairs []string
		says  string
	}{
		"no amount":            {[]string{"bank", "MBBank", "account", "0900000001"}, "Số tiền không hợp lệ."},
		"an amount of nothing": {[]string{"bank", "MBBank", "account", "0900000001", "amount", "0"}, "Số tiền không hợp lệ."},
		"an amount below it":   {[]string{"bank", "MBBank", "account", "0900000001", "amount", "-5"}, "Số tiền không hợp lệ."},
		"an amount in words":   {[]string{"bank", "MBBank", "account", "0900000001", "amount", "<b>five</b>"}, "<b>five</b>"},
		"no bank of that name": {[]string{"bank", "Nobank", "account", "0900000001", "amount", "5000"}, "Không có ngân hàng này."},
		"no account there":     {[]string{"bank", "ACB", "account", "0900000001", "amount", "5000"}, "Không tìm thấy tài khoản nhận ở ngân hàng này."},
		"a source of no sense": {[]string{"bank", "MBBank", "account", "0900000001", "amount", "5000", "sent_from", "moon"}, "Không thực hiện được lệnh chuyển tiền."},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.post("", c.pairs...)
			a.shows(t, 422, c.says)
			if strings.Contains(a.Body.String(), "<b>") {
				t.Error("what was typed becomes markup")
			}
		})
	}
	if h.transfers() != 0 {
		t.Errorf("%d transfers", h.transfers())
	}
}

func TestHabitsArePlayedWhenTheBoxIsTicked(t *testing.T) {
	for name, c := range map[string]struct {
		settings map[string]string
		pairs    []string
		wrote    bool
	}{
		"not by default":                   {nil, nil, false},
		"ticked":                           {nil, []string{"bank_habits", "false", "bank_habits", "true"}, true},
		"not ticked":                       {map[string]string{"bank.memo": "habits"}, []string{"bank_habits", "false"}, false},
		"by hand, as the company has them": {map[string]string{"bank.memo": "habits"}, nil, true},
		"by where it is sent from":         {nil, []string{"bank_habits", "false", "sent_from", "wallet"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, c.settings)
			a := h.post("", append(c.pairs, "bank", "MBBank", "account", "0900000001", "amount", "5000", "memo", "Tien hang DH1")...)
			a.shows(t, 200, titleSent, "Tien hang DH1")
			if wrote := strings.Contains(a.Body.String(), "Ngân hàng nhận ghi"); wrote != c.wrote {
				t.Errorf("the bank wrote: %v", wrote)
			}
		})
	}
}

var receiptNumber = regexp.MustCompile(`receipt=(\d+)`)

func TestAReceiptIsShownAgainInTheOtherLanguage(t *testing.T) {
	h := build(t, nil)
	send := func(memo string) string {
		t.Helper()
		a := h.post("", "bank", "MBBank", "account", "0900000001", "amount", "5000", "memo", memo)
		a.shows(t, 200, titleSent)
		found := receiptNumber.FindStringSubmatch(a.Body.String())
		if found == nil {
			t.Fatalf("no receipt: %s", a.Body)
		}
		return found[1]
	}
	first, second := send("one"), send("two")
	h.get("?lang=en&receipt="+first).shows(t, 200, "Transfer sent", ">one<")
	h.get("?receipt="+second).shows(t, 200, titleSent, ">two<")
	for _, number := range []string{"99", "x", "-1"} {
		h.get("?receipt="+number).shows(t, 200, titleScan)
	}
	for range 63 {
		send("more")
	}
	h.get("?receipt="+first).shows(t, 200, titleScan)
	h.get("?receipt="+second).shows(t, 200, titleSent, ">two<")
	if h.transfers() != 65 {
		t.Errorf("looking moved money: %d transfers", h.transfers())
	}
}

func TestTheWayBackLeadsToThePaymentPageAlone(t *testing.T) {
	h := build(t, nil)
	for back, kept := range map[string]bool{"/v1/checkout?a=1": true, "https://evil.example/v1/checkout?": false, "//evil.example": false, "javascript:alert(1)": false, "/v1/checkoutx": false} {
		a := h.get("?back=" + url.QueryEscape(back))
		a.shows(t, 200, titleScan)
		if has := strings.Contains(a.Body.String(), url.QueryEscape(back)); has != kept {
			t.Errorf("%s is kept: %v", back, has)
		}
	}
}

func TestTheAppSpeaksBothLanguages(t *testing.T) {
	h := build(t, nil)
	_, code := h.open("DH-1", "50000")
	h.get("").shows(t, 200, `<html lang="vi"`, "Ứng dụng ngân hàng giả lập", "lang=en")
	h.get("?lang=en").shows(t, 200, `<html lang="en"`, "Emulated banking app", "lang=vi", "lang=en")
	h.post("/read?lang=en", "payload", code).shows(t, 200, "Confirm the transfer", "payload="+url.QueryEscape(code))
	h.post("?lang=en", "bank", "Nobank", "account", "7", "amount", "5").shows(t, 422, "There is no such bank.", "account=7", "bank=Nobank")
}

func TestWhatTheConsoleDoesNotHave(t *testing.T) {
	h := build(t, nil)
	h.send(request("GET", console.Prefix+"none", "")).shows(t, 404, "Không có trang này", "/_console/none")
	h.send(request("DELETE", console.PhonePath, "")).shows(t, 405, "Trang này không nhận phương thức đó")
	h.send(request("GET", console.PhonePath+"/read", "")).shows(t, 405, "Trang này không nhận phương thức đó")
	r := request("GET", console.Prefix+"none", "")
	r.Header.Set("Accept", "*/*")
	if a := h.send(r); a.Code != 404 || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("a program gets %d %s", a.Code, a.Header().Get("Content-Type"))
	}
}
