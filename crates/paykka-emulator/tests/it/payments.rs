//! Balances, payments and their rules; each answer is verified before it is looked at.

use http::StatusCode;
use paykka_model::{Amount, PaymentStatus};

use crate::caller::{APPLY, BALANCE, INQUIRY, MERCHANT, Message, builder, payment};

#[tokio::test]
async fn a_payment_is_taken_from_the_balance_once_however_often_it_is_sent() {
    let emulator = builder().start().await.unwrap();
    let body = payment("R1", "B1", "USD", 400);
    for _ in 0..3 {
        let answer = Message::signed(APPLY, &body).send(&emulator).await;
        assert_eq!((answer.status, &answer.verified()["status"]), (StatusCode::OK, &"PROCESSING".into()));
    }
    let balance = Message::signed(BALANCE, "{}").send(&emulator).await.verified();
    assert_eq!(balance["accounts"][0]["available_amount"], 600);
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(600)));
    assert_eq!(emulator.payment_count(), 1);
    let state = Message::signed(INQUIRY, r#"{"request_id":"R1"}"#).send(&emulator).await.verified();
    assert_eq!((&state["amount"], &state["merch_id"]), (&400.into(), &MERCHANT.into()));
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_with_its_code_and_changes_nothing() {
    let emulator = builder().start().await.unwrap();
    let first = payment("R1", "B1", "USD", 400);
    assert_eq!(Message::signed(APPLY, &first).send(&emulator).await.status, StatusCode::OK);
    let long = payment(&"R".repeat(33), "B1", "USD", 1);
    let cases = [
        (payment("R1", "B1", "USD", 401), 400, "010004"),
        (payment("R2", "B1", "USD", 601), 400, "010003"),
        (payment("R3", "B2", "USD", 1), 400, "010000"),
        (payment("R4", "B2", "EUR", 1), 400, "010003"),
        (payment("R5", "B9", "USD", 1), 404, "010002"),
        (payment("R6", "B1", "USD", 0), 400, "010000"),
        (payment("R7", "B1", "USD", -1), 400, "010000"),
        (payment("", "B1", "USD", 1), 400, "010000"),
        (long, 400, "010000"),
        (r#"{"request_id":"R8"}"#.to_owned(), 400, "010000"),
        ("{".to_owned(), 400, "010000"),
    ];
    for (body, status, ret_code) in cases {
        let answer = Message::signed(APPLY, &body).send(&emulator).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.verified()["ret_code"]),
            (status, &ret_code.into()),
            "{body}"
        );
    }
    let unknown = Message::signed(INQUIRY, r#"{"request_id":"R2"}"#).send(&emulator).await;
    assert_eq!((unknown.status, &unknown.verified()["ret_code"]), (StatusCode::NOT_FOUND, &"010002".into()));
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(600)));
    assert_eq!(emulator.payment_count(), 1);
    assert!(
        emulator.payment(MERCHANT, "R1").is_some_and(|payment| payment.status == PaymentStatus::Processing)
    );
}
