//! The state machines: which state follows which, what magic words do, and what is refused with which code.

use std::collections::BTreeMap;
use std::time::Duration;

use paykka_emulator::{Emulator, Landing};
use paykka_model::{Amount, NotificationKind};
use paykka_sign::VerifyingKey;
use serde_json::{Value, json};

use crate::bodies::{
    Changes, ask, assert_refused, body, key_of_merchant, merchant, open_va, path, relatable, send, upload,
};
use crate::caller::{
    APPLY, BALANCE, INQUIRY, MERCHANT, Message, STEP, builder, call, empty, fails, noted_payment, other_key,
    payment,
};

#[tokio::test]
async fn an_application_ends_as_its_name_says() {
    let emulator = empty().key("K001", key_of_merchant()).start().await.unwrap();
    let cases = [
        ("Acme Ltd", "PASS", "LOW"),
        ("EMU-REFUSED", "REFUSED", ""),
        ("EMU-AUTH-FAIL", "AUTH_FAIL", ""),
        ("EMU-REJECTED", "REJECTED", ""),
        ("EMU-RISK-HIGH", "PASS", "HIGH"),
    ];
    for (name, end, risk) in cases {
        let changes = [("/request_id", json!(name)), ("/license/ent_name_en", json!(name))];
        let applied = ask(&emulator, None, "onboarding.apply", &changes).await;
        let submitted = ask(&emulator, None, "assessment.submit", &changes).await;
        let assessed = submitted["merch_id"].as_str().unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let whose = [("/request_id", Value::Null), ("/merch_id", applied["merch_id"].clone())];
            let status = ask(&emulator, None, "onboarding.inquiry", &whose).await["status"].clone();
            let result =
                ask(&emulator, Some(assessed), "assessment.result", &[("/merch_id", json!(assessed))]).await;
            assert_eq!(status, result["status"], "{name}");
            assert_eq!(
                result["risk_level"].as_str().unwrap_or_default(),
                if status == "PASS" { risk } else { "" }
            );
            seen.push(status.as_str().unwrap().to_owned());
            emulator.advance(STEP).await;
        }
        assert_eq!(seen, ["INIT", "WAIT", end], "{name}");
        let changes =
            [("/merch_id", applied["merch_id"].clone()), ("/request_id", json!(format!("{name}2")))];
        let update = send(&emulator, None, "onboarding.update", &changes).await;
        if end == "REJECTED" {
            assert_eq!(update.status, 200);
        } else {
            assert_refused(&update, 400, "010003", "only what was REJECTED");
        }
    }
}

#[tokio::test]
async fn an_application_is_there_for_its_own_keys_alone() {
    let emulator = empty().key("K001", key_of_merchant()).start().await.unwrap();
    let other = other_key("K2");
    let public = || VerifyingKey::from_bytes(other.public_key()).unwrap();
    emulator.register(None, "K2", public()).unwrap();
    let rejected = [("/request_id", json!("A1")), ("/license/ent_name_en", json!("EMU-REJECTED"))];
    let first = ask(&emulator, None, "onboarding.apply", &rejected).await;
    let merch_id = &first["merch_id"];
    emulator.advance(STEP * 2).await;
    let sent = async |operation: &str, text: String| {
        Message::signed_for_nobody(&other, path(operation), &text).send(&emulator).await
    };
    let update =
        || body("onboarding.update", &[("/request_id", json!("A2")), ("/merch_id", merch_id.clone())]);
    for text in [json!({ "request_id": "A1" }), json!({ "merch_id": merch_id })] {
        let answer = sent("onboarding.inquiry", text.to_string()).await;
        assert_refused(&answer, 404, "010002", "the application: not found");
    }
    assert_refused(&sent("onboarding.update", update()).await, 404, "010002", "the application: not found");

    // Its own application may have the same number.
    let second = sent("onboarding.apply", body("onboarding.apply", &rejected)).await.verified();
    assert_ne!(&second["merch_id"], merch_id);
    let by_number = json!({ "request_id": "A1" }).to_string();
    assert_eq!(
        sent("onboarding.inquiry", by_number.clone()).await.verified()["merch_id"],
        second["merch_id"]
    );
    let asked = Message::signed_for(None, path("onboarding.inquiry"), &by_number).send(&emulator).await;
    assert_eq!(&asked.verified()["merch_id"], merch_id);

    // Whoever signs for the merchant that it became may ask for it and correct it.
    let third = other_key("K3");
    emulator.register(merch_id.as_str(), "K3", public()).unwrap();
    for text in [by_number, json!({ "merch_id": merch_id }).to_string()] {
        let message = Message::signed_for_nobody(&third, path("onboarding.inquiry"), &text);
        assert_eq!(&message.send(&emulator).await.verified()["merch_id"], merch_id);
    }
    let message = Message::signed_for_nobody(&third, path("onboarding.update"), &update());
    assert_eq!(message.send(&emulator).await.status, 200);
}

