//! Money comes in: an account, a remittance, the order behind it, and the settlement that makes it spendable.

use paykka_emulator::Landing;
use paykka_model::{
    Amount, FileId, Notification, OrderCreate, OrderInquiry, OrderInquiryRequest, OrderStatus, ReceiptStatus,
    TradeSettleInquiry, VaApply, VaInquiry, VaInquiryRequest, VaStatus,
};
use serde_json::json;

use super::super::report::{BoxError, Facts, Report, Stopped};
use super::super::requests::{self, LANDED, request};
use super::super::world::World;
use crate::texts::demo as texts;

pub(super) async fn tell(world: &mut World, report: &mut Report) -> Result<(), Stopped> {
    report.step("account", account(world)).await?;
    let receipt = report.step("remittance", land(world)).await?;
    let contract = report.step("contract", super::upload(world, "contract.pdf")).await?;
    let order = report.step("order", order(world, contract)).await?;
    report.step("proof", super::spending::prove(world)).await?;
    report.step("settlement", settle(world, &receipt, &order)).await?;
    report.step("balance", super::balance(world, &[("USD", LANDED)])).await
}

async fn account(world: &mut World) -> Result<(Facts, ()), BoxError> {
    let inquiry: VaInquiryRequest = request(&json!({ "request_id": requests::ACCOUNT }))?;
    world.change::<VaApply, VaInquiry>(&request(&requests::account())?, &inquiry).await?;
    world
        .told(|told| match told {
            Notification::Va(state) => (state.status == Some(VaStatus::Enabled)).then_some(()),
            _ => None,
        })
        .await?;
    let state = world.ask::<VaInquiry>(&inquiry).await?.into_value();
    let number = state.account_no.as_deref().ok_or("the account has no number")?;
    Ok((Facts::new(texts::account(&number)).result(json!(state)), ()))
}

/// A buyer pays: the one thing that the merchant doesn't set going.
async fn land(world: &mut World) -> Result<(Facts, String), BoxError> {
    let merchant = world.client.merchant().ok_or("the client has no merchant")?.to_owned();
    world.emulator.land(&merchant, Landing::new("USD", Amount::from_wire(LANDED)))?;
    let remittance = world
        .told(|told| match told {
            Notification::Remittance(remittance) => Some(remittance.clone()),
            _ => None,
        })
        .await?;
    let receipt = remittance.recv_order_no.clone();
    Ok((Facts::new(texts::landed(&LANDED, &receipt)).result(json!(remittance)), receipt))
}

async fn order(world: &mut World, contract: FileId) -> Result<(Facts, String), BoxError> {
    let inquiry: OrderInquiryRequest = request(&json!({ "request_id": requests::ORDER }))?;
    let order = request(&requests::order(&json!(contract)))?;
    world.change::<OrderCreate, OrderInquiry>(&order, &inquiry).await?;
    let number = world
        .told(|told| match told {
            Notification::OrderReview(review) => {
                (review.status == OrderStatus::Relatable).then(|| review.contract_order_id.clone())
            }
            _ => None,
        })
        .await?;
    let state = world.ask::<OrderInquiry>(&inquiry).await?.into_value();
    if state.status != OrderStatus::Relatable {
        return Err("receipts can't be settled by the order".into());
    }
    Ok((Facts::new(texts::order(&number, &state.status)).result(json!(state)), number))
}

async fn settle(world: &mut World, receipt: &str, order: &str) -> Result<(Facts, ()), BoxError> {
    let settlement = request(&requests::settlement(receipt, order))?;
    super::spending::with_money(world, async |money| {
        let settled = money.trade_settle().apply("settlement 1", &settlement).await?;
        Ok((settled.outcome.into(), ()))
    })
    .await?;
    world
        .told(|told| match told {
            Notification::TradeSettle(state) => (state.status == ReceiptStatus::Settled).then_some(()),
            _ => None,
        })
        .await?;
    let inquiry = request(&json!({ "recv_order_no": receipt }))?;
    let state = world.ask::<TradeSettleInquiry>(&inquiry).await?.into_value();
    if state.status != ReceiptStatus::Settled {
        return Err("the receipt isn't settled".into());
    }
    Ok((Facts::new(texts::settled(&receipt, &order)).result(json!(state)), ()))
}
