<?php

declare(strict_types=1);

namespace Paykka\Sign;

/**
 * A pointer that is ended once, when nobody refers to it any more. Copies of a key or ring share it; it can't be copied itself.
 *
 * @internal
 */
final class Handle
{
    /** Kept, since the library must outlast what it made, also when the program ends. */
    private readonly \FFI $library;

    public function __construct(private ?\FFI\CData $pointer, private readonly string $free)
    {
        $this->library = Native::library();
    }

    public function pointer(): ?\FFI\CData
    {
        return $this->pointer;
    }

    public function __destruct()
    {
        $pointer = $this->pointer;
        $this->pointer = null;
        $this->library->{$this->free}($pointer);
    }

    private function __clone()
    {
    }

    public function __serialize(): array
    {
        throw new \LogicException("a key or ring can't be serialized; make it where it is used");
    }
}
