package page

// text is one text of ours in the languages of the pages. Where it takes values,
// both take the same ones in the same order.
type text struct{ vi, en string }

func (t text) in(lang Language) string {
	if lang == English {
		return t.en
	}
	return t.vi
}

// texts are all of them. An id with a word of the model after a dot is the text
// for that word, e.g. verdict.less.
func texts() map[string]text {
	return map[string]text{
		"strip":       {"giả lập, không phải tiền thật", "emulator, no real money"},
		"gateway":     {"Cổng thanh toán", "Payment gateway"},
		"switch":      {"English", "Tiếng Việt"},
		"switch.lang": {"en", "vi"},
		"copy":        {"Sao chép", "Copy"},
		"copied":      {"Đã chép", "Copied"},
		"change":      {"Đổi phương thức thanh toán", "Change the payment method"},
		"leave":       {"Hủy và quay lại cửa hàng", "Cancel and return to the shop"},
		"check":       {"Kiểm tra thanh toán", "Check payment"},
		"check.why":   {"Trang không tự cập nhật khi trình duyệt tắt JavaScript.", "Without JavaScript this page does not update by itself."},

		"order.title":       {"Đơn hàng", "Order"},
		"order.invoice":     {"Mã đơn hàng", "Invoice"},
		"order.id":          {"Mã SePay", "SePay code"},
		"order.description": {"Nội dung", "Description"},
		"order.expires":     {"Hết hạn sau", "Expires in"},
		"order.standing":    {"(đồng hồ đang dừng)", "(the clock stands still)"},

		"method.BANK_TRANSFER":            {"Chuyển khoản ngân hàng", "Bank transfer"},
		"method.NAPAS_BANK_TRANSFER":      {"Chuyển khoản NAPAS", "NAPAS transfer"},
		"method.CARD":                     {"Thẻ quốc tế", "Credit or debit card"},
		"method.hint.BANK_TRANSFER":       {"Quét mã VietQR bằng ứng dụng ngân hàng", "Scan a VietQR code with a banking app"},
		"method.hint.NAPAS_BANK_TRANSFER": {"Quét mã VietQR, chuyển nhanh qua NAPAS 247", "Scan a VietQR code, sent through NAPAS 247"},
		"method.hint.CARD":                {"Visa, Mastercard, JCB", "Visa, Mastercard, JCB"},

		"choose.title": {"Chọn phương thức thanh toán", "Choose how to pay"},
		"choose.none":  {"Cửa hàng chưa bật phương thức thanh toán nào.", "The shop has not enabled a way to pay."},

		"transfer.title":     {"Chuyển khoản ngân hàng", "Bank transfer"},
		"transfer.lead":      {"Quét mã QR bằng ứng dụng ngân hàng, hoặc chuyển khoản theo thông tin bên dưới.", "Scan the QR code with a banking app, or transfer with the details below."},
		"transfer.alt":       {"Mã VietQR của lần chuyển khoản này", "VietQR code of this transfer"},
		"transfer.bank":      {"Ngân hàng", "Bank"},
		"transfer.account":   {"Số tài khoản", "Account number"},
		"transfer.holder":    {"Chủ tài khoản", "Account holder"},
		"transfer.amount":    {"Số tiền", "Amount"},
		"transfer.memo":      {"Nội dung chuyển khoản", "Transfer memo"},
		"transfer.keep":      {"Giữ nguyên số tiền và nội dung để đơn hàng được xác nhận tự động.", "Keep the amount and the memo as they are, so that the order is confirmed by itself."},
		"transfer.wait":      {"Đang chờ tiền về…", "Waiting for the money…"},
		"transfer.phone":     {"Mở ứng dụng ngân hàng giả lập", "Open the emulated banking app"},
		"transfer.pay":       {"Giả lập thanh toán", "Simulate payment"},
		"transfer.other":     {"Dành cho lập trình viên: tình huống khác", "For developers: other outcomes"},
		"transfer.other.why": {"Mỗi nút diễn một tình huống có thể xảy ra với khách hàng thật.", "Each button plays what may happen with a real customer."},
		"transfer.payload":   {"Nội dung mã QR", "Text of the QR code"},

		"outcome.less":       {"Chuyển thiếu", "Pay less"},
		"outcome.more":       {"Chuyển thừa", "Pay more"},
		"outcome.wrong_memo": {"Sai nội dung", "Wrong memo"},
		"outcome.twice":      {"Chuyển hai lần", "Pay twice"},
		"outcome.late":       {"Chuyển sau khi hết hạn", "Pay after expiry"},
		"outcome.failed":     {"Thất bại", "Fail"},

		"received":          {"Giao dịch đã nhận", "Transfers received"},
		"verdict.paid":      {"Đã thanh toán", "Paid"},
		"verdict.less":      {"Thiếu tiền", "Too little"},
		"verdict.more":      {"Thừa tiền", "Too much"},
		"verdict.twice":     {"Trùng", "Paid before"},
		"verdict.late":      {"Quá hạn", "Too late"},
		"verdict.cancelled": {"Đơn đã hủy", "Order cancelled"},

		"card.title":                      {"Thanh toán bằng thẻ", "Pay by card"},
		"card.number":                     {"Số thẻ", "Card number"},
		"card.holder":                     {"Tên in trên thẻ", "Name on card"},
		"card.expiry":                     {"Hết hạn", "Expiry"},
		"card.expiry.form":                {"MM/YY", "MM/YY"},
		"card.cvv":                        {"Mã CVV", "CVV"},
		"card.pay":                        {"Thanh toán %s", "Pay %s"},
		"card.mistakes":                   {"Thông tin thẻ chưa đúng. Vui lòng xem lại các ô bên dưới.", "Some details are not right. Please look at the fields below."},
		"card.declined":                   {"Thanh toán không thành công.", "The payment failed."},
		"card.fill":                       {"Điền thẻ %s", "Fill in card %s"},
		"card.tests":                      {"Thẻ thử", "Test cards"},
		"card.tests.why":                  {"Bảng thẻ này của localsepay, không phải của SePay. Đừng nhập thẻ thật.", "This table is localsepay's own, not SePay's. Never enter a real card."},
		"card.tests.outcome":              {"Kết quả", "Outcome"},
		"card.outcome.approved":           {"Thành công", "Approved"},
		"card.outcome.declined":           {"Bị từ chối", "Declined"},
		"card.outcome.insufficient_funds": {"Không đủ tiền", "Not enough money"},
		"card.outcome.expired_card":       {"Thẻ hết hạn", "Card expired"},
		"card.outcome.challenge":          {"Hỏi OTP", "Asks for OTP"},
		"card.outcome.challenge_fails":    {"Hỏi OTP, luôn sai", "Asks for OTP, fails"},
		"card.outcome.timeout":            {"Không phản hồi", "No answer"},

		"mistake.required": {"Vui lòng nhập ô này.", "This is required."},
		"mistake.invalid":  {"Thông tin không hợp lệ.", "This is not valid."},
		"mistake.expired":  {"Thẻ đã hết hạn.", "The card has expired."},

		"reason.declined":              {"Ngân hàng phát hành từ chối giao dịch.", "The issuing bank declined the payment."},
		"reason.insufficient_funds":    {"Thẻ không đủ tiền.", "There is not enough money on the card."},
		"reason.expired_card":          {"Thẻ đã hết hạn.", "The card has expired."},
		"reason.authentication_failed": {"Xác thực chủ thẻ không thành công.", "The cardholder could not be authenticated."},
		"reason.timeout":               {"Ngân hàng không phản hồi kịp.", "The bank did not answer in time."},

		"challenge.bank":    {"Ngân hàng phát hành thẻ", "Card issuing bank"},
		"challenge.title":   {"Xác thực giao dịch", "Confirm the payment"},
		"challenge.lead":    {"Ngân hàng của bạn cần xác nhận chính bạn đang thanh toán.", "Your bank needs to know that it is you who pays."},
		"challenge.shop":    {"Đơn vị bán hàng", "Merchant"},
		"challenge.otp":     {"Mã OTP gửi đến điện thoại của bạn", "One-time password sent to your phone"},
		"challenge.hint":    {"Không có tin nhắn nào được gửi. Mã đúng là", "No message was sent. The right password is"},
		"challenge.wrong":   {"Mã OTP không đúng.", "The one-time password is wrong."},
		"challenge.pass":    {"Xác nhận", "Confirm"},
		"challenge.fail":    {"Xác thực thất bại", "Fail"},
		"challenge.abandon": {"Bỏ dở", "Walk away"},

		"processing.title": {"Đang xử lý thanh toán", "Processing the payment"},
		"processing.lead":  {"Vui lòng không đóng trang này.", "Please keep this page open."},

		"result.title.paid":      {"Thanh toán thành công", "Payment successful"},
		"result.title.failed":    {"Thanh toán thất bại", "Payment failed"},
		"result.title.cancelled": {"Đơn hàng đã bị hủy", "Order cancelled"},
		"result.title.expired":   {"Đơn hàng đã hết hạn", "Order expired"},
		"result.lead.paid":       {"Cảm ơn bạn đã thanh toán.", "Thank you for your payment."},
		"result.lead.failed":     {"Giao dịch chưa được thực hiện.", "Nothing was charged."},
		"result.lead.cancelled":  {"Đơn hàng này không còn thanh toán được.", "This order can no longer be paid."},
		"result.lead.expired":    {"Đã quá thời gian thanh toán của đơn hàng.", "The time to pay this order is over."},
		"result.return":          {"Quay lại cửa hàng", "Return to the shop"},
		"result.retry":           {"Thử thanh toán lại", "Try to pay again"},
		"result.after":           {"Trang tự quay lại cửa hàng sau %d giây.", "This page returns to the shop after %d s."},
		"result.now":             {"Đang quay lại cửa hàng…", "Returning to the shop…"},
		"result.stay":            {"Bạn có thể đóng trang này.", "You may close this page."},

		"invalid.title":     {"Yêu cầu không hợp lệ", "Invalid request"},
		"invalid.lead":      {"Vui lòng quay lại cửa hàng và thử lại.", "Invalid request. Please return to the shop and try again."},
		"invalid.developer": {"Dành cho lập trình viên", "For developers"},
		"invalid.expected":  {"Chuỗi cần ký", "To be signed"},
		"invalid.signed":    {"Chuỗi đã ký", "Was signed"},
		"invalid.marked":    {"Phần tô màu là từ chỗ khác nhau đầu tiên.", "Marked from the first difference on."},

		"phone.title":   {"Ngân hàng giả lập", "Emulated bank"},
		"phone.scan":    {"Chuyển tiền bằng mã QR", "Pay a QR code"},
		"phone.picture": {"Ảnh mã QR", "Picture of the QR code"},
		"phone.drop":    {"Kéo thả, dán hoặc chọn ảnh.", "Drop, paste or choose a picture."},
		"phone.read":    {"Đọc mã", "Read the code"},
		"phone.or":      {"hoặc", "or"},
		"phone.payload": {"Nội dung VietQR", "VietQR text"},
		"phone.hand":    {"Nhập tay", "Enter by hand"},
		"phone.bank":    {"Ngân hàng", "Bank"},
		"phone.confirm": {"Xác nhận chuyển tiền", "Confirm the transfer"},
		"phone.to":      {"Người nhận", "Payee"},
		"phone.amount":  {"Số tiền (VND)", "Amount (VND)"},
		"phone.send":    {"Chuyển tiền", "Send"},
		"phone.sent":    {"Chuyển tiền thành công", "Transfer sent"},
		"phone.at":      {"Thời gian", "Time"},
		"phone.code":    {"Mã giao dịch", "Reference"},
		"phone.reached": {"Đã tới đơn hàng %s.", "It reached order %s."},
		"phone.lost":    {"Giao dịch này không khớp đơn hàng nào.", "This transfer matched no order."},
		"phone.back":    {"Về trang thanh toán", "Back to the payment page"},
		"phone.again":   {"Giao dịch khác", "Another transfer"},
	}
}
