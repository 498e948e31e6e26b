//! OpenSSL alone, from the bytes that were on the wire, accepts what the client signed.

use std::fs;
use std::process::Command;

use paykka_model::BalanceInquiryRequest;
use tokio::net::TcpListener;

use crate::relay::{header, read_message};
use crate::world::{MERCHANT, MERCHANT_PUBLIC_PEM, builder};

#[tokio::test]
async fn openssl_verifies_the_signature_of_a_header_that_the_client_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = builder(&format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
    let call = tokio::spawn(async move {
        let request = BalanceInquiryRequest::new().currency("USD");
        client.balance().inquiry(&request).await
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let (head, body) = read_message(&mut stream).await;
    drop((stream, listener));
    assert!(call.await.unwrap().is_err(), "nobody answered");

    let line = std::str::from_utf8(&head).unwrap().lines().next().unwrap();
    let path = line.strip_prefix("POST ").unwrap().strip_suffix(" HTTP/1.1").unwrap();
    assert_eq!(header(&head, "x-merch-id"), Some(MERCHANT));
    let fields: serde_json::Value =
        serde_json::from_str(&percent_decoded(header(&head, "authorization").unwrap())).unwrap();
    let field = |name: &str| fields[name].as_str().unwrap().to_owned();
    let head_lines = [path, &field("timestamp"), &field("nonce"), MERCHANT].join("\n");
    let signed = [head_lines.as_bytes(), b"\n", &body].concat();

    let verdict = openssl_verify(&signed, &field("signature"));
    assert_eq!(verdict, "Verified OK");
    let mut changed = signed;
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(openssl_verify(&changed, &field("signature")), "Verification failure");
}

fn openssl_verify(message: &[u8], signature_base64: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let base64 = file("signature.base64", signature_base64.as_bytes());
    let (signature, key) = (file("signature", b""), file("key.pem", MERCHANT_PUBLIC_PEM.as_bytes()));
    let message = file("message", message);
    let decoded = Command::new("openssl")
        .args(["base64", "-d", "-A", "-in"])
        .arg(base64)
        .arg("-out")
        .arg(&signature)
        .status()
        .unwrap();
    assert!(decoded.success());
    let verified = Command::new("openssl")
        .args(["dgst", "-sha256", "-verify"])
        .arg(key)
        .arg("-signature")
        .arg(signature)
        .arg(message)
        .output()
        .unwrap();
    String::from_utf8(verified.stdout).unwrap().trim().to_owned()
}

/// The test's own decoder, so that it doesn't lean on what it tests.
fn percent_decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap()
}
