<?php
// Prints the Authorization header as PHP programs write it, one form a line: the expression, a tab, the header.
//
//   php header.php SIGN_TYPE TIMESTAMP NONCE KEY_ID SIGNATURE
//
// json_encode writes / as \/ unless told otherwise.

$fields = array_combine(['sign_type', 'timestamp', 'nonce', 'key_id', 'signature'], array_slice($argv, 1));
$forms = [
    'urlencode(json_encode($fields))' => urlencode(json_encode($fields)),
    'rawurlencode(json_encode($fields))' => rawurlencode(json_encode($fields)),
    'urlencode(json_encode($fields, JSON_UNESCAPED_SLASHES))' =>
        urlencode(json_encode($fields, JSON_UNESCAPED_SLASHES)),
    'urlencode(json_encode($fields, JSON_PRETTY_PRINT))' => urlencode(json_encode($fields, JSON_PRETTY_PRINT)),
];
foreach ($forms as $how => $header) {
    echo "$how\t$header\n";
}
