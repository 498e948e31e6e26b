//! What is genuine reaches the handler, and the answer says whether it was handled.

use http::StatusCode;
use paykka_model::PaymentNotification;
use paykka_sign::{KeyRing, SharedKeyRing, VerifyingKey};
use paykka_webhook::Verifier;

use crate::endpoint::{BODY, Endpoint, FAILING, MERCHANT, Message, PATH, platform_ring};

#[tokio::test]
async fn a_genuine_notification_is_handled_and_answered_with_an_empty_object() {
    let endpoint = Endpoint::start();
    let answer = endpoint.post(&Message::genuine()).await;
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, &b"{}"[..]));
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(endpoint.handled(), ["R1"]);
}

#[tokio::test]
async fn without_the_header_the_merchant_of_the_data_counts() {
    let endpoint = Endpoint::start();
    let answer = endpoint.post(&Message::signed(PATH, None, BODY)).await;
    assert_eq!((answer.status, endpoint.handled().len()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn what_is_genuine_and_has_no_known_shape_is_handed_over_all_the_same() {
    let endpoint = Endpoint::start();
    let answer = endpoint.post(&Message::signed(PATH, Some(MERCHANT), r#"{"type":"MERCH","data":{}}"#)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let handled = endpoint.handled();
    assert!(handled.len() == 1 && handled[0].starts_with("UNDECODABLE at column"), "{handled:?}");
}

#[tokio::test]
async fn a_rotated_key_is_accepted_without_a_restart() {
    let platform = SharedKeyRing::from(platform_ring());
    let verifier = Verifier::for_loopback_tests(platform.clone(), PATH, [MERCHANT])
        .unwrap()
        .only::<PaymentNotification>();
    let endpoint = Endpoint::with(verifier);
    let other = include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem");
    let other = VerifyingKey::from_bytes(other).unwrap();
    let former =
        platform.swap(KeyRing::builder().key("P001", other).for_loopback().build().unwrap()).unwrap();
    assert_eq!(endpoint.post(&Message::genuine()).await.status, StatusCode::UNAUTHORIZED);
    platform.swap(former).unwrap();
    assert_eq!(endpoint.post(&Message::genuine()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_handler_could_not_handle_is_not_acknowledged() {
    let endpoint = Endpoint::start();
    let answer = endpoint.post(&Message::signed(PATH, Some(MERCHANT), &BODY.replace("R1", FAILING))).await;
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::SERVICE_UNAVAILABLE, &b"{}"[..]));
    assert_eq!(endpoint.handled(), [FAILING]);
}
