<?php
// PHP as a peer that signs and verifies: by its extension openssl, or through the C interface where the first word is `interface`.
declare(strict_types=1);

const SIGN_TYPE = 'SHA256_WITH_RSA';
const TOLERANCE_MILLIS = 300_000;

function now(): int
{
    return (int) (microtime(true) * 1000);
}

/** The header, the verdict, and the library's own two operations on the same bytes. */
function byHand(string $private, string $public, string $body, string $path, string $merchant, string $keyId): array
{
    $privateKey = openssl_pkey_get_private(file_get_contents($private));
    $publicKey = openssl_pkey_get_public(file_get_contents($public));

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

    $string = "$path\n1701732359000\na1B2c3D4e5F6\n$merchant\n$body";
    openssl_sign($string, $signature, $privateKey, OPENSSL_ALGO_SHA256);
    $bareSign = fn () => openssl_sign($string, $made, $privateKey, OPENSSL_ALGO_SHA256);
    $bareVerify = fn () => openssl_verify($string, $signature, $publicKey, OPENSSL_ALGO_SHA256);
    return [$header, $isGenuine, $bareSign, $bareVerify];
}

function throughInterface(string $private, string $public, string $body, string $path, string $merchant, string $keyId): array
{
    spl_autoload_register(function (string $class): void {
        require dirname(__DIR__, 3) . '/bindings/php/src/' . substr($class, strlen('Paykka\\Sign\\')) . '.php';
    });
    $key = new Paykka\Sign\SigningKey($keyId, file_get_contents($private));
    $ring = new Paykka\Sign\KeyRing();
    $ring->add($keyId, file_get_contents($public));
    $isGenuine = function (string $header) use ($ring, $path, $body, $merchant): bool {
        try {
            $ring->verify($header, $path, $body, $merchant);
            return true;
        } catch (Paykka\Sign\RefusedException) {
            return false;
        }
    };
    return [fn () => $key->sign($path, $body, $merchant), $isGenuine, null, null];
}

$words = array_slice($argv, 1);
$make = $words[0] === 'interface' ? throughInterface(...) : byHand(...);
[$private, $public, $bodyFile, $path, $merchant, $keyId] = array_slice($words, -6);
[$header, $isGenuine, $bareSign, $bareVerify]
    = $make($private, $public, file_get_contents($bodyFile), $path, $merchant, $keyId);

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
        'bare-sign' => $bareSign === null ? 'unknown' : seconds((int) $word[1], $bareSign),
        'bare-verify' => $bareVerify === null ? 'unknown' : seconds((int) $word[1], $bareVerify),
        default => 'unknown',
    }, "\n";
}
