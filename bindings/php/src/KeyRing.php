<?php

declare(strict_types=1);

namespace Paykka\Sign;

/** The other side's public keys by their ids. It ends when nobody refers to it any more. */
final class KeyRing
{
    private readonly Handle $handle;

    /**
     * @param bool $forLoopback takes keys whose private half is published, for tests on one machine alone
     */
    public function __construct(bool $forLoopback = false)
    {
        $made = Native::library()->new('PaykkaKeyRing *');
        Native::call('paykka_key_ring_new', [$forLoopback, \FFI::addr($made)]);
        $this->handle = new Handle($made, 'paykka_key_ring_free');
    }

    /**
     * Accepts a key. After a failure the ring is as it was.
     *
     * @param string $publicKey the content of a file: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64
     * @throws PaykkaException `Result::KEY`, also for an id that is there already; `Result::FIELD` for the id
     */
    public function add(string $keyId, string $publicKey): void
    {
        $key = [$keyId, \strlen($keyId), $publicKey, \strlen($publicKey)];
        Native::call('paykka_key_ring_add', [$this->handle->pointer(), ...$key]);
    }

    /**
     * Accepts the ring's one key, whatever id a message names.
     *
     * @throws PaykkaException `Result::KEY`, also for a ring that has a key
     */
    public function addOnly(string $publicKey): void
    {
        Native::call('paykka_key_ring_add_only', [$this->handle->pointer(), $publicKey, \strlen($publicKey)]);
    }

    /**
     * Takes a key out.
     *
     * @throws PaykkaException `Result::UNKNOWN_KEY` where none stands under this id
     */
    public function remove(string $keyId): void
    {
        Native::call('paykka_key_ring_remove', [$this->handle->pointer(), $keyId, \strlen($keyId)]);
    }

    /**
     * Returns for a genuine message in time alone.
     *
     * @param string $path for an answer that of its request, for a notification its own
     * @param string $body what was received, before any decoding
     * @param ?string $merchant for an answer the `X-Merch-Id` of its request, for a notification its own
     * @param ?int $nowMillis in milliseconds since 1970-01-01 UTC; now unless it is given
     * @param int $toleranceMillis how far the signed time may lie before or after now
     * @throws RefusedException for every other message
     * @throws PaykkaException `Result::KEY` for a ring without a key
     */
    public function verify(
        string $authorization,
        string $path,
        string $body,
        ?string $merchant = null,
        ?int $nowMillis = null,
        int $toleranceMillis = 300_000,
    ): Verified {
        $parts = self::received($authorization, $path, $body, $merchant, $nowMillis, $toleranceMillis);
        $found = Native::library()->new('PaykkaVerified');
        $arguments = [$this->handle->pointer(), ...$parts, \FFI::addr($found)];
        Native::call('paykka_verify', $arguments, self::REFUSALS);
        return new Verified(\FFI::string($found->key_id), \FFI::string($found->nonce), $found->timestamp_millis);
    }

    /**
     * Why a message is refused, as `paykka diagnose --json` prints it. It takes up to some seconds: for a person at a desk.
     * What it explains is still to be refused.
     *
     * @param ?SigningKey $ownKey the key that signs on this side, to see keys that were swapped
     * @return array{valid: bool, explained: bool, findings: list<array<string, mixed>>, tried: int, exhausted: bool}
     */
    public function diagnose(
        string $authorization,
        string $path,
        string $body,
        ?string $merchant = null,
        ?int $nowMillis = null,
        int $toleranceMillis = 300_000,
        ?SigningKey $ownKey = null,
    ): array {
        $parts = self::received($authorization, $path, $body, $merchant, $nowMillis, $toleranceMillis);
        $arguments = [$this->handle->pointer(), ...$parts, $ownKey?->handle()->pointer()];
        $json = Native::filled(65536, 'paykka_diagnose', $arguments);
        return \json_decode($json, true, flags: \JSON_THROW_ON_ERROR);
    }

    private const REFUSALS = [
        Result::HEADER, Result::FIELD, Result::UNKNOWN_KEY, Result::SIGNATURE, Result::EARLY, Result::LATE,
    ];

    /** @return list<mixed> */
    private static function received(
        string $authorization,
        string $path,
        string $body,
        ?string $merchant,
        ?int $nowMillis,
        int $toleranceMillis,
    ): array {
        return [
            $authorization,
            \strlen($authorization),
            ...Native::message($path, $merchant, $body),
            Native::millis('nowMillis', $nowMillis ?? Native::now()),
            Native::millis('toleranceMillis', $toleranceMillis),
        ];
    }
}
