"""A small shop whose webhook and IPN handlers pass "localsepay audit": an example
to learn from. It keeps its orders in memory.

  WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 PORT=4001 python3 scenarios/audit/examples/careful-python/server.py

WEBHOOK_SECRET is the secret of signed webhooks, WEBHOOK_API_KEY the key of those
with an API key; it wants one of the two and takes both. IPN_SECRET is what
X-Secret-Key carries, ACCOUNT the number that it takes money on. PORT is the port to
listen on, a free one otherwise; the address is printed.

POST /orders {"code","invoice","amount","account" or "accounts","cancelled"} makes
an order to be paid to one of those, or to ACCOUNT;
GET /orders/{code or invoice} shows it, GET /thanks/{code or invoice} is where its
customer comes back to, and POST /webhook and POST /ipn are SePay's.
"""
import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

WEBHOOK_SECRET = os.environ.get('WEBHOOK_SECRET', '')
WEBHOOK_API_KEY = os.environ.get('WEBHOOK_API_KEY', '')
IPN_SECRET = os.environ.get('IPN_SECRET', '')
ACCOUNT = os.environ.get('ACCOUNT', '')
MAX_BODY = 64 * 1024  # bytes
MAX_SKEW = 300  # seconds

lock = threading.Lock()  # what a transaction is in a database
orders = {}  # by code and by invoice number
seen = set()  # ids of payments that were booked; a unique index in a database
aside = []  # money whose order is not there yet, or never was


def status(o):
    if o['void']:
        return 'void'
    if o['cancelled']:  # a person decides about goods or refund
        return 'cancelled'
    if not o['credits']:
        return 'open'
    return 'underpaid' if o['credited'] < o['price'] else 'overpaid' if o['credited'] > o['price'] else 'paid'


def takes(order, payment):
    """Books a payment on its order, if it came to the right account. One that came
    by the gateway has no account."""
    if payment['account'] not in (None, *order['accounts']):
        return False
    order['credits'] += 1
    order['credited'] += payment['amount']
    return True


def book(key, payment):
    """Books a payment once, by its id. Money without an order is kept aside."""
    with lock:
        if key in seen:
            return
        seen.add(key)
        order = order_of(payment)
        if not order or not takes(order, payment):
            aside.append(payment)


def plain(text):
    return re.sub('[^0-9A-Z]', '', text.upper())


def pays(payment, name):
    """Says whether a payment is for the order of a name. Banks drop the punctuation
    in a memo, and put words around it; a digit behind the last one makes it another
    order's: DH12 does not pay DH1."""
    want = plain(name)
    if payment['name'] == name or not want:
        return payment['name'] == name
    return any(re.search(want + r'(?!\d)', plain(word)) for word in payment['memo'].split())


def order_of(payment):
    """The order that a payment is for; of several that the memo names, the one with
    the longest name."""
    if payment['name'] in orders:
        return orders[payment['name']]
    return orders.get(max((name for name in orders if pays(payment, name)), key=len, default=None))


def revoke(key, payment):
    """Takes a payment back, once; an order that was never paid has none."""
    with lock:
        order = orders.get(payment['name'])
        if key in seen or not order or order['credited'] < payment['amount']:
            return
        seen.add(key)
        order.update(void=True, credits=order['credits'] + 1, credited=order['credited'] - payment['amount'])


def is_int(v):
    return isinstance(v, int) and not isinstance(v, bool)


def create(headers, body):
    n = json.loads(body)
    names = [n[k] for k in ('code', 'invoice') if isinstance(n.get(k), str) and n[k]]
    if not names or not is_int(n.get('amount')):
        return 400
    order = {'price': n['amount'], 'accounts': n.get('accounts') or [n.get('account') or ACCOUNT], 'cancelled': bool(n.get('cancelled')), 'void': False, 'credited': 0, 'credits': 0}
    with lock:
        aside[:] = [p for p in aside if not any(pays(p, name) for name in names) or not takes(order, p)]  # what had come for it before
        for name in names:
            orders[name] = order
    return 201


def equal(a, b):
    return hmac.compare_digest(a.encode(), b.encode())


