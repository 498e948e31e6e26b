//! A company's whole way: it applies, is assessed, gets an account, is paid, settles, exchanges and pays. All 24 calls and
//! all 9 notifications, each verified.

use std::collections::BTreeSet;
use std::time::Duration;

use paykka_emulator::{Emulator, Landing, LocalCa};
use paykka_model::{Amount, Notification, OPERATIONS, Role};
use serde_json::{Value, json};

use crate::bodies::{ask, key_of_merchant, open_va, upload};
use crate::caller::{STEP, empty};
use crate::notifications::{receiver, verified};

const TWO_STEPS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn all_calls_and_all_notifications_of_a_companys_whole_way() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let base = format!("https://{}/hooks", server.address());
    let emulator = empty().key("K001", key_of_merchant()).ca(ca).notify_under(base).start().await.unwrap();
    let merchant = onboard(&emulator).await;
    assess(&emulator).await;
    collect(&emulator, &merchant).await;
    spend(&emulator, &merchant).await;

    emulator.check_ledgers().unwrap();
    let causes: Vec<_> = emulator.ledger(&merchant).iter().map(|entry| entry.amount.to_wire()).collect();
    assert_eq!(causes, [125_000, -100_000, 92_166, -20_000]);
    let of_role = |role| {
        OPERATIONS.iter().filter(|known| known.role == role).map(|known| known.name).collect::<BTreeSet<_>>()
    };
    let calls: BTreeSet<_> = emulator.requests().iter().filter_map(|request| request.operation).collect();
    assert_eq!((calls.len(), calls), (24, of_role(Role::Call)));
    let mut notices = BTreeSet::new();
    while let Ok(came) = inbox.try_recv() {
        let path = came.path.strip_prefix("/hooks").unwrap();
        let known = OPERATIONS.iter().find(|known| known.path == path).unwrap();
        assert!(verified(&came)["data"]["merch_id"].is_string());
        assert!(Notification::from_body(&came.body).is_ok());
        notices.insert(known.name);
    }
    assert_eq!((notices.len(), notices), (9, of_role(Role::Notification)));
}

async fn onboard(emulator: &Emulator) -> String {
    let changes = [("/request_id", json!("ON1")), ("/license/ent_name_en", json!("Acme EMU-REJECTED Ltd"))];
    let applied = ask(emulator, None, "onboarding.apply", &changes).await;
    let merchant = text(&applied, "merch_id");
    emulator.advance(TWO_STEPS).await;
    let by_number = [("/request_id", json!("ON1")), ("/merch_id", Value::Null)];
    assert_eq!(ask(emulator, None, "onboarding.inquiry", &by_number).await["status"], "REJECTED");
    let changes = [("/request_id", json!("ON2")), ("/merch_id", json!(merchant))];
    ask(emulator, None, "onboarding.update", &changes).await;
    emulator.advance(STEP).await;
    assert_eq!(ask(emulator, None, "onboarding.inquiry", &by_number).await["status"], "PASS");
    merchant
}

async fn assess(emulator: &Emulator) {
    let changes = [("/request_id", json!("AS1")), ("/license/ent_name_en", json!("Acme EMU-REJECTED Ltd"))];
    let merchant = text(&ask(emulator, None, "assessment.submit", &changes).await, "merch_id");
    let whose = [("/merch_id", json!(merchant))];
    assert_eq!(ask(emulator, Some(&merchant), "assessment.result", &whose).await["status"], "INIT");
    emulator.advance(TWO_STEPS).await;
    ask(emulator, Some(&merchant), "assessment.update", &whose).await;
    emulator.advance(STEP).await;
    let result = ask(emulator, Some(&merchant), "assessment.result", &whose).await;
    assert_eq!((&result["status"], &result["risk_level"]), (&"PASS".into(), &"LOW".into()));
}

