<?php

declare(strict_types=1);

namespace Paykka\Sign;

/** What a genuine message's header says beside the signature. */
final class Verified
{
    /** @internal Only `KeyRing::verify()` makes one. */
    public function __construct(
        public readonly string $keyId,
        public readonly string $nonce,
        public readonly int $timestampMillis,
    ) {
    }
}
