//! What is refused is refused with words of its own: what was found, and what to do. None of them quotes the key.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use base64ct::{Base64, Encoding};
use paykka_sign::Error;

use super::{
    body_of, certificate, certificate_request, der_of, encrypted, load_private, load_public, openssl,
    private, public, public_of, public_of_bits, rsa,
};

/// How a case is loaded.
#[derive(Debug, Clone, Copy)]
enum As {
    Private,
    Public,
    #[cfg(feature = "encryption")]
    Encrypted,
}

#[test]
fn each_refusal_has_words_of_its_own_and_quotes_nothing() {
    let cases =
        [wrong_kinds(), wrong_algorithms(), wrong_limits(), wrong_texts(), wrong_encryptions()].concat();
    let mut texts = HashMap::new();
    for (found, loaded, name, input) in &cases {
        let error = load(*loaded, input).expect_err(name);
        let text = error.to_string();
        assert!(error.is_key() && error.code() == "key", "{name}: {error:?}");
        assert!(text.contains(found), "{name} as {loaded:?}: {text}");
        let (what, fix) = text.split_once("; ").unwrap();
        assert!(what.starts_with("unusable key: ") && fix.len() > 10, "{text}");
        assert_quotes_nothing(input, &format!("{error} {error:?} {error:#?}"));
        let same = texts.entry(*found).or_insert_with(|| text.clone());
        assert_eq!(*same, text, "{name}: one reason, two texts");
    }
    let different: HashSet<&String> = texts.values().collect();
    assert_eq!(different.len(), texts.len(), "two reasons, one text: {texts:#?}");
    println!("{} refusals for {} reasons", cases.len(), texts.len());
}

type Case = (&'static str, As, &'static str, Vec<u8>);

fn wrong_kinds() -> Vec<Case> {
    const WANTED: &str = "a public key where the private key is wanted";
    const SECRET: &str = "a private key where the public key is wanted";
    let sec1 = openssl("ecparam -name prime256v1 -genkey -noout", b"");
    vec![
        (WANTED, As::Private, "SPKI", public().to_vec()),
        (WANTED, As::Private, "SPKI DER", der_of(public())),
        (WANTED, As::Private, "PKCS#1 public", openssl("rsa -pubin -RSAPublicKey_out", public())),
        ("a certificate where the private key", As::Private, "certificate", certificate(private())),
        (
            "a certificate request where the private key",
            As::Private,
            "certificate request",
            certificate_request(private()),
        ),
        (
            "a certificate request where the public key",
            As::Public,
            "certificate request",
            certificate_request(private()),
        ),
        (SECRET, As::Public, "PKCS#8", private().to_vec()),
        (SECRET, As::Public, "PKCS#8 DER", der_of(private())),
        (SECRET, As::Public, "PKCS#1", openssl("rsa -traditional", private())),
        (SECRET, As::Public, "encrypted PKCS#8", encrypted().to_vec()),
        (SECRET, As::Public, "SEC1", sec1),
    ]
}

fn wrong_algorithms() -> Vec<Case> {
    const EC: &str = "an elliptic-curve key";
    const PSS: &str = "a key restricted to RSA-PSS";
    const OTHER: &str = "a key of another algorithm than RSA";
    let sec1 = openssl("ecparam -name prime256v1 -genkey -noout", b"");
    let pss = openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", b"");
    let ed25519 = openssl("genpkey -algorithm ED25519", b"");
    vec![
        (EC, As::Private, "EC as SEC1", sec1.clone()),
        (EC, As::Private, "EC behind its parameters", openssl("ecparam -name prime256v1 -genkey", b"")),
        (EC, As::Private, "EC as PKCS#8", openssl("pkcs8 -topk8 -nocrypt", &sec1)),
        (EC, As::Public, "EC public", public_of(&sec1)),
        (EC, As::Public, "EC certificate", certificate(&sec1)),
        (PSS, As::Public, "RSA-PSS public", public_of(&pss)),
        (PSS, As::Private, "RSA-PSS private", pss),
        (OTHER, As::Public, "Ed25519 public", public_of(&ed25519)),
        (OTHER, As::Private, "Ed25519 private", ed25519),
    ]
}

