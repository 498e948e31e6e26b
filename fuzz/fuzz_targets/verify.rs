//! Whole messages against a ring of known keys: never a panic, and nothing is accepted but what was signed.
//!
//! An input is a header, a path, a merchant (`-` for none) and a body, with a zero byte behind each but the last.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
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
    if let Ok(verified) = RING.verify(header, parts, &ANY_TIME) {
        let millis = verified.timestamp().as_unix_millis();
        let accepted = (verified.key_id(), millis, verified.nonce(), merchant, path, body);
        assert!(SIGNED.contains(&accepted), "nobody signed {accepted:?}");
    }
    Corpus::Keep
});

/// Who signed, when, with which nonce, for whom, and what: the vectors among the first inputs. Those are the only
/// genuine signatures that mutation starts from.
type Signed = (&'static str, u64, &'static str, &'static str, &'static str, &'static [u8]);

const SIGNED: [Signed; 4] = [
    ("VECTOR-2048", AT, NONCE, MERCHANT, PATH, BODY),
    ("VECTOR-2048", AT, NONCE, "-", PATH, b""),
    ("VECTOR-2048", AT, NONCE, MERCHANT, PATH, b"M1\n{\"a\":1}"),
    ("VECTOR-3072", AT, NONCE, MERCHANT, PATH, BODY),
];
const AT: u64 = 1_701_732_359_000;
const NONCE: &str = "a1B2c3D4e5F6";
const MERCHANT: &str = "M24061911365700670";
const PATH: &str = "/api/v2/merch/account/balance";
const BODY: &[u8] = br#"{"currency":"USD"}"#;

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

/// Time is judged last, so a window would only hide what stands before it.
static ANY_TIME: LazyLock<Window> =
    LazyLock::new(|| Window::new(Timestamp::from_unix_millis(AT).unwrap(), Duration::MAX));
