//! What a signature stands for: these bytes, this path, this merchant. Everything else is refused, and nothing behind the
//! signature is reached.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use paykka_sign::Authorization;
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{Merchants, Reason};

use crate::world::{
    MERCHANT, OURS, PATH, PLATFORM, any_kind, genuine, header, payment, payment_data, payments, post,
    receiver, signed, with_body,
};

const BODY: &str = r#"{"type":"MERCH","version":"1.0","data":{"merch_id":"M24061911365700670","request_id":"R1","status":"SUCCESS","amount":12500,"fee_amount":0.10,"reason":"caf\u00e9 / ok"}}"#;

fn notice() -> Notice {
    Notice::of_body(PATH, BODY)
}

#[tokio::test]
async fn what_is_genuine_is_handled() {
    let (receiver, handled) = receiver(payments());
    assert_eq!(post(&receiver, &signed(&notice())).await, Reason::Handled);
    assert_eq!(handled.list(), ["R1 SUCCESS"]);
}

#[tokio::test]
async fn one_flipped_bit_anywhere_is_refused() {
    let (receiver, handled) = receiver(payments());
    let message = signed(&notice());
    for at in 0..message.body.len() {
        let mut body = message.body.to_vec();
        body[at] ^= 1;
        assert_eq!(post(&receiver, &with_body(&message, body)).await, Reason::Signature, "byte {at}");
    }
    assert_eq!(handled.count(), 0);
}

