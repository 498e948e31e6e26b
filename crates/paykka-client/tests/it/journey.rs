//! A company's whole way through the typed client, over TLS: it applies, is assessed, gets an account, is paid, settles,
//! exchanges and pays. All 24 calls; the test's output lists them.
#![allow(clippy::print_stdout, reason = "the test's report lists the calls")]

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use paykka_client::{Client, Roots};
use paykka_emulator::{BusinessClock, Emulator, Landing};
use paykka_model::{
    Amount, BalanceInquiryRequest, ForexStatus, NumberAmount, OPERATIONS, OnboardingStatus, OrderStatus,
    PayeeStatus, PaymentStatus, ReceiptStatus, RiskLevel, Role, VaStatus,
};
use paykka_sign::{SigningKey, VerifyingKey};
use serde_json::{Value, json};

use crate::fixtures::request;
use crate::world::{MERCHANT_PEM, MERCHANT_PUBLIC_PEM, PLATFORM_PEM, platform_ring};

const STEP: Duration = Duration::from_secs(1);
const TWO_STEPS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn all_24_calls_of_a_companys_whole_way() {
    let emulator = Emulator::builder(SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap())
        .business_clock(BusinessClock::manual(UNIX_EPOCH + Duration::from_secs(1_700_000_000)))
        .step(STEP)
        .key("K001", VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap())
        .start()
        .await
        .unwrap();
    // Of no merchant yet.
    let client = Client::builder(emulator.https_url())
        .signing_key(SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap())
        .platform_keys(platform_ring())
        .roots(Roots::Only(emulator.ca_pem().into()))
        .build()
        .unwrap();

    let merchant = onboard(&emulator, &client).await;
    assess(&emulator, &client).await;
    let client = client.as_merchant(&merchant);
    collect(&emulator, &client).await;
    spend(&emulator, &client).await;

    emulator.check_ledgers().unwrap();
    let amounts: Vec<_> = emulator.ledger(&merchant).iter().map(|entry| entry.amount.to_wire()).collect();
    assert_eq!(amounts, [125_000, -100_000, 92_166, -20_000]);
    let seen: BTreeSet<_> = emulator.requests().iter().filter_map(|request| request.operation).collect();
    let calls: BTreeSet<_> =
        OPERATIONS.iter().filter(|known| known.role == Role::Call).map(|known| known.name).collect();
    println!("the emulator saw {} of {} calls:", seen.len(), calls.len());
    seen.iter().for_each(|name| println!("  {name}"));
    assert_eq!((seen.len(), seen), (24, calls));
    assert!(emulator.requests().iter().all(|request| request.status == Some(200)), "none was refused");
}

async fn onboard(emulator: &Emulator, client: &Client) -> String {
    let changes = [("/request_id", json!("ON1")), ("/license/ent_name_en", json!("Acme EMU-REJECTED Ltd"))];
    let applied = client.onboarding().apply(&request("onboarding.apply", &changes)).await.unwrap();
    let merchant = applied.into_value().merch_id;
    emulator.advance(TWO_STEPS).await;
    let by_number =
        request("onboarding.inquiry", &[("/request_id", json!("ON1")), ("/merch_id", Value::Null)]);
    let state = client.onboarding().inquiry(&by_number).await.unwrap();
    assert_eq!(state.value().status, OnboardingStatus::Rejected);
    let changes = [("/request_id", json!("ON2")), ("/merch_id", json!(merchant))];
    client.onboarding().update(&request("onboarding.update", &changes)).await.unwrap();
    emulator.advance(STEP).await;
    let state = client.onboarding().inquiry(&by_number).wait_until_final().await.unwrap();
    assert_eq!(state.value().status, OnboardingStatus::Pass);
    merchant
}

async fn assess(emulator: &Emulator, client: &Client) {
    let changes = [("/request_id", json!("AS1")), ("/license/ent_name_en", json!("Acme EMU-REJECTED Ltd"))];
    let submitted = client.assessment().submit(&request("assessment.submit", &changes)).await.unwrap();
    let merchant = submitted.into_value().merch_id;
    let whose = [("/merch_id", json!(merchant))];
    let asked = request("assessment.result", &whose);
    let state = client.assessment().result(&asked).as_merchant(&*merchant).await.unwrap();
    assert_eq!(state.value().status, OnboardingStatus::Init);
    emulator.advance(TWO_STEPS).await;
    let update = request("assessment.update", &whose);
    client.assessment().update(&update).as_merchant(&*merchant).await.unwrap();
    emulator.advance(STEP).await;
    let state = client.assessment().result(&asked).as_merchant(&*merchant).wait_until_final().await.unwrap();
    assert_eq!(state.value().status, OnboardingStatus::Pass);
    assert_eq!(state.value().risk_level, Some(RiskLevel::Low));
}

