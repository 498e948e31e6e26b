//! The client in `tests/python_client/`, which was written from the protocol's description alone, makes every call and
//! receives every notification; the emulator's own view agrees with what it saw.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use paykka_emulator::{Fault, FaultRule};
use paykka_model::Role;

use crate::caller::empty;
use crate::foreign::{Stage, operations, root};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_python_verifies_all_that_the_platform_says() {
    let stage = Stage::start(empty()).await;
    let said = stage.run(client()).await;

    assert_eq!(stage.operations_called(), operations(Role::Call));
    assert_eq!(stage.operations_notified(), operations(Role::Notification));
    assert_eq!(stage.refusals(), [("payment.apply", "signature"), ("balance.inquiry", "nonce-reused")]);
    stage.emulator.check_ledgers().unwrap();
    let (requests, notifications) = (stage.emulator.requests().len(), stage.emulator.deliveries().len());
    let expected = format!(
        "24 calls, {} answers verified, 9 kinds, {notifications} notifications verified, 2 unsigned refusals",
        requests - 2
    );
    assert_eq!(said.trim(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_what_other_languages_write() {
    for fault in [Fault::Gson, Fault::Php, Fault::LongNonce] {
        let emulator = empty().rule(FaultRule { operation: None, fault, times: None });
        Stage::start(emulator).await.run(client()).await;
    }
}

/// A client that notices nothing would pass by any platform.
#[tokio::test(flavor = "multi_thread")]
async fn it_notices_when_the_platform_lies() {
    let cases = [
        ("balance.inquiry", Fault::Unsigned, "without a signature"),
        ("balance.inquiry", Fault::WrongKey, "the signature isn't of these bytes"),
        ("balance.inquiry", Fault::WrongPath, "the signature isn't of these bytes"),
        ("balance.inquiry", Fault::Stale, "genuine, but not of now"),
        ("balance.inquiry", Fault::EchoKeyId, "another key_id"),
        ("balance.inquiry", Fault::Gzip, "Content-Encoding"),
        ("va.inquiry", Fault::ForeignObject, "inquiry and notification"),
        ("payment.apply", Fault::NoDedupe, "balances"),
        ("onboarding.apply", Fault::NotifyTwice, "onboarding: expected"),
        ("payment.apply", Fault::RetCodeIn200, "010003"),
        ("payment.notification", Fault::NotifyTwice, "payment: expected"),
    ];
    for (operation, fault, complaint) in cases {
        let rule = FaultRule { operation: Some(operation.to_owned()), fault, times: None };
        let stage = Stage::start(empty().rule(rule)).await;
        let done = stage.outcome(client()).await;
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{operation} {fault}: {said}");
        let last = said.lines().last().unwrap_or_default();
        assert!(last.contains(complaint), "{operation} {fault}: {said}");
    }
}

fn client() -> Command {
    let mut client = Command::new(interpreter());
    // Without the user's packages and variables, and without leaving compiled files in the repository.
    client.args(["-I", "-B"]).arg(root().join("tests/python_client"));
    client
}

/// A Python with the client's packages: `cargo xtask test` installs it and says where.
fn interpreter() -> PathBuf {
    let told = env::var_os("PAYKKA_PYTHON_CLIENT").map(PathBuf::from);
    let found = told.or_else(installed);
    assert!(
        found.is_some(),
        "this test needs Python packages; `cargo xtask test` installs them into your cache folder, where the test finds \
         them from then on; to leave it out: cargo nextest run -E 'not test(/needs_python_client/)'"
    );
    found.unwrap()
}

/// Where an earlier run of `cargo xtask test` has put it.
fn installed() -> Option<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(cache.join("paykka/tools/python/python-client/bin/python")).filter(|path| path.exists())
}
