<?php

// What the wrapper adds: exceptions, types, and ends. Prints how many tests there were.

declare(strict_types=1);

require __DIR__ . '/autoload.php';

use Paykka\Sign\KeyRing;
use Paykka\Sign\Native;
use Paykka\Sign\PaykkaException;
use Paykka\Sign\RefusedException;
use Paykka\Sign\Result;
use Paykka\Sign\Signing;
use Paykka\Sign\SigningKey;

const PATH = '/api/v2/merch/account/balance';
const BODY = '{"a":1}';

// A notice is a defect of a test or of the wrapper.
set_error_handler(static fn (int $level, string $text) => throw new ErrorException($text, 0, $level));

$tests = [
    'what is signed now verifies now' => function (): void {
        $before = Native::now();
        $verified = keyRing()->verify(signingKey()->sign(PATH, BODY, 'M1'), PATH, BODY, 'M1');
        same('K001', $verified->keyId);
        same(1, preg_match('/^[0-9a-f]{32}$/', $verified->nonce));
        same(true, $verified->timestampMillis >= $before && $verified->timestampMillis <= Native::now());
    },
    'a refusal is thrown' => function (): void {
        $header = signingKey()->sign(PATH, BODY, 'M1');
        throws(RefusedException::class, Result::SIGNATURE, fn () => keyRing()->verify($header, PATH, '{}', 'M1'));
        throws(RefusedException::class, Result::SIGNATURE, fn () => keyRing()->verify($header, PATH, BODY));
        throws(RefusedException::class, Result::UNKNOWN_KEY, fn () => keyRing('K002')->verify($header, PATH, BODY, 'M1'));
        throws(RefusedException::class, Result::EARLY, fn () => keyRing()->verify($header, PATH, BODY, 'M1', 1));
        throws(RefusedException::class, Result::HEADER, fn () => keyRing()->verify('x', PATH, BODY, 'M1'));
        throws(RefusedException::class, Result::HEADER, fn () => keyRing()->verify('', PATH, BODY, 'M1'));
        throws(PaykkaException::class, Result::KEY, fn () => (new KeyRing())->verify($header, PATH, BODY, 'M1'));
    },
    'keys are read and refused' => function (): void {
        $encrypted = content('merchant-2048.encrypted.pem');
        throws(PaykkaException::class, Result::KEY, fn () => new SigningKey('K001', $encrypted));
        throws(PaykkaException::class, Result::KEY, fn () => new SigningKey('K001', $encrypted, ''));
        $unlocked = new SigningKey('K001', $encrypted, 'passphrase');
        same(signingKey()->sign(PATH, '', null, 1, 'abcdef'), $unlocked->sign(PATH, '', null, 1, 'abcdef'));
        $public = content('merchant-2048.public.pem');
        $private = content('merchant-2048.private.pem');
        throws(PaykkaException::class, Result::KEY, fn () => new SigningKey('K001', $public));
        throws(PaykkaException::class, Result::KEY, fn () => new SigningKey('K001', ''));
        throws(PaykkaException::class, Result::KEY, fn () => keyRing()->add('K002', $private));
        throws(PaykkaException::class, Result::KEY, fn () => (new KeyRing())->add('K001', $public));
        throws(PaykkaException::class, Result::FIELD, fn () => new SigningKey('K 1', $private));
    },
    'no trace shows a key or a passphrase' => function (): void {
        same('0', ini_get('zend.exception_ignore_args'), 'traces have arguments here');
        $encrypted = content('merchant-2048.encrypted.pem');
        $error = throws(PaykkaException::class, Result::KEY, fn () => new SigningKey('K001', $encrypted, 'hunter2'));
        // Frames of this file hold the test's own variables.
        $ours = array_filter($error->getTrace(), fn (array $frame) => str_starts_with($frame['class'] ?? '', 'Paykka\\'));
        $all = print_r($ours, true) . $error;
        same(true, str_contains($all, 'SensitiveParameterValue'));
        same(false, str_contains($all, 'hunter2') || str_contains($all, 'BEGIN ENCRYPTED'));
        same(false, str_contains(print_r(signingKey(), true), 'BEGIN'));
    },
    'rings change' => function (): void {
        $ring = keyRing();
        throws(PaykkaException::class, Result::KEY, fn () => $ring->add('K001', content('platform-2048.public.pem')));
        $ring->remove('K001');
        throws(PaykkaException::class, Result::UNKNOWN_KEY, fn () => $ring->remove('K001'));
        $ring->addOnly(signingKey()->publicKey());
        $ring->verify(signingKey('any')->sign(PATH), PATH, '');
    },
    'an absent merchant is not an empty one' => function (): void {
        throws(PaykkaException::class, Result::FIELD, fn () => signingKey()->sign(PATH, '', ''));
        same("/p\n1\nn\n\n{}", Signing::stringToSign('/p', 1, 'n', '{}'));
    },
    'wrong types and negative times are named' => function (): void {
        same(true, str_contains(caught(TypeError::class, fn () => signingKey()->sign(7))->getMessage(), '$path'));
        $absent = caught(TypeError::class, fn () => keyRing()->verify('x', PATH, null));
        same(true, str_contains($absent->getMessage(), '$body'));
        $early = caught(ValueError::class, fn () => signingKey()->sign(PATH, timestampMillis: -1));
        same(true, str_contains($early->getMessage(), 'timestampMillis'));
        // Which would be a very long time to the library.
        $header = signingKey()->sign(PATH);
        $wide = caught(ValueError::class, fn () => keyRing()->verify($header, PATH, '', toleranceMillis: -1));
        same(true, str_contains($wide->getMessage(), 'toleranceMillis'));
    },
    'bodies are bytes' => function (): void {
        foreach (["\0\xff\n", "\0", str_repeat('long', 50_000)] as $body) {
            keyRing()->verify(signingKey()->sign(PATH, $body), PATH, $body);
            same("/p\n1\nn\n\n$body", Signing::stringToSign('/p', 1, 'n', $body));
        }
    },
    'a diagnosis names the cause' => function (): void {
        $header = signingKey()->sign(PATH, '{"a": 1}');
        $found = keyRing()->diagnose($header, PATH, BODY, ownKey: signingKey('K002'));
        same([false, true], [$found['valid'], $found['explained']]);
        same('body-reformatted', $found['findings'][0]['code']);
    },
    'handles end once, and copies share one' => function (): void {
        $key = signingKey();
        $copy = clone $key;
        $handle = WeakReference::create($key->handle());
        unset($key);
        $header = $copy->sign(PATH);
        keyRing()->verify($header, PATH, '');
        unset($copy);
        same(null, $handle->get());

        $ended = signingKey();
        $ended->handle()->__destruct();
        throws(PaykkaException::class, Result::NULL_POINTER, fn () => $ended->sign(PATH));
        throws(PaykkaException::class, Result::NULL_POINTER, fn () => $ended->publicKey());
        caught(Error::class, fn () => clone signingKey()->handle());
        caught(LogicException::class, fn () => serialize(signingKey()));
        caught(LogicException::class, fn () => serialize(keyRing()));
    },
    'results are the headers' => function (): void {
        $header = file_get_contents(getenv('PAYKKA_HEADER'));
        preg_match_all('/^  PAYKKA_RESULT_(\w+) = (\d+),$/m', $header, $found);
        $ours = ['OK' => 1000, ...(new ReflectionClass(Result::class))->getConstants()];
        same(array_combine($found[1], array_map(intval(...), $found[2])), $ours);
        $about = json_decode(file_get_contents(getenv('PAYKKA_PACKAGE') . '/composer.json'), true);
        same($about['version'], Signing::version());
    },
    'declarations are the headers' => function (): void {
        $bare = fn (string $text): string => preg_replace('/\s+/', '', strtr($text, ['uint8_t' => 'char']));
        $header = file_get_contents(getenv('PAYKKA_HEADER'));
        $interface = file_get_contents(getenv('PAYKKA_PACKAGE') . '/src/interface.h');
        preg_match_all('/^[^\n;]*\bpaykka_\w+\([^)]*\);/m', $interface, $ours);
        same(15, count($ours[0]));
        foreach ($ours[0] as $declaration) {
            same(true, str_contains($bare($header), $bare($declaration)), $declaration);
        }
        preg_match_all('/^#define (PAYKKA_\w+_SIZE) (\d+)$/m', $header, $sizes);
        $written = strtr(preg_replace('!/\*.*?\*/!s', '', $header), array_combine($sizes[1], $sizes[2]));
        foreach (['PaykkaError', 'PaykkaVerified'] as $name) {
            preg_match('/^typedef (struct \{[^}]*\} ' . $name . ';)$/m', $interface, $struct);
            same(true, str_contains($bare($written), $bare($struct[1])), $name);
        }
    },
];
foreach ($tests as $name => $test) {
    try {
        $test();
    } catch (Throwable $error) {
        echo "$name: $error\n";
        exit(1);
    }
}
echo count($tests), " tests\n";

function signingKey(string $id = 'K001'): SigningKey
{
    return new SigningKey($id, content('merchant-2048.private.pem'));
}

function keyRing(string $id = 'K001'): KeyRing
{
    $ring = new KeyRing(forLoopback: true);
    $ring->add($id, content('merchant-2048.public.pem'));
    return $ring;
}

function content(string $name): string
{
    return file_get_contents(getenv('PAYKKA_KEYS') . "/$name");
}

function same(mixed $expected, mixed $actual, string $what = ''): void
{
    if ($expected !== $actual) {
        throw new AssertionError("$what: " . json_encode($expected) . ' is expected, not ' . json_encode($actual));
    }
}

function throws(string $kind, int $result, Closure $call): Throwable
{
    $error = caught($kind, $call);
    same($result, $error->getCode(), $error->getMessage());
    same(false, $error->getMessage() === '');
    return $error;
}

/** Of exactly this class. */
function caught(string $kind, Closure $call): Throwable
{
    try {
        $call();
    } catch (Throwable $error) {
        if ($error::class === $kind) {
            return $error;
        }
        throw new AssertionError("$kind is expected", 0, $error);
    }
    throw new AssertionError('nothing was thrown');
}
