//! Any bytes as a key: never a panic, and no error repeats what it was given, since that may be a secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paykka_sign::{Error, SigningKey, VerifyingKey};

fuzz_target!(|key: &[u8]| {
    if let Err(error) = SigningKey::from_bytes("K001", key) {
        assert_silent(&error, key);
    }
    // The passphrase of the encrypted one among the first inputs.
    if let Err(error) = SigningKey::from_encrypted_bytes("K001", key, "passphrase") {
        assert_silent(&error, key);
    }
    match VerifyingKey::from_bytes(key) {
        Ok(read) => {
            let written = read.to_pem();
            assert!(VerifyingKey::from_bytes(written).unwrap() == read, "written and read again");
        }
        Err(error) => assert_silent(&error, key),
    }
});

/// The texts are compared with Base64 alone: their own words, blanks between them, would be found by a fuzzer that
/// watches comparisons, and are no secret.
fn assert_silent(error: &Error, key: &[u8]) {
    assert!(error.is_key());
    let said = format!("{error} {error:?}");
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    for run in key.windows(16).filter(|run| run.iter().all(is_base64)) {
        let shown = said.as_bytes().windows(16).any(|shown| shown == run);
        assert!(!shown, "16 characters of the key stand in: {error}");
    }
}
