// Package page draws what a person sees in a browser: the hosted payment page
// of SePay's gateway, the 3-D Secure page of the bank behind a card, SePay's
// error card, the banking app of the payer, the front page, and the small pages
// that say that there is nothing. It owns the words in both
// languages, the look, the one script, and the headers that a page is sent with.
//
// A handler fills one of the view structs and calls [Write]. Every page works
// without JavaScript; the script adds copy buttons, the countdown and the news
// about the order.
//
// It must not know a store, a request, or what a payment is.
//
// What clients scrape from the real page is kept (§3 of the gateway dossier):
// the hidden card with data-state="init", the image with the class "qrcode", the
// button "Giả lập thanh toán", INVALID_SESSION and displayErrorCard in the script.
package page
