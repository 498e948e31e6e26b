<?php

declare(strict_types=1);

namespace Paykka\Sign;

/**
 * A call failed. `getCode()` is a number of `Result`, or one that this version doesn't know; the message names the thing and
 * the fix, and never holds a key, a body or a whole header.
 */
class PaykkaException extends \RuntimeException
{
}
