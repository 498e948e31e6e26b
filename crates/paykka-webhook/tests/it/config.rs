//! A verifier that would accept what it mustn't can't be made.

use std::env;
use std::process::Command;
use std::time::Duration;

use paykka_model::{OPERATIONS, Role};
use paykka_sign::KeyRing;
use paykka_webhook::{Merchants, Verifier};

use crate::world::{MERCHANT, OURS, PATH, PLATFORM, any_kind, public, ring_of};

fn refusal(verifier: paykka_webhook::VerifierBuilder) -> String {
    verifier.build().unwrap_err().to_string()
}

#[test]
fn merchants_must_be_named() {
    assert!(refusal(Verifier::builder(ring_of(&[&PLATFORM]), PATH).for_loopback()).contains("no merchant"));
    let none: [&str; 0] = [];
    assert!(refusal(any_kind().merchants(Merchants::these(none))).contains("no merchant"));
    for merchants in [["M1", ""], ["M1", "M 1"], ["M\n1", "M1"], ["M1", &"x".repeat(65)]] {
        let refusal = refusal(any_kind().merchants(Merchants::these(merchants)));
        assert!(refusal.contains("a merchant number must"), "{merchants:?}");
    }
}

#[test]
fn paths_must_be_able_to_be_signed_and_no_calls() {
    let at = |path: &str| {
        let verifier = Verifier::builder(ring_of(&[&PLATFORM]), path).for_loopback();
        verifier
            .merchants(Merchants::these([MERCHANT]))
            .build()
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let long = format!("/{}", "x".repeat(2048));
    for path in ["", "paykka", "/a b", "/a\n", "/p?x=1", "/p#x", &long] {
        assert!(at(path).unwrap_err().contains("must be visible ASCII"), "{path:?}");
    }
    for row in OPERATIONS {
        match row.role {
            Role::Call => {
                assert!(at(row.path).unwrap_err().contains("one of the platform's calls"), "{}", row.path);
            }
            Role::Notification => assert_eq!(at(row.path), Ok(()), "{}", row.path),
        }
    }
}

/// The keys of tests are published: who deploys what a test was made with must hear of it.
#[test]
fn a_ring_for_loopback_is_for_tests_alone() {
    let verifier = Verifier::builder(ring_of(&[&PLATFORM]), PATH).merchants(Merchants::these([MERCHANT]));
    assert!(refusal(verifier).contains("built for loopback"));
    let error = KeyRing::new([("P001", public(&PLATFORM))]).unwrap_err();
    assert!(error.to_string().contains("published"), "{error}");
}

#[test]
fn on_loopback_both_sides_may_have_one_key() {
    let ring = ring_of(&[&PLATFORM, &OURS]);
    let verifier =
        Verifier::builder(ring, PATH).merchants(Merchants::these([MERCHANT])).own_key(&public(&OURS));
    assert!(verifier.for_loopback().build().is_ok());
}

#[test]
fn a_tolerance_of_hours_is_refused() {
    assert!(any_kind().tolerance(Duration::from_secs(3_600)).build().is_ok());
    assert!(refusal(any_kind().tolerance(Duration::from_secs(3_601))).contains("above 1 hour"));
}

/// Explaining a signature takes thousands of verifications; an endpoint that is open to everybody must not offer that.
#[test]
fn the_search_for_mistakes_is_not_compiled_in() {
    let tree = Command::new(env::var_os("CARGO").unwrap())
        .args(["tree", "-p", "paykka-webhook", "-e", "normal", "-f", "{p} [{f}]", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let line = tree.lines().find(|line| line.contains("paykka-sign ")).unwrap();
    assert!(line.ends_with(']') && !line.contains("diagnose"), "{line}");
}

/// Nothing in the environment switches verification off.
#[test]
fn the_environment_is_never_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains("std::env") && !text.contains("env::var"), "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 15, "{files} files");
}