async fn collect(emulator: &Emulator, merchant: &str) {
    open_va(emulator, merchant).await;
    let va = ask(emulator, Some(merchant), "va.inquiry", &[("/request_id", json!("VA1"))]).await;
    assert_eq!((&va["status"], va["account_no"].is_string()), (&"ENABLED".into(), true));
    let receipt = emulator.land(merchant, Landing::new("USD", Amount::from_wire(125_000))).unwrap();
    emulator.settle().await;

    let file = json!([upload(emulator, merchant).await]);
    let changes = [
        ("/request_id", json!("OR1")),
        ("/contract_file_ids", file.clone()),
        ("/invoice_file_ids", file.clone()),
        ("/other_file_ids", file),
        ("/logistics_info", Value::Null),
    ];
    let order = text(&ask(emulator, Some(merchant), "order.create", &changes).await, "contract_order_no");
    emulator.advance(STEP).await;
    let mut corrected = changes.to_vec();
    corrected.push(("/remark", json!("corrected")));
    let updated = ask(emulator, Some(merchant), "order.update", &corrected).await;
    assert_eq!(updated["status"], "PENDING");
    emulator.advance(STEP).await;
    let number = [("/contract_order_no", json!(order)), ("/request_id", Value::Null)];
    assert_eq!(ask(emulator, Some(merchant), "order.inquiry", &number).await["status"], "RELATABLE");
    ask(emulator, Some(merchant), "order.supplement", &number[..1]).await;

    let relate = json!([{ "contract_order_no": order, "amount": 125_000 }]);
    let changes = [("/recv_order_no", json!(receipt)), ("/relate_list", relate)];
    assert_eq!(ask(emulator, Some(merchant), "trade_settle.apply", &changes).await["status"], "CHECKING");
    emulator.advance(STEP).await;
    let settled = ask(emulator, Some(merchant), "trade_settle.inquiry", &changes[..1]).await;
    assert_eq!(settled["status"], "SETTLED");
    let balance = ask(emulator, Some(merchant), "balance.inquiry", &[]).await;
    assert_eq!(balance["accounts"][0]["balance"], 125_000);
}

async fn spend(emulator: &Emulator, merchant: &str) {
    let changes = [
        ("/request_id", json!("PA1")),
        ("/beneficiary/nick_name", json!("EMU-REJECTED")),
        ("/beneficiary/bank_account/currency", json!("EUR")),
    ];
    let payee = text(&ask(emulator, Some(merchant), "payee.create", &changes).await, "beneficiary_id");
    emulator.advance(TWO_STEPS).await;
    ask(emulator, Some(merchant), "payee.update", &[changes[0].clone(), changes[2].clone()]).await;
    emulator.advance(STEP).await;
    let number = [("/beneficiary_id", json!(payee)), ("/request_id", Value::Null)];
    assert_eq!(ask(emulator, Some(merchant), "payee.inquiry", &number).await["status"], "PASS");

    let quote = ask(emulator, Some(merchant), "forex.pre_order", &[("/sell_amount", json!(100_000))]).await;
    assert_eq!(quote["buy_amount"], 92_166);
    let number = [("/order_no", quote["order_no"].clone())];
    assert_eq!(ask(emulator, Some(merchant), "forex.confirm", &number).await["status"], "PROCESSING");
    emulator.advance(STEP).await;
    assert_eq!(ask(emulator, Some(merchant), "forex.inquiry", &number).await["status"], "SUCCESS");

    let changes = [
        ("/request_id", json!("PY1")),
        ("/beneficiary_id", json!(payee)),
        ("/currency", json!("EUR")),
        ("/amount", json!(20_000)),
    ];
    ask(emulator, Some(merchant), "payment.apply", &changes).await;
    emulator.advance(STEP).await;
    let paid = ask(emulator, Some(merchant), "payment.inquiry", &changes[..1]).await;
    assert_eq!((&paid["status"], paid["finished_at"].is_string()), (&"SUCCESS".into(), true));
}

fn text(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap().to_owned()
}
