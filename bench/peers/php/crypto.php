<?php
// PHP as a peer that signs and verifies, by its extension openssl.
declare(strict_types=1);

const SIGN_TYPE = 'SHA256_WITH_RSA';
const TOLERANCE_MILLIS = 300_000;

[, $private, $public, $bodyFile, $path, $merchant, $keyId] = $argv;
$privateKey = openssl_pkey_get_private(file_get_contents($private));
$publicKey = openssl_pkey_get_public(file_get_contents($public));
$body = file_get_contents($bodyFile);

function now(): int
{
    return (int) (microtime(true) * 1000);
}

$header = function () use ($privateKey, $body, $path, $merchant, $keyId): string {
    $timestamp = (string) now();
    $nonce = bin2hex(random_bytes(16));
    openssl_sign("$path\n$timestamp\n$nonce\n$merchant\n$body", $signature, $privateKey, OPENSSL_ALGO_SHA256);
    return rawurlencode(json_encode([
        'sign_type' => SIGN_TYPE,
        'timestamp' => $timestamp,
        'nonce' => $nonce,
        'key_id' => $keyId,
        'signature' => base64_encode($signature),
    ]));
};

$isGenuine = function (string $header) use ($publicKey, $body, $path, $merchant, $keyId): bool {
    $fields = json_decode(rawurldecode($header), true);
    if (!is_array($fields) || ($fields['sign_type'] ?? '') !== SIGN_TYPE || ($fields['key_id'] ?? '') !== $keyId
        || !isset($fields['timestamp'], $fields['nonce'], $fields['signature'])) {
        return false;
    }
    ['timestamp' => $timestamp, 'nonce' => $nonce] = $fields;
    $signature = base64_decode($fields['signature'], true);
    $string = "$path\n$timestamp\n$nonce\n$merchant\n$body";
    return $signature !== false
        && openssl_verify($string, $signature, $publicKey, OPENSSL_ALGO_SHA256) === 1
        && abs(now() - (int) $timestamp) <= TOLERANCE_MILLIS;
};

// The library's own two operations on the same bytes.
$string = "$path\n1701732359000\na1B2c3D4e5F6\n$merchant\n$body";
openssl_sign($string, $signature, $privateKey, OPENSSL_ALGO_SHA256);
$bareSign = fn () => openssl_sign($string, $made, $privateKey, OPENSSL_ALGO_SHA256);
$bareVerify = fn () => openssl_verify($string, $signature, $publicKey, OPENSSL_ALGO_SHA256);

function seconds(int $count, callable $once): string
{
    $start = hrtime(true);
    while ($count-- > 0) {
        $once();
    }
    return sprintf('%.9f', (hrtime(true) - $start) / 1e9);
}

while (($line = fgets(STDIN)) !== false) {
    $word = preg_split('/\s+/', trim($line));
    echo match ($word[0]) {
        'header' => $header(),
        'judge' => $isGenuine($word[1]) ? 'genuine' : 'refused',
        'sign' => seconds((int) $word[1], $header),
        'verify' => seconds((int) $word[1], fn () => $isGenuine($word[2]) || throw new RuntimeException('not genuine')),
        'bare-sign' => seconds((int) $word[1], $bareSign),
        'bare-verify' => seconds((int) $word[1], $bareVerify),
        default => 'unknown',
    }, "\n";
}
