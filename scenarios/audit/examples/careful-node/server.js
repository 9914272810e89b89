// A small shop whose webhook and IPN handlers pass "localsepay audit": an example
// to learn from. It keeps its orders in memory.
//
//   WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 PORT=4001 node scenarios/audit/examples/careful-node/server.js
//
// WEBHOOK_SECRET is the secret of signed webhooks, WEBHOOK_API_KEY the key of those
// with an API key; it wants one of the two and takes both. IPN_SECRET is what
// X-Secret-Key carries, ACCOUNT the number that it takes money on. PORT is the port to
// listen on, a free one otherwise; the address is printed.
//
// POST /orders {"code","invoice","amount","account" or "accounts","cancelled"} makes
// an order to be paid to one of those, or to ACCOUNT;
// GET /orders/{code or invoice} shows it, GET /thanks/{code or invoice} is where its
// customer comes back to, and POST /webhook and POST /ipn are SePay's.
const { createServer } = require('node:http');
const { createHmac, timingSafeEqual } = require('node:crypto');

const { WEBHOOK_SECRET = '', WEBHOOK_API_KEY = '', IPN_SECRET = '', ACCOUNT = '', PORT = '0' } = process.env;
const MAX_BODY = 64 * 1024; // bytes
const MAX_SKEW = 300; // seconds

// An empty secret is one that everybody knows: the shop does not start with it.
const missing = !WEBHOOK_SECRET && !WEBHOOK_API_KEY ? 'neither WEBHOOK_SECRET nor WEBHOOK_API_KEY is set' :
  !IPN_SECRET ? 'IPN_SECRET is not set' : !ACCOUNT ? 'ACCOUNT is not set' : '';
if (missing) {
  console.error(`careful-node: ${missing}; start it with WEBHOOK_SECRET=whsec_x (or WEBHOOK_API_KEY=key) IPN_SECRET=s3cret ACCOUNT=0123456789`);
  process.exit(1);
}

const orders = new Map(); // by code and by invoice number
const seen = new Set(); // ids of payments that were booked; a unique index in a database
let aside = []; // money whose order is not there yet, or never was

const status = (o) => o.void ? 'void' : o.cancelled ? 'cancelled' : !o.credits ? 'open' :
  o.credited < o.price ? 'underpaid' : o.credited > o.price ? 'overpaid' : 'paid';
const shown = ({ name, price, credited, credits, ...o }) => ({ order: name, status: status({ price, credited, credits, ...o }), price, credited, credits });

// Books a payment on its order, if it came to the right account. One that came by
// the gateway has no account.
function takes(order, { account, amount }) {
  if (account !== undefined && !order.accounts.includes(account)) return false;
  order.credits++;
  order.credited += amount;
  return true;
}

// Books a payment once, by its id. Money without an order is kept aside. All of it
// happens in one turn of the event loop; in a database it is one transaction.
function book(payment) {
  if (seen.has(payment.id)) return;
  seen.add(payment.id);
  const order = orderOf(payment);
  if (!order || !takes(order, payment)) aside.push(payment);
}

const plain = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, '');

// Says whether a payment is for the order of a name. Banks drop the punctuation in
// a memo, and put words around it; a digit behind the last one makes it another
// order's: DH12 does not pay DH1.
function pays({ name: code, memo = '' }, name) {
  const want = plain(name);
  if (code === name || !want) return code === name;
  const named = new RegExp(`${want}(?!\\d)`);
  return memo.split(/\s+/).some((word) => named.test(plain(word)));
}

// The order that a payment is for; of several that the memo names, the one with
// the longest name.
function orderOf(payment) {
  if (orders.has(payment.name)) return orders.get(payment.name);
  const named = [...orders.keys()].filter((name) => pays(payment, name)).sort((a, b) => b.length - a.length);
  return orders.get(named[0]);
}

// Takes a payment back, once; an order that was never paid has none.
function revoke({ id, name, amount }) {
  const order = orders.get(name);
  if (seen.has(id) || !order || order.credited < amount) return;
  seen.add(id);
  Object.assign(order, { void: true, credits: order.credits + 1, credited: order.credited - amount });
}

