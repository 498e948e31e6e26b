<?php

declare(strict_types=1);

namespace Paykka\Sign;

/** What needs no key. */
final class Signing
{
    /**
     * The exact bytes that are signed, for a signer elsewhere. Nonces of 1 to 64 characters are taken.
     *
     * @throws PaykkaException `Result::FIELD` for a part that is out of bounds
     */
    public static function stringToSign(
        string $path,
        int $timestampMillis,
        string $nonce,
        string $body = '',
        ?string $merchant = null,
    ): string {
        $millis = Native::millis('timestampMillis', $timestampMillis);
        $parts = [...Native::message($path, $merchant, $body), $millis, $nonce, \strlen($nonce)];
        return Native::filled(\strlen($body) + 2200, 'paykka_string_to_sign', $parts);
    }

    /** A fresh nonce of the operating system's randomness. */
    public static function generateNonce(): string
    {
        return Native::filled(32, 'paykka_nonce_generate', []);
    }

    /** The library's version. */
    public static function version(): string
    {
        return Native::library()->paykka_version();
    }
}
