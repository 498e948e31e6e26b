//! One seed, one run: a plan's faults and the world's numbers depend on no order of calls.

use paykka_emulator::{Chance, Fault, FaultPlan};
use paykka_model::Amount;
use paykka_sign::VerifyingKey;
use serde_json::{Value, json};

use crate::bodies::{ask, merchant};
use crate::caller::{APPLY, MERCHANT, Message, STEP, builder, merchant_key, payment};
use crate::faults::pay;

/// What became of a run of payments, in the order in which they were sent.
async fn run(seed: u64, order: &[usize]) -> Vec<(usize, Option<u16>)> {
    let emulator = builder().account(MERCHANT, "USD", Amount::from_wire(100_000)).seed(seed);
    let chance = |fault, per_mille| Chance { operation: Some("payment.apply".to_owned()), fault, per_mille };
    let faults =
        vec![chance(Fault::ResetAfter, 200), chance(Fault::Status(503), 200), chance(Fault::WrongKey, 200)];
    let emulator = emulator.plan(FaultPlan { seed, faults }).start().await.unwrap();
    let mut outcomes = Vec::new();
    for number in order {
        for _ in 0..2 {
            let answer = pay(&emulator, &format!("R{number}"), "").await;
            outcomes.push((*number, answer.map(|answer| answer.status.as_u16())));
        }
    }
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes
}

#[tokio::test]
async fn one_seed_gives_one_run_in_whatever_order_requests_come() {
    let forwards: Vec<_> = (0..30).collect();
    let backwards: Vec<_> = (0..30).rev().collect();
    let first = run(7, &forwards).await;
    assert_eq!(first, run(7, &backwards).await);
    assert_ne!(first, run(8, &forwards).await);
    assert!(
        first.iter().any(|(_, status)| status.is_none())
            && first.iter().any(|(_, status)| *status == Some(503))
    );
}

#[tokio::test]
async fn merchants_that_use_the_same_numbers_do_not_change_each_others_faults() {
    let run = async |merchants: [&'static str; 2]| {
        let public = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
        let chance = Chance { operation: None, fault: Fault::Status(503), per_mille: 400 };
        let emulator = builder()
            .merchant("M2", "K001", public)
            .plan(FaultPlan { seed: 7, faults: vec![chance] })
            .start()
            .await
            .unwrap();
        let mut outcomes = Vec::new();
        for number in 0..30 {
            for merchant in merchants {
                let body = payment(&format!("R{number}"), "B1", "USD", 1);
                let answer = Message::signed_for(Some(merchant), APPLY, &body).send(&emulator).await;
                outcomes.push((merchant, number, answer.status == 503));
            }
        }
        outcomes.sort_unstable();
        outcomes
    };
    let first = run([MERCHANT, "M2"]).await;
    assert_eq!(run(["M2", MERCHANT]).await, first);
    assert!(first.iter().any(|(_, _, hit)| *hit) && first.iter().any(|(_, _, hit)| !hit));
}

#[tokio::test]
async fn one_seed_gives_one_world() {
    let world = async |seed| {
        let emulator = builder().seed(seed).start().await.unwrap();
        ask(&emulator, merchant(), "va.apply", &[]).await;
        ask(&emulator, merchant(), "payee.create", &[]).await;
        ask(&emulator, merchant(), "forex.pre_order", &[("/sell_amount", json!(100))]).await;
        pay(&emulator, "R1", "").await;
        emulator.advance(STEP).await;
        emulator.objects(MERCHANT)
    };
    let first = world(1).await;
    assert_eq!(first, world(1).await);
    assert_ne!(first, world(2).await);
    assert_ne!(first, Value::Null);
}
