//! The notification wakes, the inquiry tells. A notification can be late or replayed, and its kind is partly a reading; what
//! the platform answers to a question of ours, signed and now, is not. This crate makes no calls, so asking is a function.

use std::error::Error as StdError;
use std::fmt;

use paykka_model::Notification;
use paykka_sign::Verified;

use crate::received::is_money;
use crate::{Ack, Delivery, Handler, ObjectKey};

/// A handler that asks the platform before `handler` sees a notification that may be about money.
///
/// `ask` gets the notification and gives what the inquiry call answered, as the notification that would say the same, such as
/// `Notification::Payment(answer)`; or `None` where there is no such call (remittance). The answer stands in
/// [`Delivery::inquired`] and [`Delivery::state`]. An error of `ask`, and an answer about another object, are answered 503, so
/// that the platform sends the notification again (I). What can't be parsed can't be asked about: it goes to the handler
/// with its raw bytes.
///
/// ```
/// use paykka_model::Notification;
/// use paykka_sign::Verified;
/// use paykka_webhook::{Delivery, confirm_by_inquiry};
///
/// # async fn inquiry(request_id: &str) -> Result<paykka_model::PaymentState, std::io::Error> { unimplemented!() }
/// let handler = confirm_by_inquiry(
///     |news: Verified<Notification>| async move {
///         Ok::<_, std::io::Error>(match news.value() {
///             Notification::Payment(payment) => Some(Notification::Payment(inquiry(&payment.request_id).await?)),
///             _ => None,
///         })
///     },
///     |delivery: Delivery| async move {
///         if let Some(Notification::Payment(payment)) = delivery.inquired() {
///             println!("{} is {}", payment.request_id, payment.status);
///         }
///         Ok::<_, std::io::Error>(delivery.ack())
///     },
/// );
/// ```
#[must_use]
pub const fn confirm_by_inquiry<A, H>(ask: A, handler: H) -> ConfirmByInquiry<A, H> {
    ConfirmByInquiry { ask, handler }
}

/// The handler that [`confirm_by_inquiry`] makes.
pub struct ConfirmByInquiry<A, H> {
    ask: A,
    handler: H,
}

impl<A, H> ConfirmByInquiry<A, H> {
    async fn asked<Fut, E>(&self, delivery: &Delivery) -> Result<Option<Notification>, BoxError>
    where
        A: Fn(Verified<Notification>) -> Fut,
        Fut: Future<Output = Result<Option<Notification>, E>>,
        E: Into<BoxError>,
    {
        let Ok(news) = delivery.received().notification() else { return Ok(None) };
        if !is_money(news.value().kind()) {
            return Ok(None);
        }
        let answer = (self.ask)(news.clone()).await.map_err(Into::into)?;
        let is_other = answer.as_ref().is_some_and(|answer| !is_about(answer, delivery.object()));
        if is_other { Err(AnotherObject.into()) } else { Ok(answer) }
    }
}

impl<A, H, Fut, E> Handler for ConfirmByInquiry<A, H>
where
    A: Fn(Verified<Notification>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<Notification>, E>> + Send,
    E: Into<BoxError>,
    H: Handler,
{
    async fn handle(&self, delivery: Delivery) -> Result<Ack, BoxError> {
        let answer = self.asked(&delivery).await?;
        self.handler.handle(delivery.with_inquired(answer)).await
    }
}

impl<A, H> fmt::Debug for ConfirmByInquiry<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmByInquiry").finish_non_exhaustive()
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;

/// Answers needn't name the merchant, since the question did.
fn is_about(answer: &Notification, object: Option<&ObjectKey>) -> bool {
    object.is_some_and(|object| {
        let merchant = answer.merch_id().unwrap_or(object.merchant());
        ObjectKey::of(Some(merchant), answer).as_ref() == Some(object)
    })
}

#[derive(Debug)]
struct AnotherObject;

impl fmt::Display for AnotherObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the inquiry's answer is about another object than the notification; ask for the notification's own")
    }
}

impl StdError for AnotherObject {}
