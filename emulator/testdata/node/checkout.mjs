// A shop opens payments by forms that the SDK signed, and a customer pays one.
import { browse, client, encode, formWith, link, pointHere, returnTo, say } from './shop.mjs';

const { checkout } = client('sandbox');
pointHere();

const back = (invoice) => ({
  success_url: `https://shop.example/order/${invoice}?payment=success`,
  error_url: `https://shop.example/order/${invoice}?payment=error`,
  cancel_url: `https://shop.example/order/${invoice}?payment=cancel`,
});

const forms = {
  'quick start': {
    operation: 'PURCHASE', payment_method: 'BANK_TRANSFER', order_invoice_number: 'QUICK', order_amount: 10000, currency: 'VND',
    order_description: 'Thanh toan don hang QUICK', ...back('QUICK'),
  },
  'operation omitted': {
    payment_method: 'BANK_TRANSFER', order_invoice_number: 'OMIT', order_amount: 25000, currency: 'VND', order_description: 'Mua 2 ao', ...back('OMIT'),
  },
  'comma and UTF-8': {
    operation: 'PURCHASE', order_invoice_number: 'UTF8', order_amount: 100000, currency: 'VND',
    order_description: 'Mua 2 áo, 1 quần & "mũ" = 50% + phí', custom_data: '{"cart":[1,2]}',
  },
  'customer_id null': {
    merchant: 'overwritten in its place', operation: 'PURCHASE', order_amount: 50000, currency: 'VND', order_invoice_number: 'NULL',
    order_description: 'n', customer_id: null,
  },
};

let quick;
for (const [step, order] of Object.entries(forms)) {
  const fields = checkout.initOneTimePaymentFields(order);
  // Twice the same form: by fetch, as a shop's server tries it, and as a browser.
  const answer = await fetch(checkout.initCheckoutUrl(), { method: 'POST', body: new URLSearchParams(encode(fields)), redirect: 'manual' });
  const { status, location } = await browse(checkout.initCheckoutUrl(), encode(fields));
  const page = await browse(location);
  say(step, {
    posted: Object.keys(fields), fetched: answer.status, status, same: answer.headers.get('location') === location,
    location: link(location), order_id: new URL(location).searchParams.get('order_id'), page: page.status, shows: page.text.includes(order.order_invoice_number),
  });
  quick ??= { location, page };
}

const action = new URL(formWith(quick.page.text, 'Giả lập thanh toán'), quick.location).href;
const paid = await browse(action, 'outcome=paid');
const result = await browse(paid.location);
say('paid', { status: paid.status, location: link(paid.location).path, result: result.status, returnTo: returnTo(result.text) });

const tampered = await browse(checkout.initCheckoutUrl(), encode({ ...checkout.initOneTimePaymentFields(forms['operation omitted']), order_amount: 1 }));
say('amount changed', { status: tampered.status });
