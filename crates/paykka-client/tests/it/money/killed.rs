//! A process that is killed at random points, again and again, over a platform that loses connections and never de-duplicates:
//! nothing is paid twice, and nothing is forgotten.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paykka_client::journal::{ClaimId, FileJournal, Journal, Outcome};
use paykka_client::money::Outcome as Settled;
use paykka_emulator::{Cause, Chance, Emulator, FaultPlan, FaultRule};
use paykka_model::Amount;
use paykka_sign::{SigningKey, VerifyingKey};

use crate::world::{MERCHANT, MERCHANT_PUBLIC_PEM, PLATFORM_PEM, builder, payment};

const URL: &str = "PAYKKA_TEST_URL";
const JOURNAL: &str = "PAYKKA_TEST_JOURNAL";
const KEYS: &str = "PAYKKA_TEST_KEYS";

/// How often it is killed.
fn rounds() -> usize {
    if std::env::var("PAYKKA_LONG").is_ok_and(|long| long == "1") { 250 } else { 20 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_anywhere_pays_nothing_twice() {
    let (rounds, folder) = (rounds(), tempfile::tempdir().unwrap());
    let (path, keys) = (folder.path().join("payments"), rounds * 25);
    let emulator = emulator().await;
    let mut killed = 0;
    for round in 0..rounds {
        let mut child = child(&emulator, &path, keys).spawn().unwrap();
        // The point at which it dies is what is random here; nothing is waited for.
        let life = Duration::from_micros(random(round) % 250_000);
        tokio::time::sleep(life).await;
        child.kill().unwrap();
        // One that came to its end before must have come to a good one.
        let ended = child.wait_with_output().unwrap();
        let was_running = ended.status.code().is_none();
        assert!(was_running || ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
        killed += usize::from(was_running);
    }
    assert!(killed * 10 >= rounds * 9, "{killed} of {rounds} were running when they were killed");
    // One that may end.
    let ended = tokio::task::spawn_blocking({
        let mut last = child(&emulator, &path, keys);
        move || last.output().unwrap()
    });
    let ended = ended.await.unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));

    let journal = FileJournal::open(&path).unwrap();
    let ledger = emulator.ledger(MERCHANT);
    let (mut by_answer, mut by_inquiry, mut unknown) = (0, 0, 0);
    for key in 0..keys {
        let amount = Amount::from_wire(-amount_of(key));
        let paid = ledger.iter().filter(|it| it.cause == Cause::Payment && it.amount == amount).count();
        let id = ClaimId::new(MERCHANT, "payment.apply", &key.to_string()).unwrap();
        let entry = journal.find(id).await.unwrap().unwrap();
        let expected = match entry.ending.map(|ending| ending.outcome) {
            Some(Outcome::Accepted) => {
                by_answer += 1;
                1
            }
            Some(Outcome::Executed) => {
                by_inquiry += 1;
                1
            }
            _ => {
                unknown += 1;
                0
            }
        };
        assert_eq!(paid, expected, "{key}: what the journal says of it isn't what was paid");
    }
    emulator.check_ledgers().unwrap();
    let counts = format!("{by_answer} by their answers, {by_inquiry} by the inquiry, {unknown} unknown");
    assert!(by_answer > 0 && by_inquiry > 0 && unknown > 0, "{counts}");
}

/// The process that is killed, in this same program.
#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_process() {
    let (Ok(url), Ok(path), Ok(keys)) = (std::env::var(URL), std::env::var(JOURNAL), std::env::var(KEYS))
    else {
        return;
    };
    let journal = Arc::new(FileJournal::builder(path).rewrite_from(50).open().unwrap());
    let pause = Duration::from_millis(100);
    let money =
        builder(&url).build().unwrap().money(journal).patience(pause).pace(pause, pause).build().unwrap();
    assert!(money.prove().await.unwrap().reads);
    for found in money.recover().await.unwrap() {
        if found.result.is_ok_and(|settled| is_done(&settled)) {
            money.acknowledge(&found.id).await.unwrap();
        }
    }
    for key in 0..keys.parse().unwrap() {
        match money.payments().submit(&key.to_string(), &payment("X", amount_of(key))).await {
            Ok(paid) if matches!(paid.outcome, Settled::Accepted(_) | Settled::Executed(_)) => {
                money.acknowledge(&paid.key).await.unwrap();
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) if error.still_unknown().is_some() => {}
            Err(error) => assert!(error.journal().is_some_and(|it| it.is_acknowledged()), "{error}"),
        }
    }
}

fn is_done(settled: &paykka_client::money::AnySettled) -> bool {
    use paykka_client::money::AnySettled::Payment;
    matches!(settled, Payment(paid) if matches!(paid.outcome, Settled::Accepted(_) | Settled::Executed(_)))
}

fn child(emulator: &Emulator, journal: &std::path::Path, keys: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "money::killed::child_process", "--ignored", "--nocapture"])
        .env(URL, emulator.http_url())
        .env(JOURNAL, journal)
        .env(KEYS, keys.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

async fn emulator() -> Emulator {
    let fault = |fault: &str, per_mille| Chance {
        operation: Some("payment.apply".to_owned()),
        fault: fault.parse().unwrap(),
        per_mille,
    };
    let faults = vec![fault("reset-after", 100), fault("unsigned", 100), fault("reset-before", 50)];
    let rule = FaultRule {
        operation: Some("payment.apply".to_owned()),
        fault: "no-dedupe".parse().unwrap(),
        times: None,
    };
    let emulator = Emulator::builder(SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap())
        .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap())
        .account(MERCHANT, "USD", Amount::from_wire(i64::from(u32::MAX)))
        .payee(MERCHANT, "B1", "USD")
        .start()
        .await
        .unwrap();
    emulator.add_rule(rule).unwrap();
    emulator.set_plan(Some(FaultPlan { seed: 7, faults })).unwrap();
    emulator
}

/// Each key has an amount of its own, to tell payments apart by.
fn amount_of(key: usize) -> i64 {
    1_000 + i64::try_from(key).unwrap()
}

/// Another life in every run: what it finds must not depend on it.
fn random(round: usize) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    u64::from(now).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31) ^ u64::try_from(round).unwrap()
}
