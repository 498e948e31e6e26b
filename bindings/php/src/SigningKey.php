<?php

declare(strict_types=1);

namespace Paykka\Sign;

/** A private key with the id under which the other side knows it. It ends when nobody refers to it any more. */
final class SigningKey
{
    private readonly Handle $handle;

    /**
     * @param string $privateKey the content of a file: PKCS#8 or PKCS#1, as PEM, DER or bare Base64
     * @param ?string $passphrase of a key under one (PKCS#8 with PBES2)
     * @throws PaykkaException `Result::KEY` for a key that can't be used, `Result::FIELD` for a malformed id
     */
    public function __construct(
        string $keyId,
        #[\SensitiveParameter] string $privateKey,
        #[\SensitiveParameter] ?string $passphrase = null,
    ) {
        $made = Native::library()->new('PaykkaSigningKey *');
        $key = [$keyId, \strlen($keyId), $privateKey, \strlen($privateKey)];
        if ($passphrase === null) {
            Native::call('paykka_signing_key_new', [...$key, \FFI::addr($made)]);
        } else {
            $phrase = [$passphrase, \strlen($passphrase)];
            Native::call('paykka_signing_key_new_encrypted', [...$key, ...$phrase, \FFI::addr($made)]);
        }
        $this->handle = new Handle($made, 'paykka_signing_key_free');
    }

    /**
     * The value of `Authorization`, of now and with a fresh nonce unless others are given.
     *
     * @param string $body what is sent, byte for byte; empty where there is none
     * @param ?string $merchant the `X-Merch-Id` that is sent, null where it isn't
     * @throws PaykkaException `Result::FIELD` for a part that is out of bounds
     */
    public function sign(
        string $path,
        string $body = '',
        ?string $merchant = null,
        ?int $timestampMillis = null,
        ?string $nonce = null,
    ): string {
        $nonce ??= Signing::generateNonce();
        $millis = Native::millis('timestampMillis', $timestampMillis ?? Native::now());
        $message = [...Native::message($path, $merchant, $body), $millis, $nonce, \strlen($nonce)];
        return Native::filled(4096, 'paykka_sign', [$this->handle->pointer(), ...$message]);
    }

    /** The public half as SPKI PEM, to hand over. */
    public function publicKey(): string
    {
        return Native::filled(1024, 'paykka_signing_key_public_key', [$this->handle->pointer()]);
    }

    /** @internal */
    public function handle(): Handle
    {
        return $this->handle;
    }
}
