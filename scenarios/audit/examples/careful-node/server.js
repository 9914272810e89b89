// A small shop whose webhook and IPN handlers pass "localsepay audit".
//   WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 node server.js
// PORT is the port to listen on, a free one otherwise; the address is printed.
const { createServer } = require('node:http');
const { createHmac, timingSafeEqual } = require('node:crypto');

const { WEBHOOK_SECRET = '', IPN_SECRET = '', ACCOUNT = '', PORT = '0' } = process.env;
for (const name of ['WEBHOOK_SECRET', 'IPN_SECRET', 'ACCOUNT']) {
  if (!process.env[name]) throw new Error(`${name} is not set`); // an empty secret is one that everybody knows
}
const MAX_BODY = 64 * 1024; // bytes
const MAX_SKEW = 300; // seconds

const orders = new Map(); // by code and by invoice number
const seen = new Set(); // ids of notices that were booked; a unique index in a database

const equal = (a, b) => {
  const x = Buffer.from(a), y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
};

function genuine(headers, body) {
  const stamp = headers['x-sepay-timestamp'] ?? '';
  if (!/^\d+$/.test(stamp) || Math.abs(Date.now() / 1000 - Number(stamp)) > MAX_SKEW) return false;
  const want = 'sha256=' + createHmac('sha256', WEBHOOK_SECRET).update(stamp + '.').update(body).digest('hex');
  return equal(want, headers['x-sepay-signature'] ?? '');
}

// Books a payment once. Money for an order that is not waiting for this amount
// is left for a person to look at.
function credit(id, key, amount) {
  if (seen.has(id)) return;
  seen.add(id);
  const order = orders.get(key);
  if (order?.state === 'waiting' && order.amount === amount) {
    order.state = 'paid';
    order.credits++;
  }
}

const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);

function webhook(headers, body) {
  if (!genuine(headers, body)) return 401;
  const n = JSON.parse(body);
  if (!isObject(n) || !Number.isInteger(n.id) || !Number.isInteger(n.transferAmount)) return 400;
  if (typeof n.code === 'string' && n.transferType === 'in' && n.accountNumber === ACCOUNT) credit('webhook ' + n.id, n.code, n.transferAmount);
  return 200; // it came, whatever it is worth
}

function ipn(headers, body) {
  if (!equal(IPN_SECRET, headers['x-secret-key'] ?? '')) return 401;
  const n = JSON.parse(body);
  if (!isObject(n) || !isObject(n.order) || !isObject(n.transaction) || typeof n.order.order_amount !== 'string' || !n.order.order_invoice_number) return 400;
  const { order, transaction } = n;
  const paid = n.notification_type === 'ORDER_PAID' && order.order_status === 'CAPTURED' &&
    transaction.transaction_status === 'APPROVED' && order.order_currency === 'VND';
  if (paid) credit('ipn ' + transaction.id, order.order_invoice_number, Number(order.order_amount));
  return 200;
}

function create(_, body) {
  const { code, invoice, amount, cancelled } = JSON.parse(body);
  const order = { code, invoice, amount, state: cancelled ? 'cancelled' : 'waiting', credits: 0 };
  for (const key of [code, invoice]) if (key) orders.set(key, order);
  return 201;
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

const posts = { '/webhook': webhook, '/ipn': ipn, '/orders': create };

createServer(async (req, res) => {
  const answer = (status, body) => res.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
  if (req.method === 'GET' && req.url.startsWith('/orders/')) {
    const order = orders.get(decodeURIComponent(req.url.slice('/orders/'.length)));
    return answer(order ? 200 : 404, order ?? {});
  }
  const handler = req.method === 'POST' && posts[req.url];
  if (!handler) return answer(404, {});
  const body = await read(req);
  let status = 413;
  if (body) {
    try {
      status = handler(req.headers, body);
    } catch {
      status = 400; // not the JSON that was expected
    }
  }
  answer(status, { success: status === 200 });
}).listen(Number(PORT), '127.0.0.1', function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});
