//! Private keys under a passphrase: what OpenSSL writes is read, and a wrong passphrase is told from a wrong file.

use paykka_sign::{Error, SigningKey};

use super::{body_of, der_of, encrypted, load_private, openssl, private};

/// The work factors are small, because the derivation is not optimised in a test build.
#[test]
fn every_cipher_and_derivation_of_openssl_opens() {
    let expected = load_private(private()).unwrap().fingerprint();
    for options in [
        "-v2 aes-256-cbc -iter 100",
        "-v2 aes-192-cbc -iter 100",
        "-v2 aes-128-cbc -iter 100",
        "-v2 des3 -iter 100",
        "-v2 aes-256-cbc -v2prf hmacWithSHA1 -iter 100",
        "-v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 100",
        "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 100",
        "-v2 aes-256-cbc -scrypt -scrypt_N 64 -scrypt_r 8 -scrypt_p 1",
        // As people call it: 2,048 rounds.
        "",
    ] {
        let pem = openssl(&format!("pkcs8 -topk8 -passout pass:pass-phrase {options}"), private());
        for form in [pem.clone(), der_of(&pem), body_of(&pem).concat().into_bytes()] {
            let key = open(&form, b"pass-phrase").unwrap_or_else(|error| panic!("{options}: {error}"));
            assert_eq!(key.fingerprint(), expected, "{options}");
        }
    }
}

#[test]
fn a_passphrase_beyond_ascii_is_its_bytes() {
    let passphrase = "密码 ß";
    let pem = {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passphrase");
        std::fs::write(&file, passphrase).unwrap();
        openssl(&format!("pkcs8 -topk8 -iter 100 -passout file:{}", file.display()), private())
    };
    open(&pem, passphrase.as_bytes()).unwrap();
}

#[test]
fn a_key_that_is_not_encrypted_opens_with_any_passphrase() {
    assert_eq!(open(private(), b"whatever").unwrap().bits(), 2048);
}

/// One wrong passphrase in 256 leaves padding that looks right; it mustn't be called a damaged file.
#[test]
fn each_of_many_wrong_passphrases_is_called_wrong() {
    let pem = openssl("pkcs8 -topk8 -v2 aes-256-cbc -iter 1 -passout pass:right", private());
    for n in 0..1_000 {
        let error = open(&pem, format!("wrong {n}").as_bytes()).unwrap_err();
        assert!(error.is_key() && error.to_string().contains("this passphrase doesn't open"), "{n}: {error}");
    }
}

#[test]
fn a_file_cannot_ask_for_unreasonable_work() {
    let pem = openssl("pkcs8 -topk8 -scrypt -scrypt_N 64 -scrypt_r 8 -scrypt_p 1 -passout pass:x", private());
    let mut der = der_of(&pem);
    let block_size_and_parallelization = [2, 1, 8, 2, 1, 1];
    let at = der.windows(6).position(|window| window == block_size_and_parallelization).unwrap();
    assert_eq!(der[at - 1], 64, "the cost stands before them");
    // Cost no power of two above 1, no blocks, no parallel work.
    for (place, value) in [(at - 1, 0), (at - 1, 1), (at - 1, 3), (at + 2, 0), (at + 5, 0)] {
        let before = std::mem::replace(&mut der[place], value);
        let error = open(&der, b"x").unwrap_err();
        assert!(error.is_key(), "{value}: {error}");
        assert!(value == 0 || error.to_string().contains("unreasonable work"), "{value}: {error}");
        der[place] = before;
    }
    assert!(open(&der, b"x").is_ok());
    // 16 MiB seventeen times.
    let pem =
        openssl("pkcs8 -topk8 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 1 -passout pass:x", private());
    let mut der = der_of(&pem);
    let at = der.windows(6).position(|window| window == block_size_and_parallelization).unwrap();
    der[at + 5] = 17;
    assert!(open(&der, b"x").unwrap_err().to_string().contains("unreasonable work"));
}

#[test]
fn the_passphrase_and_the_text_stay_out_of_errors() {
    let passphrase = b"correct horse battery";
    let error = open(encrypted(), passphrase).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("horse"), "{shown}");
}

fn open(key: &[u8], passphrase: &[u8]) -> Result<SigningKey, Error> {
    SigningKey::from_encrypted_bytes("K001", key, passphrase)
}
