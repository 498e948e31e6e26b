//! Whole notifications through the webhook's core: never a panic, nothing is accepted that wasn't signed, what is accepted has
//! its bytes, and what may be about money names a merchant of ours.
//!
//! An input is a header, a merchant (`-` for none) and a body, with a zero byte behind each but the last. The header `=` stands
//! for a genuine signature, which no mutation would ever find.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use paykka_model::NotificationKind;
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_webhook::testing::Notice;
use paykka_webhook::{Attribution, Merchants, Parse, Reason, Verifier};

fuzz_target!(|input: &[u8]| -> Corpus {
    let mut fields = input.splitn(3, |byte| *byte == 0);
    let (Some(header), Some(merchant), Some(body)) = (fields.next(), fields.next(), fields.next()) else {
        return Corpus::Reject;
    };
    let merchant = (merchant != b"-").then_some(merchant);
    let mut headers: Vec<(&str, Vec<u8>)> =
        merchant.map(|merchant| ("x-merch-id", merchant.to_vec())).into_iter().collect();
    if header != b"=" {
        headers.push(("authorization", header.to_vec()));
        let refused = VERIFIER.verify(&headers, body.to_vec().into());
        assert!(refused.is_err(), "nobody signed {headers:?}");
        return Corpus::Keep;
    }
    let notice = Notice::of_body(PATH, body.to_vec());
    let notice = match merchant.map(str::from_utf8) {
        None => notice.without_merchant(),
        Some(Ok(merchant)) => notice.merchant(merchant),
        Some(Err(_)) => return Corpus::Reject,
    };
    // A merchant that can't be signed.
    let Ok(signed) = notice.sign(&PLATFORM) else { return Corpus::Reject };
    let raw = match VERIFIER.verify(&signed.headers, signed.body) {
        Ok(raw) => raw,
        Err(rejection) => {
            assert_eq!(rejection.reason(), Reason::ForeignMerchant);
            assert!(merchant.is_some_and(|merchant| merchant != MERCHANT.as_bytes()));
            return Corpus::Keep;
        }
    };
    assert_eq!(raw.value().body(), body);
    if let Ok(received) = raw.parse() {
        let is_ours = received.attribution() == Attribution::Merchant;
        assert!(is_ours || received.kind().is_some_and(is_harmless), "nobody's, and perhaps about money");
    }
    Corpus::Keep
});

const fn is_harmless(kind: NotificationKind) -> bool {
    use NotificationKind::{Assessment, Onboarding, OrderReview, Payee, Va};
    matches!(kind, Onboarding | Assessment | Va | Payee | OrderReview)
}

const PATH: &str = "/paykka";
const MERCHANT: &str = "M24061911365700670";

static PLATFORM: LazyLock<SigningKey> = LazyLock::new(|| {
    let pem = include_str!("../../crates/paykka-sign/testdata/platform-2048.private.pem");
    SigningKey::from_bytes("P001", pem).unwrap()
});

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let key = VerifyingKey::from_bytes(PLATFORM.public_key()).unwrap();
    let ring = KeyRing::builder().key("P001", key).for_loopback().build().unwrap();
    let merchants = Merchants::these([MERCHANT]);
    Verifier::builder(ring, PATH).merchants(merchants).for_loopback().build().unwrap()
});
