//! A key that comes again, for every operation that has one; and what comes of what was planned before.

use http::StatusCode;
use paykka_emulator::{Emulator, Landing};
use paykka_model::{Amount, Effect, NotificationKind, OPERATIONS};
use serde_json::{Value, json};

use crate::bodies::{
    ask, assert_refused, body, key_of_merchant, merchant, open_va, path, relatable, send, upload,
};
use crate::caller::{APPLY, MERCHANT, Message, Received, STEP, builder, call, payment};

/// A call that succeeds once, in an emulator of its own.
struct Case {
    emulator: Emulator,
    operation: &'static str,
    key: &'static str,
    whose: Option<String>,
    body: String,
    /// Another body under the same key; `None` where the key is all that there is.
    other: Option<String>,
}

impl Case {
    async fn send(&self, body: &str, faults: &str) -> Received {
        let message = Message::signed_for(self.whose.as_deref(), path(self.operation), body);
        message.with_faults(faults).send(&self.emulator).await
    }

    async fn succeeds(&self, faults: &str) -> Received {
        let answer = self.send(&self.body, faults).await;
        assert_eq!(answer.status, StatusCode::OK, "{} {:?}", self.operation, answer.body);
        answer.verified();
        answer
    }

    /// All that the platform holds, as far as it can be seen.
    fn world(&self) -> (Value, usize) {
        let merchants = self.emulator.merchants();
        let all = merchants.iter().map(|merchant| self.emulator.objects(merchant)).collect();
        (Value::Array(all), self.emulator.deliveries().len())
    }

    const fn corrects(&self) -> bool {
        matches!(
            self.operation.as_bytes(),
            b"onboarding.update"
                | b"assessment.update"
                | b"order.update"
                | b"order.supplement"
                | b"payee.update"
        )
    }
}

/// Every operation with a key, each ready to succeed.
async fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for operation in OPERATIONS {
        if let Effect::Write { key } | Effect::Money { key, .. } = operation.effect {
            cases.push(case(operation.name, key).await);
        }
    }
    assert_eq!(cases.len(), 13);
    cases
}

async fn case(operation: &'static str, key: &'static str) -> Case {
    let emulator = builder().notify_to("http://127.0.0.1:9/nobody").start().await.unwrap();
    let name = "/license/ent_name_en";
    let number = |id: &str| ("/request_id", json!(id));
    let rejected = [number("A1"), (name, json!("EMU-REJECTED"))];
    let (mut whose, mut changes) = (merchant().map(str::to_owned), vec![number("R1")]);
    let other = match operation {
        "onboarding.apply" | "assessment.submit" => {
            whose = None;
            Some((name, json!("Another Ltd")))
        }
        "onboarding.update" => {
            whose = None;
            let applied = ask(&emulator, None, "onboarding.apply", &rejected).await;
            changes.push(("/merch_id", applied["merch_id"].clone()));
            Some((name, json!("Another Ltd")))
        }
        "assessment.update" => {
            let submitted = ask(&emulator, None, "assessment.submit", &rejected).await;
            whose = submitted["merch_id"].as_str().map(str::to_owned);
            changes.push(("/merch_id", submitted["merch_id"].clone()));
            Some((name, json!("Another Ltd")))
        }
        "va.apply" => Some(("/currencies", json!(["EUR"]))),
        "order.create" => {
            let file = json!([upload(&emulator, MERCHANT).await]);
            changes.extend([("/contract_file_ids", file.clone()), ("/invoice_file_ids", file)]);
            Some(("/buyer_name", json!("Another")))
        }
        "order.update" => {
            relatable(&emulator, MERCHANT, "R1", "Buyer").await;
            let file = json!([upload(&emulator, MERCHANT).await]);
            changes.extend([("/contract_file_ids", file.clone()), ("/invoice_file_ids", file)]);
            Some(("/buyer_name", json!("Another")))
        }
        "order.supplement" => {
            let order = relatable(&emulator, MERCHANT, "R1", "Buyer").await;
            changes = vec![("/contract_order_no", json!(order))];
            Some(("/logistics_info/destination", json!("Elsewhere")))
        }
        "trade_settle.apply" => {
            open_va(&emulator, MERCHANT).await;
            let receipt = emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(500))).unwrap();
            let order = relatable(&emulator, MERCHANT, "R1", "Buyer").await;
            let part = |amount| json!({ "contract_order_no": order, "amount": amount });
            changes = vec![("/recv_order_no", json!(receipt)), ("/relate_list", json!([part(500)]))];
            Some(("/relate_list", json!([part(400), part(100)])))
        }
        "payee.create" => Some(("/beneficiary/nick_name", json!("Another"))),
        "payee.update" => {
            let rejected = [number("R1"), ("/beneficiary/nick_name", json!("EMU-REJECTED"))];
            ask(&emulator, merchant(), "payee.create", &rejected).await;
            Some(("/beneficiary/nick_name", json!("Another")))
        }
        "forex.confirm" => {
            let quote = ask(&emulator, merchant(), "forex.pre_order", &[("/sell_amount", json!(100))]).await;
            changes = vec![("/order_no", quote["order_no"].clone())];
            None
        }
        _ => {
            assert_eq!(operation, "payment.apply", "the operation has no case");
            changes.extend([("/beneficiary_id", json!("B1")), ("/amount", json!(100))]);
            Some(("/amount", json!(101)))
        }
    };
    emulator.advance(STEP * 2).await;
    let other = other.map(|other| body(operation, &[&changes[..], &[other]].concat()));
    Case { body: body(operation, &changes), emulator, operation, key, whose, other }
}

