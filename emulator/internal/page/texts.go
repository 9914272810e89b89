package page

import "maps"

// text is one of our texts in both languages. Values are the same and in the
// same order in both.
type text struct{ vi, en string }

func (t text) in(lang Language) string {
	if lang == English {
		return t.en
	}
	return t.vi
}

// texts returns all texts. An id with a word of the model after a dot is the
// text for that word, e.g. verdict.less.
func texts() map[string]text {
	all := payerTexts()
	maps.Copy(all, toolTexts())
	return all
}

// payerTexts returns the texts of the checkout and of the authorization server.
func payerTexts() map[string]text {
	return map[string]text{
		"strip":       {"môi trường giả lập, không phải tiền thật", "emulator, no real money"},
		"gateway":     {"Cổng thanh toán", "Payment gateway"},
		"switch":      {"English", "Tiếng Việt"},
		"switch.lang": {"en", "vi"},
		"copy":        {"Sao chép", "Copy"},
		"copied":      {"Đã sao chép", "Copied"},
		"change":      {"Đổi phương thức thanh toán", "Change the payment method"},
		"leave":       {"Quay lại cửa hàng (chưa thanh toán)", "Return to the shop without paying"},
		"leave.why":   {"Đơn hàng không bị hủy: bạn vẫn có thể thanh toán sau.", "The order is not cancelled: it can still be paid later."},
		"tester":      {"localsepay · dành cho người kiểm thử", "localsepay · for testers"},
		"check":       {"Kiểm tra thanh toán", "Check payment"},
		"check.why":   {"Khi trình duyệt tắt JavaScript, trang này không tự cập nhật.", "Without JavaScript this page does not update by itself."},

		"order.title":       {"Đơn hàng", "Order"},
		"order.invoice":     {"Mã đơn hàng", "Invoice"},
		"order.id":          {"Mã SePay", "SePay code"},
		"order.description": {"Mô tả", "Description"},
		"order.expires":     {"Hết hạn sau", "Expires in"},
		"order.standing":    {"(đồng hồ giả lập đang dừng)", "(the emulator's clock stands still)"},

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
		"transfer.alt":       {"Mã VietQR để chuyển khoản cho đơn hàng này", "VietQR code of this transfer"},
		"transfer.bank":      {"Ngân hàng", "Bank"},
		"transfer.account":   {"Số tài khoản", "Account number"},
		"transfer.holder":    {"Chủ tài khoản", "Account holder"},
		"transfer.amount":    {"Số tiền", "Amount"},
		"transfer.memo":      {"Nội dung chuyển khoản", "Transfer memo"},
		"transfer.keep":      {"Vui lòng giữ nguyên số tiền và nội dung chuyển khoản để đơn hàng được xác nhận tự động.", "Keep the amount and the memo as they are, so that the order is confirmed automatically."},
		"transfer.wait":      {"Đang chờ nhận tiền…", "Waiting for the money…"},
		"transfer.phone":     {"Mở ứng dụng ngân hàng giả lập", "Open the emulated banking app"},
		"transfer.pay":       {"Giả lập thanh toán", "Simulate payment"},
		"transfer.other":     {"Các tình huống khác", "Other outcomes"},
		"transfer.other.why": {"Mỗi nút mô phỏng một tình huống có thể xảy ra với khách hàng thật.", "Each button plays what may happen with a real customer."},
		"transfer.payload":   {"Chuỗi dữ liệu của mã QR", "Text of the QR code"},

		"habits.title":            {"Dành cho lập trình viên: ngân hàng thật", "For developers: a real bank"},
		"habits":                  {"Ghi như ngân hàng thật: bỏ dấu câu, thêm mã của ngân hàng, giờ tròn phút", "As a real bank writes it: punctuation dropped, marks of its own added, full minutes"},
		"habits.from":             {"Chuyển từ", "Sent from"},
		"habits.from.any":         {"Theo tùy chọn trên", "As chosen above"},
		"habits.from.other_bank":  {"Ngân hàng khác", "Another bank"},
		"habits.from.same_bank":   {"Cùng ngân hàng", "The same bank"},
		"habits.from.wallet":      {"Ví điện tử", "An e-wallet"},
		"habits.from.vietcombank": {"Vietcombank", "Vietcombank"},

		"outcome.less":       {"Chuyển thiếu", "Pay less"},
		"outcome.more":       {"Chuyển thừa", "Pay more"},
		"outcome.wrong_memo": {"Sai nội dung chuyển khoản", "Wrong memo"},
		"outcome.twice":      {"Chuyển hai lần", "Pay twice"},
		"outcome.late":       {"Chuyển sau khi hết hạn", "Pay after expiry"},
		"outcome.failed":     {"Chuyển khoản thất bại", "The transfer fails"},

		"received":             {"Tiền đã nhận", "Transfers received"},
		"verdict.paid":         {"Đã thanh toán", "Paid"},
		"verdict.less":         {"Chuyển thiếu", "Too little"},
		"verdict.more":         {"Chuyển thừa", "Too much"},
		"verdict.twice":        {"Chuyển trùng", "Paid before"},
		"verdict.late":         {"Chuyển quá hạn", "Too late"},
		"verdict.cancelled":    {"Đơn đã hủy", "Order cancelled"},
		"verdict.unmatched":    {"Không khớp nội dung", "Memo does not match"},
		"verdict.said.less":    {"Đã nhận %s, còn thiếu %s.", "%s came, %s is missing."},
		"verdict.said.more":    {"Đã nhận %s, thừa %s.", "%s came, %s too much."},
		"verdict.said":         {"Đã nhận %s.", "%s came."},
		"verdict.do.paid":      {"Đơn hàng đã được thanh toán.", "The order is paid."},
		"verdict.do.less":      {"Đơn hàng chưa được xác nhận: cần một giao dịch đúng bằng số tiền của đơn. Vui lòng liên hệ cửa hàng về số tiền đã chuyển.", "The order is not paid: one transfer of exactly its amount is needed. Ask the shop about the money that came."},
		"verdict.do.more":      {"Đơn hàng chưa được xác nhận: số tiền phải đúng bằng số tiền của đơn. Vui lòng liên hệ cửa hàng để được hoàn tiền.", "The order is not paid: the amount has to be exactly that of the order. Ask the shop to refund the money."},
		"verdict.do.twice":     {"Đơn hàng đã được thanh toán trước đó. Vui lòng liên hệ cửa hàng để được hoàn khoản chuyển trùng.", "The order had been paid before. Ask the shop to refund the second transfer."},
		"verdict.do.late":      {"Tiền đến sau khi đơn hàng hết hạn. Vui lòng liên hệ cửa hàng để được hoàn tiền.", "The money came after the order had expired. Ask the shop to refund it."},
		"verdict.do.cancelled": {"Tiền đến sau khi đơn hàng bị hủy. Vui lòng liên hệ cửa hàng để được hoàn tiền.", "The money came after the order was cancelled. Ask the shop to refund it."},
		"verdict.do.unmatched": {"SePay không nhận ra đơn hàng vì nội dung chuyển khoản không có mã đơn, nên đơn hàng vẫn chờ thanh toán. Vui lòng liên hệ cửa hàng và cho biết thời gian chuyển.", "SePay could not match it: the memo lacks the code of the order, which still waits for its payment. Tell the shop when you paid."},

		"card.title":                        {"Thanh toán bằng thẻ", "Pay by card"},
		"card.number":                       {"Số thẻ", "Card number"},
		"card.holder":                       {"Tên in trên thẻ", "Name on card"},
		"card.expiry":                       {"Ngày hết hạn", "Expiry date"},
		"card.expiry.form":                  {"MM/YY", "MM/YY"},
		"card.cvv":                          {"Mã CVV", "CVV"},
		"card.pay":                          {"Thanh toán %s", "Pay %s"},
		"card.mistakes":                     {"Thông tin thẻ chưa đúng. Vui lòng kiểm tra các ô được đánh dấu bên dưới.", "Some card details are not right. Please check the marked fields below."},
		"card.declined":                     {"Thanh toán không thành công.", "The payment failed."},
		"card.fill":                         {"Điền thẻ %s", "Fill in card %s"},
		"card.tests":                        {"Thẻ thử nghiệm", "Test cards"},
		"card.tests.why":                    {"Bảng thẻ này là của localsepay, không phải của SePay. Không nhập thẻ thật.", "This table is localsepay's own, not SePay's. Never enter a real card."},
		"card.tests.outcome":                {"Kết quả", "Outcome"},
		"card.outcome.approved":             {"Thành công", "Approved"},
		"card.outcome.declined":             {"Bị từ chối", "Declined"},
		"card.outcome.insufficient_funds":   {"Không đủ số dư", "Not enough money"},
		"card.outcome.expired_card":         {"Thẻ hết hạn", "Card expired"},
		"card.outcome.challenge":            {"Yêu cầu OTP", "Asks for an OTP"},
		"card.outcome.challenge_fails":      {"Yêu cầu OTP, xác thực luôn thất bại", "Asks for an OTP, always fails"},
		"card.outcome.timeout":              {"Ngân hàng không phản hồi", "The bank does not answer"},
		"mistake.card_number.required":      {"Vui lòng nhập số thẻ.", "Enter the card number."},
		"mistake.card_number.invalid":       {"Số thẻ không đúng. Nhập đủ 13 đến 19 chữ số in trên thẻ; ở đây chỉ dùng được thẻ thử nghiệm.", "The card number is not right. Enter the 13 to 19 digits on the card; only test cards work here."},
		"mistake.card_holder_name.required": {"Vui lòng nhập tên in trên thẻ.", "Enter the name on the card."},
		"mistake.card_holder_name.invalid":  {"Tên chủ thẻ quá dài. Nhập tối đa 100 ký tự, như in trên thẻ.", "The name is too long: 100 characters at most, as on the card."},
		"mistake.card_expiry.required":      {"Vui lòng nhập ngày hết hạn (MM/YY).", "Enter the expiry date (MM/YY)."},
		"mistake.card_expiry.invalid":       {"Ngày hết hạn không đúng. Nhập tháng và năm dạng MM/YY, ví dụ 12/30.", "The expiry date is not right. Enter month and year as MM/YY, such as 12/30."},
		"mistake.card_expiry.expired":       {"Thẻ đã hết hạn. Vui lòng dùng thẻ khác.", "The card has expired. Please use another one."},
		"mistake.card_cvv.required":         {"Vui lòng nhập mã CVV.", "Enter the CVV."},
		"mistake.card_cvv.invalid":          {"Mã CVV không đúng. Nhập 3 hoặc 4 chữ số in trên thẻ.", "The CVV is not right. Enter the 3 or 4 digits on the card."},

		"reason.declined":              {"Ngân hàng phát hành thẻ từ chối giao dịch.", "The issuing bank declined the payment."},
		"reason.insufficient_funds":    {"Thẻ không đủ số dư.", "There is not enough money on the card."},
		"reason.expired_card":          {"Thẻ đã hết hạn.", "The card has expired."},
		"reason.authentication_failed": {"Xác thực chủ thẻ không thành công.", "The cardholder could not be authenticated."},
		"reason.timeout":               {"Ngân hàng phát hành thẻ không phản hồi kịp thời.", "The issuing bank did not answer in time."},

		"reason.transfer_failed": {"Ngân hàng của bạn không thực hiện được lệnh chuyển khoản.", "Your bank did not make the transfer."},

		"challenge.bank":    {"Ngân hàng phát hành thẻ", "Card issuing bank"},
		"challenge.title":   {"Xác thực giao dịch", "Confirm the payment"},
		"challenge.lead":    {"Ngân hàng phát hành thẻ cần xác nhận bạn là chủ thẻ.", "Your bank needs to confirm that you are the cardholder."},
		"challenge.shop":    {"Đơn vị bán hàng", "Merchant"},
		"challenge.otp":     {"Mã OTP đã gửi đến điện thoại của bạn", "One-time password sent to your phone"},
		"challenge.hint":    {"Không có tin nhắn nào được gửi. Mã OTP đúng là", "No message was sent. The right password is"},
		"challenge.wrong":   {"Mã OTP không đúng.", "The one-time password is wrong."},
		"challenge.pass":    {"Xác nhận", "Confirm"},
		"challenge.fail":    {"Giả lập xác thực thất bại", "Simulate a failure"},
		"challenge.abandon": {"Giả lập bỏ dở", "Simulate giving up"},
		"challenge.tester":  {"localsepay · dành cho người kiểm thử, không phải của ngân hàng", "localsepay · for testers, not the bank's"},

		"processing.title": {"Đang xử lý thanh toán", "Processing the payment"},
		"processing.lead":  {"Vui lòng không đóng trang này. Trang tự chuyển khi có kết quả.", "Please keep this page open. It goes on when there is a result."},
		"processing.wait":  {"Có kết quả chậm nhất sau", "There is a result within"},
		"processing.hint":  {"Ngân hàng phát hành thẻ chưa phản hồi. Đừng thanh toán lần nữa khi chưa có kết quả.", "The issuing bank has not answered yet. Do not pay again before there is a result."},

		"result.title.paid":      {"Thanh toán thành công", "Payment successful"},
		"result.title.failed":    {"Thanh toán thất bại", "Payment failed"},
		"result.title.cancelled": {"Đơn hàng đã bị hủy", "Order cancelled"},
		"result.title.left":      {"Bạn đã rời trang thanh toán", "You left the payment page"},
		"result.lead.left":       {"Bạn chưa thanh toán. Đơn hàng không bị hủy và vẫn chờ thanh toán.", "Nothing was paid. The order is not cancelled and still waits for its payment."},
		"result.title.expired":   {"Đơn hàng đã hết hạn", "Order expired"},
		"result.lead.paid":       {"Cảm ơn bạn đã thanh toán.", "Thank you for your payment."},
		"result.lead.failed":     {"Giao dịch chưa được thực hiện và bạn chưa bị trừ tiền.", "Nothing was charged."},
		"result.lead.cancelled":  {"Đơn hàng này không thể thanh toán được nữa.", "This order can no longer be paid."},
		"result.lead.expired":    {"Đơn hàng đã quá thời hạn thanh toán. Vui lòng đặt lại tại cửa hàng.", "The time to pay this order is over. Please order again at the shop."},
		"result.return":          {"Quay lại cửa hàng", "Return to the shop"},
		"result.retry":           {"Thử thanh toán lại", "Try to pay again"},
		"result.after":           {"Trang sẽ tự quay lại cửa hàng sau %d giây.", "This page returns to the shop in %d s."},
		"result.stop":            {"Ở lại trang này", "Stay on this page"},
		"result.stopped":         {"Đã dừng: trang này không tự chuyển nữa.", "Stopped: this page stays."},
		"result.now":             {"Đang quay lại cửa hàng…", "Returning to the shop…"},
		"result.stay":            {"Bạn có thể đóng trang này.", "You may close this page."},

		"login.title":    {"Đăng nhập SePay", "Log in to SePay"},
		"login.lead":     {"Đăng nhập để tiếp tục với ứng dụng", "Log in to continue to the application"},
		"login.email":    {"Email", "Email"},
		"login.password": {"Mật khẩu", "Password"},
		"login.wrong":    {"Email hoặc mật khẩu không đúng.", "Email or password is wrong."},
		"login.go":       {"Đăng nhập", "Log in"},
		"login.users":    {"Tài khoản thử nghiệm của localsepay", "localsepay's test users"},

		"consent.title":  {"Cấp quyền truy cập", "Allow access"},
		"consent.lead":   {"muốn truy cập dữ liệu của", "wants to access the data of"},
		"consent.allow":  {"Cho phép", "Allow"},
		"consent.deny":   {"Từ chối", "Deny"},
		"consent.user":   {"Đang đăng nhập:", "Logged in as"},
		"consent.logout": {"Đăng xuất", "Log out"},

		"scope.bank-account:read": {"Xem tài khoản ngân hàng", "View bank accounts"},
		"scope.transaction:read":  {"Xem giao dịch ngân hàng", "View bank transactions"},
		"scope.webhook:read":      {"Xem webhook", "View webhooks"},
		"scope.webhook:write":     {"Tạo và sửa webhook", "Create and change webhooks"},
		"scope.webhook:delete":    {"Xóa webhook", "Delete webhooks"},
		"scope.profile":           {"Xem thông tin cá nhân", "View your profile"},
		"scope.company":           {"Xem và cấu hình công ty", "View and configure the company"},
	}
}
