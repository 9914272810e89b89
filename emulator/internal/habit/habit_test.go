package habit_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

const typed = "HD-20260608_77.A ban 5"

// order is a transfer on 8 June 2026, a Monday and the 159th day of its year.
func order(bank string, change ...func(*habit.Input)) habit.Input {
	in := habit.Input{
		Bank: bank, Memo: typed, Account: "0000054321", Holder: "TRAN THI B", At: time.Date(2026, 6, 8, 10, 20, 29, 0, clock.Vietnam), Seed: 1, Number: 90000001,
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

func from(source string) func(*habit.Input) { return func(in *habit.Input) { in.From = source } }

func memo(text string) func(*habit.Input) { return func(in *habit.Input) { in.Memo = text } }

func over(va string) func(*habit.Input) { return func(in *habit.Input) { in.VA = va } }

func TestBanksWriteAsCaptured(t *testing.T) {
	const name = `(NGUYEN|TRAN|LE|PHAM|VU) (VAN|THI|MINH|NGOC) [A-Z]+`
	for _, test := range []struct {
		about            string
		in               habit.Input
		content, written string
		reference        string
	}{
		{"MB over a virtual account", order("MBBank", over("VQRQMAU00123")), `QMAU00123  SEPAY\d{5} \d  HD2026060877A ban 5`, "10:20:29", `FT26159\d{9}`},
		{"MB over one of another name", order("MBBank", over("SBSEPAY1")), `SBSEPAY1  SEPAY\d{5} \d  HD2026060877A ban 5`, "10:20:29", `FT26159\d{9}`},
		{"MB", order("MBBank"), `HD2026060877A ban 5( FT\d{14})?   Ma giao dich  Trace(\d{6}) Trace \d{6}`, "10:20:00", `FT26159\d{9}`},
		{"MB without a memo", order("MBBank", memo("")), `MB 00\d{8} ` + name + ` chuyen tien- Ma GD ACSP/ R\d{7}`, "10:20:00", `FT26159\d{9}`},
		{"MB from a wallet", order("MBBank", from(habit.Wallet)), `\d{12}-HD2026060877A ban 5-CHUYEN TIEN-OQCH[0-9A-Z]{8}-MOMO\d{12}MOMO`, "10:20:00", `FT26159\d{9}`},
		{"MB from MB", order("MBBank", from(habit.SameBank)), `HD2026060877A ban 5`, "10:20:00", `FT26159\d{9}`},
		{"ACB", order("ACB"), `HD2026060877A ban 5 FT\d{14} GD 6159IBT1[0-9A-Z]{8} 080626-10:20:29`, "10:20:29", `\d{4,5}`},
		{"ACB from a wallet", order("ACB", from(habit.Wallet)), `\d{11,12}[- ]0900\d{6}[- ]HD2026060877A ban 5`, "10:20:29", `\d{4,5}`},
		{"ACB without a memo", order("ACB", memo(" . ")), `IB ` + name + ` chuyen khoan`, "10:20:29", `\d{4,5}`},
		{"VPBank", order("VPBank"), `NHAN TU \d{13} TRACE \d{6} ND HD2026060877A ban 5`, "10:20:00", `FT26159\d{9}`},
		{"BIDV over a virtual account", order("BIDV", over("96247X")), `QR - HD2026060877A ban 5`, "10:20:29", `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
		{"BIDV", order("BIDV"), `HD2026060877A ban 5`, "10:20:29", `[0-9a-f-]{36}`},
		{"VietinBank", order("VietinBank", memo("SEVQR HD-1")), `([0-9A-Z]{12}|CT DEN:\d{12}) SEVQR HD1`, "10:20:29", `[0-9A-Za-z]{7}-[0-9A-Za-z]{7}`},
		{"TPBank with a memo account", order("TPBank", memo("TKPABC HD-1")), `TKPABC HD1`, "10:20:29", `\d{3}[0-9A-Z]{4}26159\d{4}`},
		{"TPBank from a wallet", order("TPBank", from(habit.Wallet)), `\d{11,12}[- ]0900\d{6}[- ]HD2026060877A ban 5`, "10:20:29", `[0-9A-Z]{16}`},
		{"Sacombank", order("Sacombank"), `HD2026060877A ban 5 CKN \d{6} [0-9A-Z]{8} - ` + name, "10:20:29", `VN\d{7}FT\d{11}`},
		{"from Vietcombank", order("OCB", from(habit.Vietcombank)), `MBVCB\.\d{10,11}\.[0-9A-Z]{6}\.HD2026060877A ban 5\.CT tu 00\d{8} ` + name + ` toi 0000054321 TRAN THI B`, "10:20:29", ``},
		{"from Vietcombank to MB", order("MBBank", from(habit.Vietcombank)), `MBVCB\..*\.HD2026060877A ban 5\.CT tu .*`, "10:20:00", `FT26159\d{9}`},
		{"a bank of which nothing is known", order("OCB", memo("Đơn  hàng #1/2 — a@b, c")), `Don hang 12 ab c`, "10:20:29", ``},
	} {
		t.Run(test.about, func(t *testing.T) {
			w, err := habit.Known().Write(test.in)
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile("^" + test.content + "$").MatchString(w.Content) {
				t.Errorf("content %q, want %s", w.Content, test.content)
			}
			if got := w.At.Format("15:04:05"); got != test.written || !w.At.Equal(habit.Known().At(test.in)) {
				t.Errorf("at %s, want %s", got, test.written)
			}
			if !regexp.MustCompile("^" + test.reference + "$").MatchString(w.Reference) {
				t.Errorf("reference %q, want %s", w.Reference, test.reference)
			}
			if w.Typed != test.in.Memo {
				t.Errorf("typed %q", w.Typed)
			}
			if again, _ := habit.Known().Write(test.in); again != w {
				t.Errorf("another time it is %+v", again)
			}
			other := test.in
			if other.Seed = 2; strings.Contains(test.content, `\d{`) {
				if again, _ := habit.Known().Write(other); again.Content == w.Content {
					t.Errorf("another seed writes the same: %q", w.Content)
				}
			}
		})
	}
}

// What stands in the noise a second time is the same there.
func TestTracesAreRepeated(t *testing.T) {
	seen := map[string]bool{}
	for n := range int64(40) {
		w, err := habit.Known().Write(order("MBBank", func(in *habit.Input) { in.Number = n }))
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`( FT\d{14})?   Ma giao dich  Trace(\d{6}) Trace (\d{6})$`).FindStringSubmatch(w.Content)
		if m == nil || m[2] != m[3] {
			t.Fatalf("%q", w.Content)
		}
		seen[map[bool]string{true: "with FT", false: "without"}[m[1] != ""]] = true
	}
	if len(seen) != 2 {
		t.Errorf("of 40 transfers all are %v", seen)
	}
}

// ACB's four or five digits come again after a while.
func TestShortReferencesRepeat(t *testing.T) {
	seen := map[string]int64{}
	for n := range int64(2000) {
		w, err := habit.Known().Write(order("ACB", func(in *habit.Input) { in.Number = n }))
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[w.Reference]; ok {
			if before == n-1 {
				t.Errorf("%s comes twice in a row", w.Reference)
			}
			return
		}
		seen[w.Reference] = n
	}
	t.Error("of 2000 references none repeats")
}

func TestReferencesHaveTheBankingDay(t *testing.T) {
	for _, test := range []struct{ bank, at, want string }{
		{"MBBank", "2026-06-08 20:59:59", "FT26159"},
		{"MBBank", "2026-06-08 21:11:00", "FT26160"},
		{"MBBank", "2026-06-07 12:00:00", "FT26159"}, // a Sunday
		{"MBBank", "2026-06-06 21:30:00", "FT26159"}, // the evening before it
		{"MBBank", "2026-12-31 22:00:00", "FT27001"},
	} {
		at, err := time.ParseInLocation(clock.Layout, test.at, clock.Vietnam)
		if err != nil {
			t.Fatal(err)
		}
		w, err := habit.Known().Write(order(test.bank, func(in *habit.Input) { in.At = at }))
		if err != nil || !strings.HasPrefix(w.Reference, test.want) {
			t.Errorf("%s at %s: %s, want %s…", test.bank, test.at, w.Reference, test.want)
		}
		if day := w.At.Format("2006-01-02"); day != test.at[:10] {
			t.Errorf("the transfer itself moved to %s", day)
		}
	}
	evening := func(in *habit.Input) { in.At = time.Date(2026, 6, 8, 22, 5, 1, 0, clock.Vietnam) }
	if w, _ := habit.Known().Write(order("TPBank", evening)); w.Reference[7:12] != "26160" {
		t.Errorf("TPBank at 22:05: %s", w.Reference)
	}
}

func TestASenderThatIsNotKnownIsRefused(t *testing.T) {
	for _, in := range []habit.Input{order("BIDV", from(habit.Wallet)), order("OCB", from(habit.Wallet)), order("MBBank", from("cash"))} {
		w, err := habit.Known().Write(in)
		if err == nil || !strings.Contains(err.Error(), "other_bank, same_bank") || w.Content != "" {
			t.Errorf("%s from %s: %q, %v", in.Bank, in.From, w.Content, err)
		}
	}
}

func TestLosesNamesWhatVanishes(t *testing.T) {
	for _, test := range []struct {
		bank, memo string
		want       habit.Loss
	}{
		{"MBBank", typed, habit.Loss{Memo: "HD2026060877A ban 5", Dropped: "-_.", Seen: "-_.", AtBank: "-"}},
		{"ACB", "a@b.c, #1 a@b", habit.Loss{Memo: "abc 1 ab", Dropped: "@.,#", Seen: "@.,", AtBank: "@."}},
		{"OCB", "DH1/2", habit.Loss{Memo: "DH12", Dropped: "/"}},
		{"MBBank", "Đơn hàng 1", habit.Loss{Memo: "Don hang 1"}},
	} {
		got, some := habit.Known().Loses(test.bank, test.memo)
		if diff := cmp.Diff(test.want, got); diff != "" || some != (test.want.Dropped != "") {
			t.Errorf("%s, %q: %v\n%s", test.bank, test.memo, some, diff)
		}
	}
	if got := habit.Named("-_."); got != `"-", "_" and "."` {
		t.Error(got)
	}
}

// The table's own examples have the form that they stand for, its banks are
// SePay's, and every row says how it is known.
func TestTheTableIsSound(t *testing.T) {
	table := habit.Known()
	var forms []habit.Form
	for _, b := range table.Banks {
		if known, ok := vietqr.Lookup(b.Bank); !ok || known.ShortName != b.Bank {
			t.Errorf("there is no bank %q", b.Bank)
		}
		if b.TimeKnown == "" || b.ReferenceKnown == "" || b.BalanceKnown == "" || len(b.Forms) == 0 {
			t.Errorf("%s: %+v", b.Bank, b)
		}
		forms = append(forms, b.Forms...)
	}
	for _, s := range table.Senders {
		forms = append(forms, s.Form)
	}
	part := regexp.MustCompile(`\\\{[^{}]*\\\}`)
	for _, f := range forms {
		fits := slices.ContainsFunc(f.Writes, func(text string) bool {
			return regexp.MustCompile("^" + part.ReplaceAllString(regexp.QuoteMeta(text), `.+`) + "$").MatchString(f.Example)
		})
		if !fits {
			t.Errorf("%s: %q is none of %q", f.Name, f.Example, f.Writes)
		}
		if !slices.Contains([]string{"captured", "client code", "assumed"}, f.Evidence) || f.Evidence == "captured" && f.Seen == 0 {
			t.Errorf("%s: evidence %q, seen %d", f.Name, f.Evidence, f.Seen)
		}
	}
}

func TestABrokenTableIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown part":       "senders: [{from: wallet, form: {name: x, writes: ['{memo} {mood}']}}]",
		"an unknown alphabet":   "senders: [{from: wallet, form: {name: x, writes: ['{hex:6}']}}]",
		"a repeat of nothing":   "senders: [{from: wallet, form: {name: x, writes: ['{=1} {digits:6}']}}]",
		"a length of nothing":   "senders: [{from: wallet, form: {name: x, writes: ['{digits:6-5}']}}]",
		"a sender that is none": "senders: [{from: cash, form: {name: x, writes: ['{memo}']}}]",
		"no text":               "senders: [{from: wallet, form: {name: x}}]",
		"an unknown key":        "senders: [{from: wallet, form: {name: x, writes: ['{memo}'], mood: 1}}]",
		"a time that is none":   "banks: [{bank: X, time: hour}]",
		"a day's end":           "banks: [{bank: X, time: minute, day_ends: late}]",
	} {
		if _, err := habit.Parse([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// A bank may also write in capitals; no capture has one that does.
func TestABankMayWriteInCapitals(t *testing.T) {
	table, err := habit.Parse([]byte("banks: [{bank: X, time: second, case: upper, reference: '{memo}', forms: [{name: x, writes: ['so {memo}']}]}]"))
	if err != nil {
		t.Fatal(err)
	}
	if w, err := table.Write(order("X")); err != nil || w.Content != "so HD2026060877A BAN 5" {
		t.Errorf("%q, %v", w.Content, err)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("MBBank", typed, "other_bank", "", int64(1), uint64(1))
	f.Add("ACB", "áo & <x>\x00", "wallet", "", int64(2), uint64(3))
	f.Add("BIDV", "", "vietcombank", "VQR1", int64(-5), uint64(9))
	f.Fuzz(func(t *testing.T, bank, text, source, va string, number int64, seed uint64) {
		in := order(bank, memo(text), from(source), over(va))
		in.Number = number
		w, err := habit.Known().Write(in)
		if err != nil {
			return
		}
		if left := habit.Known().Strip(text); !strings.Contains(w.Content, left) {
			t.Errorf("%q lost the memo %q", w.Content, left)
		}
		if strings.ContainsAny(w.Content, "{}") && !strings.ContainsAny(va, "{}") {
			t.Errorf("%q has a part in it", w.Content)
		}
	})
}

func TestBanksThatReportTheBalanceAreThoseOfTheTable(t *testing.T) {
	reporting := 0
	for _, b := range habit.Known().Banks {
		if habit.ReportsBalance(b.Bank) != b.Balance {
			t.Errorf("%s: %v, the table has %v", b.Bank, !b.Balance, b.Balance)
		}
		if b.Balance {
			reporting++
		}
	}
	if reporting == 0 || habit.ReportsBalance("No bank") || habit.ReportsBalance("") {
		t.Errorf("%d banks report it", reporting)
	}
}
