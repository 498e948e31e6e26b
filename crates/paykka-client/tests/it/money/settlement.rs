//! A settlement from the order to the money, through the engine: with its answer, without it, and by another process.

use std::time::Duration;

use paykka_client::money::{AnySettled, Money, Outcome};
use paykka_emulator::Cause;
use paykka_model::{OrderStatus, ReceiptStatus, TradeSettleApplyRequest};
use serde_json::{Value, json};

use super::rig::{Rig, word};
use crate::fixtures::request;
use crate::world::MERCHANT;

const APPLY: &str = "/api/v2/trade-settle/apply";
const STEP: Duration = Duration::from_secs(1);

/// Money that came in, and a contract with its papers that it may be related to.
async fn prepared(rig: &Rig) -> TradeSettleApplyRequest {
    let client = rig.client();
    let receipt = rig.receipt().await;
    rig.emulator.settle().await;
    let uploaded = client.files().upload("contract.pdf", b"test".to_vec()).await.unwrap();
    let file = json!([uploaded.value().file_id]);
    let order = [
        ("/request_id", json!("OR1")),
        ("/contract_file_ids", file.clone()),
        ("/invoice_file_ids", file.clone()),
        ("/other_file_ids", file),
        ("/logistics_info", Value::Null),
    ];
    let created = client.orders().create(&request("order.create", &order)).await.unwrap();
    let number = created.into_value().contract_order_no;
    rig.emulator.advance(2 * STEP).await;
    let asked = [("/contract_order_no", json!(number)), ("/request_id", Value::Null)];
    let state = client.orders().inquiry(&request("order.inquiry", &asked)).await.unwrap();
    assert_eq!(state.value().status, OrderStatus::Relatable);
    let relate = json!([{ "contract_order_no": number, "amount": 500 }]);
    request("trade_settle.apply", &[("/recv_order_no", json!(receipt)), ("/relate_list", relate)])
}

async fn settles(rig: &Rig, request: &TradeSettleApplyRequest) {
    rig.emulator.advance(5 * STEP).await;
    let asked =
        crate::fixtures::request("trade_settle.inquiry", &[("/recv_order_no", json!(request.recv_order_no))]);
    let state = rig.client().trade_settle().inquiry(&asked).await.unwrap();
    assert_eq!(state.value().status, ReceiptStatus::Settled);
    rig.emulator.check_ledgers().unwrap();
    let ledger = rig.emulator.ledger(MERCHANT);
    let settled: Vec<_> = ledger.iter().filter(|entry| entry.cause == Cause::Settlement).collect();
    assert_eq!(settled.len(), 1, "{ledger:?}");
}

/// (what befalls the application, what came of it)
#[tokio::test]
async fn money_that_came_in_is_settled_once() {
    for (fault, expected) in [
        ("", "accepted"),
        ("reset-after", "executed"),
        ("unsigned", "executed"),
        ("status-after=500", "executed"),
    ] {
        let rig = Rig::new().await;
        let money = rig.process().ready().await;
        let request = prepared(&rig).await;
        rig.fault("trade_settle.apply", "no-dedupe", None);
        if !fault.is_empty() {
            rig.fault("trade_settle.apply", fault, Some(1));
        }
        for _ in 0..2 {
            let applied = money.trade_settle().apply("settle 1", &request).await;
            assert_eq!(word(&applied), expected, "{fault}: {applied:?}");
            assert_eq!(applied.unwrap().request_id, request.recv_order_no);
        }
        assert_eq!(rig.calls(APPLY), 1, "{fault}");
        settles(&rig, &request).await;
    }
}

/// The caller dies with the answer on its way; the next process finds out, and the same job run again sends nothing.
#[tokio::test]
async fn another_process_finds_out_what_became_of_a_settlement() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let request = prepared(&rig).await;
    rig.fault("trade_settle.apply", "no-dedupe", None);
    rig.fault("trade_settle.apply", "delay=20000", Some(1));
    tokio::select! {
        biased;
        applied = money.trade_settle().apply("settle 1", &request) => panic!("{applied:?}"),
        () = async { while rig.calls(APPLY) == 0 { tokio::task::yield_now().await } } => {}
    }
    drop(money);

    let money = rig.process().ready().await;
    assert_eq!(recovered(&money).await, ReceiptStatus::Checking);
    settles(&rig, &request).await;
    let again = money.trade_settle().apply("settle 1", &request).await;
    assert_eq!(word(&again), "executed", "{again:?}");
    money.acknowledge(&again.unwrap().key).await.unwrap();
    assert!(money.recover().await.unwrap().is_empty());
    assert_eq!(rig.calls(APPLY), 1);
    let late = money.trade_settle().apply("another key", &request).await.unwrap_err();
    assert!(late.is_not_open() && rig.calls(APPLY) == 1, "{late}");
}

async fn recovered(money: &Money) -> ReceiptStatus {
    let recovered = money.recover().await.unwrap();
    let [found] = recovered.as_slice() else { panic!("{recovered:?}") };
    let Ok(AnySettled::TradeSettle(found)) = &found.result else { panic!("{found:?}") };
    let Outcome::Executed(receipt) = &found.outcome else { panic!("{found:?}") };
    receipt.status.clone()
}