#[tokio::test]
async fn a_repeat_is_answered_as_the_first_was_whatever_became_of_it() {
    for case in cases().await {
        let first = case.succeeds("").await;
        for steps in [0, 1, 60] {
            case.emulator.advance(STEP * steps).await;
            let before = case.world();
            let again = case.send(&case.body, "").await;
            if case.operation == "trade_settle.apply" {
                assert_refused(&again, 400, "010003", "$.recv_order_no");
            } else {
                assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", case.operation);
                again.verified();
            }
            assert_eq!(case.world(), before, "{} was executed again", case.operation);
        }
    }
}

#[tokio::test]
async fn another_body_is_refused_where_the_key_makes_something_and_judged_where_it_corrects() {
    for case in cases().await {
        let Some(other) = &case.other else { continue };
        let first = case.succeeds("").await;
        let answer = case.send(other, "").await;
        match case.operation {
            "order.update" | "order.supplement" => {
                assert_eq!(answer.status, 200, "{}: another correction", case.operation);
                // The last one is remembered, and the first is another one by now.
                let before = case.world();
                assert_eq!(case.send(other, "").await.body, answer.body);
                assert_eq!(case.world(), before);
            }
            _ if case.corrects() => assert_refused(&answer, 400, "010003", "only what was REJECTED"),
            "trade_settle.apply" => assert_refused(&answer, 400, "010003", "$.recv_order_no"),
            _ => {
                assert_refused(&answer, 400, "010004", &format!("$.{}", case.key));
                assert_eq!(case.send(&case.body, "").await.body, first.body, "{}", case.operation);
            }
        }
    }
}

#[tokio::test]
async fn on_command_a_repeat_is_an_error() {
    for case in cases().await {
        case.succeeds("repeat-is-error").await;
        for body in [Some(&case.body), case.other.as_ref()].into_iter().flatten() {
            let before = case.world();
            let answer = case.send(body, "repeat-is-error").await;
            assert_refused(&answer, 400, "010004", &format!("$.{}", case.key));
            assert_eq!(case.world(), before, "{}", case.operation);
        }
    }
}

#[tokio::test]
async fn on_command_a_repeat_is_executed_again() {
    for case in cases().await {
        let first = case.succeeds("no-dedupe").await;
        case.emulator.advance(STEP * 60).await;
        let before = case.world();
        let second = case.succeeds("no-dedupe").await;
        let told = case.emulator.deliveries().len();
        let after = case.world();
        case.emulator.advance(STEP * 5).await;
        let is_seen = match case.operation {
            // Nothing but the answer shows it.
            "order.supplement" => true,
            "onboarding.apply" | "assessment.submit" => first.body != second.body && after.0 != before.0,
            "onboarding.update" | "assessment.update" => told > before.1,
            _ => after.0 != before.0,
        };
        assert!(is_seen, "{} wasn't executed again", case.operation);
        case.emulator.check_ledgers().unwrap();
        let moved = |amount| {
            let ledger = case.emulator.ledger(MERCHANT);
            ledger.iter().filter(|entry| entry.amount == Amount::from_wire(amount)).count()
        };
        match case.operation {
            "trade_settle.apply" => assert_eq!(moved(500), 2, "settled twice"),
            "payment.apply" | "forex.confirm" => assert_eq!(moved(-100), 2, "{}", case.operation),
            _ => {}
        }
        // A repeat that nobody ordered is one of the last execution.
        if case.operation != "trade_settle.apply" {
            assert_eq!(case.succeeds("").await.body, second.body, "{}", case.operation);
        }
    }
}

