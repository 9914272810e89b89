<?php
// A small shop whose webhook and IPN handlers pass "localsepay audit": an example
// to learn from. It keeps its orders in a JSON file of the temporary folder.
//
//   WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 PORT=4001 php scenarios/audit/examples/careful-php/server.php
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
declare(strict_types=1);

const MAX_BODY = 64 * 1024; // bytes
const MAX_SKEW = 300; // seconds

if (PHP_SAPI === 'cli') {
    start();
}
[$status, $body] = respond($_SERVER['REQUEST_METHOD'], (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
http_response_code($status);
header('Content-Type: application/json');
echo json_encode($body);

function env(string $name): string
{
    return (string) getenv($name);
}

// Starts PHP's own server with this file as its router. An empty secret is one that
// everybody knows: the shop does not start with it.
function start(): never
{
    $missing = match (true) {
        env('WEBHOOK_SECRET') === '' && env('WEBHOOK_API_KEY') === '' => 'neither WEBHOOK_SECRET nor WEBHOOK_API_KEY is set',
        env('IPN_SECRET') === '' => 'IPN_SECRET is not set',
        env('ACCOUNT') === '' => 'ACCOUNT is not set',
        default => '',
    };
    if ($missing !== '') {
        fwrite(STDERR, "careful-php: $missing; start it with WEBHOOK_SECRET=whsec_x (or WEBHOOK_API_KEY=key) IPN_SECRET=s3cret ACCOUNT=0123456789\n");
        exit(1);
    }
    $probe = stream_socket_server('tcp://127.0.0.1:' . (int) env('PORT'), $code, $why);
    if ($probe === false) {
        fwrite(STDERR, "careful-php: cannot listen: $why\n");
        exit(1);
    }
    $address = stream_socket_get_name($probe, false);
    fclose($probe);
    file_put_contents($state = sys_get_temp_dir() . '/careful-php-' . getmypid() . '.json', '');
    if (pcntl_fork() === 0) { // tells when the server below listens
        while (($there = @stream_socket_client("tcp://$address")) === false) {
            usleep(10_000);
        }
        fclose($there);
        echo "listening on http://$address\n";
        exit(0);
    }
    pcntl_exec(PHP_BINARY, ['-S', $address, __FILE__], ['STATE' => $state] + getenv());
    exit(1);
}

function respond(string $method, string $path): array
{
    $name = rawurldecode(basename($path));
    $body = (string) file_get_contents('php://input', false, null, 0, MAX_BODY + 1);
    if ($method === 'POST' && strlen($body) > MAX_BODY) {
        return [413, ['success' => false]];
    }
    if ($method === 'GET') {
        $order = change(fn (array &$shop) => $shop['orders'][$shop['names'][$name] ?? -1] ?? null);
        if (dirname($path) === '/thanks') { // shows, and books nothing
            return [200, ['message' => 'Cảm ơn bạn', 'paid' => $order !== null && status($order) === 'paid']];
        }
        return dirname($path) === '/orders' && $order !== null ? [200, shown($name, $order)] : [404, new stdClass()];
    }
    $status = match ($method . ' ' . $path) {
        'POST /orders' => create($body),
        'POST /webhook' => webhook($body),
        'POST /ipn' => ipn($body),
        default => 404,
    };
    return [$status, ['success' => $status < 300]];
}

// Reads the shop's file, lets work change it, and writes it back. The lock is what
// a transaction is in a database.
function change(callable $work): mixed
{
    $file = fopen(env('STATE'), 'c+');
    flock($file, LOCK_EX);
    $shop = json_decode(stream_get_contents($file), true) ?? ['orders' => [], 'names' => [], 'seen' => [], 'aside' => []];
    $result = $work($shop);
    ftruncate($file, 0);
    rewind($file);
    fwrite($file, json_encode($shop));
    fclose($file); // unlocks
    return $result;
}

function status(array $o): string
{
    return match (true) {
        $o['void'] => 'void',
        $o['cancelled'] => 'cancelled', // a person decides about goods or refund
        $o['credits'] === 0 => 'open',
        $o['credited'] < $o['price'] => 'underpaid',
        $o['credited'] > $o['price'] => 'overpaid',
        default => 'paid',
    };
}

function shown(string $name, array $o): array
{
    return ['order' => $name, 'status' => status($o), 'price' => $o['price'], 'credited' => $o['credited'], 'credits' => $o['credits']];
}

// Books a payment on its order, if it came to the right account. One that came by
// the gateway has no account.
function takes(array &$order, array $payment): bool
{
    if ($payment['account'] !== null && !in_array($payment['account'], $order['accounts'], true)) {
        return false;
    }
    $order['credits']++;
    $order['credited'] += $payment['amount'];
    return true;
}

// Books a payment once, by its id. Money without an order is kept aside.
function book(string $id, array $payment): void
{
    change(function (array &$shop) use ($id, $payment) {
        if (isset($shop['seen'][$id])) {
            return;
        }
        $shop['seen'][$id] = true;
        $at = $shop['names'][$payment['name'] ?? ''] ?? named($shop['names'], $payment);
        if (!isset($shop['orders'][$at]) || !takes($shop['orders'][$at], $payment)) {
            $shop['aside'][] = $payment;
        }
    });
}

function plain(string $text): string
{
    return preg_replace('/[^0-9A-Z]/', '', strtoupper($text));
}

// Says whether a payment is for the order of a name. Banks drop the punctuation in
// a memo, and put words around it; a digit behind the last one makes it another
// order's: DH12 does not pay DH1.
function pays(array $payment, string $name): bool
{
    $want = plain($name);
    if ($payment['name'] === $name || $want === '') {
        return $payment['name'] === $name;
    }
    foreach (preg_split('/\s+/', $payment['memo'] ?? '') as $word) {
        if (preg_match("/$want(?!\\d)/", plain($word))) {
            return true;
        }
    }
    return false;
}

// The place of the order that a payment's memo names; of several, the one with the
// longest name.
function named(array $names, array $payment): int
{
    $best = '';
    foreach (array_keys($names) as $name) {
        if (strlen((string) $name) > strlen($best) && pays($payment, (string) $name)) {
            $best = (string) $name;
        }
    }
    return $names[$best] ?? -1;
}

// Takes a payment back, once; an order that was never paid has none.
function revoke(string $id, array $payment): void
{
    change(function (array &$shop) use ($id, $payment) {
        $at = $shop['names'][$payment['name']] ?? -1;
        if (isset($shop['seen'][$id]) || !isset($shop['orders'][$at]) || $shop['orders'][$at]['credited'] < $payment['amount']) {
            return;
        }
        $shop['seen'][$id] = true;
        $order = &$shop['orders'][$at];
        $order = ['void' => true, 'credits' => $order['credits'] + 1, 'credited' => $order['credited'] - $payment['amount']] + $order;
    });
}

// An object of JSON, or null for anything else.
function decode(string $body): ?array
{
    $n = json_decode($body, true, 64);
    return is_array($n) && str_starts_with(ltrim($body), '{') ? $n : null;
}

function create(string $body): int
{
    $in = decode($body);
    $names = array_filter([$in['code'] ?? '', $in['invoice'] ?? ''], fn ($name) => is_string($name) && $name !== '');
    if ($names === [] || !is_int($in['amount'] ?? null)) {
        return 400;
    }
    change(function (array &$shop) use ($in, $names) {
        $order = ['price' => $in['amount'], 'accounts' => (array) ($in['accounts'] ?? $in['account'] ?? env('ACCOUNT')), 'cancelled' => (bool) ($in['cancelled'] ?? false), 'void' => false, 'credited' => 0, 'credits' => 0];
        $left = [];
        foreach ($shop['aside'] as $payment) { // what had come for it before
            if (array_filter($names, fn ($name) => pays($payment, $name)) === [] || !takes($order, $payment)) {
                $left[] = $payment;
            }
        }
        $shop['aside'] = $left;
        $shop['orders'][] = $order;
        foreach ($names as $name) {
            $shop['names'][$name] = array_key_last($shop['orders']);
        }
    });
    return 201;
}

// Checks signature and timestamp over the raw body, or the API key.
function genuine(string $body): bool
{
    $key = env('WEBHOOK_API_KEY');
    if ($key !== '' && hash_equals('Apikey ' . $key, $_SERVER['HTTP_AUTHORIZATION'] ?? '')) {
        return true;
    }
    $stamp = $_SERVER['HTTP_X_SEPAY_TIMESTAMP'] ?? '';
    if (env('WEBHOOK_SECRET') === '' || !ctype_digit($stamp) || abs(time() - (int) $stamp) > MAX_SKEW) {
        return false;
    }
    return hash_equals('sha256=' . hash_hmac('sha256', "$stamp.$body", env('WEBHOOK_SECRET')), $_SERVER['HTTP_X_SEPAY_SIGNATURE'] ?? '');
}

// A member that should be a text, or null for anything else.
function text(mixed $v): ?string
{
    return is_string($v) ? $v : null;
}

function webhook(string $body): int
{
    if (!genuine($body)) {
        return 401;
    }
    $n = decode($body);
    if (!is_int($n['id'] ?? null) || !is_int($n['transferAmount'] ?? null) || !is_string($n['accountNumber'] ?? null)) {
        return 400;
    }
    // The id 0 is that of a test send.
    if ($n['id'] !== 0 && ($n['transferType'] ?? '') === 'in' && $n['transferAmount'] > 0) {
        book('webhook ' . $n['id'], ['name' => text($n['code'] ?? null), 'memo' => text($n['content'] ?? null), 'account' => $n['accountNumber'], 'amount' => $n['transferAmount']]);
    }
    return 200; // it came, whatever it is worth
}

function ipn(string $body): int
{
    if (!hash_equals(env('IPN_SECRET'), $_SERVER['HTTP_X_SECRET_KEY'] ?? '')) {
        return 401;
    }
    $n = decode($body);
    $order = $n['order'] ?? null;
    $transaction = $n['transaction'] ?? null;
    $invoice = $order['order_invoice_number'] ?? null;
    $amount = $order['order_amount'] ?? null;
    $id = $transaction['id'] ?? null;
    if (!is_string($invoice) || !is_string($id) || !is_string($amount) || !preg_match('/^(\d+)(\.0+)?$/', $amount, $m)) {
        return 400;
    }
    $payment = ['name' => $invoice, 'memo' => null, 'account' => null, 'amount' => (int) $m[1]];
    $approved = ($transaction['transaction_status'] ?? '') === 'APPROVED' && ($order['order_currency'] ?? '') === 'VND';
    if ($n['notification_type'] === 'ORDER_PAID' && ($order['order_status'] ?? '') === 'CAPTURED' && $approved) {
        book('ipn ' . $id, $payment);
    }
    if ($n['notification_type'] === 'TRANSACTION_VOID' && $approved) {
        revoke('void ' . $id, $payment);
    }
    return 200;
}
