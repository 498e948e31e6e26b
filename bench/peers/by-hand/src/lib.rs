//! Signing and verifying as somebody would write it in Rust with well-known crates and without this project. The RSA operation
//! comes from a library that implements [`Rsa`]; everything else is here.

#[cfg(feature = "openssl")]
pub mod on_openssl;

use std::hint::black_box;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use protocol::{Setup, TOLERANCE, now_millis};
use serde::{Deserialize, Serialize};

/// SHA256withRSA of a library.
pub trait Rsa {
    fn sign(&self, message: &[u8]) -> Vec<u8>;
    fn is_genuine(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// Header and verdict over somebody's RSA.
#[derive(Debug)]
pub struct Signing<R> {
    pub setup: Setup,
    rsa: R,
    /// What the floor is measured with.
    string: Vec<u8>,
    signature: Vec<u8>,
}

impl<R: Rsa> Signing<R> {
    pub fn new(setup: Setup, rsa: R) -> Self {
        let mut signing = Self { setup, rsa, string: Vec::new(), signature: Vec::new() };
        signing.string = signing.string("1701732359000", "a1B2c3D4e5F6", &signing.setup.body);
        signing.signature = signing.rsa.sign(&signing.string);
        signing
    }

    pub fn header(&self) -> String {
        let timestamp = now_millis().to_string();
        let nonce = nonce();
        let signature =
            BASE64_STANDARD.encode(self.rsa.sign(&self.string(&timestamp, &nonce, &self.setup.body)));
        let object = Header {
            sign_type: SIGN_TYPE.into(),
            timestamp,
            nonce,
            key_id: self.setup.key_id.clone(),
            signature,
        };
        let json = serde_json::to_string(&object).expect("strings can be written");
        utf8_percent_encode(&json, ESCAPED).to_string()
    }

    /// Its nonce, if it's genuine and of now.
    pub fn nonce_of_genuine(&self, header: &str, body: &[u8]) -> Option<String> {
        let json = percent_decode_str(header).decode_utf8().ok()?;
        let header: Header = serde_json::from_str(&json).ok()?;
        let time: u64 = header.timestamp.parse().ok()?;
        if header.sign_type != SIGN_TYPE || header.key_id != self.setup.key_id {
            return None;
        }
        let signature = BASE64_STANDARD.decode(&header.signature).ok()?;
        let string = self.string(&header.timestamp, &header.nonce, body);
        if !self.rsa.is_genuine(&string, &signature) {
            return None;
        }
        let is_of_now = u128::from(now_millis().abs_diff(time)) <= TOLERANCE.as_millis();
        is_of_now.then_some(header.nonce)
    }

    fn string(&self, timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
        let Setup { path, merchant, .. } = &self.setup;
        let mut string = format!("{path}\n{timestamp}\n{nonce}\n{merchant}\n").into_bytes();
        string.extend_from_slice(body);
        string
    }
}

impl<R: Rsa> protocol::Crypto for Signing<R> {
    fn header(&self) -> String {
        self.header()
    }

    fn is_genuine(&self, header: &str) -> bool {
        self.nonce_of_genuine(header, &self.setup.body).is_some()
    }

    fn bare_sign(&self) {
        black_box(self.rsa.sign(&self.string));
    }

    fn bare_verify(&self) {
        black_box(self.rsa.is_genuine(&self.string, &self.signature));
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    sign_type: String,
    timestamp: String,
    nonce: String,
    key_id: String,
    signature: String,
}

const SIGN_TYPE: &str = "SHA256_WITH_RSA";
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

fn nonce() -> String {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).expect("randomness");
    entropy.iter().map(|byte| format!("{byte:02x}")).collect()
}
