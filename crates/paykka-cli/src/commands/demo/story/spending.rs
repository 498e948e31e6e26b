//! Money goes out: an exchange, a payee, a payment. What moves money goes through the engine with a journal.

use paykka_client::money::{Money, MoneyError, Outcome};
use paykka_model::{
    ForexConfirmRequest, ForexInquiry, ForexPreOrder, ForexStatus, Notification, PayeeCreate, PayeeInquiry,
    PayeeInquiryRequest, PayeeStatus, PaymentApplyRequest, PaymentInquiry, PaymentStatus,
};
use serde_json::json;

use super::super::report::{BoxError, Facts, Report, Stopped};
use super::super::requests::{self, EXCHANGED, LANDED, PAID, request};
use super::super::world::World;
use crate::texts::demo as texts;

pub(super) async fn tell(world: &mut World, report: &mut Report) -> Result<(), Stopped> {
    let (quote, bought) = report.step("quote", quote(world)).await?;
    report.step("exchange", exchange(world, &quote)).await?;
    let payee = report.step("payee", payee(world)).await?;
    let number = report.step("payment", pay(world, &payee)).await?;
    report.step("paid", paid(world, &number)).await?;
    let left = [("USD", LANDED - EXCHANGED), ("EUR", bought - PAID)];
    report.step("balance_after", super::balance(world, &left)).await
}

async fn quote(world: &World) -> Result<(Facts, (String, i64)), BoxError> {
    let wish = request(&requests::quote())?;
    let quote = world.ask::<ForexPreOrder>(&wish).await?.into_value();
    let bought = quote.buy_amount.as_wire().parse().map_err(|_| "the quote's amount isn't whole")?;
    let says = texts::quoted(&quote.sell_amount.as_wire(), &quote.buy_amount.as_wire(), &quote.fx_rate);
    Ok((Facts::new(says).result(json!(quote)), (quote.order_no, bought)))
}

async fn exchange(world: &mut World, quote: &str) -> Result<(Facts, ()), BoxError> {
    let confirm: ForexConfirmRequest = request(&json!({ "order_no": quote }))?;
    with_money(world, async |money| {
        let settled = money.forex().confirm("exchange 1", &confirm).await?;
        Ok((settled.outcome.into(), ()))
    })
    .await?;
    world
        .told(|told| match told {
            Notification::Forex(state) => (state.status == ForexStatus::Success).then_some(()),
            _ => None,
        })
        .await?;
    let state = world.ask::<ForexInquiry>(&request(&json!({ "order_no": quote }))?).await?.into_value();
    if state.status != ForexStatus::Success {
        return Err("the exchange isn't done".into());
    }
    Ok((Facts::new(texts::exchanged(&quote, &state.status)).result(json!(state)), ()))
}

async fn payee(world: &mut World) -> Result<(Facts, String), BoxError> {
    let inquiry: PayeeInquiryRequest = request(&json!({ "request_id": requests::PAYEE }))?;
    world.change::<PayeeCreate, PayeeInquiry>(&request(&requests::payee())?, &inquiry).await?;
    world
        .told(|told| match told {
            Notification::Payee(state) => (state.status == PayeeStatus::Pass).then_some(()),
            _ => None,
        })
        .await?;
    let state = world.ask::<PayeeInquiry>(&inquiry).await?.into_value();
    if state.status != PayeeStatus::Pass {
        return Err("the payee hasn't passed".into());
    }
    let id = state.beneficiary_id.clone();
    Ok((Facts::new(texts::payee(&id, &state.status)).result(json!({ "beneficiary_id": id })), id))
}

async fn pay(world: &mut World, payee: &str) -> Result<(Facts, String), BoxError> {
    let payment: PaymentApplyRequest = request(&requests::payment(payee))?;
    let number = with_money(world, async |money| {
        let settled = money.payments().submit("invoice 17", &payment).await?;
        Ok((settled.outcome.into(), settled.request_id))
    })
    .await?;
    let facts = Facts::new(texts::payment(&PAID, &payee, &number)).result(json!({ "request_id": number }));
    Ok((facts, number))
}

async fn paid(world: &mut World, number: &str) -> Result<(Facts, ()), BoxError> {
    world
        .told(|told| match told {
            Notification::Payment(state) if state.request_id == *number => {
                (state.status == PaymentStatus::Success).then_some(())
            }
            _ => None,
        })
        .await?;
    let inquiry = request(&json!({ "request_id": number }))?;
    let state = world.ask::<PaymentInquiry>(&inquiry).await?.into_value();
    if state.status != PaymentStatus::Success {
        return Err("the payment isn't made".into());
    }
    Ok((Facts::new(texts::paid(&number, &state.status)).result(json!(state)), ()))
}

/// Shows the engine an answer that verifies, before which it moves no money.
pub(super) async fn prove(world: &World) -> Result<(Facts, ()), BoxError> {
    for _ in 1..world.tries() {
        if world.money()?.prove().await?.reads {
            return Ok((Facts::new(texts::proven()), ()));
        }
        world.tape.recovered(texts::proven_again());
    }
    if world.money()?.prove().await?.reads {
        return Ok((Facts::new(texts::proven()), ()));
    }
    Err("no answer of the inquiries was verified".into())
}

/// How a money call ended, as far as the story cares.
pub(super) enum Ended {
    Answered,
    /// Its own answer was lost.
    Found,
    Otherwise,
}

impl<A, S> From<Outcome<A, S>> for Ended {
    fn from(outcome: Outcome<A, S>) -> Self {
        match outcome {
            Outcome::Accepted(_) => Self::Answered,
            Outcome::Executed(_) => Self::Found,
            _ => Self::Otherwise,
        }
    }
}

/// Makes a call through the engine, and again by the same key where nothing was done.
pub(super) async fn with_money<T>(
    world: &World,
    call: impl AsyncFn(&Money) -> Result<(Ended, T), MoneyError>,
) -> Result<T, BoxError> {
    let money = world.money()?;
    for tried in 1.. {
        let is_last = tried >= world.tries();
        match call(money).await {
            Ok((Ended::Answered, value)) => return Ok(value),
            Ok((Ended::Found, value)) => {
                world.tape.recovered(texts::money_found());
                return Ok(value);
            }
            Ok((Ended::Otherwise, _)) if is_last => return Err("the call came to nothing".into()),
            Err(error) if is_last => return Err(error.into()),
            Ok((Ended::Otherwise, _)) | Err(_) => {
                world.tape.recovered(texts::money_again());
                money.prove().await?;
            }
        }
    }
    Err("the call came to nothing".into())
}
