//! `paykka doctor` against the emulator: it says that all is well, and else what isn't, each by its name.

use std::fs;
use std::sync::Arc;

use paykka_client::Client;
use paykka_client::journal::FileJournal;
use paykka_client::money::Outcome;
use paykka_emulator::LocalCa;
use paykka_model::{NumberAmount, PaymentApplyFields, PaymentApplyRequest};
use serde_json::Value;

use crate::desk::{assert_seen, stderr};
use crate::stage::{MERCHANT, profile, stage};

/// The states of all checks, as `name=state`.
fn states(said: &Value) -> Vec<String> {
    let word = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    said["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| format!("{}={}", word(check, "check"), word(check, "state")))
        .collect()
}

fn state<'a>(said: &'a Value, check: &str) -> &'a Value {
    said["checks"].as_array().unwrap().iter().find(|one| one["check"] == check).unwrap()
}

#[test]
fn all_is_well_over_tls_and_without() {
    let (desk, emulator) = stage(&[]);
    profile(&desk, "plain", &[("base_url", &emulator.text("http"))]);
    let tls = [("base_url", emulator.text("https")), ("ca_file", emulator.text("ca_pem_file"))];
    profile(&desk, "tls", &[("base_url", &tls[0].1), ("ca_file", &tls[1].1)]);

    assert_seen!("doctor_plain", desk.seen(&["doctor", "--profile", "plain"]));
    assert_seen!("doctor_tls_zh", desk.seen(&["doctor", "--profile", "tls", "--lang", "zh"]));
    let (status, said) = desk.json(&["doctor", "--profile", "tls"]);
    let expected = [
        "settings=good",
        "config_file=good",
        "key_file=good",
        "proxy=unasked",
        "reach=good",
        "tls=good",
        "clock=good",
        "inquiry=good",
    ];
    assert_eq!((status, states(&said)), (0, expected.map(str::to_owned).to_vec()));
    assert_eq!(
        (&said["setup"]["environment"], &said["setup"]["key_id"]),
        (&"emulator".into(), &"K001".into())
    );

    // The same by the environment.
    let mut command = desk.command(&["doctor"]);
    command.envs([("PAYKKA_BASE_URL", emulator.text("http").as_str()), ("PAYKKA_KEY_ID", "K001")]);
    command.envs([
        ("PAYKKA_PRIVATE_KEY_FILE", "merchant.private.pem"),
        ("PAYKKA_PLATFORM_KEY_FILE", "platform.public.pem"),
    ]);
    let output = command.env("PAYKKA_MERCHANT_ID", MERCHANT).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn each_thing_that_is_wrong_is_named() {
    let (desk, emulator) = stage(&[]);
    let (http, https, ca) = (emulator.text("http"), emulator.text("https"), emulator.text("ca_pem_file"));
    assert!(desk.run(&["keys", "generate", "stranger"]).status.success());
    profile(&desk, "other_ca", &[("base_url", &https), ("ca_file", "other.pem")]);
    desk.put("other.pem", LocalCa::new().unwrap().pem());
    profile(&desk, "own_key", &[("base_url", &http), ("private_key_file", "stranger.private.pem")]);
    profile(&desk, "platform_key", &[("base_url", &http), ("platform_key_file", "stranger.public.pem")]);
    profile(&desk, "merchant", &[("base_url", &http), ("merchant_id", "M1")]);
    profile(&desk, "nobody", &[("base_url", "http://127.0.0.1:9")]);
    profile(
        &desk,
        "proxy",
        &[("base_url", "https://example.invalid"), ("proxy", "http://user:SECRET@127.0.0.1:9")],
    );

    for (name, wrong) in [
        ("other_ca", "tls"),
        ("own_key", "inquiry"),
        ("platform_key", "inquiry"),
        ("merchant", "inquiry"),
        ("nobody", "reach"),
        ("proxy", "proxy"),
        ("absent", "settings"),
    ] {
        let (status, said) = desk.json(&["doctor", "--profile", name]);
        let bad: Vec<String> = states(&said).into_iter().filter(|state| state.ends_with("=bad")).collect();
        assert_eq!((status, bad), (1, vec![format!("{wrong}=bad")]), "{name}: {said}");
        assert!(state(&said, wrong)["to_do"].is_string() && !said.to_string().contains("SECRET"), "{name}");
    }
    assert_seen!("doctor_own_key", desk.seen(&["doctor", "--profile", "own_key"]));
    assert_seen!("doctor_platform_key", desk.seen(&["doctor", "--profile", "platform_key"]));
    assert_seen!("doctor_other_ca", desk.seen(&["doctor", "--profile", "other_ca"]));
    profile(&desk, "sandbox", &[("base_url", &https), ("ca_file", &ca), ("environment", "sandbox")]);
    assert_seen!("doctor_two_environments", desk.seen(&["doctor", "--profile", "sandbox"]));
}

#[test]
fn the_inquiries_are_proven_as_far_as_they_can_be() {
    let (desk, emulator) = stage(&[]);
    profile(&desk, "emulator", &[("base_url", &emulator.text("http"))]);
    let (status, said) = desk.json(&["doctor", "--profile", "emulator", "--prove", "--journal", "journal"]);
    // No payment was made under this journal, so none was ever found.
    assert_eq!((status, &state(&said, "proof")["state"]), (0, &"doubtful".into()), "{said}");
    assert!(desk.path("journal").exists());
    let output = desk.run(&["doctor", "--profile", "emulator", "--prove"]);
    assert_eq!(output.status.code(), Some(2), "a proof is kept somewhere");
}

#[cfg(unix)]
#[test]
fn settings_that_others_can_read_are_worth_a_look() {
    use std::os::unix::fs::PermissionsExt;
    let (desk, emulator) = stage(&[]);
    profile(&desk, "emulator", &[("base_url", &emulator.text("http"))]);
    fs::set_permissions(desk.path(".config/paykka/config.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    let (status, said) = desk.json(&["doctor", "--profile", "emulator"]);
    assert_eq!((status, &state(&said, "config_file")["state"]), (0, &"doubtful".into()));
}

/// An inquiry that has shown both: a payment that was accepted under this journal, and one that never was.
#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_has_shown_both_is_proven() {
    let (desk, emulator) = stage(&[]);
    profile(&desk, "emulator", &[("base_url", &emulator.text("http"))]);
    let client = Client::builder(emulator.text("http"))
        .private_key_file("K001", desk.path("merchant.private.pem"))
        .platform_key_file("EMU-PLATFORM-1", desk.path("platform.public.pem"))
        .merchant(MERCHANT)
        .build()
        .unwrap();
    let journal = FileJournal::open(desk.path("journal")).unwrap();
    let money = client.money(Arc::new(journal)).build().unwrap();
    assert!(money.prove().await.unwrap().reads);
    let request = PaymentApplyRequest::new(PaymentApplyFields {
        request_id: "R1".parse().unwrap(),
        beneficiary_id: "B1".to_owned(),
        currency: "USD".into(),
        amount: NumberAmount::from_integer(100),
        postscript: "INV 17".to_owned(),
    });
    let paid = money.payments().submit("invoice 17", &request).await.unwrap();
    assert!(matches!(paid.outcome, Outcome::Accepted(_)), "{:?}", paid.outcome);

    // One process at a time.
    let held = desk.run(&["doctor", "--profile", "emulator", "--prove", "--journal", "journal"]);
    assert_eq!(held.status.code(), Some(4), "{}", stderr(&held));
    assert!(stderr(&held).contains("the journal journal can't be used"), "{}", stderr(&held));
    drop(money);
    let (status, said) = desk.json(&["doctor", "--profile", "emulator", "--prove", "--journal", "journal"]);
    let proof = state(&said, "proof");
    assert_eq!((status, &proof["state"]), (0, &"good".into()), "{said}");
    assert!(proof["says"].as_str().unwrap().ends_with("payment.inquiry"), "{proof}");
}