fn wrong_limits() -> Vec<Case> {
    const EXPONENT: &str = "3 as public exponent, where an odd number of 65537..2^33−1 is taken";
    let small = rsa("rsa_keygen_bits:1024");
    let one_less = rsa("rsa_keygen_bits:2047");
    let exponent_3 = rsa("rsa_keygen_bits:2048,rsa_keygen_pubexp:3");
    let large_exponent = rsa("rsa_keygen_bits:2048,rsa_keygen_pubexp:8589934593");
    let huge_exponent = rsa("rsa_keygen_bits:2048,rsa_keygen_pubexp:36893488147419103233");
    vec![
        (
            "an RSA public key of 1024 bits, where 2048 to 8192 are taken",
            As::Public,
            "1024 bits public",
            public_of(&small),
        ),
        ("an RSA private key of 1024 bits, where 2048, 3072 or 4096", As::Private, "1024 bits", small),
        ("an RSA public key of 2047 bits", As::Public, "2047 bits public", public_of(&one_less)),
        ("an RSA private key of 2047 bits", As::Private, "2047 bits", one_less),
        ("an RSA public key of 8200 bits", As::Public, "8200 bits public", public_of_bits(8200)),
        ("an RSA public key of 16384 bits", As::Public, "16384 bits public", public_of_bits(16_384)),
        ("an RSA private key of 2560 bits", As::Private, "2560 bits", rsa("rsa_keygen_bits:2560")),
        (EXPONENT, As::Public, "exponent 3, public", public_of(&exponent_3)),
        (EXPONENT, As::Private, "exponent 3", exponent_3),
        (
            "8589934593 as public exponent",
            As::Public,
            "exponent 2^33 + 1, public",
            public_of(&large_exponent),
        ),
        ("8589934593 as public exponent", As::Private, "exponent 2^33 + 1", large_exponent),
        (
            "a number of 66 bits as public exponent",
            As::Public,
            "exponent 2^65 + 1, public",
            public_of(&huge_exponent),
        ),
        ("a number of 66 bits as public exponent", As::Private, "exponent 2^65 + 1", huge_exponent),
        (
            "more than two primes",
            As::Private,
            "three primes",
            rsa("rsa_keygen_bits:2048,rsa_keygen_primes:3"),
        ),
    ]
}

