//! The state folder: what was there goes on where it was, and what can't be read is said to be so.

use std::fs;
use std::path::Path;
use std::time::Duration;

use paykka_emulator::{DeliveryState, Emulator, EmulatorBuilder, LocalCa, Subscriber};
use paykka_model::Amount;
use paykka_sign::VerifyingKey;
use serde_json::{Value, json};

use crate::bodies::{ask, open_va, relatable, upload};
use crate::caller::{
    APPLY, BALANCE, INQUIRY, MERCHANT, Message, STEP, builder, call, empty, other_key, payment,
};
use crate::notifications::{receiver, verified};

fn kept(folder: &Path) -> EmulatorBuilder {
    builder().seed(7).state_dir(folder)
}

/// Why an emulator doesn't start, with the cause.
async fn refusal(builder: EmulatorBuilder) -> (String, String) {
    let error = builder.start().await.unwrap_err();
    (error.to_string(), std::error::Error::source(&error).unwrap().to_string())
}

/// A saved state after somebody changed it and wrote the digest that goes with it.
pub(crate) fn changed(saved: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(saved).unwrap();
    change(&mut file["state"]);
    let digest = ring::digest::digest(&ring::digest::SHA256, file["state"].to_string().as_bytes());
    let digits = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
    file["sha256"] = digits.collect::<String>().into();
    file.to_string()
}

/// All numbers that the platform gave.
fn numbers(emulator: &Emulator) -> Vec<String> {
    let objects = emulator.objects(MERCHANT);
    let of =
        |kind: &str| objects.pointer(kind).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    ["/receipts", "/orders/by_number", "/payees/by_number", "/exchanges", "/files"]
        .into_iter()
        .flat_map(of)
        .collect()
}

#[tokio::test]
async fn everything_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = &folder.path().join("made/here");
    let emulator = kept(folder).start().await.unwrap();
    emulator
        .register(Some("M2"), "K2", VerifyingKey::from_bytes(other_key("K2").public_key()).unwrap())
        .unwrap();
    open_va(&emulator, MERCHANT).await;
    relatable(&emulator, MERCHANT, "O1", "Buyer").await;
    let landing = serde_json::from_value(json!({ "currency": "USD", "amount": 70 })).unwrap();
    emulator.land(MERCHANT, landing).unwrap();
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    emulator.advance(STEP / 2).await;
    let (objects, ledger, time) =
        (emulator.objects(MERCHANT), emulator.ledger(MERCHANT), emulator.business_time());
    let before = numbers(&emulator);
    emulator.stop().await.unwrap();

    let emulator = kept(folder).start().await.unwrap();
    assert_eq!((emulator.objects(MERCHANT), emulator.ledger(MERCHANT)), (objects, ledger));
    assert_eq!(
        (emulator.business_time(), emulator.balance(MERCHANT, "USD")),
        (time, Some(Amount::from_wire(900)))
    );
    assert_eq!(emulator.keys()["K2"], ["M2"]);
    let status = async || call(&emulator, INQUIRY, r#"{"request_id":"R1"}"#).await["status"].clone();
    assert_eq!(status().await, "PROCESSING");
    emulator.advance(STEP / 2).await;
    assert_eq!(status().await, "SUCCESS", "its step was due after half of a step more");
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(900)), "a repeat is known");

    relatable(&emulator, MERCHANT, "O2", "Buyer").await;
    upload(&emulator, MERCHANT).await;
    let after = numbers(&emulator);
    let unlike: std::collections::HashSet<_> = after.iter().collect();
    assert!(unlike.len() == after.len() && after.len() == before.len() + 3, "{before:?} {after:?}");
    ask(&emulator, Some(MERCHANT), "forex.pre_order", &[]).await;
    emulator.check_ledgers().unwrap();
}

