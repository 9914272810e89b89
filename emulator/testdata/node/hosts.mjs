// A shop that overrides nothing: the SDK calls SePay's host names, and
// HTTPS_PROXY leads to the emulator. axios 1.11 then sends in clear text, with
// the whole address in the request line. The customer's browser comes by Host.
import { ask, browse, client, encode, link, say } from './shop.mjs';

const here = { origin: process.env.HTTPS_PROXY };
const form = (order_invoice_number) => ({
  operation: 'PURCHASE', payment_method: 'BANK_TRANSFER', order_invoice_number, order_amount: 10000, currency: 'VND', order_description: 'Don hang',
});
const plain = (url) => url.replace(/^https:/, 'http:');

const sandbox = client('sandbox');
const init = sandbox.checkout.initCheckoutUrl();
const opened = await browse(plain(init), encode(sandbox.checkout.initOneTimePaymentFields(form('HOST'))), here);
const page = await browse(opened.location, undefined, here);
say('form', { init, status: opened.status, location: link(opened.location), page: page.status });
say('all', await ask(() => sandbox.order.all({ per_page: 1 })));
say('cancel', await ask(() => sandbox.order.cancel('HOST')));

const production = client('production');
say('production', await ask(() => production.order.all({ per_page: 1 })));
const refused = await browse(plain(production.checkout.initCheckoutUrl()), encode(production.checkout.initOneTimePaymentFields(form('PROD'))), here);
say('production form', { init: production.checkout.initCheckoutUrl(), status: refused.status });