/// Two applies that wait for one check are two settlements.
#[tokio::test]
async fn a_receipt_is_settled_as_often_as_it_was_applied_for_on_command() {
    let case = case("trade_settle.apply", "recv_order_no").await;
    case.succeeds("").await;
    case.succeeds("no-dedupe").await;
    case.emulator.advance(STEP).await;
    case.succeeds("no-dedupe").await;
    case.emulator.advance(STEP).await;
    assert_eq!(case.emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(2_500)));
    let references: Vec<_> =
        case.emulator.ledger(MERCHANT).into_iter().map(|entry| entry.reference).collect();
    let receipt: Value = serde_json::from_str(&case.body).unwrap();
    let receipt = receipt["recv_order_no"].as_str().unwrap();
    assert_eq!(references[1..], [receipt.to_owned(), format!("{receipt}/1"), format!("{receipt}/2")]);
    case.emulator.check_ledgers().unwrap();
}

/// A correction is another change than the one that made the object.
#[tokio::test]
async fn a_repeat_of_what_was_corrected_since_is_still_a_repeat() {
    for operation in ["onboarding.update", "assessment.update", "order.update", "payee.update"] {
        let emulator = builder().start().await.unwrap();
        let file = json!([upload(&emulator, MERCHANT).await]);
        let files = [("/contract_file_ids", file.clone()), ("/invoice_file_ids", file.clone())];
        let portrait = ("/stakeholder_list/0/doc_portrait_side_file_id", file[0].clone());
        let id = ("/request_id", json!("R1"));
        let company = [id.clone(), portrait, ("/license/ent_name_en", json!("EMU-REJECTED"))];
        let payee = [id.clone(), ("/beneficiary/nick_name", json!("EMU-REJECTED"))];
        let order = [&files[..], std::slice::from_ref(&id)].concat();
        let (make, changes) = match operation {
            "onboarding.update" => ("onboarding.apply", &company[..]),
            "assessment.update" => ("assessment.submit", &company[..]),
            "order.update" => ("order.create", &order[..]),
            _ => ("payee.create", &payee[..]),
        };
        let of_company = operation == "onboarding.update" || operation == "assessment.update";
        let maker = merchant().filter(|_| !of_company);
        let made = send(&emulator, maker, make, changes).await;
        assert_eq!(made.status, 200, "{operation} {:?}", made.body);
        emulator.advance(STEP * 2).await;
        let merch_id = made.verified()["merch_id"].clone();
        let (whose, correction) = match operation {
            "onboarding.update" => (None, [&company[..2], &[("/merch_id", merch_id.clone())]].concat()),
            "assessment.update" => {
                (merch_id.as_str(), [&company[..2], &[("/merch_id", merch_id.clone())]].concat())
            }
            "order.update" => (merchant(), [&order[..], &[("/remark", json!("corrected"))]].concat()),
            _ => (merchant(), vec![id]),
        };
        let corrected = send(&emulator, whose, operation, &correction).await;
        assert_eq!(corrected.status, 200, "{operation} {:?}", corrected.body);
        for _ in 0..2 {
            assert_eq!(send(&emulator, maker, make, changes).await.body, made.body, "{make}");
            assert_eq!(
                send(&emulator, whose, operation, &correction).await.body,
                corrected.body,
                "{operation}"
            );
            emulator.advance(STEP * 3).await;
        }
    }
}

#[tokio::test]
async fn what_was_refused_may_come_again() {
    let emulator = builder().start().await.unwrap();
    let body = payment("R1", "B1", "USD", 1_500);
    let quote = ask(&emulator, merchant(), "forex.pre_order", &[("/sell_amount", json!(1_500))]).await;
    let confirm = [("/order_no", quote["order_no"].clone())];
    assert_eq!(Message::signed(APPLY, &body).send(&emulator).await.failure().1, "010003");
    assert_refused(
        &send(&emulator, merchant(), "forex.confirm", &confirm).await,
        400,
        "010003",
        "the balance",
    );
    emulator.open_account(MERCHANT, "USD", Amount::from_wire(2_000)).unwrap();
    call(&emulator, APPLY, &body).await;
    ask(&emulator, merchant(), "forex.confirm", &confirm).await;
}

/// One merchant's numbers are nobody else's.
#[tokio::test]
async fn a_key_is_its_owners() {
    let emulator = builder().start().await.unwrap();
    emulator.register(Some("M2"), "K001", key_of_merchant()).unwrap();
    let id = [("/request_id", json!("R1"))];
    let first = ask(&emulator, merchant(), "payee.create", &id).await;
    let other = [id[0].clone(), ("/beneficiary/nick_name", json!("Another"))];
    let second = ask(&emulator, Some("M2"), "payee.create", &other).await;
    assert_ne!(first["beneficiary_id"], second["beneficiary_id"]);
}

#[tokio::test]
async fn records_are_kept_over_a_restart() {
    let case = case("payee.create", "request_id").await;
    let first = case.succeeds("").await;
    let next = builder().start().await.unwrap();
    next.restore(&case.emulator.snapshot().unwrap()).await.unwrap();
    let case = Case { emulator: next, ..case };
    case.emulator.advance(STEP * 5).await;
    assert_eq!(case.succeeds("").await.body, first.body);
    let refused = case.send(case.other.as_ref().unwrap(), "").await;
    assert_refused(&refused, 400, "010004", "$.request_id");
}

