<?php

// A signed call to a platform on loopback, and the verdict on its signed answer; the arguments are those of
// bindings/c/tests/live.c.

declare(strict_types=1);

require __DIR__ . '/autoload.php';

use Paykka\Sign\KeyRing;
use Paykka\Sign\SigningKey;

const PATH = '/api/v2/merch/account/balance';
const BODY = '{"currency":"USD"}';

[, $port, $merchant, $keyId, $privateKey, $platformId, $platformKey] = $argv;
$key = new SigningKey($keyId, file_get_contents($privateKey));
$ring = new KeyRing(forLoopback: true);
$ring->add($platformId, file_get_contents($platformKey));

$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Authorization: ' . $key->sign(PATH, BODY, $merchant),
        "X-Merch-Id: $merchant",
        'Content-Type: application/json',
    ],
    'content' => BODY,
]]);
$body = file_get_contents("http://127.0.0.1:$port" . PATH, context: $context);
$signatures = preg_filter('/^authorization: */i', '', $http_response_header);
$verified = $ring->verify(array_pop($signatures) ?? '', PATH, $body, $merchant);
echo PATH, ' verified by ', $verified->keyId, "\n";
