//! Bodies of all calls: the model's fixtures, with what a test wants otherwise.

use std::fs;
use std::path::Path;

use http::StatusCode;
use paykka_emulator::Emulator;
use paykka_model::OPERATIONS;
use serde_json::{Value, json};

use crate::caller::{MERCHANT, Message, Received, merchant_key};

/// What a test wants otherwise, by JSON pointer; `null` takes a field away.
pub(crate) type Changes<'a> = &'a [(&'a str, Value)];

/// The path of an operation.
pub(crate) fn path(operation: &str) -> &'static str {
    OPERATIONS.iter().find(|known| known.name == operation).unwrap().path
}

/// An operation's request. It names no files but those that it can't do without, since nobody uploaded them.
pub(crate) fn body(operation: &str, changes: Changes<'_>) -> String {
    let mut body = fixture(operation);
    without_files(&mut body);
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key)
        } else {
            parent.insert(key.to_owned(), value.clone())
        };
    }
    body.to_string()
}

/// The model's own test of an operation's request, with all that can stand there.
pub(crate) fn fixture(operation: &str) -> Value {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../paykka-model/tests/fixtures");
    let text = fs::read_to_string(fixtures.join(format!("{operation}.request.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn without_files(value: &mut Value) {
    let required = ["contract_file_ids", "invoice_file_ids", "doc_portrait_side_file_id"];
    let is_optional = |key: &str| key.contains("file_id") && !required.contains(&key);
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !is_optional(key));
            fields.values_mut().for_each(without_files);
        }
        Value::Array(items) => items.iter_mut().for_each(without_files),
        _ => {}
    }
}

/// A call for a merchant, or for nobody.
pub(crate) async fn send(
    emulator: &Emulator,
    merchant: Option<&str>,
    operation: &str,
    changes: Changes<'_>,
) -> Received {
    Message::signed_for(merchant, path(operation), &body(operation, changes)).send(emulator).await
}

/// The verified answer of a call that succeeds.
pub(crate) async fn ask(
    emulator: &Emulator,
    merchant: Option<&str>,
    operation: &str,
    changes: Changes<'_>,
) -> Value {
    let answer = send(emulator, merchant, operation, changes).await;
    assert_eq!(answer.status, StatusCode::OK, "{operation} {}", String::from_utf8_lossy(&answer.body));
    answer.verified()
}

/// SHA-256 of `test`, as the tests' files are.
pub(crate) const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// An upload of these parts, whose signature is over `meta`.
pub(crate) fn upload_of(merchant: &str, meta: &str, parts: &[(&str, &[u8])]) -> Message {
    let mut message = Message::signed_for(Some(merchant), path("file.upload"), meta);
    let mut multipart = Vec::new();
    for (name, content) in parts {
        let head = format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n");
        multipart.extend_from_slice(head.as_bytes());
        multipart.extend_from_slice(content);
        multipart.extend_from_slice(b"\r\n");
    }
    multipart.extend_from_slice(b"--xx--\r\n");
    message.body = multipart;
    message.with("content-type", Some("multipart/form-data; boundary=xx"))
}

/// Uploads the file `test`; its number.
pub(crate) async fn upload(emulator: &Emulator, merchant: &str) -> i64 {
    let meta = json!({ "filename": "contract.pdf", "sha256": SHA256 }).to_string();
    let message = upload_of(merchant, &meta, &[("meta", meta.as_bytes()), ("file", b"test")]);
    let answer = message.send(emulator).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
    answer.verified()["file_id"].as_i64().unwrap()
}

/// An enabled account for dollars under the number `VA1`.
pub(crate) async fn open_va(emulator: &Emulator, merchant: &str) {
    ask(emulator, Some(merchant), "va.apply", &[("/request_id", json!("VA1"))]).await;
    emulator.advance(crate::caller::STEP).await;
}

/// An order that can be related, of a buyer; its number.
pub(crate) async fn relatable(emulator: &Emulator, merchant: &str, request_id: &str, buyer: &str) -> String {
    let file = json!([upload(emulator, merchant).await]);
    let changes = [
        ("/request_id", json!(request_id)),
        ("/buyer_name", json!(buyer)),
        ("/contract_file_ids", file.clone()),
        ("/invoice_file_ids", file),
    ];
    let order = ask(emulator, Some(merchant), "order.create", &changes).await;
    emulator.advance(crate::caller::STEP).await;
    order["contract_order_no"].as_str().unwrap().to_owned()
}

/// The refusal of a call: status, code, and the text, which must begin with `field`, or name it
/// first where a body can't be decoded.
#[track_caller]
pub(crate) fn assert_refused(answer: &Received, status: u16, ret_code: &str, field: &str) {
    let (is, code, text) = answer.failure();
    assert_eq!((is, code.as_str()), (status, ret_code), "{text}");
    let text = text.strip_prefix("the body can't be decoded: ").unwrap_or(&text);
    assert!(text.starts_with(field), "{text} doesn't begin with {field}");
}

pub(crate) fn merchant() -> Option<&'static str> {
    Some(MERCHANT)
}

pub(crate) fn key_of_merchant() -> paykka_sign::VerifyingKey {
    merchant_key().verifying_key().clone()
}