/// The same calls in another order get the same numbers.
#[tokio::test]
async fn numbers_do_not_depend_on_what_else_is_under_way() {
    let mut runs = Vec::new();
    for is_backwards in [false, true] {
        let emulator = builder().seed(7).start().await.unwrap();
        open_va(&emulator, MERCHANT).await;
        let mut order = ["R1", "R2", "R3"];
        if is_backwards {
            order.reverse();
        }
        let mut numbers = BTreeMap::new();
        for (index, id) in order.into_iter().enumerate() {
            let amount = i64::from(id.as_bytes()[1]);
            let quoted = [("/sell_amount", json!(amount))];
            let number = [("/request_id", json!(id))];
            let quote = ask(&emulator, merchant(), "forex.pre_order", &quoted).await["order_no"].clone();
            let payee = ask(&emulator, merchant(), "payee.create", &number).await["beneficiary_id"].clone();
            let receipt = emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(amount))).unwrap();
            let order = relatable(&emulator, MERCHANT, id, "Buyer").await;
            if index == 1 {
                emulator.advance(Duration::from_secs(1)).await;
            }
            numbers.insert(id, (quote, payee, receipt, order));
        }
        runs.push(numbers);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn what_is_not_there_is_010002_with_the_field() {
    let emulator = builder().start().await.unwrap();
    let file = json!([upload(&emulator, MERCHANT).await]);
    let files = [("/contract_file_ids", file.clone()), ("/invoice_file_ids", file)];
    let cases: [(&str, Changes<'_>, &str); 9] = [
        ("va.inquiry", &[], "$.request_id"),
        ("order.inquiry", &[], "the order"),
        ("order.supplement", &[], "$.contract_order_no"),
        ("order.update", &files, "$.request_id"),
        ("trade_settle.apply", &[], "$.recv_order_no"),
        ("trade_settle.inquiry", &[], "$.recv_order_no"),
        ("payee.inquiry", &[], "the payee"),
        ("forex.confirm", &[], "$.order_no"),
        ("payment.inquiry", &[], "$.request_id"),
    ];
    for (operation, changes, field) in cases {
        assert_refused(&send(&emulator, merchant(), operation, changes).await, 404, "010002", field);
    }
    let stranger = empty().key("K001", key_of_merchant()).start().await.unwrap();
    for operation in ["onboarding.inquiry", "onboarding.update"] {
        assert_refused(&send(&stranger, None, operation, &[]).await, 404, "010002", "the application");
    }
}

#[tokio::test]
async fn what_is_malformed_is_010000_with_the_field() {
    let emulator = builder().start().await.unwrap();
    let long = "x".repeat(33);
    let cases: [(&str, Changes<'_>, &str); 8] = [
        ("payment.apply", &[("/request_id", json!(long))], "$.request_id"),
        ("payment.apply", &[("/request_id", Value::Null)], "$: the field `request_id`"),
        ("payment.apply", &[("/amount", json!("1"))], "$.amount"),
        ("payment.apply", &[("/amount", json!(1.5))], "$.amount"),
        ("forex.pre_order", &[("/buy_amount", json!(1))], "$"),
        ("forex.pre_order", &[("/buy_currency", json!("USD"))], "$.buy_currency"),
        ("forex.pre_order", &[("/buy_currency", json!("XAU"))], "$.buy_currency"),
        ("va.apply", &[("/currencies", json!([]))], "$.currencies"),
    ];
    for (operation, changes, field) in cases {
        assert_refused(&send(&emulator, merchant(), operation, changes).await, 400, "010000", field);
    }
}

#[tokio::test]
async fn money_lands_only_where_an_account_takes_it() {
    let emulator = builder().start().await.unwrap();
    let dollars = || Landing::new("USD", Amount::from_wire(5));
    assert!(emulator.land(MERCHANT, dollars()).is_err(), "there is no account yet");
    ask(&emulator, merchant(), "va.apply", &[("/request_id", json!("VA1"))]).await;
    assert!(emulator.land(MERCHANT, dollars()).is_err(), "the account isn't enabled yet");
    emulator.advance(STEP).await;
    emulator.land(MERCHANT, dollars()).unwrap();
    assert!(emulator.land(MERCHANT, Landing::new("EUR", Amount::from_wire(5))).is_err());
    assert!(emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(0))).is_err());
    assert!(emulator.land("M2", dollars()).is_err());
    let mut elsewhere = dollars();
    elsewhere.account_no = Some("1".to_owned());
    assert!(emulator.land(MERCHANT, elsewhere).is_err());
}

