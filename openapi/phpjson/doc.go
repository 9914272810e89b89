// Package phpjson writes JSON as PHP's json_encode does with its default
// flags. Every body that stands for SePay's servers is written by it: webhooks,
// IPNs and the answers of the APIs.
//
// It owns how a value is written, and must not know which bodies there are.
// IPNs and webhooks were observed to have this form; PHP's manual describes it:
// https://www.php.net/manual/en/function.json-encode.php
package phpjson
