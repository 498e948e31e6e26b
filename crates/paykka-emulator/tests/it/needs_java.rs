//! The client in `tests/java_client/`, with the JDK alone, does one thing of each kind: most users of the platform write
//! Java, and its encoder, decoder and HTTP client have habits of their own.

use std::process::Command;

use paykka_emulator::{Fault, FaultRule};
use paykka_model::Amount;

use crate::caller::{MERCHANT, empty};
use crate::foreign::{Stage, root};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_java_signs_and_verifies() {
    let stage = Stage::start(empty().account(MERCHANT, "USD", Amount::from_wire(1_000))).await;
    let said = stage.run(client()).await;

    assert_eq!(said.trim(), "7 calls, 10 answers and notifications verified");
    let called = ["balance.inquiry", "file.upload", "forex.pre_order", "payee.create", "payment.apply"];
    assert_eq!(stage.operations_called(), called);
    assert_eq!(stage.operations_notified(), ["payee.notification", "payment.notification"]);
    assert_eq!(stage.refusals(), [("payment.apply", "signature")]);
    assert_eq!(stage.emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(750)));
    stage.emulator.check_ledgers().unwrap();
}

/// A client that notices nothing would pass by any platform.
#[tokio::test(flavor = "multi_thread")]
async fn it_notices_a_wrong_signature() {
    let rule = FaultRule { operation: None, fault: Fault::WrongKey, times: None };
    let builder = empty().account(MERCHANT, "USD", Amount::from_wire(1_000)).rule(rule);
    let done = Stage::start(builder).await.outcome(client()).await;
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("the signature isn't of these bytes"), "{said}");
}

fn client() -> Command {
    let mut client = Command::new("java");
    // Sources are read in the platform's own encoding before Java 18.
    client.arg("-Dfile.encoding=UTF-8").arg(root().join("tests/java_client/Client.java"));
    client
}