#[tokio::test]
async fn a_receipt_is_settled_once_by_orders_that_explain_it() {
    let emulator = builder().start().await.unwrap();
    open_va(&emulator, MERCHANT).await;
    let receipt = emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(500))).unwrap();
    let good = relatable(&emulator, MERCHANT, "O1", "ACME").await;
    let bad = relatable(&emulator, MERCHANT, "O2", "EMU-CHECK-REJECTED").await;
    let apply = |order: &str, amount: i64| {
        let relate = json!([{ "contract_order_no": order, "amount": amount }]);
        vec![("/recv_order_no", json!(receipt)), ("/relate_list", relate)]
    };
    let status = async |emulator: &Emulator| {
        let number = [("/recv_order_no", json!(receipt))];
        ask(emulator, merchant(), "trade_settle.inquiry", &number).await["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let refused = send(&emulator, merchant(), "trade_settle.apply", &apply(&good, 499)).await;
    assert_refused(&refused, 400, "010000", "$.relate_list");
    let unknown = send(&emulator, merchant(), "trade_settle.apply", &apply("CO9", 500)).await;
    assert_refused(&unknown, 404, "010002", "$.relate_list[0].contract_order_no");
    assert_eq!(status(&emulator).await, "PENDING_RELATE");

    ask(&emulator, merchant(), "trade_settle.apply", &apply(&bad, 500)).await;
    emulator.advance(STEP).await;
    assert_eq!(status(&emulator).await, "CHECK_REJECTED");
    ask(&emulator, merchant(), "trade_settle.apply", &apply(&good, 500)).await;
    for _ in 0..2 {
        let again = send(&emulator, merchant(), "trade_settle.apply", &apply(&good, 500)).await;
        assert_refused(&again, 400, "010003", "$.recv_order_no");
        emulator.advance(STEP).await;
    }
    assert_eq!(status(&emulator).await, "SETTLED");
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(1_500)));
    assert_eq!(emulator.ledger(MERCHANT).len(), 2);
}

#[tokio::test]
async fn a_quote_holds_for_half_a_minute_and_is_executed_once() {
    let emulator = builder().start().await.unwrap();
    let sell = [("/sell_amount", json!(100))];
    let first = ask(&emulator, merchant(), "forex.pre_order", &sell).await;
    let number = |quote: &Value| [("/order_no", quote["order_no"].clone())];
    emulator.advance(Duration::from_secs(30)).await;
    for _ in 0..2 {
        ask(&emulator, merchant(), "forex.confirm", &number(&first)).await;
    }
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(900)));
    assert_eq!(emulator.balance(MERCHANT, "EUR"), Some(Amount::from_wire(92)));

    let second = ask(&emulator, merchant(), "forex.pre_order", &sell).await;
    emulator.advance(Duration::from_millis(30_001)).await;
    let expired = send(&emulator, merchant(), "forex.confirm", &number(&second)).await;
    assert_refused(&expired, 400, "010003", "$.order_no");
    assert_eq!(ask(&emulator, merchant(), "forex.inquiry", &number(&second)).await["status"], "EXPIRED");
    // The first was executed and stays so.
    assert_eq!(ask(&emulator, merchant(), "forex.confirm", &number(&first)).await["status"], "PROCESSING");
    assert_eq!(ask(&emulator, merchant(), "forex.inquiry", &number(&first)).await["status"], "SUCCESS");

    let too_much = [("/sell_amount", json!(1_000))];
    let third = ask(&emulator, merchant(), "forex.pre_order", &too_much).await;
    assert_refused(
        &send(&emulator, merchant(), "forex.confirm", &number(&third)).await,
        400,
        "010003",
        "the balance",
    );
    assert_eq!(emulator.ledger(MERCHANT).len(), 3);
    emulator.check_ledgers().unwrap();
}

#[tokio::test]
async fn a_payment_ends_as_its_postscript_says_and_money_comes_back() {
    let emulator = builder().start().await.unwrap();
    let cases = [
        ("R1", "p", &["PROCESSING", "SUCCESS", "SUCCESS"], 900),
        ("R2", "EMU-FAILED", &["PROCESSING", "FAILED", "FAILED"], 900),
        ("R3", "EMU-REFUNDED", &["PROCESSING", "SUCCESS", "REFUNDED"], 900),
    ];
    for (request_id, postscript, states, rest) in cases {
        call(&emulator, APPLY, &noted_payment(request_id, "B1", "USD", 100, postscript)).await;
        for state in states {
            let asked = call(&emulator, INQUIRY, &json!({ "request_id": request_id }).to_string()).await;
            assert_eq!(asked["status"], *state, "{request_id}");
            emulator.advance(STEP).await;
        }
        assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(rest)));
    }
    emulator.check_ledgers().unwrap();
}