fn wrong_texts() -> Vec<Case> {
    const TWO: &str = "two PEM blocks in one file";
    const BEHIND: &str = "something stands behind the key";
    const TRUNCATED: &str = "the key is truncated";
    const EMPTY: &str = "the key's text is empty";
    const UTF_16: &str = "the key's text is UTF-16";
    const NEITHER: &str = "neither PEM, DER nor Base64";
    const OTHER_END: &str = "whose END line has another label than its BEGIN line";
    const URL_SAFE: &str = "Base64 in its alphabet for URLs";
    const STRUCTURE: &str = "DER that isn't the structure of a key";
    let pem = std::str::from_utf8(private()).unwrap();
    let spki = std::str::from_utf8(public()).unwrap();
    let (der, base64) = (der_of(private()), body_of(private()).concat());
    let without_end = pem.split("-----END").next().unwrap();
    let without_begin = pem.split_once('\n').unwrap().1;
    let line = body_of(private())[3];
    let utf_16 = |start: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        start.into_iter().chain(pem.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    let url_safe = |der: &[u8]| Base64::encode_string(der).replace('+', "-").replace('/', "_").into_bytes();
    let mut patched = der.clone();
    // The middle of the last number, the CRT coefficient.
    patched[der.len() - 60] ^= 1;
    let pkcs12 = openssl("pkcs12 -export -passout pass:x", &[private(), &certificate(private())].concat());
    vec![
        (TWO, As::Private, "the key twice", [private(), private()].concat()),
        (TWO, As::Private, "key and public key", [private(), public()].concat()),
        (TWO, As::Private, "key and certificate", [private(), &certificate(private())].concat()),
        (TWO, As::Public, "public key and key", [public(), private()].concat()),
        (TWO, As::Public, "two public keys", [public(), public()].concat()),
        (BEHIND, As::Private, "text behind PEM", format!("{pem}and more\n").into_bytes()),
        (BEHIND, As::Public, "text behind PEM", format!("{spki}and more\n").into_bytes()),
        (BEHIND, As::Private, "a byte behind DER", [&der[..], b"\0"].concat()),
        (BEHIND, As::Private, "DER twice", [&der[..], &der].concat()),
        (BEHIND, As::Public, "a line feed behind DER", [&der_of(public())[..], b"\n"].concat()),
        (TRUNCATED, As::Private, "no END", without_end.into()),
        (TRUNCATED, As::Private, "half an END", pem.trim_end().trim_end_matches('-').into()),
        (TRUNCATED, As::Public, "no END", spki.split("-----END").next().unwrap().into()),
        (TRUNCATED, As::Private, "a line lost", pem.replacen(&format!("{line}\n"), "", 1).into_bytes()),
        (TRUNCATED, As::Private, "a character lost", pem.replacen(line, line.split_at(1).1, 1).into_bytes()),
        (TRUNCATED, As::Private, "Base64 cut", base64.as_bytes()[..base64.len() - 41].into()),
        (
            TRUNCATED,
            As::Private,
            "Base64 cut between two groups",
            base64.as_bytes()[..base64.len() - 40].into(),
        ),
        (TRUNCATED, As::Private, "DER cut", der[..der.len() - 1].to_vec()),
        (TRUNCATED, As::Private, "DER cut in its length", der[..3].to_vec()),
        (TRUNCATED, As::Public, "DER cut", der_of(public())[..200].to_vec()),
        ("PEM text without its `-----BEGIN", As::Private, "no BEGIN", without_begin.into()),
        (EMPTY, As::Private, "nothing", Vec::new()),
        (EMPTY, As::Public, "blanks", b" \r\n\t".to_vec()),
        (EMPTY, As::Private, "quotes around nothing", b"\"\"\n".to_vec()),
        (BEHIND, As::Private, "a quote that nothing opened", format!("{pem}\"").into_bytes()),
        (EMPTY, As::Private, "byte order mark alone", "\u{feff}\n".into()),
        (UTF_16, As::Private, "little endian", utf_16([0xff, 0xfe], u16::to_le_bytes)),
        (UTF_16, As::Private, "big endian", utf_16([0xfe, 0xff], u16::to_be_bytes)),
        (OTHER_END, As::Private, "an edited END", pem.replace("END PRIVATE", "END RSA PRIVATE").into_bytes()),
        (
            OTHER_END,
            As::Public,
            "pieces of two files",
            format!(
                "{}-----END{}",
                spki.split("-----END").next().unwrap(),
                pem.split("-----END").nth(1).unwrap()
            )
            .into_bytes(),
        ),
        (URL_SAFE, As::Private, "for URLs", url_safe(&der)),
        (URL_SAFE, As::Private, "for URLs, as PEM", pem.replace('+', "-").into_bytes()),
        (NEITHER, As::Private, "the name of a variable", b"MERCHANT_PRIVATE_KEY".to_vec()),
        ("OpenSSH's own form", As::Private, "OpenSSH", openssh_key()),
        (NEITHER, As::Private, "prose", b"the key is in the safe".to_vec()),
        (NEITHER, As::Private, "JSON", br#"{"key":"MIIEvQ"}"#.to_vec()),
        (NEITHER, As::Public, "HTML", b"<html><title>404</title></html>".to_vec()),
        (NEITHER, As::Public, "an authorized_keys line", b"ssh-rsa AAAAB3NzaC1yc2EAAAA me@host".to_vec()),
        (NEITHER, As::Private, "bytes", vec![0xc3; 300]),
        (
            NEITHER,
            As::Private,
            "padding in the middle",
            pem.replacen(line, &format!("={}", line.split_at(1).1), 1).into(),
        ),
        (STRUCTURE, As::Private, "PKCS#12", pkcs12.clone()),
        (STRUCTURE, As::Public, "PKCS#12", pkcs12),
        ("numbers don't fit together", As::Private, "a damaged number", patched),
    ]
}

fn wrong_encryptions() -> Vec<Case> {
    const WITHOUT: &str = "encrypted with a passphrase, and no passphrase";
    const OLD: &str = "a private key in PEM's old encryption";
    #[cfg(feature = "encryption")]
    const UNSUPPORTED: &str = "by PBES2 with a cipher or parameters that aren't supported";
    #[cfg(feature = "encryption")]
    let of_cipher = |cipher| openssl(&format!("pkcs8 -topk8 -v2 {cipher} -passout pass:right"), private());
    let legacy = || openssl("rsa -aes256 -traditional -passout pass:right", private());
    #[cfg_attr(not(feature = "encryption"), expect(unused_mut, reason = "the feature adds to it"))]
    let mut cases = vec![
        (WITHOUT, As::Private, "encrypted", encrypted().to_vec()),
        (WITHOUT, As::Private, "encrypted, DER", der_of(encrypted())),
        (OLD, As::Private, "old encryption", legacy()),
    ];
    #[cfg(feature = "encryption")]
    cases.extend([
        ("this passphrase doesn't open", As::Encrypted, "wrong passphrase", encrypted().to_vec()),
        (OLD, As::Encrypted, "old encryption", legacy()),
        (
            "another scheme than PBES2",
            As::Encrypted,
            "PBES1",
            openssl("pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:right", private()),
        ),
        (UNSUPPORTED, As::Encrypted, "ARIA", of_cipher("aria-256-cbc")),
        (UNSUPPORTED, As::Encrypted, "Camellia", of_cipher("camellia-256-cbc")),
    ]);
    cases
}

fn load(loaded: As, input: &[u8]) -> Result<(), Error> {
    match loaded {
        As::Private => load_private(input).map(drop),
        As::Public => load_public(input).map(drop),
        #[cfg(feature = "encryption")]
        As::Encrypted => paykka_sign::SigningKey::from_encrypted_bytes("K001", input, "wrong").map(drop),
    }
}

/// No twelve characters in a row of the key's Base64 stand in what is shown.
fn assert_quotes_nothing(input: &[u8], shown: &str) {
    let text = match std::str::from_utf8(input) {
        // Of the old encryption the headers, with their colons, are no part of the key.
        Ok(text) if text.contains("-----BEGIN") => {
            body_of(input).into_iter().filter(|line| !line.contains(':')).collect()
        }
        Ok(text) => text.split_ascii_whitespace().collect(),
        Err(_) => Base64::encode_string(input),
    };
    for window in text.as_bytes().windows(12) {
        let window = std::str::from_utf8(window).unwrap_or("\0");
        assert!(!shown.contains(window), "{shown}");
    }
}

/// By `ssh-keygen` where it is installed; else its label, which alone decides.
fn openssh_key() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"])
        .arg(&file)
        .status();
    match made {
        Ok(status) if status.success() => std::fs::read(&file).unwrap(),
        _ => {
            let body = Base64::encode_string(b"openssh-key-v1\0none");
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n")
                .into_bytes()
        }
    }
}
