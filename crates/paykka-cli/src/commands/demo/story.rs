//! The story: ask the balance, pay, receive the platform's notification, ask again. It stops at the first step that
//! isn't verified.

use std::time::Duration;

use paykka_model::{
    Amount, BalanceInquiryRequest, Notification, NumberAmount, PaymentApplyFields, PaymentApplyRequest,
    PaymentInquiryRequest, PaymentState, PaymentStatus, RequestId,
};
use serde_json::json;

use super::report::{BoxError, Facts, Report, Stopped};
use super::world::{CURRENCY, PAYEE, World};

const REQUEST_ID: &str = "DEMO-PAYMENT-1";
const AMOUNT: Amount = Amount::from_wire(125_000);

pub(crate) async fn tell(world: &mut World, report: &mut Report) -> Result<(), Stopped> {
    let before = report.step("balance", balance(world)).await?;
    report.step("payment", pay(world)).await?;
    report.step("notification", notified(world)).await?;
    report.step("inquiry", ask(world)).await?;
    report.step("balance_after", balance_after(world, before)).await
}

async fn balance(world: &World) -> Result<(Facts, Amount), BoxError> {
    let request = BalanceInquiryRequest::new().currency(CURRENCY);
    let answer = world.client.balance().inquiry(&request).await?;
    let account = answer.value().accounts.first().ok_or("the answer names no account")?;
    let facts = Facts::new(format!("{CURRENCY} {} to spend, in {UNIT}", account.available_amount.to_wire()))
        .exchange(&answer)
        .result(json!(answer.value()));
    Ok((facts, account.available_amount))
}

async fn pay(world: &World) -> Result<(Facts, ()), BoxError> {
    let request = PaymentApplyRequest::new(PaymentApplyFields {
        request_id: REQUEST_ID.parse()?,
        beneficiary_id: PAYEE.to_owned(),
        currency: CURRENCY.into(),
        amount: NumberAmount::from_integer(AMOUNT.to_wire()),
        postscript: "INV 17".to_owned(),
    });
    request.validate().into_result()?;
    let answer = world.client.payments().apply(&request).await?;
    let says = format!("{CURRENCY} {} to {PAYEE}: accepted, {}", AMOUNT.to_wire(), answer.value().status);
    Ok((Facts::new(says).exchange(&answer).result(json!(answer.value())), ()))
}

/// The notification wakes; the inquiry after it tells.
async fn notified(world: &mut World) -> Result<(Facts, ()), BoxError> {
    let received = tokio::time::timeout(PATIENCE, world.notifications.recv())
        .await
        .map_err(|_| "no verified notification came within 10 seconds")?
        .ok_or("the merchant's endpoint has ended")?;
    let notification = received.notification()?;
    let Notification::Payment(state) = notification.value() else {
        return Err("a notification of another kind came".into());
    };
    let state = paid(state)?;
    let facts = Facts::new(format!("the platform says that {} is {}", state.request_id, state.status))
        .verified(notification)
        .result(json!(state));
    Ok((facts, ()))
}

async fn ask(world: &World) -> Result<(Facts, ()), BoxError> {
    let request = PaymentInquiryRequest::new(REQUEST_ID.parse::<RequestId>()?);
    let answer = world.client.payments().inquiry(&request).await?;
    let state = paid(answer.value())?;
    let facts = Facts::new(format!("{} is {}", state.request_id, state.status))
        .exchange(&answer)
        .result(json!(state));
    Ok((facts, ()))
}

async fn balance_after(world: &World, before: Amount) -> Result<(Facts, ()), BoxError> {
    let (facts, after) = balance(world).await?;
    if before.checked_sub(AMOUNT) == Some(after) {
        Ok((facts, ()))
    } else {
        Err("the balance isn't smaller by exactly the payment".into())
    }
}

/// How long the notification may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The emulator's own unit; the platform states none.
const UNIT: &str = "the emulator's minor units";

fn paid(state: &PaymentState) -> Result<&PaymentState, BoxError> {
    let ours =
        state.request_id == REQUEST_ID && state.amount == Some(NumberAmount::from_integer(AMOUNT.to_wire()));
    if ours && state.status == PaymentStatus::Success {
        Ok(state)
    } else {
        Err("the payment that was named isn't ours, or isn't paid".into())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use paykka_sign::{KeyRing, SigningKey};

    use super::*;
    use crate::commands::demo::keys::{Keys, PLATFORM_KEY_ID, handed_over};
    use crate::frame::Format;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The demo's failure must show: here the merchant was handed a key that isn't the platform's.
    #[tokio::test]
    async fn an_answer_that_is_not_verified_stops_the_story_and_fails_it() {
        let (_, keys) = Keys::generate().unwrap();
        let (_, strangers) = Keys::generate().unwrap();
        let stranger: SigningKey = strangers.platform().unwrap();
        let wrong = KeyRing::new([(PLATFORM_KEY_ID, handed_over(&stranger).unwrap())]).unwrap();
        let (_, mut world) = World::start_trusting(&keys, wrong).await.unwrap();

        let written = Buffer::default();
        let mut report = Report::new(Format::Json, Box::new(written.clone()));
        assert!(tell(&mut world, &mut report).await.is_err());
        assert!(!report.end());

        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> =
            written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["step"], &lines[0]["ok"]), (&"balance".into(), &false.into()));
        assert!(lines[0]["error"].as_str().unwrap().contains("the signature is wrong"), "{written}");
        assert_eq!((&lines[1]["step"], &lines[1]["ok"]), (&"summary".into(), &false.into()));
        assert_eq!(lines.len(), 2);
    }
}
