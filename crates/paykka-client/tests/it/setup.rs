//! Mistakes in settings and key files are named before anything is sent.

use std::io::Write as _;

use paykka_client::{Client, Roots};
use paykka_emulator::LocalCa;

use crate::world::{MERCHANT_PEM, MERCHANT_PUBLIC_PEM, builder};

#[test]
fn wrong_key_files_are_named_with_the_fix() {
    let file = |text: &str| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    };
    let (public, private) = (file(MERCHANT_PUBLIC_PEM), file(MERCHANT_PEM));

    let error = builder("https://h").private_key_file("K001", public.path()).build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains(public.path().to_str().unwrap()));
    let cause = error.to_string();
    assert!(cause.contains("a public key where the private key is wanted"), "{cause}");

    let error = builder("https://h").platform_key_file("P001", private.path()).build().unwrap_err();
    let cause = error.to_string();
    assert!(cause.contains("a private key where the public key is wanted"), "{cause}");
    assert!(!format!("{error:?}{error}{cause}").contains(MERCHANT_PEM.lines().nth(1).unwrap()));

    let error = builder("https://h").private_key_file("K001", "/nonexistent/key.pem").build().unwrap_err();
    assert!(error.to_string().contains("/nonexistent/key.pem"));

    let good = builder("https://127.0.0.1:9").private_key_file("K001", private.path());
    assert!(good.roots(Roots::Only(LocalCa::new().unwrap().pem().into())).build().is_ok());
}

#[test]
fn key_rings_that_would_take_forgeries_are_refused() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(MERCHANT_PUBLIC_PEM.as_bytes()).unwrap();
    let error = builder("https://h").platform_key_file("P001", file.path()).build().unwrap_err();
    let cause = error.to_string();
    assert!(cause.contains("whose private half is published"), "{cause}");

    let error = builder("https://h").build().unwrap_err();
    let cause = error.to_string();
    assert!(cause.contains("built for loopback, and the host isn't"), "{cause}");
}

#[test]
fn missing_and_wrong_settings_are_named() {
    let missing = Client::builder("https://h").build().unwrap_err();
    assert!(missing.to_string().contains("no private key is set"));
    for (url, expected) in [("http://h", "isn't HTTPS"), ("h", "no scheme"), ("https://h/api", "has a path")]
    {
        let error = builder(url).build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(expected), "{url}");
    }
    let error = builder("https://127.0.0.1:1").roots(Roots::Only(b"nothing".to_vec())).build().unwrap_err();
    assert!(error.to_string().contains("a root certificate wasn't found"));
}
