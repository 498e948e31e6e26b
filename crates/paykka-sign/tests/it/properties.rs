//! What holds for all inputs, tried on many.

use std::time::Duration;

use paykka_sign::{
    Authorization, KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window, string_to_sign,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
const PUBLIC: &str = include_str!("../../testdata/merchant-2048.public.pem");

proptest! {
    // RSA, and the loading of a key, take their time.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_signed_verifies(
        path in "/[!-~]{0,40}",
        merchant in option::of("[!-~]{1,64}"),
        body in vec(any::<u8>(), 0..200),
        millis in 0_u64..=9_999_999_999_999_999,
        nonce in "[!-~]{6,32}",
        key_id in "[!-~]{1,128}",
    ) {
        let key = SigningKey::from_bytes(&key_id, PRIVATE).unwrap();
        let public = VerifyingKey::from_bytes(PUBLIC).unwrap();
        let ring = KeyRing::builder().key(&key_id, public).for_loopback().build().unwrap();
        let parts = Parts { path: &path, merchant: merchant.as_deref(), body: &body[..] };
        let timestamp = Timestamp::from_unix_millis(millis).unwrap();

        let authorization = key.sign(&parts, timestamp, &Nonce::new(&nonce).unwrap()).unwrap();
        let header = authorization.to_header();
        prop_assert!(header.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.%".contains(&b)));
        prop_assert_eq!(&Authorization::parse(header.as_bytes()).unwrap(), &authorization);

        let window = Window::new(timestamp, Duration::ZERO);
        let verified = ring.verify(header.as_bytes(), parts, &window).unwrap();
        prop_assert_eq!(verified.value(), &parts.body);
        prop_assert_eq!(verified.path(), path.as_str());
        prop_assert_eq!(verified.merchant(), merchant.as_deref());
        prop_assert_eq!(verified.timestamp(), timestamp);
        prop_assert_eq!(verified.nonce(), nonce.as_str());
        prop_assert_eq!(verified.key_id(), key_id.as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_header_makes_the_reader_panic(header in header_like()) {
        if let Ok(authorization) = Authorization::parse(&header) {
            let again = Authorization::parse(authorization.to_header().as_bytes());
            prop_assert_eq!(again.unwrap(), authorization);
        }
    }

    #[test]
    fn signed_bytes_have_one_reading_alone(message in message_like()) {
        let readings = readings(&message);
        prop_assert!(readings.len() <= 1, "{:?}", readings);
    }

    #[test]
    fn the_one_reading_is_the_message(
        path in "/[a1/]{0,3}",
        millis in prop_oneof![Just(0_u64), 1_u64..=99],
        nonce in "[a1/]{1,3}",
        merchant in option::of("[a1/]{1,3}"),
        body in "[a1/\n]{0,12}",
    ) {
        let timestamp = Timestamp::from_unix_millis(millis).unwrap();
        let parts = Parts { path: &path, merchant: merchant.as_deref(), body: body.as_bytes() };
        let signed = string_to_sign(&parts, timestamp, &nonce).unwrap();
        let message = std::str::from_utf8(signed.as_bytes()).unwrap();
        prop_assert_eq!(readings(message), [(parts, timestamp, nonce.as_str())]);
    }
}

/// Every way in which these bytes can be cut at their line feeds, as far as the crate signs it to the same bytes.
fn readings(message: &str) -> Vec<(Parts<'_>, Timestamp, &str)> {
    let mut found = Vec::new();
    for (path, rest) in cuts(message) {
        for (timestamp, rest) in cuts(rest) {
            let Ok(timestamp) = Timestamp::parse(timestamp) else { continue };
            for (nonce, rest) in cuts(rest) {
                for (merchant, body) in cuts(rest).chain([(rest, "")]) {
                    for merchant in [None, Some(merchant)] {
                        let parts = Parts { path, merchant, body: body.as_bytes() };
                        let signed = string_to_sign(&parts, timestamp, nonce);
                        if signed.is_ok_and(|signed| signed.as_bytes() == message.as_bytes()) {
                            found.push((parts, timestamp, nonce));
                        }
                    }
                }
            }
        }
    }
    found
}

fn cuts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices('\n').filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)))
}

/// Few characters and many line feeds, so that every line is now and then fit to be every field.
fn message_like() -> impl Strategy<Value = String> {
    vec(prop_oneof!["", "/", "/1", "1", "0", "a", "/a1", "01", " "], 3..9).prop_map(|lines| lines.join("\n"))
}

/// Anything, things made of a header's own pieces, and genuine headers with something wrong in them.
pub(crate) fn header_like() -> impl Strategy<Value = Vec<u8>> {
    const SAMPLE: &str = "%7B%22sign_type%22%3A%22SHA256_WITH_RSA%22%2C%22timestamp%22%3A%221701732359000%22%2C%22nonce%22%3A%22a1B2c3D4e5F6%22%2C%22key_id%22%3A%22K001%22%2C%22signature%22%3A%22ab%2B%2FcQ%3D%3D%22%7D";
    let pieces = prop_oneof![
        "%7B|%7D|%22|%2C|%3A|%5B|%5D|%5Cu00|%5C|%|\\+|null|[0-9]{1,17}",
        "%22(sign_type|timestamp|nonce|key_id|signature)%22%3A%22[A-Za-z0-9]{0,8}(%3D){0,2}%22%2C",
    ];
    let damaged = (any::<usize>(), any::<usize>(), vec(any::<u8>(), 0..3)).prop_map(|(start, len, with)| {
        let start = start % SAMPLE.len();
        let end = (start + len % 4).min(SAMPLE.len());
        let mut header = SAMPLE.as_bytes().to_vec();
        header.splice(start..end, with);
        header
    });
    prop_oneof![
        vec(any::<u8>(), 0..100),
        vec(pieces, 0..12).prop_map(|pieces| pieces.concat().into_bytes()),
        damaged,
    ]
}
