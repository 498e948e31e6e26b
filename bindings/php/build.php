<?php

// Puts the package into the folder that is named, for Composer to take from there (`type: path`, or an archive of it): the
// sources, and the shared library in it, so that whoever installs the package needs neither Rust nor a compiler. The library
// is taken from PAYKKA_SIGN_LIBRARY, or from where `cargo build --release -p paykka-sign-ffi` puts it.

declare(strict_types=1);

$root = dirname(__DIR__, 2);
$library = getenv('PAYKKA_SIGN_LIBRARY') ?: "$root/target/release/libpaykka_sign_ffi.so";
$fail = static function (string $text): never {
    fwrite(STDERR, "$text\n");
    exit(1);
};
if ($argc !== 2) {
    $fail("usage: php {$argv[0]} FOLDER");
}
if (!is_file($library)) {
    $build = 'cargo build --release -p paykka-sign-ffi';
    $fail("$library isn't there: run `$build`, or name the library in PAYKKA_SIGN_LIBRARY");
}
$files = ['lib/linux-x64/libpaykka_sign_ffi.so' => $library];
foreach (['LICENSE-APACHE', 'LICENSE-MIT'] as $name) {
    $files[$name] = "$root/$name";
}
$sources = array_map(static fn (string $file) => 'src/' . basename($file), glob(__DIR__ . '/src/*'));
foreach (['composer.json', 'README.md', ...$sources] as $name) {
    $files[$name] = __DIR__ . "/$name";
}
foreach ($files as $name => $from) {
    $to = "{$argv[1]}/$name";
    if (!(is_dir(dirname($to)) || mkdir(dirname($to), recursive: true)) || !copy($from, $to)) {
        $fail("$to can't be written");
    }
}
