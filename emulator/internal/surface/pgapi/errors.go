package pgapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// failure is an error of the surface. SePay documents only the statuses; the
// texts are the emulator's.
type failure struct {
	status  int
	message string
	// fields describes each invalid parameter.
	fields map[string][]string
}

func (f *failure) Error() string { return f.message }

// The errors of the surface.
var (
	errUnauthorized = &failure{status: http.StatusUnauthorized, message: "Xác thực thất bại: kiểm tra merchant_id và secret_key"}
	errNotFound     = &failure{status: http.StatusNotFound, message: "Không tìm thấy đơn hàng"}
	errNoRoute      = &failure{status: http.StatusNotFound, message: "Không tìm thấy tài nguyên"}
	errNoInvoice    = &failure{status: http.StatusBadRequest, message: "Thiếu order_invoice_number"}
	errBody         = &failure{status: http.StatusBadRequest, message: "Dữ liệu yêu cầu không hợp lệ: cần JSON"}
	errTooMany      = &failure{status: http.StatusTooManyRequests, message: "Vượt quá giới hạn số lượng yêu cầu"}
	errStopping     = &failure{status: http.StatusServiceUnavailable, message: "Máy chủ đang dừng"}
	errInternal     = &failure{status: http.StatusInternalServerError, message: "Lỗi máy chủ"}
)

const (
	messageInvalid = "Dữ liệu không hợp lệ"
	messageCancel  = "Không thể hủy đơn hàng"
	messageVoid    = "Không thể hủy giao dịch"
)

func authError(err error) error {
	if errors.Is(err, identity.ErrMissing) || errors.Is(err, identity.ErrMalformed) || errors.Is(err, identity.ErrUnknown) {
		return errUnauthorized
	}
	return err
}

// orderError maps the gateway's error to the surface's. The status of a
// forbidden call is a setting.
func (c call) orderError(err error, message string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, payment.ErrNotFound):
		return errNotFound
	case errors.Is(err, payment.ErrRefused):
		c.note("The order does not allow it", err.Error()+".", "Read the order before, and treat the answer as final.")
		status, _ := strconv.Atoi(c.rules.Get(setting.PGAPIRefusal)) // 422 or 400
		return &failure{status: status, message: message}
	}
	return err
}

func noteOn(x *surface.Exchange) func(title, detail, hint string) {
	return func(title, detail, hint string) {
		x.Note(finding.Finding{
			Code: "pgapi.request", Severity: finding.Note, Title: title, Detail: detail, Hint: hint,
			Source: "https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan",
		})
	}
}

// plainError and igniterError are the two forms of an error body.
type plainError struct {
	Message string              `json:"message"`
	Errors  map[string][]string `json:"errors,omitempty"`
}

type igniterError struct {
	Status   int `json:"status"`
	Error    int `json:"error"`
	Messages struct {
		Error string `json:"error"`
	} `json:"messages"`
}

func (f *failure) body(dialect string) any {
	if dialect != "codeigniter" {
		return plainError{f.message, f.fields}
	}
	out := igniterError{Status: f.status, Error: f.status}
	out.Messages.Error = f.message
	return out
}

// write is the only function of the surface that writes answers.
func write(w http.ResponseWriter, dialect string, body any, err error) {
	status := http.StatusOK
	h := w.Header()
	if err != nil {
		f := errInternal
		if !errors.As(err, &f) {
			crash.Report(w, err)
		}
		status, body = f.status, f.body(dialect)
		if status == http.StatusUnauthorized {
			h.Set("WWW-Authenticate", `Basic realm="SePay"`)
		}
	}
	surface.WriteJSON(w, status, body)
}
