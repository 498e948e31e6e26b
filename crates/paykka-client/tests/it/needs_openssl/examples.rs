//! Each example is run against the emulator, as a program of its own, with settings from its environment.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use paykka_emulator::Emulator;
use paykka_model::Amount;
use paykka_sign::{SigningKey, VerifyingKey};

use super::keys::Pair;
use crate::settings::Files;
use crate::world::{MERCHANT, MERCHANT_PEM, MERCHANT_PUBLIC_PEM};

const OTHER: &str = "M24061911365700671";

#[tokio::test(flavor = "multi_thread")]
async fn each_example_runs_to_its_end() {
    let (files, pair) = (Files::new(), Pair::new());
    let key = || VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap();
    let emulator = Emulator::builder(SigningKey::from_bytes("P001", pair.private()).unwrap())
        .step(Duration::from_millis(50))
        .merchant(MERCHANT, "K001", key())
        .merchant(OTHER, "K001", key())
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .payee(MERCHANT, "B1", "USD")
        .start()
        .await
        .unwrap();
    let environment = [
        ("PAYKKA_BASE_URL", emulator.https_url()),
        ("PAYKKA_KEY_ID", "K001".to_owned()),
        ("PAYKKA_PRIVATE_KEY_FILE", files.put("own.pem", MERCHANT_PEM)),
        ("PAYKKA_PLATFORM_KEY_FILE", pair.public(&files)),
        ("PAYKKA_PLATFORM_KEY_ID", "P001".to_owned()),
        ("PAYKKA_MERCHANT_ID", MERCHANT.to_owned()),
        ("PAYKKA_CA_FILE", files.put("ca.pem", emulator.ca_pem())),
    ];
    let document = files.put("contract.pdf", "a contract");
    let examples: [(&str, &[&str], &str); 6] = [
        ("quick_start", &[], "in the end: SUCCESS"),
        ("onboarding_to_va", &[], "its account: "),
        ("upload", &[&document], "10 of 10 bytes"),
        ("custom_layer", &[], "2 calls"),
        ("mock_service", &[], "250 of 500: true\nrefused: true"),
        ("several_merchants", &[MERCHANT, OTHER], "signed for Some(\"M24061911365700670\")"),
    ];
    for (name, arguments, says) in examples {
        let mut command = Command::new(built(name));
        command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
        let ended = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let out = String::from_utf8_lossy(&ended.stdout);
        let error = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && out.contains(says), "{name}: {out}{error}");
    }
    let all = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap().count();
    assert_eq!(all, examples.len(), "an example isn't run");
    assert_eq!(emulator.payment_count(), 1);
}

/// Where cargo has put an example, beside this test. It builds them with all tests of a package, but not with `--tests`.
fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = this.parent().unwrap().with_file_name("examples").join(file);
    if !path.exists() {
        let backend = if cfg!(feature = "aws-lc-rs") { "aws-lc-rs" } else { "ring" };
        let ended = Command::new(env!("CARGO"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--examples", "--no-default-features", "--features", backend, "--target-dir"])
            .arg(path.ancestors().nth(3).unwrap())
            .status();
        assert!(ended.unwrap().success());
    }
    assert!(path.exists(), "{} isn't there: build the examples with this test's profile", path.display());
    path
}
