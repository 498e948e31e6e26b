//! Takes types and the operation table from `paykka-model` and nothing else.

use paykka_model::{Disposition, Notification};

#[test]
fn a_notification_is_read() {
    let body = br#"{"type":"MERCH","version":"1.0","data":{"request_id":"PAY-1","status":"SUCCESS","fee_amount":0}}"#;
    match Notification::from_body(body).unwrap() {
        Notification::Payment(payment) => {
            assert_eq!(payment.request_id.to_string(), "PAY-1");
            assert_eq!(payment.status.disposition(), Disposition::Succeeded);
        }
        other => panic!("{other:?}"),
    }
}