/// Under one number of the merchant's the newest is found.
#[tokio::test]
async fn objects_are_found_by_either_number() {
    let emulator = builder().start().await.unwrap();
    for (make, inquiry, named) in [
        ("payee.create", "payee.inquiry", "beneficiary_id"),
        ("order.create", "order.inquiry", "contract_order_no"),
    ] {
        let file = json!([upload(&emulator, MERCHANT).await]);
        let files = [("/contract_file_ids", file.clone()), ("/invoice_file_ids", file)];
        let files = if make == "order.create" { &files[..] } else { &[] };
        let mut numbers = Vec::new();
        for id in ["R1", "R2", "R1", "R1"] {
            let text = body(make, &[files, &[("/request_id", json!(id))]].concat());
            let message = Message::signed(path(make), &text).with_faults("no-dedupe");
            numbers.push(message.send(&emulator).await.verified()[named].clone());
        }
        for (id, index) in [("R1", 3), ("R2", 1)] {
            let asked = json!({ "request_id": id }).to_string();
            assert_eq!(call(&emulator, path(inquiry), &asked).await[named], numbers[index], "{make} {id}");
        }
        for number in numbers {
            let asked = json!({ named: number }).to_string();
            assert_eq!(call(&emulator, path(inquiry), &asked).await[named], number);
        }
    }
}

/// What was planned for the state before must not befall the state after.
#[tokio::test]
async fn a_step_belongs_to_the_state_for_which_it_was_planned() {
    let half = STEP / 2;
    let case = case("order.update", "request_id").await;
    let status = async || {
        let asked = json!({ "request_id": "R1" }).to_string();
        call(&case.emulator, path("order.inquiry"), &asked).await["status"].clone()
    };
    case.succeeds("").await;
    case.emulator.advance(half).await;
    assert_eq!(case.send(case.other.as_ref().unwrap(), "").await.status, 200);
    case.emulator.advance(half).await;
    assert_eq!(status().await, "PENDING", "half of the second review is still to come");
    case.emulator.advance(half).await;
    assert_eq!(status().await, "RELATABLE");

    let case = self::case("va.apply", "request_id").await;
    let status = async || {
        let asked = json!({ "request_id": "R1" }).to_string();
        call(&case.emulator, path("va.inquiry"), &asked).await["status"].clone()
    };
    case.succeeds("").await;
    case.emulator.advance(half).await;
    case.succeeds("no-dedupe").await;
    case.emulator.advance(half).await;
    assert_eq!(status().await, "INIT", "another account takes a step of its own");
    case.emulator.advance(half).await;
    assert_eq!(status().await, "ENABLED");
}

/// An object that was put into a state by hand stays there, of whatever kind it is.
#[tokio::test]
async fn what_was_planned_before_a_hand_is_laid_on_an_object_is_of_the_past() {
    let kinds = [
        ("onboarding.apply", NotificationKind::Onboarding, "onboarding.inquiry", "request_id", "INIT"),
        ("assessment.submit", NotificationKind::Assessment, "assessment.result", "merch_id", "INIT"),
        ("va.apply", NotificationKind::Va, "va.inquiry", "request_id", "INIT"),
        ("order.create", NotificationKind::OrderReview, "order.inquiry", "contract_order_no", "PENDING"),
        (
            "trade_settle.apply",
            NotificationKind::TradeSettle,
            "trade_settle.inquiry",
            "recv_order_no",
            "CHECKING",
        ),
        ("payee.create", NotificationKind::Payee, "payee.inquiry", "beneficiary_id", "INIT"),
        ("forex.confirm", NotificationKind::Forex, "forex.inquiry", "order_no", "PROCESSING"),
        ("payment.apply", NotificationKind::Payment, "payment.inquiry", "request_id", "PROCESSING"),
    ];
    for (operation, kind, inquiry, named, status) in kinds {
        let case = case(operation, named).await;
        let answer = case.succeeds("").await.verified();
        let asked: Value = serde_json::from_str(&case.body).unwrap();
        let number = if answer[named].is_string() { &answer[named] } else { &asked[named] };
        let is_application = case.whose.is_none();
        let object = if is_application { "R1" } else { number.as_str().unwrap() };
        case.emulator.advance(STEP / 2).await;
        case.emulator.set_status(kind, MERCHANT, object, status).unwrap();
        case.emulator.advance(STEP * 5).await;
        let whose = if inquiry == "assessment.result" { number.as_str() } else { case.whose.as_deref() };
        let text = json!({ named: number }).to_string();
        let state = Message::signed_for(whose, path(inquiry), &text).send(&case.emulator).await.verified();
        assert_eq!(state["status"], status, "{operation}");
    }
}
