package contracts

// knownBank is a row of SePay's list of banks.
type knownBank struct{ code, bin, shortName, name string }

// supportedBanks are the 23 banks with supported true, in their order: those of
// https://vietqr.app/banks.json in August 2026. An older copy differs in names.
var supportedBanks = []knownBank{
	{"ICB", "970415", "VietinBank", "Ngân hàng TMCP Công thương Việt Nam"},
	{"VCB", "970436", "Vietcombank", "Ngân hàng TMCP Ngoại Thương Việt Nam"},
	{"MB", "970422", "MBBank", "Ngân hàng TMCP Quân đội"},
	{"ACB", "970416", "ACB", "Ngân hàng TMCP Á Châu"},
	{"VPB", "970432", "VPBank", "Ngân hàng TMCP Việt Nam Thịnh Vượng"},
	{"TPB", "970423", "TPBank", "Ngân hàng TMCP Tiên Phong"},
	{"MSB", "970426", "MSB", "Ngân hàng TMCP Hàng Hải Việt Nam"},
	{"LPB", "970449", "LienVietPostBank", "Ngân hàng TMCP Lộc Phát Việt Nam"},
	{"VCCB", "970454", "VietCapitalBank", "Ngân hàng TMCP Bản Việt"},
	{"BIDV", "970418", "BIDV", "Ngân hàng TMCP Đầu tư và Phát triển Việt Nam"},
	{"STB", "970403", "Sacombank", "Ngân hàng TMCP Sài Gòn Tài Lộc"},
	{"VIB", "970441", "VIB", "Ngân hàng TMCP Quốc tế Việt Nam"},
	{"HDB", "970437", "HDBank", "Ngân hàng TMCP Phát triển Thành phố Hồ Chí Minh"},
	{"SEAB", "970440", "SeABank", "Ngân hàng TMCP Đông Nam Á"},
	{"SHBVN", "970424", "ShinhanBank", "Ngân hàng TNHH MTV Shinhan Việt Nam"},
	{"VBA", "970405", "Agribank", "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam"},
	{"TCB", "970407", "Techcombank", "Ngân hàng TMCP Kỹ thương Việt Nam"},
	{"BAB", "970409", "BacABank", "Ngân hàng TMCP Bắc Á"},
	{"ABB", "970425", "ABBANK", "Ngân hàng TMCP An Bình"},
	{"EIB", "970431", "Eximbank", "Ngân hàng TMCP Xuất Nhập khẩu Việt Nam"},
	{"PBVN", "970439", "PublicBank", "Ngân hàng TNHH MTV Public Việt Nam"},
	{"OCB", "970448", "OCB", "Ngân hàng TMCP Phương Đông"},
	{"KLB", "970452", "KienLongBank", "Ngân hàng TMCP Kiên Long"},
}