function create(_, body) {
  const { code, invoice, amount, account = ACCOUNT, accounts = [account], cancelled = false } = JSON.parse(body);
  if (!code && !invoice) return 400;
  const order = { name: code || invoice, price: amount, accounts, cancelled, void: false, credited: 0, credits: 0 };
  for (const name of [code, invoice]) {
    if (!name) continue;
    orders.set(name, order);
    aside = aside.filter((p) => !pays(p, name) || !takes(order, p));
  }
  return 201;
}

const equal = (a, b) => {
  const x = Buffer.from(a), y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
};

// Checks signature and timestamp over the raw body, or the API key.
function genuine(headers, body) {
  if (WEBHOOK_API_KEY && equal('Apikey ' + WEBHOOK_API_KEY, headers.authorization ?? '')) return true;
  const stamp = headers['x-sepay-timestamp'] ?? '';
  if (!WEBHOOK_SECRET || !/^\d+$/.test(stamp) || Math.abs(Date.now() / 1000 - Number(stamp)) > MAX_SKEW) return false;
  const want = 'sha256=' + createHmac('sha256', WEBHOOK_SECRET).update(stamp + '.').update(body).digest('hex');
  return equal(want, headers['x-sepay-signature'] ?? '');
}

const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);

function webhook(headers, body) {
  if (!genuine(headers, body)) return 401;
  const n = JSON.parse(body);
  if (!isObject(n) || !Number.isInteger(n.id) || !Number.isInteger(n.transferAmount)) return 400;
  // The id 0 is that of a test send.
  if (n.id !== 0 && n.transferType === 'in' && n.transferAmount > 0) {
    book({ id: 'webhook ' + n.id, name: n.code, memo: String(n.content ?? ''), account: n.accountNumber, amount: n.transferAmount });
  }
  return 200; // it came, whatever it is worth
}

function ipn(headers, body) {
  if (!equal(IPN_SECRET, headers['x-secret-key'] ?? '')) return 401;
  const n = JSON.parse(body);
  if (!isObject(n) || !isObject(n.order) || !isObject(n.transaction)) return 400;
  const { order, transaction } = n;
  if (!/^\d+(\.0+)?$/.test(order.order_amount) || typeof order.order_amount !== 'string' || !order.order_invoice_number || !transaction.id) return 400;
  const payment = { name: order.order_invoice_number, amount: Number(order.order_amount) };
  const approved = transaction.transaction_status === 'APPROVED' && order.order_currency === 'VND';
  if (n.notification_type === 'ORDER_PAID' && order.order_status === 'CAPTURED' && approved) book({ id: 'ipn ' + transaction.id, ...payment });
  if (n.notification_type === 'TRANSACTION_VOID' && approved) revoke({ id: 'void ' + transaction.id, ...payment });
  return 200;
}

async function read(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    if ((size += chunk.length) > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// What GET answers. The page that the customer comes back to shows, and books
// nothing.
function page(url) {
  const [, place, name = ''] = url.split('?')[0].split('/');
  const order = orders.get(decodeURIComponent(name));
  if (place === 'thanks') return [200, { message: 'Cảm ơn bạn', paid: Boolean(order) && status(order) === 'paid' }];
  return place === 'orders' && order ? [200, shown(order)] : [404, {}];
}

const posts = { '/webhook': webhook, '/ipn': ipn, '/orders': create };

async function respond(req) {
  if (req.method === 'GET') return page(req.url);
  const handler = req.method === 'POST' && posts[req.url];
  if (!handler) return [404, {}];
  const body = await read(req);
  const code = body ? handler(req.headers, body) : 413;
  return [code, { success: code < 300 }];
}

createServer(async (req, res) => {
  let answer;
  try {
    answer = await respond(req);
  } catch {
    answer = [400, { success: false }]; // not the JSON or the address that was expected
  }
  if (!res.destroyed) res.writeHead(answer[0], { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer[1]));
}).listen(Number(PORT), '127.0.0.1', function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});
