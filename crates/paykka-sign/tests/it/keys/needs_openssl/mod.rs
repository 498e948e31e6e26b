//! Keys as OpenSSL, which shares no code with this crate, writes them in all their forms.

#[cfg(feature = "encryption")]
mod encrypted;
mod forms;
mod limits;
mod refusals;
mod tolerances;

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64ct::{Base64, Encoding};
use paykka_sign::{Error, SigningKey, VerifyingKey};

/// Runs the `openssl` command and returns what it prints. `arguments` are parted by blanks.
fn openssl(arguments: &str, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments.split_ascii_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Err(error) = child.stdin.take().unwrap().write_all(input) {
        // A command that makes something new reads nothing.
        assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    }
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {complaint}");
    assert!(!output.stdout.is_empty(), "openssl {arguments} printed nothing: {complaint}");
    output.stdout
}

/// One fresh key of 2048 bits as PKCS#8 PEM, the same for the whole run.
fn private() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| rsa("rsa_keygen_bits:2048"))
}

/// Its public half as SPKI PEM.
fn public() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| public_of(private()))
}

/// An encrypted copy of [`private`], passphrase `right`.
fn encrypted() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| openssl("pkcs8 -topk8 -v2 aes-256-cbc -iter 1000 -passout pass:right", private()))
}

/// A new RSA key as PKCS#8 PEM; `options` are OpenSSL's, parted by commas.
fn rsa(options: &str) -> Vec<u8> {
    let options = options.split(',').map(|option| format!(" -pkeyopt {option}")).collect::<String>();
    openssl(&format!("genpkey -algorithm RSA{options}"), b"")
}

fn public_of(private: &[u8]) -> Vec<u8> {
    openssl("pkey -pubout", private)
}

/// A public key whose modulus has this many bits and no known factors: making a real one would take minutes.
fn public_of_bits(bits: usize) -> Vec<u8> {
    let first = ["f", "1", "3", "7"][bits % 4];
    let modulus = format!("{first}{}", "f".repeat((bits - 1) / 4));
    let description = format!("asn1=SEQUENCE:key\n[key]\nn=INTEGER:0x{modulus}\ne=INTEGER:65537\n");
    let der = openssl("asn1parse -genconf /dev/stdin -noout -out /dev/stdout", description.as_bytes());
    openssl("rsa -RSAPublicKey_in -inform DER -pubout", &der)
}

/// A certificate of the key itself, as PEM.
fn certificate(private: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, private).unwrap();
    openssl(&format!("req -x509 -new -key {} -subj /CN=test -days 1", key.display()), b"")
}

/// A request for one, as PEM.
fn certificate_request(private: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, private).unwrap();
    openssl(&format!("req -new -key {} -subj /CN=test", key.display()), b"")
}

fn load_private(key: &[u8]) -> Result<SigningKey, Error> {
    SigningKey::from_bytes("K001", key)
}

fn load_public(key: &[u8]) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_bytes(key)
}

/// PEM to DER, by other means than the crate's own.
fn der_of(pem: &[u8]) -> Vec<u8> {
    Base64::decode_vec(&body_of(pem).concat()).unwrap()
}

/// The lines between BEGIN and END.
fn body_of(pem: &[u8]) -> Vec<&str> {
    let lines = std::str::from_utf8(pem).unwrap().lines();
    lines
        .skip_while(|line| !line.starts_with("-----BEGIN "))
        .skip(1)
        .take_while(|l| !l.starts_with('-'))
        .collect()
}

/// Base64 in lines of this many characters.
fn wrapped(der: &[u8], width: usize) -> Vec<u8> {
    let text = Base64::encode_string(der);
    text.as_bytes().chunks(width).flat_map(|line| [line, b"\n"].concat()).collect()
}
