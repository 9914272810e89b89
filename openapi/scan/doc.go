// Package scan reads the QR code in a picture: a drawn one, a screenshot, or a photo of
// a screen or a print.
//
// It knows the codes of ISO/IEC 18004 with the layouts of rsc.io/qr, and nothing of
// VietQR. Texts are digits, capitals, and bytes in UTF-8 or Latin-1; Kanji are refused.
// It is our own because the decoder of gozxing comes with the character sets of East Asia,
// a megabyte of the command, and reads fewer photos. The tests of package vietqr hold the
// pictures that are drawn to gozxing.
package scan