def genuine(headers, body):
    """Checks signature and timestamp over the raw body, or the API key."""
    if WEBHOOK_API_KEY and equal('Apikey ' + WEBHOOK_API_KEY, headers.get('Authorization', '')):
        return True
    stamp = headers.get('X-SePay-Timestamp', '')
    if not WEBHOOK_SECRET or not re.fullmatch('[0-9]{1,15}', stamp) or abs(time.time() - int(stamp)) > MAX_SKEW:
        return False
    want = hmac.new(WEBHOOK_SECRET.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()
    return equal('sha256=' + want, headers.get('X-SePay-Signature', ''))


def webhook(headers, body):
    if not genuine(headers, body):
        return 401
    n = json.loads(body)
    if not isinstance(n, dict) or not is_int(n.get('id')) or not is_int(n.get('transferAmount')):
        return 400
    # The id 0 is that of a test send.
    if n['id'] != 0 and n.get('transferType') == 'in' and n['transferAmount'] > 0:
        book(f"webhook {n['id']}", {'name': n.get('code'), 'memo': str(n.get('content') or ''), 'account': n.get('accountNumber', ''), 'amount': n['transferAmount']})
    return 200  # it came, whatever it is worth


def ipn(headers, body):
    if not equal(IPN_SECRET, headers.get('X-Secret-Key', '')):
        return 401
    n = json.loads(body)
    order, transaction = n['order'], n['transaction']
    invoice, amount, key = order['order_invoice_number'], order['order_amount'], transaction['id']
    if not all(isinstance(v, str) and v for v in (invoice, amount, key)) or not re.fullmatch(r'[0-9]{1,15}(\.0+)?', amount):
        return 400
    payment = {'name': invoice, 'memo': '', 'account': None, 'amount': int(amount.split('.')[0])}
    approved = transaction.get('transaction_status') == 'APPROVED' and order.get('order_currency') == 'VND'
    if n.get('notification_type') == 'ORDER_PAID' and order.get('order_status') == 'CAPTURED' and approved:
        book(f'ipn {key}', payment)
    if n.get('notification_type') == 'TRANSACTION_VOID' and approved:
        revoke(f'void {key}', payment)
    return 200


class Shop(BaseHTTPRequestHandler):
    posts = {'/webhook': webhook, '/ipn': ipn, '/orders': create}

    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        code = self.posted()
        self.answer(code, {'success': code < 300})

    def posted(self):
        handler = self.posts.get(self.path)
        if not handler:
            return 404
        size = self.headers.get('Content-Length', '')
        if not re.fullmatch('[0-9]{1,15}', size):
            return 411
        if int(size) > MAX_BODY:
            return 413
        try:
            return handler(self.headers, self.rfile.read(int(size)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return 400  # not the JSON that was expected

    def do_GET(self):
        _, place, name = (urlsplit(self.path).path + '//').split('/')[:3]
        name = unquote(name)
        with lock:
            o = dict(orders[name]) if name in orders else None
        if place == 'thanks':  # where the customer comes back to: it shows, and books nothing
            self.answer(200, {'message': 'Cảm ơn bạn', 'paid': bool(o) and status(o) == 'paid'})
        elif place == 'orders' and o:
            self.answer(200, {'order': name, 'status': status(o), 'price': o['price'], 'credited': o['credited'], 'credits': o['credits']})
        else:
            self.answer(404, {})

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that went away is its own affair


def main():
    # An empty secret is one that everybody knows: the shop does not start with it.
    missing = ('neither WEBHOOK_SECRET nor WEBHOOK_API_KEY is set' if not WEBHOOK_SECRET and not WEBHOOK_API_KEY else
               'IPN_SECRET is not set' if not IPN_SECRET else 'ACCOUNT is not set' if not ACCOUNT else '')
    if missing:
        sys.exit(f'careful-python: {missing}; start it with WEBHOOK_SECRET=whsec_x (or WEBHOOK_API_KEY=key) IPN_SECRET=s3cret ACCOUNT=0123456789')
    server = Server(('127.0.0.1', int(os.environ.get('PORT') or '0')), Shop)
    print(f'listening on http://127.0.0.1:{server.server_port}', flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    main()
