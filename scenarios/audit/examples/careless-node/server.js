// A small shop whose handlers believe whatever is posted to them, as many do:
// an example of what "localsepay audit" finds. Never use it as a model.
//   node server.js
const { createServer } = require('node:http');

const orders = new Map();

const credit = (key) => {
  const order = orders.get(key);
  if (order) Object.assign(order, { state: 'paid', credits: order.credits + 1 });
};

const posts = {
  '/webhook': (n) => n.content.split(' ').forEach(credit), // throws on odd bodies
  '/ipn': (n) => credit(n.order.order_invoice_number),
  '/orders': ({ code, invoice, cancelled }) => {
    const order = { state: cancelled ? 'cancelled' : 'waiting', credits: 0 }; // shown, and never looked at again
    orders.set(code, order).set(invoice, order);
  },
};

createServer((req, res) => {
  if (req.method === 'GET') return res.end(JSON.stringify(orders.get(req.url.split('/')[2]) ?? null));
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
