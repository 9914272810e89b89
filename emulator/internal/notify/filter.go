package notify

import (
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// Why a webhook is not notified of a transaction. The last three are the texts
// of SePay's simulator
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/mo-phong-giao-dich);
// the first two are ours, as no page has any.
const (
	SkipAccount = "Tài khoản ngân hàng không thuộc cấu hình webhook"
	SkipVA      = "Tài khoản ảo không thuộc cấu hình webhook"
	SkipEvent   = "Loại giao dịch không phù hợp với cấu hình webhook"
	SkipNoCode  = "Nội dung không chứa mã thanh toán"
	SkipPrefix  = "Mã thanh toán không khớp tiền tố cho phép"
)

// Skip returns why h is not notified of t, or "". The filters apply in SePay's
// order: account, virtual account, event type, payment code, prefix
// (https://developer.sepay.vn/vi/sepay-webhooks/tao-webhook). vaID is the
// numeric id of the transaction's virtual account, 0 without one.
func Skip(h *store.Webhook, t *store.Transaction, vaID int64) string {
	switch {
	case h.BankMode != store.BankAll && !slices.Contains(h.BankAccountIDs, t.BankAccountID):
		return SkipAccount
	case !passesVA(h, vaID):
		return SkipVA
	case h.EventType == store.EventIn && t.TransferType != store.In, h.EventType == store.EventOut && t.TransferType != store.Out:
		return SkipEvent
	case h.SkipIfNoCode && t.Code == "":
		return SkipNoCode
	case len(h.PrefixFilters) > 0 && !slices.ContainsFunc(h.PrefixFilters, func(p string) bool { return t.Code != "" && strings.HasPrefix(t.Code, p) }):
		return SkipPrefix
	}
	return ""
}

func passesVA(h *store.Webhook, vaID int64) bool {
	if vaID == 0 {
		return !h.OnlyVA
	}
	switch h.VAMode {
	case store.VAList:
		return slices.Contains(h.BankSubAccountIDs, vaID)
	case store.VANone:
		return false
	}
	return true
}
