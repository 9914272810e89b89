// Package phpjson writes JSON as PHP's json_encode does with its default flags.
// It writes every body that SePay's servers would send: webhooks, IPNs and the
// answers of the APIs.
//
// It must not know the bodies. IPNs and webhooks were observed to have this
// form; PHP's manual describes it:
// https://www.php.net/manual/en/function.json-encode.php
package phpjson
