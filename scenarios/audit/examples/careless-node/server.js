// A small shop whose handlers believe whatever is posted to them, as many do: an
// example of what "localsepay audit" finds. Never use it as a model.
//
//   PORT=4004 node scenarios/audit/examples/careless-node/server.js
//
// It needs no secret, as it checks none. PORT is the port to listen on, a free one
// otherwise; the address is printed.
const { createServer } = require('node:http');

const orders = new Map();

const credit = (name) => {
  const order = orders.get(name);
  if (order) Object.assign(order, { status: 'paid', credits: order.credits + 1 });
};

const posts = {
  '/webhook': (n) => n.content.split(' ').forEach(credit), // throws on odd bodies
  '/ipn': (n) => credit(n.order.order_invoice_number),
  '/orders': ({ code, invoice, cancelled }) => {
    const order = { status: cancelled ? 'cancelled' : 'open', credits: 0 }; // shown, and never looked at again
    orders.set(code, order).set(invoice, order);
  },
};

createServer((req, res) => {
  const [, place, name = ''] = req.url.split('?')[0].split('/');
  if (req.method === 'GET') {
    if (place === 'thanks') credit(name); // the customer is back, so the money must have come
    return res.end(JSON.stringify(orders.get(name) ?? null));
  }
  let body = '';
  req.on('data', (chunk) => (body += chunk));
  req.on('end', () => {
    try {
      posts[req.url](JSON.parse(body));
      res.end('{"success":true}');
    } catch (err) {
      res.writeHead(500).end(String(err));
    }
  });
}).listen(Number(process.env.PORT ?? 0), '127.0.0.1', function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});
