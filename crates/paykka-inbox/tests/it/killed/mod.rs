//! Processes that are killed at random moments, again and again: nothing that was acknowledged is lost, each event is handled
//! at least once, and inside the inbox's transaction exactly once.

mod child;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use paykka_inbox::rusqlite::Connection;
use paykka_webhook::inbox::Inbox as _;

use self::child::{handler, worker};
use crate::processes::{Process, empty, variables};
use crate::rig::{Rig, is_long};

const FROM: &str = "PAYKKA_TEST_FROM";
const LOG: &str = "PAYKKA_TEST_LOG";

/// So many deliveries a process tries to store.
const EACH: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_are_killed_anywhere_lose_nothing_and_book_nothing_twice() {
    let rounds = if is_long() { 200 } else { 12 };
    let rig = Rig::with(|builder| builder.clock(SystemTime::now)).await;
    let log = rig.folder.path().join("handled.log");
    let ours = Connection::open(&rig.path).unwrap();
    ours.busy_timeout(Duration::from_secs(10)).unwrap();
    ours.execute_batch(
        "CREATE TABLE bookings (seq INTEGER PRIMARY KEY AUTOINCREMENT, object TEXT, fee INTEGER)",
    )
    .unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        let from = (FROM, (round * EACH).to_string());
        let log = (LOG, log.to_str().unwrap().to_owned());
        let mut storing = Process::start("killed::child::that_stores", &[variables(&rig), from]);
        let mut working = Process::start("killed::child::that_works", &[variables(&rig), log]);
        storing.wait_for("READY");
        working.wait_for("READY");
        // The point at which they die is what is random here; what is waited for is that both are at work.
        for _ in 0..=random(round) % (EACH / 4) {
            acknowledged.extend(whole(&storing.wait_for("ACK ")));
        }
        working.wait_for("BOOKED");
        // In turns: a worker dies while there is work, and a receiver while somebody works.
        let both = if round % 2 == 0 { [&mut working, &mut storing] } else { [&mut storing, &mut working] };
        for process in both {
            tokio::time::sleep(Duration::from_micros(random(round) % 10_000)).await;
            process.kill();
        }
        acknowledged.extend(storing.rest("ACK ").iter().filter_map(|line| whole(line)));
    }

    // One that may end.
    let worker = worker(&rig.inbox);
    let handler = handler(rig.inbox.clone(), log.to_str().unwrap().to_owned());
    worker.run(handler, async { empty(&rig.inbox).await }).await;

    let mut statement = ours.prepare("SELECT object, fee FROM bookings ORDER BY seq").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).unwrap();
    let mut booked: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let (object, fee) = row.unwrap();
        booked.entry(object).or_default().push(u64::from(fee));
    }
    for (object, fees) in &booked {
        assert!(fees.is_sorted_by(|a, b| a < b), "{object}: once each, in order: {fees:?}");
    }
    let booked: BTreeSet<u64> = booked.into_values().flatten().collect();
    let lost: Vec<_> = acknowledged.difference(&booked).collect();
    assert!(lost.is_empty(), "acknowledged and never booked: {lost:?}");
    let handled: BTreeSet<u64> =
        std::fs::read_to_string(log).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert!(booked.is_subset(&handled), "outside the transaction each was handled, too");
    assert_eq!(rig.inbox.counts().await.unwrap().dead, 0);
}

/// A line that was cut off by the kill says nothing.
fn whole(line: &str) -> Option<u64> {
    line.strip_suffix('.')?.parse().ok()
}

/// Another one in every run: what is found must not depend on it.
fn random(round: u64) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    u64::from(now).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31) ^ round
}
