//! The OpenSSL command line: the independent hand that makes keys, digests and signatures.

use crate::process;

/// RSASSA-PKCS1-v1_5 with SHA-256, deterministic. `key` is a path from the repository's root.
pub(crate) fn sign(key: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    openssl(&["dgst", "-sha256", "-sign", key], message)
}

pub(crate) fn sha256(message: &[u8]) -> Result<Vec<u8>, String> {
    openssl(&["dgst", "-sha256", "-binary"], message)
}

/// A new private key as PKCS#8 PEM.
pub(crate) fn make_key(bits: u64) -> Result<Vec<u8>, String> {
    let bits = format!("rsa_keygen_bits:{bits}");
    openssl(&["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", &bits], b"")
}

/// A private key's file in another form: `-pubout` for its public half, `-traditional` for PKCS#1, `-outform DER`.
pub(crate) fn converted(key: &str, form: &[&str]) -> Result<Vec<u8>, String> {
    openssl(&[&["pkey", "-in", key], form].concat(), b"")
}

fn openssl(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    process::output(process::program("openssl").args(arguments), input)
}
