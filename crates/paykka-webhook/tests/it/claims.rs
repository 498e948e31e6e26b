//! Claims: of many who begin, one is new; a lease ends; nobody releases another's; full is full.

use std::sync::Arc;
use std::time::Duration;

use paykka_webhook::{Claim, Claims, DeliveryId, MemoryClaims, Ticket};

const KEEP: Duration = Duration::from_secs(660);

fn id(number: u64) -> DeliveryId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    DeliveryId::from_bytes(bytes)
}

async fn new(claims: &dyn Claims, number: u64) -> Ticket {
    match claims.begin(id(number), KEEP).await.unwrap() {
        Claim::New(ticket) => ticket,
        other => panic!("{number} is {other:?}"),
    }
}

async fn after(time: Duration) {
    tokio::time::advance(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_claim_is_new_then_in_progress_then_done_then_forgotten() {
    let claims = MemoryClaims::new(10);
    let ticket = new(&claims, 1).await;
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::InProgress);
    claims.done(id(1), ticket).await.unwrap();
    after(KEEP - Duration::from_millis(1)).await;
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::Done);
    after(Duration::from_millis(1)).await;
    new(&claims, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_ends_and_can_be_renewed() {
    let claims = MemoryClaims::new(10);
    let first = new(&claims, 1).await;
    after(Duration::from_millis(59_999)).await;
    claims.renew(id(1), first).await.unwrap();
    after(Duration::from_millis(59_999)).await;
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::InProgress);
    after(Duration::from_millis(1)).await;
    let second = new(&claims, 1).await;
    // Who lost the lease neither renews nor releases the next one's.
    claims.release(id(1), first).await.unwrap();
    after(Duration::from_secs(30)).await;
    claims.renew(id(1), first).await.unwrap();
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::InProgress);
    claims.release(id(1), second).await.unwrap();
    new(&claims, 1).await;
    // But who handled it after all says so.
    claims.done(id(1), first).await.unwrap();
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::Done);
}

#[tokio::test(start_paused = true)]
async fn full_claims_take_no_more_until_something_is_old() {
    let claims = MemoryClaims::new(3);
    for number in 0..3 {
        let ticket = new(&claims, number).await;
        claims.done(id(number), ticket).await.unwrap();
    }
    let error = claims.begin(id(3), KEEP).await.unwrap_err();
    assert!(error.to_string().contains("larger capacity"), "{error}");
    assert_eq!(claims.begin(id(0), KEEP).await.unwrap(), Claim::Done, "what it has it knows");
    after(KEEP).await;
    new(&claims, 3).await;
    assert_eq!(claims.len(), 1);
}

#[tokio::test]
async fn of_many_at_once_one_is_new() {
    let claims = Arc::new(MemoryClaims::new(1_000));
    for number in 0..100 {
        let mut begun = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let claims = Arc::clone(&claims);
            begun.spawn(async move { claims.begin(id(number), KEEP).await.unwrap() });
        }
        let all = begun.join_all().await;
        assert_eq!(all.iter().filter(|claim| matches!(claim, Claim::New(_))).count(), 1);
    }
}
