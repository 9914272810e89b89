package page

// explanation says, for a developer, why a request was refused.
type explanation struct{ title, detail, hint string }

// explained returns the explanation in a language: the English one comes with
// the view and can name posted values; the Vietnamese one depends on the view's
// reason and cause.
func explained(lang Language, v Invalid) explanation {
	out := explanation{v.Title, v.Detail, v.Hint}
	if lang == English {
		return out
	}
	if own, ok := explanations()[v.Reason]; ok {
		out = own
	}
	if own, ok := causes()[v.Cause]; ok && v.Cause != "" {
		out.detail, out.hint = own.detail, own.hint
	}
	return out
}

// explanations returns the Vietnamese texts by reason.
func explanations() map[string]explanation {
	return map[string]explanation{
		"content_type":               {"Nội dung gửi không phải là biểu mẫu", "Vì Content-Type khác nên không trường nào được đọc.", "Gửi application/x-www-form-urlencoded như trình duyệt, không gửi JSON."},
		"merchant_unknown":           {"Không tìm thấy merchant ở đây", "Biểu mẫu không có merchant, hoặc merchant này không thuộc môi trường của địa chỉ được gọi.", "Tên trường là merchant. Lệnh localsepay state liệt kê các merchant theo từng môi trường."},
		"signature_missing":          {"Biểu mẫu chưa được ký", "Không có trường signature.", "Thêm trường signature: base64 của HMAC-SHA256 trên các trường cần ký."},
		"signature_mismatch":         {"Chữ ký không khớp với các trường đã gửi", "Không tìm ra lỗi quen thuộc nào tạo ra chữ ký này.", "Ký đúng các trường mà biểu mẫu gửi, theo đúng thứ tự, bằng secret key của merchant, rồi so chuỗi đã ký với chuỗi cần ký. Nếu hai chuỗi giống nhau thì secret key đã dùng là khóa khác: lệnh localsepay state cho biết khóa đúng."},
		"operation_unsupported":      {"Không hỗ trợ thao tác này", "Giá trị của operation không đúng; chỉ có PURCHASE và VERIFY.", "Gửi operation=PURCHASE."},
		"payment_method_unsupported": {"Không dùng được phương thức thanh toán này", "Phương thức không tồn tại, hoặc merchant chưa bật phương thức này.", "Dùng CARD, BANK_TRANSFER hoặc NAPAS_BANK_TRANSFER; bật phương thức cho merchant, hoặc bỏ trống payment_method."},
		"amount_invalid":             {"Số tiền không hợp lệ", "Giá trị của order_amount không dùng được cho thao tác này.", "Gửi số nguyên đồng chỉ gồm chữ số, lớn hơn 0; với VERIFY thì gửi 0."},
		"currency_unsupported":       {"Không hỗ trợ loại tiền này", "Cổng thanh toán chỉ nhận VND.", "Gửi currency=VND."},
		"invoice_missing":            {"Thiếu mã đơn hàng", "Không có order_invoice_number.", "Gửi một mã duy nhất cho mỗi đơn hàng của cửa hàng."},
		"invoice_duplicate":          {"Mã đơn hàng đã được dùng", "Đã có đơn hàng với order_invoice_number này, và đơn đó đã kết thúc hoặc có số tiền khác.", "Dùng order_invoice_number mới cho mỗi đơn; chỉ mở lại được đơn chưa thanh toán với cùng số tiền."},
		"description_missing":        {"Thiếu mô tả đơn hàng", "Không có order_description.", "Gửi một mô tả cho khách hàng; cài đặt checkout.description=optional cho phép bỏ trống."},
		"url_invalid":                {"Địa chỉ quay lại không hợp lệ", "success_url, error_url hoặc cancel_url không phải địa chỉ web đầy đủ.", "Gửi URL tuyệt đối bắt đầu bằng http:// hoặc https://."},
		"field_invalid":              {"Một trường không hợp lệ", "Biểu mẫu không đọc được, hoặc có trường quá dài hay có giá trị không được phép.", "Gửi application/x-www-form-urlencoded như trình duyệt; kiểm tra độ dài và giá trị của từng trường."},
		"order_unknown":              {"Không tìm thấy đơn hàng ở đây", "Không có đơn hàng này với merchant và số tiền này.", "Gửi lại biểu mẫu: đơn hàng mất đi khi khởi động lại hoặc đặt lại localsepay."},

		"client_unknown":       {"Không thể tin yêu cầu cấp quyền này", "Không có ứng dụng với client_id này.", "Lệnh localsepay state liệt kê các ứng dụng."},
		"duplicate_parameter":  {"Không thể tin yêu cầu cấp quyền này", "Một tham số xuất hiện hai lần.", "Gửi mỗi tham số một lần."},
		"redirect_uri_missing": {"Không thể tin yêu cầu cấp quyền này", "Thiếu redirect_uri.", "Gửi một địa chỉ mà ứng dụng đã đăng ký."},
		"redirect_uri_unknown": {"Không thể tin yêu cầu cấp quyền này", "redirect_uri này chưa được đăng ký cho ứng dụng.", "Địa chỉ phải giống từng ký tự với một địa chỉ đã đăng ký; lệnh localsepay state liệt kê các địa chỉ."},
		"cross_site":           {"Đã từ chối biểu mẫu gửi từ trang khác", "Biểu mẫu đến từ một trang khác, hoặc không thuộc phiên đăng nhập này.", "Dẫn trình duyệt của người dùng đến /oauth/authorize và để người dùng trả lời ở đó."},
	}
}

