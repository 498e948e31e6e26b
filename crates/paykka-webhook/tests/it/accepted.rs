//! What is genuine reaches the handler, and the answer says whether it was handled.

use http::StatusCode;

use crate::endpoint::{BODY, Endpoint, FAILING, MERCHANT, Message, PATH};

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
async fn what_the_handler_could_not_handle_is_not_acknowledged() {
    let endpoint = Endpoint::start();
    let answer = endpoint.post(&Message::signed(PATH, Some(MERCHANT), &BODY.replace("R1", FAILING))).await;
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::SERVICE_UNAVAILABLE, &b"{}"[..]));
    assert_eq!(endpoint.handled(), [FAILING]);
}
