//! No bit of a signed message can change unseen: each is flipped once, in messages of every form.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use paykka_sign::{Authorization, Error, KeyRing, Nonce, Parts, SigningKey, Timestamp, Window};

#[test]
fn each_bit_of_path_merchant_and_body_counts() {
    let mut refused = 0;
    for message in messages() {
        message.verdict(&message.header, message.parts()).unwrap();
        // A flip that leaves no text can't even be handed over as a path or a merchant.
        for path in flips(message.path.as_bytes()).filter_map(|path| String::from_utf8(path).ok()) {
            message.verdict(&message.header, Parts { path: &path, ..message.parts() }).unwrap_err();
            refused += 1;
        }
        let merchant = message.merchant.unwrap_or_default();
        for merchant in flips(merchant.as_bytes()).filter_map(|merchant| String::from_utf8(merchant).ok()) {
            let parts = Parts { merchant: Some(&merchant), ..message.parts() };
            message.verdict(&message.header, parts).unwrap_err();
            refused += 1;
        }
        for body in flips(message.body) {
            let verdict = message.verdict(&message.header, Parts { body: &body, ..message.parts() });
            assert!(verdict.unwrap_err().is_signature());
            refused += 1;
        }
    }
    println!("{refused} flips refused");
    let bits = |message: &Message| {
        7 * message.path.len() + 7 * message.merchant.map_or(0, str::len) + 8 * message.body.len()
    };
    assert_eq!(refused, sum(bits));
}

/// What is there can't go, and what isn't can't come.
#[test]
fn each_part_that_comes_or_goes_is_seen() {
    let mut refused = 0;
    for message in messages() {
        let parts = message.parts();
        let others = [
            Parts { merchant: if parts.merchant.is_some() { None } else { Some("M1") }, ..parts },
            Parts { body: if parts.body.is_empty() { b"\n" } else { b"" }, ..parts },
            Parts { body: &[parts.body, b"\n"].concat(), ..parts },
            Parts { body: &[b"\n", parts.body].concat(), ..parts },
        ];
        for other in others {
            assert!(message.verdict(&message.header, other).unwrap_err().is_signature(), "{other:?}");
            refused += 1;
        }
    }
    assert_eq!(refused, 4 * messages().len());
}

#[test]
fn each_bit_of_the_signature_counts() {
    let mut refused = 0;
    for message in messages() {
        let genuine = Authorization::parse(message.header.as_bytes()).unwrap();
        for signature in flips(genuine.signature()) {
            let forged = message
                .header
                .replace(&encoded(&genuine.signature_base64()), &encoded(&Base64::encode_string(&signature)));
            assert_ne!(forged, message.header);
            assert_eq!(Authorization::parse(forged.as_bytes()).unwrap().signature(), signature);
            assert!(message.verdict(&forged, message.parts()).unwrap_err().is_signature());
            refused += 1;
        }
    }
    println!("{refused} flips refused");
    assert_eq!(refused, sum(|message| message.key.bits()));
}

/// Hexadecimal digits have two cases, and that is all that may differ.
#[test]
fn each_bit_of_the_header_counts_or_means_the_same() {
    let (mut refused, mut alike) = (0, 0);
    for message in messages() {
        let genuine = Authorization::parse(message.header.as_bytes()).unwrap();
        let digits = message.header.split('%').skip(1).flat_map(|escaped| escaped.chars().take(2));
        let letters = digits.filter(char::is_ascii_alphabetic).count();
        let mut same = 0;
        for flipped in flips(message.header.as_bytes()) {
            if message.verdict(&flipped, message.parts()).is_err() {
                refused += 1;
            } else {
                assert!(flipped.eq_ignore_ascii_case(message.header.as_bytes()));
                assert_eq!(Authorization::parse(&flipped).unwrap(), genuine);
                same += 1;
            }
        }
        assert_eq!(same, letters, "one bit makes the other case of a letter");
        alike += same;
    }
    println!("{refused} flips refused, {alike} mean the same");
    assert_eq!(refused + alike, sum(|message| 8 * message.header.len()));
}

/// A signed message, and who may have signed it.
struct Message {
    path: &'static str,
    merchant: Option<&'static str>,
    body: &'static [u8],
    key: SigningKey,
    ring: KeyRing,
    header: String,
}

/// With everything, without a body, without a merchant, with neither, with a body that is no text, by a larger key.
fn messages() -> [Message; 6] {
    const PATH: &str = "/api/v2/merch/account/balance";
    const MERCHANT: Option<&str> = Some("M24061911365700670");
    const BODY: &[u8] = br#"{"currency":"USD"}"#;
    [
        Message::signed(PATH, MERCHANT, BODY, MERCHANT_2048),
        Message::signed(PATH, MERCHANT, b"", MERCHANT_2048),
        Message::signed(PATH, None, BODY, MERCHANT_2048),
        Message::signed(PATH, None, b"", MERCHANT_2048),
        Message::signed("/", Some("M"), b"\xff\xfe\0\n\n{}\x80", MERCHANT_2048),
        Message::signed(PATH, MERCHANT, BODY, VECTOR_3072),
    ]
}

const MERCHANT_2048: &str = include_str!("../../testdata/merchant-2048.private.pem");
const VECTOR_3072: &str = include_str!("../../../../vectors/keys/rsa-3072.private.pem");

impl Message {
    fn signed(path: &'static str, merchant: Option<&'static str>, body: &'static [u8], key: &str) -> Self {
        let key = SigningKey::from_bytes("K001", key).unwrap();
        let ring =
            KeyRing::builder().key("K001", key.verifying_key().clone()).for_loopback().build().unwrap();
        let nonce = Nonce::new("a1B2c3D4e5F6").unwrap();
        let header = key.sign(&Parts { path, merchant, body }, now(), &nonce).unwrap().to_header();
        Self { path, merchant, body, key, ring, header }
    }

    fn parts(&self) -> Parts<'_> {
        Parts { path: self.path, merchant: self.merchant, body: self.body }
    }

    fn verdict(&self, header: impl AsRef<[u8]>, parts: Parts<'_>) -> Result<(), Error> {
        self.ring.verify(header.as_ref(), parts, &Window::new(now(), Duration::MAX)).map(|_| ())
    }
}

fn sum(of: fn(&Message) -> usize) -> usize {
    messages().iter().map(of).sum()
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_701_732_359_000).unwrap()
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

fn encoded(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