#[tokio::test]
async fn what_was_not_delivered_is_delivered_after_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[500, 200]);
    let url = format!("https://{}/p", server.address());
    let emulator = kept(folder.path()).ca(ca).notify_to(&url).start().await.unwrap();
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    emulator.advance(STEP).await;
    emulator.stop().await.unwrap();
    let first = verified(&inbox.recv().await.unwrap());
    drop(server);

    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let url = format!("https://{}/p", server.address());
    let json = fs::read_to_string(folder.path().join("state.json")).unwrap();
    let moved = changed(&json, |state| state["undelivered"][0]["url"] = json!(url));
    fs::write(folder.path().join("state.json"), moved).unwrap();
    let emulator = kept(folder.path()).ca(ca).notify_to(&url).start().await.unwrap();
    emulator.settle().await;
    assert_eq!(verified(&inbox.recv().await.unwrap()), first);
    assert_eq!(emulator.deliveries()[0].state(), DeliveryState::Accepted);
}

#[tokio::test]
async fn subscribers_that_were_added_are_there_after_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let url = format!("https://{}/p", server.address());
    let all = [
        Subscriber::at("http://127.0.0.1:9/first").unwrap(),
        Subscriber::under("http://127.0.0.1:9/added").unwrap().only_of("M2"),
        Subscriber::at(&url).unwrap(),
    ];
    let [first, second, third] = all.clone();
    let emulator = kept(folder.path()).subscriber(first.clone()).start().await.unwrap();
    emulator.subscribe(second.clone());
    emulator.subscribe(third);
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    let snapshot = emulator.snapshot().unwrap();
    emulator.stop().await.unwrap();

    let emulator = kept(folder.path()).subscriber(first).ca(ca).start().await.unwrap();
    assert_eq!(emulator.subscribers(), all);
    emulator.subscribe(second);
    assert_eq!(emulator.subscribers(), all, "who is there already isn't told twice");
    emulator.advance(STEP).await;
    assert_eq!(verified(&inbox.try_recv().unwrap())["data"]["request_id"], "R1");
    assert!(inbox.try_recv().is_err());

    // The state's come in the place of those that were added since; the builder's are the builder's.
    emulator.subscribe(Subscriber::at("http://127.0.0.1:9/late").unwrap());
    emulator.restore(&snapshot).await.unwrap();
    assert_eq!(emulator.subscribers(), all);
    let other = Subscriber::at("http://127.0.0.1:9/other").unwrap();
    let emulator = builder().subscriber(other.clone()).snapshot(&snapshot).start().await.unwrap();
    assert_eq!(emulator.subscribers(), [&[other], &all[1..]].concat());
    emulator.unsubscribe();
    assert_eq!(emulator.subscribers().len(), 1, "they are still those that were added");
    let unusable = changed(&snapshot, |state| state["subscribers"][0]["url"] = json!("http://example.com/"));
    assert!(emulator.restore(&unusable).await.is_err());
}

#[tokio::test]
async fn settings_and_new_keys_are_those_of_the_new_run() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path()).start().await.unwrap().stop().await.unwrap();
    let key = VerifyingKey::from_bytes(other_key("K9").public_key()).unwrap();
    let next = kept(folder.path()).step(Duration::from_secs(60)).merchant("M9", "K9", key);
    let emulator = next.account(MERCHANT, "USD", Amount::from_wire(5)).start().await.unwrap();
    assert_eq!(emulator.merchants(), [MERCHANT, "M9"]);
    assert_eq!(
        emulator.balance(MERCHANT, "USD"),
        Some(Amount::from_wire(1_000)),
        "the state's, not the builder's"
    );
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 1)).await;
    emulator.advance(Duration::from_secs(59)).await;
    assert_eq!(emulator.payment(MERCHANT, "R1").unwrap().status.as_str(), "PROCESSING");
}

