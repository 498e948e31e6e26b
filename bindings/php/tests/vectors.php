<?php

// All of vectors/: what is signed comes out byte for byte, and every verdict is the expected one. Prints how many there were.

declare(strict_types=1);

require __DIR__ . '/autoload.php';

use Paykka\Sign\KeyRing;
use Paykka\Sign\RefusedException;
use Paykka\Sign\Result;
use Paykka\Sign\Signing;
use Paykka\Sign\SigningKey;

final class Vectors
{
    private int $signed = 0;
    private int $judged = 0;
    private KeyRing $ring;
    /** @var array<string, SigningKey> */
    private array $keys = [];

    public function __construct()
    {
        $this->ring = new KeyRing(forLoopback: true);
    }

    public function run(): string
    {
        $signing = self::read('signing.json');
        foreach ($signing['keys'] as $key) {
            $this->key($key);
        }
        foreach ($signing['cases'] as $case) {
            $this->sign($case);
            $this->judge($case['name'], $case['authorization'], $case, (int) $case['timestamp'], 0, null);
        }
        foreach (self::read('refused.json')['cases'] as $case) {
            $times = [$case['now_millis'], $case['tolerance_millis']];
            $this->judge($case['name'], $case['authorization'], $case, ...[...$times, $case['code']]);
        }
        $cases = array_column($signing['cases'], null, 'name');
        foreach (self::read('foreign_headers.json')['headers'] as $header) {
            $case = $cases[$header['case']];
            $this->judge($header['how'], $header['authorization'], $case, (int) $header['timestamp'], 0, null);
        }
        return "$this->signed signed, $this->judged judged\n";
    }

    private function key(array $key): void
    {
        $id = $key['key_id'];
        $public = self::file($key['public_key']);
        $this->keys[$id] = new SigningKey($id, self::file($key['private_key']));
        self::same($id, $public, $this->keys[$id]->publicKey());
        $this->ring->add($id, $public);
    }

    private function sign(array $case): void
    {
        $name = $case['name'];
        $time = [(int) $case['timestamp'], $case['nonce']];
        $message = [self::body($case), $case['merchant']];
        $string = Signing::stringToSign($case['path'], ...[...$time, ...$message]);
        self::same($name, $case['string_to_sign_sha256'], hash('sha256', $string));
        if (isset($case['string_to_sign_base64'])) {
            self::same($name, base64_decode($case['string_to_sign_base64'], true), $string);
        }
        $value = $this->keys[$case['key_id']]->sign($case['path'], ...[...$message, ...$time]);
        self::same($name, $case['authorization'], $value);
        $this->signed++;
    }

    private function judge(string $name, string $value, array $message, int $now, int $tolerance, ?string $code): void
    {
        $found = null;
        try {
            $body = self::body($message);
            $id = $this->ring->verify($value, $message['path'], $body, $message['merchant'], $now, $tolerance)->keyId;
            self::same($name, true, isset($this->keys[$id]));
        } catch (RefusedException $refused) {
            $names = array_flip((new ReflectionClass(Result::class))->getConstants());
            $found = strtr(strtolower($names[$refused->getCode()]), '_', '-');
        }
        self::same($name, $code, $found);
        $this->judged++;
    }

    private static function same(string $name, mixed $expected, mixed $actual): void
    {
        if ($expected !== $actual) {
            throw new LogicException("$name: " . json_encode($expected) . ' is expected, not ' . json_encode($actual));
        }
    }

    private static function body(array $case): string
    {
        if (!isset($case['body_fill'])) {
            return base64_decode($case['body_base64'], true);
        }
        ['base64' => $part, 'len' => $len] = $case['body_fill'];
        return str_pad('', $len, base64_decode($part, true));
    }

    private static function read(string $name): array
    {
        return json_decode(self::file($name), true, flags: JSON_THROW_ON_ERROR);
    }

    private static function file(string $name): string
    {
        return file_get_contents(getenv('PAYKKA_VECTORS') . "/$name");
    }
}

echo (new Vectors())->run();