/// Each says the same to a JSON parser, as a proxy or framework might write it; none is what was signed.
#[tokio::test]
async fn bodies_that_were_serialised_again_are_refused() {
    let value: serde_json::Value = serde_json::from_str(BODY).unwrap();
    let sorted = serde_json::to_string(&value).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let bodies: Vec<Bytes> = vec![
        pretty.into(),
        BODY.replace(':', ": ").into(),
        BODY.replace(',', ", ").into(),
        BODY.replace(r"\u00e9", "é").into(),
        BODY.replace('/', r"\/").into(),
        BODY.replace("0.10", "0.1").into(),
        BODY.replace("12500", "12500.0").into(),
        BODY.replace("12500", "1.25e4").into(),
        BODY.replace("SUCCESS", r"\u0053UCCESS").into(),
        BODY.replace(r#""version":"1.0","#, "").replace(r#"{"type""#, r#"{"version":"1.0","type""#).into(),
        format!("{BODY}\n").into(),
        format!("{BODY}\r\n").into(),
        format!(" {BODY}").into(),
        format!("\u{feff}{BODY}").into(),
        BODY.replace("caf", "\u{200b}caf").into(),
        BODY.replace(r#""amount":12500,"#, r#""amount":12500,"amount":12500,"#).into(),
        BODY.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().into(),
        if sorted == BODY { BODY.replace("0.10", "0.100").into() } else { sorted.into() },
    ];
    let (receiver, handled) = receiver(payments());
    let message = signed(&notice());
    for (number, body) in bodies.iter().enumerate() {
        assert_ne!(body, BODY, "{number}");
        assert_eq!(post(&receiver, &with_body(&message, body.clone())).await, Reason::Signature, "{number}");
    }
    assert_eq!((bodies.len(), handled.count()), (18, 0));
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
}

/// The five lines have no lengths, so the same signed bytes could be cut into another nonce, merchant and body; see the
/// guide to signing. No field but the body may hold a line feed, and that is judged before the signature.
#[tokio::test]
async fn a_signed_text_that_is_cut_anew_is_refused() {
    let (receiver, handled) = receiver(payments());
    let body = r#"{"data":{"request_id":"R1","status":"SUCCESS"}}"#;
    let message = signed(&Notice::of_body(PATH, body));
    let mut cut = message.clone();
    let nonce =
        Authorization::parse(header(&mut cut, "authorization").as_bytes()).unwrap().nonce().to_owned();
    // Nonce and merchant become the nonce, the body becomes the merchant.
    let taller = header(&mut cut, "authorization").replace(&nonce, &format!("{nonce}%5Cn{MERCHANT}"));
    *header(&mut cut, "authorization") = taller;
    *header(&mut cut, "x-merch-id") = body.to_owned();
    cut.body = Bytes::new();
    let lines = |nonce: &str, merchant: &str, body: &str| {
        [PATH, "TIME", nonce, merchant, body].join("\n").trim_end_matches('\n').to_owned()
    };
    assert_eq!(lines(&nonce, MERCHANT, body), lines(&format!("{nonce}\n{MERCHANT}"), body, ""));
    assert_eq!(post(&receiver, &cut).await, Reason::Header);
    // The other cuts aren't the same bytes: between no merchant and a body that begins with one, and the other way round.
    let unmerchanted = signed(&Notice::of_body(PATH, format!("{MERCHANT}\n{body}")).without_merchant());
    let mut cut = with_body(&unmerchanted, body);
    cut.headers.push(("x-merch-id", MERCHANT.into()));
    assert_eq!(post(&receiver, &cut).await, Reason::Signature);
    let mut cut = with_body(&signed(&Notice::of_body(PATH, "")), MERCHANT);
    cut.headers.retain(|(name, _)| *name != "x-merch-id");
    assert_eq!(post(&receiver, &cut).await, Reason::Signature);
    assert_eq!(handled.count(), 0);
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
}

#[tokio::test]
async fn a_captured_answer_to_a_call_is_no_notification() {
    let (receiver, handled) = receiver(any_kind());
    // An answer is signed by the same key over the path of its call.
    let answer = payment_data("R1", "SUCCESS");
    for path in [
        "/api/v2/merch/pay/inquiry",
        "/api/v2/merch/pay/apply",
        "/paykka",
        "/paykka/payments/",
        "/PAYKKA/payments",
    ] {
        let captured = signed(&Notice::of_body(path, answer.clone()));
        assert_eq!(post(&receiver, &captured).await, Reason::Signature, "{path}");
    }
    assert_eq!(handled.count(), 0);
}

#[tokio::test]
async fn another_merchants_genuine_notification_with_our_number_is_refused() {
    let (receiver, handled) = receiver(payments());
    let foreign = payment_data("R1", "SUCCESS").replace(MERCHANT, "M2");
    let of = |data: &str| Notice::new(paykka_model::NotificationKind::Payment, data).path(PATH);
    let unnamed = r#"{"request_id":"R1","status":"SUCCESS"}"#;
    for (case, reason, notice) in [
        ("theirs, whole", Reason::ForeignMerchant, of(&foreign).merchant("M2")),
        ("theirs, without the header", Reason::ForeignMerchant, of(&foreign).without_merchant()),
        ("our header over their data", Reason::ForeignMerchant, of(&foreign)),
        ("their header over our data", Reason::ForeignMerchant, payment("R1", "SUCCESS").merchant("M2")),
        ("theirs, with no merchant in the data", Reason::ForeignMerchant, of(unnamed).merchant("M2")),
        ("nobody's", Reason::Unattributed, of(unnamed).without_merchant()),
        (
            "a number for a name",
            Reason::ForeignMerchant,
            of(r#"{"merch_id":7,"request_id":"R1"}"#).without_merchant(),
        ),
    ] {
        assert_eq!(post(&receiver, &signed(&notice)).await, reason, "{case}");
    }
    assert_eq!(handled.count(), 0);
    assert_eq!(post(&receiver, &genuine()).await, Reason::Handled);
}

#[tokio::test]
async fn another_key_is_refused_whatever_id_it_goes_by() {
    let (receiver, _) = receiver(payments());
    let mut by_us = payment("R1", "SUCCESS").sign(&OURS).unwrap();
    assert_eq!(post(&receiver, &by_us).await, Reason::UnknownKey);
    let lied = header(&mut by_us, "authorization").replace("P002", "P001");
    *header(&mut by_us, "authorization") = lied;
    assert_eq!(post(&receiver, &by_us).await, Reason::Signature);
    let half = |message: &mut SignedNotification| {
        let parsed = Authorization::parse(header(message, "authorization").as_bytes()).unwrap();
        parsed.signature_base64()
    };
    assert_ne!(half(&mut by_us), half(&mut genuine()));
    assert_eq!(PLATFORM.key_id(), "P001");
}

/// Whose a notification is is asked before it is parsed, and after its signature: who isn't asked wasn't reached, and nothing
/// behind them.
#[tokio::test]
async fn nothing_behind_a_bad_signature_is_reached() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let merchants = Merchants::by(move |merchant| {
        counted.fetch_add(1, Ordering::SeqCst);
        merchant == MERCHANT
    });
    let (receiver, handled) = receiver(payments().merchants(merchants));
    let message = genuine();
    for number in 0..1_000_usize {
        // Bodies on which a parser would choke, among others.
        let body = format!("{}{number}", "[".repeat(number));
        assert_eq!(post(&receiver, &with_body(&message, body)).await, Reason::Signature);
    }
    assert_eq!((asked.load(Ordering::SeqCst), handled.count()), (0, 0));
    assert_eq!(receiver.counters().of(Reason::Signature), 1_000);
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    assert_eq!(asked.load(Ordering::SeqCst), 2, "for the header, and for the data");
}