async fn collect(emulator: &Emulator, client: &Client) {
    client.va().apply(&request("va.apply", &[("/request_id", json!("VA1"))])).await.unwrap();
    emulator.advance(STEP).await;
    let va = client.va().inquiry(&request("va.inquiry", &[("/request_id", json!("VA1"))])).await.unwrap();
    assert_eq!((&va.value().status, va.value().account_no.is_some()), (&Some(VaStatus::Enabled), true));
    let merchant = client.merchant().unwrap();
    let receipt = emulator.land(merchant, Landing::new("USD", Amount::from_wire(125_000))).unwrap();
    emulator.settle().await;

    let uploaded = client.files().upload("contract.pdf", b"test".to_vec()).await.unwrap();
    let file = json!([uploaded.value().file_id]);
    let changes = [
        ("/request_id", json!("OR1")),
        ("/contract_file_ids", file.clone()),
        ("/invoice_file_ids", file.clone()),
        ("/other_file_ids", file),
        ("/logistics_info", Value::Null),
    ];
    let created = client.orders().create(&request("order.create", &changes)).await.unwrap();
    let order = created.into_value().contract_order_no;
    emulator.advance(STEP).await;
    let mut corrected = changes.to_vec();
    corrected.push(("/remark", json!("corrected")));
    client.orders().update(&request("order.update", &corrected)).await.unwrap();
    emulator.advance(STEP).await;
    let number = [("/contract_order_no", json!(order)), ("/request_id", Value::Null)];
    let state = client.orders().inquiry(&request("order.inquiry", &number)).await.unwrap();
    assert_eq!(state.value().status, OrderStatus::Relatable);
    client.orders().supplement(&request("order.supplement", &number[..1])).await.unwrap();

    let relate = json!([{ "contract_order_no": order, "amount": 125_000 }]);
    let changes = [("/recv_order_no", json!(receipt)), ("/relate_list", relate)];
    let applied = client.trade_settle().apply(&request("trade_settle.apply", &changes)).await.unwrap();
    assert_eq!(applied.value().status, ReceiptStatus::Checking);
    emulator.advance(STEP).await;
    let asked = request("trade_settle.inquiry", &changes[..1]);
    let settled = client.trade_settle().inquiry(&asked).await.unwrap();
    assert_eq!(settled.value().status, ReceiptStatus::Settled);
    let balance = client.balance().inquiry(&BalanceInquiryRequest::new()).await.unwrap();
    assert_eq!(balance.value().accounts[0].balance.to_wire(), 125_000);
}

async fn spend(emulator: &Emulator, client: &Client) {
    let changes = [
        ("/request_id", json!("PA1")),
        ("/beneficiary/nick_name", json!("EMU-REJECTED")),
        ("/beneficiary/bank_account/currency", json!("EUR")),
    ];
    let created = client.payees().create(&request("payee.create", &changes)).await.unwrap();
    let payee = created.into_value().beneficiary_id;
    emulator.advance(TWO_STEPS).await;
    let corrected = [changes[0].clone(), changes[2].clone()];
    client.payees().update(&request("payee.update", &corrected)).await.unwrap();
    emulator.advance(STEP).await;
    let number = [("/beneficiary_id", json!(payee)), ("/request_id", Value::Null)];
    let state = client.payees().inquiry(&request("payee.inquiry", &number)).await.unwrap();
    assert_eq!(state.value().status, PayeeStatus::Pass);

    let wish = request("forex.pre_order", &[("/sell_amount", json!(100_000))]);
    let quote = client.forex().pre_order(&wish).await.unwrap().into_value();
    assert_eq!(quote.buy_amount, NumberAmount::from_integer(92_166));
    let number = [("/order_no", json!(quote.order_no))];
    let confirmed = client.forex().confirm(&request("forex.confirm", &number)).await.unwrap();
    assert_eq!(confirmed.value().status, ForexStatus::Processing);
    emulator.advance(STEP).await;
    let exchanged = client.forex().inquiry(&request("forex.inquiry", &number)).await.unwrap();
    assert_eq!(exchanged.value().status, ForexStatus::Success);

    let changes = [
        ("/request_id", json!("PY1")),
        ("/beneficiary_id", json!(payee)),
        ("/currency", json!("EUR")),
        ("/amount", json!(20_000)),
    ];
    let applied = client.payments().apply(&request("payment.apply", &changes)).await.unwrap();
    assert_eq!(applied.value().status, PaymentStatus::Processing);
    emulator.advance(STEP).await;
    let paid = client.payments().inquiry(&request("payment.inquiry", &changes[..1])).await.unwrap();
    assert_eq!((&paid.value().status, paid.value().finished_at.is_some()), (&PaymentStatus::Success, true));
}
