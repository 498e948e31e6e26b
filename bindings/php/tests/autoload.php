<?php

// Finds the classes of the package in PAYKKA_PACKAGE by its composer.json, as Composer does, which isn't needed for that.

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $package = getenv('PAYKKA_PACKAGE');
    $about = json_decode(file_get_contents("$package/composer.json"), true, flags: JSON_THROW_ON_ERROR);
    foreach ($about['autoload']['psr-4'] as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            require "$package/$folder" . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
        }
    }
});
