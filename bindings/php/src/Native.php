<?php

declare(strict_types=1);

namespace Paykka\Sign;

/**
 * The C interface as FFI sees it: how it is loaded, and how results become exceptions.
 *
 * @internal
 */
final class Native
{
    private const OK = 1000;
    private const ABI_VERSION = 1;

    private static ?\FFI $library = null;

    public static function library(): \FFI
    {
        return self::$library ??= self::load();
    }

    /**
     * @param list<mixed> $arguments all but the last, which is the room for the reason
     * @param list<int> $refusals results that are the message's fault
     */
    public static function call(string $function, #[\SensitiveParameter] array $arguments, array $refusals = []): void
    {
        self::expect([self::OK], $function, $arguments, $refusals);
    }

    /**
     * Calls with a buffer that nearly always fits, and once more where it doesn't.
     *
     * @param list<mixed> $arguments
     */
    public static function filled(int $room, string $function, #[\SensitiveParameter] array $arguments): string
    {
        $library = self::library();
        $written = $library->new('size_t');
        $out = $library->new("char[$room]");
        $both = [self::OK, Result::BUFFER_TOO_SMALL];
        $filling = [...$arguments, $out, $room, \FFI::addr($written)];
        if (self::expect($both, $function, $filling) === Result::BUFFER_TOO_SMALL) {
            $out = $library->new("char[$written->cdata]");
            self::call($function, [...$arguments, $out, $written->cdata, \FFI::addr($written)]);
        }
        return \FFI::string($out, $written->cdata);
    }

    /** @return list<mixed> */
    public static function message(string $path, ?string $merchant, string $body): array
    {
        return [$path, \strlen($path), $merchant, \strlen($merchant ?? ''), $body, \strlen($body)];
    }

    public static function millis(string $name, int $value): int
    {
        if ($value < 0) {
            throw new \ValueError("$name must be 0 or more, in milliseconds");
        }
        return $value;
    }

    public static function now(): int
    {
        return (int) \floor(\microtime(true) * 1000);
    }

    /**
     * @param list<int> $expected
     * @param list<mixed> $arguments
     * @param list<int> $refusals
     */
    private static function expect(
        array $expected,
        string $function,
        #[\SensitiveParameter] array $arguments,
        array $refusals = [],
    ): int {
        $library = self::library();
        $why = $library->new('PaykkaError');
        $result = $library->$function(...[...$arguments, \FFI::addr($why)]);
        if (!\in_array($result, $expected, true)) {
            $kind = \in_array($result, $refusals, true) ? RefusedException::class : PaykkaException::class;
            throw new $kind(\FFI::string($why->text), $result);
        }
        return $result;
    }

    private static function load(): \FFI
    {
        if (!\class_exists(\FFI::class, false)) {
            throw new \RuntimeException("PHP's extension FFI is missing; install or enable it");
        }
        $file = \getenv('PAYKKA_SIGN_LIBRARY') ?: \dirname(__DIR__) . '/lib/linux-x64/libpaykka_sign_ffi.so';
        try {
            // Alone at first: another interface may not have the rest.
            $found = \FFI::cdef('uint32_t paykka_abi_version(void);', $file)->paykka_abi_version();
            if ($found === self::ABI_VERSION) {
                return \FFI::cdef(\file_get_contents(__DIR__ . '/interface.h'), $file);
            }
        } catch (\FFI\Exception $error) {
            $fix = 'set ffi.enable=true if FFI is restricted; else take the built package, which carries the library, or '
                . 'name another in PAYKKA_SIGN_LIBRARY';
            throw new \RuntimeException("$file can't be loaded: $fix", 0, $error);
        }
        $wanted = self::ABI_VERSION;
        throw new \RuntimeException("$file has interface $found, and $wanted is wanted; install the two together");
    }
}