#[tokio::test]
async fn a_payments_status_is_set_by_hand_and_its_money_comes_back_once() {
    let emulator = builder().start().await.unwrap();
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    let set = |status| emulator.set_status(NotificationKind::Payment, MERCHANT, "R1", status);
    set("SUCCESS").unwrap();
    set("REFUNDED").unwrap();
    set("FAILED").unwrap();
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(1_000)));
    assert!(set("SUCCESS").is_err(), "its money has come back");
    assert!(emulator.set_status(NotificationKind::Payment, MERCHANT, "R2", "SUCCESS").is_err());
    emulator.check_ledgers().unwrap();
}

/// Both executions end, each with its own money.
#[tokio::test]
async fn what_is_executed_twice_on_command_comes_back_twice() {
    let emulator = builder().start().await.unwrap();
    let body = noted_payment("R1", "B1", "USD", 100, "EMU-FAILED");
    for _ in 0..2 {
        Message::signed(APPLY, &body).with_faults("no-dedupe").send(&emulator).await.verified();
    }
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(800)));
    emulator.advance(STEP).await;
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(1_000)));
    emulator.check_ledgers().unwrap();
}

#[tokio::test]
async fn an_inquiry_that_lags_sees_the_former_balance() {
    let emulator = builder().start().await.unwrap();
    emulator.advance(Duration::from_secs(60)).await;
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    let seen = |faults: &'static str| {
        let emulator = &emulator;
        async move {
            let answer = Message::signed(BALANCE, "{}").with_faults(faults).send(emulator).await.verified();
            answer["accounts"][0]["balance"].clone()
        }
    };
    assert_eq!((seen("").await, seen("lag=1000").await), (json!(900), json!(1_000)));
}

#[tokio::test]
async fn every_object_is_put_into_a_state_by_hand_and_money_follows() {
    let emulator = builder().start().await.unwrap();
    let set = |kind, object: &str, status: &str| emulator.set_status(kind, MERCHANT, object, status);

    let company = ask(&emulator, None, "onboarding.apply", &[("/request_id", json!("O1"))]).await;
    set(NotificationKind::Onboarding, "O1", "REFUSED").unwrap();
    let whose = [("/request_id", Value::Null), ("/merch_id", company["merch_id"].clone())];
    assert_eq!(ask(&emulator, None, "onboarding.inquiry", &whose).await["status"], "REFUSED");

    let payee = ask(&emulator, merchant(), "payee.create", &[("/request_id", json!("P1"))]).await;
    let payee = payee["beneficiary_id"].as_str().unwrap();
    set(NotificationKind::Payee, payee, "TOMORROW").unwrap();
    let whose = [("/request_id", Value::Null), ("/beneficiary_id", json!(payee))];
    assert_eq!(ask(&emulator, merchant(), "payee.inquiry", &whose).await["status"], "TOMORROW");

    open_va(&emulator, MERCHANT).await;
    let landing = Landing::new("USD", Amount::from_wire(500));
    let receipt = emulator.land(MERCHANT, landing).unwrap();
    set(NotificationKind::TradeSettle, &receipt, "SETTLED").unwrap();
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(1_500)));
    assert!(set(NotificationKind::TradeSettle, &receipt, "CHECKING").is_err(), "its money is there");

    let quote = ask(&emulator, merchant(), "forex.pre_order", &[("/sell_amount", json!(100))]).await;
    let quote = quote["order_no"].as_str().unwrap();
    assert!(set(NotificationKind::Forex, quote, "SUCCESS").is_err(), "no money has moved");
    set(NotificationKind::Forex, quote, "EXPIRED").unwrap();
    let confirmed = send(&emulator, merchant(), "forex.confirm", &[("/order_no", json!(quote))]).await;
    assert_refused(&confirmed, 400, "010003", "$.order_no");
    let asked = ask(&emulator, merchant(), "forex.inquiry", &[("/order_no", json!(quote))]).await;
    assert_eq!(asked["status"], "EXPIRED");

    for (kind, object) in [(NotificationKind::Va, "none"), (NotificationKind::OrderReview, "none")] {
        assert!(set(kind, object, "ENABLED").is_err());
    }
    emulator.check_ledgers().unwrap();
}

#[tokio::test]
async fn a_payee_is_checked_before_it_is_paid() {
    let emulator = builder().start().await.unwrap();
    let payee = ask(&emulator, merchant(), "payee.create", &[("/request_id", json!("P1"))]).await;
    let number = payee["beneficiary_id"].as_str().unwrap().to_owned();
    for request_id in ["R1", "R2"] {
        let (status, ret_code, _) = fails(&emulator, APPLY, &payment(request_id, &number, "USD", 1)).await;
        assert_eq!((status, ret_code.as_str()), (400, "010003"));
        let update = send(&emulator, merchant(), "payee.update", &[("/request_id", json!("P1"))]).await;
        assert_refused(&update, 400, "010003", "only what was REJECTED");
        emulator.advance(STEP).await;
    }
    call(&emulator, APPLY, &payment("R3", &number, "USD", 1)).await;
}
