//! The notification wakes, the inquiry tells.

use std::sync::{Arc, Mutex};

use paykka_model::{Notification, NotificationKind, PaymentStatus};
use paykka_sign::Verified;
use paykka_webhook::testing::{Notice, sample};
use paykka_webhook::{Delivery, MemoryClaims, Reason, Receiver, confirm_by_inquiry};

use crate::world::{PATH, any_kind, payment, payment_data, payments, post, signed};

/// What the inquiry says: a payment's data, nothing, or that it can't be asked.
#[derive(Clone, Copy)]
enum Says {
    Payment(&'static str, &'static str),
    Nothing,
    Error,
}

type Seen = Arc<Mutex<Vec<(Option<String>, Option<String>)>>>;

fn status(notification: &Notification) -> String {
    match notification {
        Notification::Payment(state) => state.status.to_string(),
        other => format!("{:?}", other.kind()),
    }
}

fn receiver(verifier: paykka_webhook::VerifierBuilder, says: Says) -> (Receiver, Seen, Seen) {
    let (asked, seen) = (Seen::default(), Seen::default());
    let (asking, seeing) = (Arc::clone(&asked), Arc::clone(&seen));
    let handler = confirm_by_inquiry(
        move |news: Verified<Notification>| {
            asking.lock().unwrap().push((Some(status(news.value())), None));
            std::future::ready(match says {
                Says::Payment(request_id, status) => {
                    let body = format!(r#"{{"type":"M","data":{}}}"#, payment_data(request_id, status));
                    Ok(Some(NotificationKind::Payment.read(body.as_bytes()).unwrap()))
                }
                Says::Nothing => Ok(None),
                Says::Error => Err("the platform can't be reached"),
            })
        },
        move |delivery: Delivery| {
            seeing.lock().unwrap().push((delivery.inquired().map(status), delivery.state().map(status)));
            std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
        },
    );
    (Receiver::handling(verifier.build().unwrap(), MemoryClaims::new(10), handler), asked, seen)
}

#[tokio::test]
async fn what_the_inquiry_says_is_what_the_handler_goes_by() {
    let (receiver, asked, seen) = receiver(payments(), Says::Payment("R1", "FAILED"));
    assert_eq!(post(&receiver, &signed(&payment("R1", "SUCCESS"))).await, Reason::Handled);
    assert_eq!(asked.lock().unwrap().len(), 1);
    let failed = Some(PaymentStatus::Failed.to_string());
    assert_eq!(*seen.lock().unwrap(), [(failed.clone(), failed)]);
}

#[tokio::test]
async fn an_answer_about_another_object_or_none_at_all_isnt_handled() {
    for says in [Says::Payment("R2", "SUCCESS"), Says::Error] {
        let (receiver, asked, seen) = receiver(payments(), says);
        let message = signed(&payment("R1", "SUCCESS"));
        assert_eq!(post(&receiver, &message).await, Reason::Handler);
        assert_eq!(post(&receiver, &message).await, Reason::Handler, "it may come again");
        assert_eq!((asked.lock().unwrap().len(), seen.lock().unwrap().len()), (2, 0));
    }
}

#[tokio::test]
async fn where_there_is_no_inquiry_the_notification_is_all_there_is() {
    let (receiver, asked, seen) = receiver(any_kind(), Says::Nothing);
    for kind in [NotificationKind::Remittance, NotificationKind::OrderReview] {
        let notice = Notice::new(kind, sample(kind)).path(PATH);
        assert_eq!(post(&receiver, &signed(&notice)).await, Reason::Handled);
    }
    assert_eq!(post(&receiver, &signed(&Notice::of_body(PATH, "[]"))).await, Reason::Handled);
    let told = |kind| (None, Some(format!("{:?}", Some(kind))));
    let all = [told(NotificationKind::Remittance), told(NotificationKind::OrderReview), (None, None)];
    assert_eq!(*seen.lock().unwrap(), all);
    assert_eq!(asked.lock().unwrap().len(), 1, "about money alone");
}