// causes returns the Vietnamese texts by cause of a wrong signature.
func causes() map[string]explanation {
	return map[string]explanation{
		"field_order":           {"", "Các trường được ký theo thứ tự khác với thứ tự gửi.", "Gửi các trường đúng theo thứ tự đã ký; map của Go, mảng bị sắp xếp hay jsonb làm mất thứ tự."},
		"signed_but_not_posted": {"", "Chuỗi đã ký có một trường không được gửi, hoặc không thuộc phần cần ký.", "Gửi mọi trường đã ký, và chỉ ký các trường tham gia chữ ký."},
		"posted_but_not_signed": {"", "Có trường được gửi nhưng không được ký.", "Ký mọi trường thuộc danh sách, hoặc không gửi trường đó; trường rỗng cũng phải ký hoặc bỏ đi."},
		"percent_encoded":       {"", "Các giá trị bị mã hóa phần trăm (percent-encoding) trước khi ký.", "Ký giá trị gốc, trước khi mã hóa cho biểu mẫu."},
		"line_breaks":           {"", "Dấu xuống dòng khi ký khác với khi gửi.", "Trình duyệt gửi xuống dòng là CRLF: thay trước khi ký, hoặc không dùng xuống dòng trong mô tả."},
		"trimmed":               {"", "Giá trị được cắt khoảng trắng trước khi ký, nhưng gửi thì không.", "Gửi giá trị đã cắt khoảng trắng."},
		"amount_format":         {"", "Số tiền khi ký và khi gửi viết khác nhau (có và không có phần thập phân).", "Gửi và ký số nguyên đồng, không có phần thập phân."},
		"other_secret":          {"", "Chữ ký được tạo bằng secret key khác, hoặc secret key bị thừa khoảng trắng hay thiếu tiền tố.", "Dùng secret key của đúng merchant và đúng môi trường, từ spsk_ đến ký tự cuối."},
		"encoding":              {"", "Chữ ký đúng nhưng được viết sai dạng.", "Gửi base64 chuẩn của 32 byte gốc, được mã hóa phần trăm trong nội dung gửi."},
		"separator":             {"", "Các trường được nối bằng ký tự khác dấu phẩy.", "Nối các trường bằng dấu phẩy, không có khoảng trắng."},
		"missing":               {"", "Biểu mẫu không có chữ ký.", "Thêm trường signature: base64 của HMAC-SHA256 trên các trường cần ký."},
	}
}
