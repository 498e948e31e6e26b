<?php

declare(strict_types=1);

namespace Paykka\Sign;

/**
 * By `KeyRing::verify()`: the message is malformed, out of bounds, of an unknown key, forged, early or late. Don't use it.
 */
final class RefusedException extends PaykkaException
{
}
