//! The state machines: which state follows which, what magic words do, and what is refused with which code.

use std::time::Duration;

use paykka_emulator::{Emulator, Landing};
use paykka_model::{Amount, NotificationKind};
use serde_json::{Value, json};

use crate::bodies::{
    Changes, SHA256, ask, assert_refused, key_of_merchant, merchant, open_va, relatable, send, upload,
    upload_of,
};
use crate::caller::{
    APPLY, BALANCE, INQUIRY, MERCHANT, Message, STEP, builder, call, empty, fails, noted_payment, payment,
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
async fn a_repeated_key_answers_the_first_result_and_another_body_under_it_is_refused() {
    let emulator = builder().start().await.unwrap();
    let file = json!([upload(&emulator, MERCHANT).await]);
    let order = [
        ("/request_id", json!("O1")),
        ("/contract_file_ids", file.clone()),
        ("/invoice_file_ids", file.clone()),
        ("/other_file_ids", file),
        ("/logistics_info", Value::Null),
    ];
    let number = |id: &str| vec![("/request_id", json!(id))];
    let cases = [
        ("onboarding.apply", None, number("A1"), ("/license/ent_name_en", json!("Another Ltd"))),
        ("assessment.submit", None, number("S1"), ("/license/ent_name_en", json!("Another Ltd"))),
        ("va.apply", merchant(), number("V1"), ("/currencies", json!(["EUR"]))),
        ("payee.create", merchant(), number("P1"), ("/beneficiary/nick_name", json!("Another"))),
        ("order.create", merchant(), order.to_vec(), ("/buyer_name", json!("Another"))),
    ];
    for (operation, whose, changes, other) in cases {
        let first = ask(&emulator, whose, operation, &changes).await;
        assert_eq!(ask(&emulator, whose, operation, &changes).await, first, "{operation}");
        let other = [&changes[..], &[other]].concat();
        assert_refused(&send(&emulator, whose, operation, &other).await, 400, "010004", "$.request_id");
    }
}

#[tokio::test]
async fn what_is_not_there_is_010002_with_the_field() {
    let emulator = builder().start().await.unwrap();
    let cases: [(&str, Changes<'_>, &str); 10] = [
        ("va.inquiry", &[], "$.request_id"),
        ("order.inquiry", &[], "the order"),
        ("order.supplement", &[], "$.contract_order_no"),
        ("order.update", &[], "$.request_id"),
        ("order.create", &[], "$.contract_file_ids[0]"),
        ("trade_settle.apply", &[], "$.recv_order_no"),
        ("trade_settle.inquiry", &[], "$.recv_order_no"),
        ("payee.inquiry", &[], "the payee"),
        ("forex.confirm", &[], "$.order_no"),
        ("payment.inquiry", &[], "$.request_id"),
    ];
    for (operation, changes, field) in cases {
        assert_refused(&send(&emulator, merchant(), operation, changes).await, 404, "010002", field);
    }
    assert_refused(&send(&emulator, None, "onboarding.inquiry", &[]).await, 404, "010002", "the application");
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
    assert_eq!(ask(&emulator, merchant(), "forex.confirm", &number(&first)).await["status"], "SUCCESS");

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

#[tokio::test]
async fn a_file_must_be_what_its_meta_says_and_not_too_large() {
    let emulator = builder().max_file(10).start().await.unwrap();
    let meta = |sha256: &str| json!({ "filename": "f.pdf", "sha256": sha256 }).to_string();
    let good = meta(SHA256);
    let wrong = meta(&SHA256.replace('9', "8"));
    let signed = |meta: &str, parts: &[(&str, &[u8])]| upload_of(MERCHANT, meta, parts);
    let upload = async |meta: &str, file: &[u8]| {
        signed(meta, &[("file", file), ("other", b"x"), ("meta", meta.as_bytes())]).send(&emulator).await
    };
    assert!(upload(&good, b"test").await.verified()["file_id"].as_i64().unwrap() > 0);
    assert_refused(&upload(&wrong, b"test").await, 400, "010000", "$.sha256");
    assert_refused(&upload(&good, b"longer than ten").await, 400, "010005", "file");
    // Beyond what is kept the rest is read all the same, where `meta` came before it; else nobody could be verified.
    let endless = vec![b'x'; 4 * 1024 * 1024];
    let first = signed(&good, &[("meta", good.as_bytes()), ("file", &endless)]).send(&emulator).await;
    assert_refused(&first, 400, "010005", "file");
    let unverified = upload(&good, &endless).await;
    assert_eq!(
        (unverified.status.as_u16(), &unverified.headers["x-emulator-reason"]),
        (413, &"body-too-long".parse().unwrap())
    );
    let without = signed(&good, &[("meta", good.as_bytes())]).send(&emulator).await;
    assert_refused(&without, 400, "010000", "file");
    let far_too_long = upload(&good, &vec![b'x'; 2 * 1024 * 1024]).await;
    assert_eq!(far_too_long.status, 413);
    assert_eq!(far_too_long.headers["x-emulator-reason"], "body-too-long");

    let other_meta = signed(&good, &[("meta", wrong.as_bytes()), ("file", b"test")]).send(&emulator).await;
    assert_eq!(other_meta.refusal(), "signature", "what is signed is the text of meta");
    let twice = signed(&good, &[("meta", good.as_bytes()), ("meta", good.as_bytes()), ("file", b"test")]);
    assert_eq!(twice.send(&emulator).await.refusal(), "part-twice");
    assert_eq!(signed(&good, &[("file", b"test")]).send(&emulator).await.refusal(), "meta-missing");
    let mut bare = signed(&good, &[]);
    bare.headers.pop();
    assert_eq!(bare.send(&emulator).await.refusal(), "multipart");
}
