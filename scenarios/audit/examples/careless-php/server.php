<?php
// A small shop whose handlers believe whatever is posted to them, as many do: an
// example of what "localsepay audit" finds. Never use it as a model.
//
//   PORT=4004 php scenarios/audit/examples/careless-php/server.php
//
// It needs no secret, as it checks none. PORT is the port to listen on, a free one
// otherwise; the address is printed.

if (PHP_SAPI === 'cli') { // starts PHP's own server with this file as its router
    $probe = stream_socket_server('tcp://127.0.0.1:' . (int) getenv('PORT'));
    $address = stream_socket_get_name($probe, false);
    fclose($probe);
    file_put_contents($state = sys_get_temp_dir() . '/careless-php-' . getmypid() . '.json', '{}');
    if (pcntl_fork() === 0) { // tells when the server below listens
        while (($there = @stream_socket_client("tcp://$address")) === false) {
            usleep(10_000);
        }
        fclose($there);
        echo "listening on http://$address\n";
        exit(0);
    }
    pcntl_exec(PHP_BINARY, ['-d', 'display_errors=0', '-S', $address, __FILE__], ['STATE' => $state] + getenv());
}

$orders = json_decode(file_get_contents(getenv('STATE')), true);

function credit($name)
{
    global $orders;
    if (isset($orders[$name])) {
        $orders[$name]['status'] = 'paid';
        $orders[$name]['credits']++;
    }
}

[, $place, $name] = explode('/', parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) . '/');
header('Content-Type: application/json');
if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    if ($place === 'thanks') {
        credit($name); // the customer is back, so the money must have come
    }
    echo json_encode($orders[$name] ?? null);
} else {
    $n = json_decode(file_get_contents('php://input'), true);
    if ($place === 'orders') {
        foreach ([$n['code'] ?? '', $n['invoice'] ?? ''] as $name) {
            $orders[$name] = ['status' => $n['cancelled'] ? 'cancelled' : 'open', 'credits' => 0]; // shown, and never looked at again
        }
    } elseif ($place === 'webhook') {
        array_map('credit', explode(' ', clean($n['content']))); // throws on odd bodies
    } else {
        credit(clean($n['order']['order_invoice_number']));
    }
    echo '{"success":true}';
}
file_put_contents(getenv('STATE'), json_encode($orders));

function clean(string $text): string
{
    return $text;
}
