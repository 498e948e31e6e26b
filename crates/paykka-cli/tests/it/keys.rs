//! `paykka keys`: files that are their owner's alone and aren't overwritten, every form from every other, and pairs.

use std::fs;

use paykka_sign::{SigningKey, VerifyingKey};

use crate::desk::{Desk, assert_seen, stderr, stdout};

#[test]
fn a_pair_is_made_once_and_belongs_together() {
    let desk = Desk::new();
    assert_seen!("keys_generate", desk.seen(&["keys", "generate", "merchant"]));
    let (private, public) = (desk.read("merchant.private.pem"), desk.read("merchant.public.pem"));
    let key = SigningKey::from_bytes("K", &private).unwrap();
    assert_eq!(key.public_key(), public);
    #[cfg(unix)]
    for (file, expected) in [("merchant.private.pem", 0o600), ("merchant.public.pem", 0o644)] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.path(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & !0o044, expected & !0o044, "{file} {mode:o}");
        assert_eq!(mode & 0o077 & !expected, 0, "{file} {mode:o}");
    }

    assert_seen!("keys_generate_again", desk.seen(&["keys", "generate", "merchant"]));
    assert_eq!(desk.read("merchant.private.pem"), private);
    fs::remove_file(desk.path("merchant.private.pem")).unwrap();
    assert_eq!(desk.run(&["keys", "generate", "merchant"]).status.code(), Some(3), "half of a pair is there");
    assert!(!desk.path("merchant.private.pem").exists());

    let (status, made) = desk.json(&["keys", "generate", "merchant", "--force"]);
    assert_eq!((status, &made["bits"]), (0, &2048.into()));
    assert_ne!(desk.read("merchant.public.pem"), public);
    let names: Vec<_> =
        fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn the_bits_are_those_that_were_asked_for() {
    let desk = Desk::new();
    let (_, made) = desk.json(&["keys", "generate", "large", "--bits", "3072"]);
    assert_eq!(made["bits"], 3072);
    assert_eq!(VerifyingKey::from_bytes(desk.read("large.public.pem")).unwrap().bits(), 3072);
    let refused = desk.run(&["keys", "generate", "small", "--bits", "1024"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("--bits <BITS> can't be 1024; it can be: 2048, 3072, 4096"));
}

#[test]
fn what_a_file_holds_is_said() {
    let desk = Desk::with_keys();
    assert_seen!("keys_inspect_private", desk.seen(&["keys", "inspect", "merchant.private.pem"]));
    assert_seen!("keys_inspect_public", desk.seen(&["keys", "inspect", "merchant.public.pem"]));
    let published = include_str!("../../../../vectors/keys/rsa-2048.public.pem");
    desk.put("published.pem", published);
    assert_seen!("keys_inspect_published", desk.seen(&["keys", "inspect", "published.pem"]));
    let (_, said) = desk.json(&["keys", "inspect", "merchant.private.pem"]);
    assert_eq!(
        (&said["private"], &said["exponent"], &said["published"]),
        (&true.into(), &65_537.into(), &false.into())
    );
    let by_pipe = desk.run_with(&["keys", "inspect", "-"], desk.read("merchant.public.pem").as_bytes());
    assert!(stdout(&by_pipe).contains("SPKI"));
}

#[test]
fn a_key_goes_through_every_form_and_stays_the_same() {
    let desk = Desk::with_keys();
    let original = desk.read("merchant.private.pem");
    let mut from = "merchant.private.pem".to_owned();
    for (to, wrapping) in [
        ("pkcs1", "pem"),
        ("pkcs8", "der"),
        ("pkcs1", "base64"),
        ("pkcs8", "base64"),
        ("pkcs1", "der"),
        ("pkcs8", "pem"),
    ] {
        let next = format!("{to}.{wrapping}");
        let (status, written) =
            desk.json(&["keys", "convert", &from, "--to", to, "--as", wrapping, "--out", &next]);
        assert_eq!((status, &written["private"]), (0, &true.into()));
        from = next;
    }
    assert_eq!(desk.read(&from), original);

    let mut from = "merchant.private.pem".to_owned();
    for (to, wrapping) in [
        ("spki", "base64"),
        ("pkcs1-public", "der"),
        ("spki", "der"),
        ("pkcs1-public", "pem"),
        ("spki", "pem"),
    ] {
        let output = desk.run(&["keys", "convert", &from, "--to", to, "--as", wrapping]);
        assert!(output.status.success(), "{}", stderr(&output));
        from = format!("{to}.{wrapping}");
        desk.put(&from, output.stdout);
    }
    assert_eq!(desk.read(&from), desk.read("merchant.public.pem"));
}

#[test]
fn a_passphrase_goes_on_and_comes_off() {
    let desk = Desk::with_keys();
    desk.put("passphrase", "open sesame\n");
    let words = ["keys", "convert", "merchant.private.pem", "--to", "encrypted", "--out", "locked.pem"];
    assert_eq!(desk.run(&words).status.code(), Some(2), "no passphrase was given");
    let done = desk.run(&[&words[..], &["--new-passphrase-file", "passphrase"]].concat());
    assert!(done.status.success(), "{}", stderr(&done));
    assert!(desk.read("locked.pem").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));

    assert_seen!("keys_encrypted_without_passphrase", desk.seen(&["keys", "inspect", "locked.pem"]));
    let opened =
        desk.run(&["keys", "match", "locked.pem", "merchant.public.pem", "--passphrase-file", "passphrase"]);
    assert!(opened.status.success(), "{}", stderr(&opened));
    // Nor is a key ever on the disk that was asked for under a passphrase.
    assert!(desk.run(&["keys", "generate", "new", "--new-passphrase-file", "passphrase"]).status.success());
    assert!(desk.read("new.private.pem").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    let words = ["keys", "match", "new.private.pem", "new.public.pem", "--passphrase-file", "passphrase"];
    assert!(desk.run(&words).status.success());
    // A passphrase without the line's end, by the environment.
    let mut command = desk.command(&["keys", "convert", "locked.pem", "--to", "pkcs8", "--out", "-"]);
    let output = command.env("PAYKKA_PASSPHRASE", "open sesame").output().unwrap();
    assert_eq!(stdout(&output), desk.read("merchant.private.pem"));
}

#[test]
fn pairs_are_told_from_strangers() {
    let desk = Desk::with_keys();
    assert_seen!("keys_match", desk.seen(&["keys", "match", "merchant.private.pem", "merchant.public.pem"]));
    assert_seen!(
        "keys_match_no",
        desk.seen(&["keys", "match", "merchant.private.pem", "platform.public.pem"])
    );
    let (status, said) = desk.json(&["keys", "match", "merchant.private.pem", "platform.public.pem"]);
    assert_eq!((status, &said["match"]), (1, &false.into()));
    // The wrong kind is named, in either place.
    assert_seen!(
        "keys_match_swapped",
        desk.seen(&["keys", "match", "merchant.public.pem", "merchant.private.pem"])
    );
    assert_seen!(
        "keys_match_private",
        desk.seen(&["keys", "match", "merchant.private.pem", "platform.private.pem"])
    );
}

#[test]
fn a_private_key_is_shown_to_nobody_who_did_not_ask() {
    let desk = Desk::with_keys();
    let seen = desk.seen(&["keys", "convert", "merchant.private.pem", "--to", "pkcs1"]);
    assert!(!seen.contains("BEGIN"), "{seen}");
    assert_seen!("keys_convert_unasked", seen);
    assert_seen!(
        "keys_convert_impossible",
        desk.seen(&["keys", "convert", "merchant.public.pem", "--to", "pkcs8", "--out", "x"])
    );
    assert!(!desk.path("x").exists());
}
