//! paykka-sign as a peer: its whole header and verdict, and its backend's bare operation on the same bytes.

mod bare;

use std::hint::black_box;

use paykka_sign::{
    KeyRing, KeyRingBuilder, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window, string_to_sign,
};
use protocol::{Crypto, Setup, TOLERANCE, now_millis};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((word, rest)) if word == "count" => count(&Ours::new(Setup::from_words(rest))),
        _ => protocol::serve_crypto(&mut Ours::new(Setup::from_words(&words))),
    }
}

struct Ours {
    setup: Setup,
    key: SigningKey,
    public: VerifyingKey,
    ring: KeyRing,
    bare: bare::Private,
    bare_public: bare::Public,
    string: Vec<u8>,
    signature: Vec<u8>,
}

impl Ours {
    fn new(setup: Setup) -> Self {
        let key = SigningKey::from_bytes(&setup.key_id, &setup.private_key).expect("a private key");
        let public = VerifyingKey::from_bytes(&setup.public_key).expect("a public key");
        let ring = ring([(setup.key_id.clone(), public.clone())]);
        let pkcs8 = bare::pkcs8(&setup.private_key);
        let bare = bare::Private::new(&pkcs8);
        let bare_public = bare::Public::new(&pkcs8);
        let mut ours =
            Self { setup, key, public, ring, bare, bare_public, string: Vec::new(), signature: Vec::new() };
        ours.take_body(ours.setup.body.clone());
        ours
    }

    /// From now on this body; the floors take the string that belongs to it.
    fn take_body(&mut self, body: Vec<u8>) {
        self.setup.body = body;
        let string = string_to_sign(&self.parts(), now(), "a1B2c3D4e5F6").expect("a string to sign");
        self.string = string.as_bytes().to_vec();
        self.signature = self.bare.sign(&self.string).to_vec();
    }

    fn parts(&self) -> Parts<'_, &[u8]> {
        Parts { path: &self.setup.path, merchant: Some(&self.setup.merchant), body: &self.setup.body }
    }

    /// A payment of 1 KiB that differs from all others: header and body in one line.
    fn notification(&self, number: usize) -> String {
        let body = format!(
            r#"{{"type":"MERCH","version":"1.0","data":{{"request_id":"R{}-{number:06}","status":"SUCCESS","merch_id":"{}","amount":12500,"currency":"USD","reason":"{}"}}}}"#,
            now_millis(),
            self.setup.merchant,
            "x".repeat(850),
        );
        let parts = Parts { body: body.as_bytes(), ..self.parts() };
        let header = self.key.sign(&parts, now(), &nonce()).expect("a signature").to_header();
        format!("{header} {body}\n")
    }

    fn signed(&self, time: Timestamp, nonce: &Nonce) -> String {
        self.key.sign(&self.parts(), time, nonce).expect("a signature").to_header()
    }
}

impl Crypto for Ours {
    fn header(&self) -> String {
        self.signed(now(), &nonce())
    }

    fn is_genuine(&self, header: &str) -> bool {
        self.ring.verify(header.as_bytes(), self.parts(), &Window::new(now(), TOLERANCE)).is_ok()
    }

    fn bare_sign(&self) {
        black_box(self.bare.sign(&self.string));
    }

    fn bare_verify(&self) {
        assert!(self.bare_public.verify(&self.string, &self.signature));
    }

    /// `body BYTES`, `keys COUNT`; `answers COUNT FILE` and `notifications COUNT FILE` sign beforehand what other programs send.
    fn other(&mut self, words: &[&str]) -> Option<String> {
        match words {
            ["body", bytes] => self.take_body(vec![b'x'; bytes.parse().ok()?]),
            ["keys", count] => {
                let others =
                    (1..count.parse::<usize>().ok()?).map(|n| (format!("K{n:06}"), self.public.clone()));
                let own = (self.setup.key_id.clone(), self.public.clone());
                self.ring = ring(others.chain([own]));
            }
            ["answers", count, file] => {
                let headers: String =
                    (0..count.parse::<usize>().ok()?).map(|_| self.header() + "\n").collect();
                std::fs::write(file, headers).expect("a file of headers");
            }
            ["notifications", count, file] => {
                let lines = (0..count.parse::<usize>().ok()?).map(|number| self.notification(number));
                std::fs::write(file, lines.collect::<String>()).expect("a file of notifications");
            }
            _ => return None,
        }
        Some("done".into())
    }
}

/// For callgrind, which counts what is below each of these four: so many of each, on bytes that are the same in every run.
fn count(ours: &Ours) {
    let time = Timestamp::from_unix_millis(1_701_732_359_000).expect("a time");
    let nonce = Nonce::new("a1B2c3D4e5F6").expect("a nonce");
    let string = string_to_sign(&ours.parts(), time, nonce.as_str()).expect("a string to sign");
    let header = ours.signed(time, &nonce);
    let signature = ours.bare.sign(string.as_bytes());
    for _ in 0..10 {
        whole_header(ours, time, &nonce);
        bare_signature(ours, string.as_bytes());
        whole_verdict(ours, &header, time);
        bare_verdict(ours, string.as_bytes(), &signature);
    }
}

#[inline(never)]
fn whole_header(ours: &Ours, time: Timestamp, nonce: &Nonce) {
    black_box(ours.signed(time, nonce));
}

#[inline(never)]
fn bare_signature(ours: &Ours, string: &[u8]) {
    black_box(ours.bare.sign(string));
}

#[inline(never)]
fn whole_verdict(ours: &Ours, header: &str, time: Timestamp) {
    let window = Window::new(time, TOLERANCE);
    black_box(ours.ring.verify(header.as_bytes(), ours.parts(), &window).expect("genuine"));
}

#[inline(never)]
fn bare_verdict(ours: &Ours, string: &[u8], signature: &[u8]) {
    assert!(ours.bare_public.verify(string, signature));
}

/// What is counted is counted with keys that everybody has.
fn ring(keys: impl IntoIterator<Item = (String, VerifyingKey)>) -> KeyRing {
    let add = |builder: KeyRingBuilder, (id, key)| builder.key(id, key);
    keys.into_iter().fold(KeyRing::builder().for_loopback(), add).build().expect("a ring")
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(now_millis()).expect("a time")
}

fn nonce() -> Nonce {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).expect("randomness");
    Nonce::from_entropy(entropy)
}
