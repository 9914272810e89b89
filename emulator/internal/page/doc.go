// Package page renders the HTML pages: the hosted payment page of SePay's
// gateway, the 3-D Secure page of the card's bank, SePay's error card, the
// payer's banking app, the front page, and the small message pages. It owns the
// texts in both languages, the styles, the one script, and the headers of a
// page.
//
// A handler fills one of the view structs and calls [Write]. Every page works
// without JavaScript; the script adds copy buttons, the countdown and updates
// of the order.
//
// It must not know a store, a request, or what a payment is.
//
// What clients scrape from the real page is kept: the hidden card with
// data-state="init", the image with the class "qrcode", the button "Giả lập thanh
// toán", INVALID_SESSION and displayErrorCard in the script.
package page
