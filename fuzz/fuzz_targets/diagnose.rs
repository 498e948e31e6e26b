//! Whole messages to be explained: never a panic, never more work than the budget, and no foreign text that forges lines in
//! what is said.
//!
//! An input is as for `verify`: a header, a path, a merchant (`-` for none) and a body, with a zero byte behind each but
//! the last.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
use paykka_sign::diagnose::{Budget, Case};
use paykka_sign::{KeyRing, Parts, Timestamp, VerifyingKey, Window};

fuzz_target!(|input: &[u8]| -> Corpus {
    let mut fields = input.splitn(4, |byte| *byte == 0);
    let (Some(header), Some(path), Some(merchant), Some(body)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Corpus::Reject;
    };
    let (Ok(path), Ok(merchant)) = (str::from_utf8(path), str::from_utf8(merchant)) else {
        return Corpus::Reject;
    };
    let parts = Parts { path, merchant: (merchant != "-").then_some(merchant), body };
    let diagnosis = Case::new(header, parts, &RING, *NOW)
        .merchants(&["M24061911365700670"])
        .paths(&["/api/v2/merch/account/balance"])
        .host("api.example.com")
        .query("a=1")
        .budget(Budget::new(VERIFICATIONS, 1 << 20))
        .diagnose();
    assert!(diagnosis.tried() <= VERIFICATIONS);
    let verdict = RING.verify(header, parts, &Window::new(*NOW, Duration::from_secs(300)));
    assert_eq!(diagnosis.is_genuine(), verdict.is_ok());
    let text = diagnosis.to_string();
    assert_eq!(text.lines().count(), 1 + diagnosis.findings().len(), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
    Corpus::Keep
});

/// Enough for every single mistake.
const VERIFICATIONS: usize = 60;

static NOW: LazyLock<Timestamp> = LazyLock::new(|| Timestamp::from_unix_millis(1_701_732_359_000).unwrap());

static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let keys = [
        ("VECTOR-2048", include_str!("../../vectors/keys/rsa-2048.public.pem")),
        ("VECTOR-3072", include_str!("../../vectors/keys/rsa-3072.public.pem")),
    ];
    let ring = keys.into_iter().fold(KeyRing::builder().for_loopback(), |ring, (key_id, pem)| {
        ring.key(key_id, VerifyingKey::from_bytes(pem).unwrap())
    });
    ring.build().unwrap()
});
