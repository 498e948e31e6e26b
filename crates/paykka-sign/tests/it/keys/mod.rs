//! Keys and rings of keys: which are taken, which are refused with which words, and what rotation does to messages.

mod arbitrary;
mod corruption;
#[cfg(feature = "forms")]
mod forms;
#[cfg(feature = "aws-lc-rs")]
mod generation;
mod needs_openssl;
mod numbers;
mod ring;
mod rotation;

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, string_to_sign};

fn signs(key: &SigningKey) -> bool {
    let parts = Parts { path: "/p", merchant: None, body: b"{}" };
    let timestamp = Timestamp::parse("1701732359000").unwrap();
    let Ok(authorization) = key.sign(&parts, timestamp, &Nonce::new("abcdef").unwrap()) else { return false };
    let message = string_to_sign(&parts, timestamp, "abcdef").unwrap();
    key.verifying_key().verify_bytes(message.as_bytes(), authorization.signature()).is_ok()
}