#[tokio::test]
async fn the_control_port_saves_and_the_file_is_the_users_alone() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept(folder.path()).control().start().await.unwrap();
    let control = crate::control_port::Control::of(&emulator);
    let file = folder.path().join("state.json");
    assert!(!file.exists());
    for _ in 0..2 {
        control.post("/state/save", Value::Null).await;
        let state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(state["version"], 3);
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the state and the lock: {names:?}");
    assert!(!fs::read_to_string(&file).unwrap().contains("PRIVATE"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let without = builder().control().start().await.unwrap();
    let control = crate::control_port::Control::of(&without);
    let (status, error, fix) = control.fails(http::Method::POST, "/state/save", "").await;
    assert_eq!(
        (status, error.as_str()),
        (409, "the state can't be saved: the emulator was started without a state folder")
    );
    assert!(fix.contains("--state-dir"));
    without.stop().await.unwrap();
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_an_error_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path()).start().await.unwrap().stop().await.unwrap();
    let file = folder.path().join("state.json");
    let whole = fs::read_to_string(&file).unwrap();
    let half: String = whole.chars().take(whole.len() / 2).collect();
    let doubled = whole.replace(r#""amount":1000"#, r#""amount":9223372036854775807"#);
    let doubled = doubled.replace(
        r#""ledger":["#,
        r#""ledger":[{"at":0,"currency":"USD","amount":1,"cause":"opening","reference":"x"},"#,
    );
    for damaged in ["", "{}", "[]", "null", "\u{0}", &half, &doubled, &whole.replace("-----BEGIN", "-----")] {
        fs::write(&file, damaged).unwrap();
        let (error, cause) = refusal(kept(folder.path())).await;
        assert!(error.contains("saved state"), "{error}: {cause}");
        assert!(cause.starts_with(&file.display().to_string()), "{error}: {cause}");
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
    }
    // Each of these would be taken for a state, but for the digest.
    for (from, to) in
        [(r#""business_time":1700"#, r#""business_time":1701"#), (MERCHANT, "M24061911365700671")]
    {
        let damaged = whole.replace(from, to);
        assert_ne!(damaged, whole);
        fs::write(&file, &damaged).unwrap();
        let (error, cause) = refusal(kept(folder.path())).await;
        assert_eq!(error, "the saved state is damaged");
        assert!(cause.contains("its SHA-256 isn't") && cause.ends_with("or begin anew"), "{cause}");
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
        let later =
            |state: &mut Value| *state = serde_json::from_str(&state.to_string().replace(from, to)).unwrap();
        fs::write(&file, changed(&whole, later)).unwrap();
        kept(folder.path()).start().await.unwrap();
    }
    fs::write(&file, whole.replacen(r#""version":3"#, r#""version":4"#, 1)).unwrap();
    let (error, cause) = refusal(kept(folder.path())).await;
    assert_eq!(error, "another version of the emulator wrote the saved state");
    assert!(cause.ends_with("it has version 4, this emulator reads 3; begin anew"), "{cause}");
    fs::write(&file, whole).unwrap();
    kept(folder.path()).start().await.unwrap();
}

#[tokio::test]
async fn a_folder_serves_one_emulator_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = kept(folder.path()).start().await.unwrap();
    let (error, cause) = refusal(kept(folder.path())).await;
    assert_eq!(error, "the state folder can't be used");
    assert!(cause.ends_with("another emulator uses it; give each its own"), "{cause}");
    first.stop().await.unwrap();
    kept(folder.path()).start().await.unwrap();

    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(refusal(kept(&file)).await.0, "the state folder can't be used");
}

#[tokio::test]
async fn stopping_closes_the_ports() {
    let emulator = empty().control().start().await.unwrap();
    let addresses = [emulator.http_address(), emulator.https_address()];
    let control = emulator.control_url().unwrap();
    let addresses = addresses.map(|address| address.to_string());
    emulator.stop().await.unwrap();
    let all = addresses.iter().map(String::as_str).chain([control.trim_start_matches("http://")]);
    for address in all {
        assert!(tokio::net::TcpStream::connect(address).await.is_err(), "{address}");
    }
    let balance = builder().start().await.unwrap();
    Message::signed(BALANCE, "{}").send(&balance).await.verified();
}
