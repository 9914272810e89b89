"""A small shop whose handlers believe whatever is posted to them, as many do: an
example of what "localsepay audit" finds. Never use it as a model.

  PORT=4004 python3 scenarios/audit/examples/careless-python/server.py

It needs no secret, as it checks none. PORT is the port to listen on, a free one
otherwise; the address is printed.
"""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

orders = {}


def credit(name):
    if name in orders:
        orders[name]['status'] = 'paid'
        orders[name]['credits'] += 1


def webhook(n):
    for word in n['content'].split():  # raises on odd bodies
        credit(word)


def create(n):
    order = {'status': 'cancelled' if n.get('cancelled') else 'open', 'credits': 0}  # shown, and never looked at again
    orders[n.get('code')] = orders[n.get('invoice')] = order


class Shop(BaseHTTPRequestHandler):
    posts = {'/webhook': webhook, '/ipn': lambda n: credit(n['order']['order_invoice_number']), '/orders': create}

    def answer(self, code, text):
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        try:
            self.posts[self.path](json.loads(self.rfile.read(int(self.headers['Content-Length']))))
            self.answer(200, '{"success":true}')
        except Exception as error:
            self.answer(500, str(error))

    def do_GET(self):
        _, place, name = self.path.split('?')[0].split('/')
        if place == 'thanks':
            credit(name)  # the customer is back, so the money must have come
        self.answer(200, json.dumps(orders.get(name)))

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


if __name__ == '__main__':
    server = Server(('127.0.0.1', int(os.environ.get('PORT') or '0')), Shop)
    print(f'listening on http://127.0.0.1:{server.server_port}', flush=True)
    server.serve_forever()
