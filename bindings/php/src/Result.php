<?php

declare(strict_types=1);

namespace Paykka\Sign;

/**
 * Why a call failed: what `PaykkaException::getCode()` gives. A later library may have others; treat an unknown number as a
 * failure like any.
 */
final class Result
{
    public const NULL_POINTER = 1001;
    public const INVALID_LENGTH = 1002;
    public const INVALID_UTF8 = 1003;
    public const BUFFER_TOO_SMALL = 1004;
    public const PANIC = 1005;
    public const KEY = 1100;
    public const FIELD = 1101;
    public const HEADER = 1102;
    public const UNKNOWN_KEY = 1103;
    public const SIGNATURE = 1104;
    public const EARLY = 1105;
    public const LATE = 1106;
    public const BACKEND = 1107;
}
