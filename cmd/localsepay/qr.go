package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/input"
)

// qrCmd reads and writes VietQR codes, without a running localsepay.
type qrCmd struct {
	Decode qrDecodeCmd `cmd:"" help:"Say what a VietQR code holds, and what is unusual about it."`
	Encode qrEncodeCmd `cmd:"" help:"Write the text of a VietQR code, or its picture."`
}

// qrDecodeCmd reads a code.
type qrDecodeCmd struct {
	Code string `arg:"" help:"The text of the code, or a PNG, JPEG or GIF file with the code in it; - reads standard input."`
	JSON bool   `name:"json" help:"Print JSON for machines."`
}

// decoded is a code in JSON. Empty members were not in it.
type decoded struct {
	Payload  string `json:"payload"`
	Dynamic  bool   `json:"dynamic"`
	Network  string `json:"network"`
	BIN      string `json:"bin"`
	Bank     string `json:"bank"`
	Account  string `json:"account"`
	Service  string `json:"service"`
	Amount   int64  `json:"amount"`
	Memo     string `json:"memo"`
	Category string `json:"merchant_category"`
	Name     string `json:"merchant_name"`
	City     string `json:"merchant_city"`
	Postal   string `json:"postal_code"`
	Bill     string `json:"bill"`
	Mobile   string `json:"mobile"`
	Store    string `json:"store"`
	Loyalty  string `json:"loyalty"`
	Refer    string `json:"reference"`
	Customer string `json:"customer"`
	Terminal string `json:"terminal"`
	Asks     string `json:"data_request"`
	// Notes say what is unusual.
	Notes []decodedNote `json:"notes"`
}

type decodedNote struct {
	Code   string `json:"code"`
	Tag    string `json:"tag"`
	Detail string `json:"detail"`
}

// Run implements the verb. It exits with 1 for anything but a VietQR code.
func (c qrDecodeCmd) Run(t terminal) error {
	text, err := c.text(t.ctx)
	if err != nil {
		return err
	}
	read, err := emulator.ReadQR(text)
	if err != nil {
		return err
	}
	out := show(text, read)
	return remote{JSON: c.JSON}.print(t, &out, func(w io.Writer) {
		line := func(name, value string) {
			if value != "" {
				fmt.Fprintf(w, "%-18s%s\n", name, value)
			}
		}
		line("kind", map[bool]string{true: "dynamic, for one payment", false: "static, for many payments"}[out.Dynamic])
		line("network", out.Network)
		line("bank", strings.TrimSpace(out.Bank+" "+out.BIN))
		line("account", out.Account)
		line("service", out.Service)
		if out.Amount > 0 {
			line("amount", strconv.FormatInt(out.Amount, 10)+" VND")
		}
		if out.Memo != "" {
			line("memo", strconv.Quote(out.Memo))
		}
		for _, f := range [][2]string{
			{"merchant category", out.Category}, {"merchant name", out.Name}, {"merchant city", out.City}, {"postal code", out.Postal}, {"bill", out.Bill},
			{"mobile", out.Mobile}, {"store", out.Store}, {"loyalty", out.Loyalty}, {"reference", out.Refer}, {"customer", out.Customer},
			{"terminal", out.Terminal}, {"data request", out.Asks},
		} {
			line(f[0], f[1])
		}
		for _, n := range out.Notes {
			fmt.Fprintln(w, "note:", n.Detail)
		}
	})
}

// text returns the argument, or the text of the code in a picture.
func (c qrDecodeCmd) text(ctx context.Context) (string, error) {
	var data []byte
	var err error
	switch {
	case c.Code == "-":
		data, err = readAll(ctx, os.Stdin)
	case strings.HasPrefix(c.Code, "0002"):
		return c.Code, nil
	default:
		data, err = readWhole(c.Code)
	}
	if err != nil {
		return "", &usageError{fmt.Sprintf("%q is neither the text of a VietQR code, which begins with 000201, nor a file that can be read: %s", c.Code, reason(err)), "e.g. localsepay qr decode photo.png"}
	}
	if trimmed := bytes.TrimRight(data, "\r\n"); bytes.HasPrefix(trimmed, []byte("0002")) {
		return string(trimmed), nil
	}
	return emulator.ScanQR(data)
}

func show(text string, r emulator.QRReading) decoded {
	bank, _ := emulator.LookupBank(r.BIN)
	network := map[emulator.QRNetwork]string{emulator.QRNapas: "NAPAS", emulator.QRVNPay: "VNPAY", emulator.QRWallet: r.GUID}[r.Network]
	out := decoded{
		Payload: text, Dynamic: r.Dynamic, Network: network, BIN: r.BIN, Bank: bank.ShortName, Account: r.Account, Service: string(r.Service), Amount: r.Amount,
		Memo: r.Memo, Category: r.Category, Name: r.MerchantName, City: r.MerchantCity, Postal: r.PostalCode, Bill: r.Bill, Mobile: r.Mobile, Store: r.Store,
		Loyalty: r.Loyalty, Refer: r.Reference, Customer: r.Customer, Terminal: r.Terminal, Asks: r.DataRequest, Notes: []decodedNote{},
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, decodedNote(n))
	}
	if loss, some := emulator.KnownHabits().Loses(bank.ShortName, r.Memo); some {
		out.Notes = append(out.Notes, decodedNote{"memo_stripped", "62-08", fmt.Sprintf("Banks drop %s of the memo: %q arrives.", emulator.NameCharacters(loss.Dropped), loss.Memo)})
	}
	return out
}

// qrEncodeCmd writes a code.
type qrEncodeCmd struct {
	Account string `arg:"" help:"Account number, or number of a virtual account."`
	Bank    string `required:"" help:"Short name, code or BIN of the bank."`
	Amount  string `help:"Amount in VND; the payer types it otherwise."`
	Memo    string `help:"Memo, in 95 ASCII characters at most; marks on letters are left out."`
	Out     string `type:"path" placeholder:"FILE" help:"Write a PNG picture there."`
}

// Run implements the verb.
func (c qrEncodeCmd) Run(t terminal) error {
	bank, ok := emulator.LookupBank(c.Bank)
	if !ok {
		hint := "the banks are at /banks.json of a running localsepay"
		if near, ok := input.Nearest(c.Bank, bankNames()); ok {
			hint = "did you mean " + near + "?"
		}
		return &usageError{fmt.Sprintf("there is no bank %q", c.Bank), hint}
	}
	p := emulator.QRPayload{BIN: bank.BIN, Account: c.Account, Service: emulator.QRToAccount, Memo: c.Memo, Dynamic: c.Amount != "" || c.Memo != ""}
	if c.Amount != "" {
		var err error
		if p.Amount, err = input.Amount(c.Amount); err != nil {
			return &usageError{"--amount: " + err.Error(), "e.g. --amount 150000"}
		}
	}
	text, err := p.Encode()
	if err != nil {
		return &usageError{err.Error(), ""}
	}
	if c.Out != "" {
		picture, err := p.PNG(emulator.QRImageOptions{Template: emulator.QROnly})
		if err != nil {
			return err
		}
		err = writeFile(c.Out, func(w io.Writer) error {
			_, err := w.Write(picture)
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(t.out, text)
	return err
}

func bankNames() []string {
	var names []string
	for _, b := range emulator.Banks() {
		names = append(names, b.ShortName)
	}
	return names
}
