//! Files: what is taken, and who may name it.

use http::StatusCode;
use paykka_model::OPERATIONS;
use serde_json::{Value, json};

use crate::bodies::{SHA256, assert_refused, fixture, key_of_merchant, path, upload, upload_of};
use crate::caller::{MERCHANT, Message, builder, empty};

#[tokio::test]
async fn a_file_must_be_what_its_meta_says_and_not_too_large() {
    let emulator = builder().max_file(10).start().await.unwrap();
    let meta = |sha256: &str| json!({ "filename": "f.pdf", "sha256": sha256 }).to_string();
    let good = meta(SHA256);
    let wrong = meta(&SHA256.replace('9', "8"));
    let signed = |meta: &str, parts: &[(&str, &[u8])]| upload_of(MERCHANT, meta, parts);
    let upload = async |meta: &str, file: &[u8]| {
        signed(meta, &[("file", file), ("other", b"x"), ("meta", meta.as_bytes())]).send(&emulator).await
    };
    assert!(upload(&good, b"test").await.verified()["file_id"].as_i64().unwrap() > 0);
    assert_refused(&upload(&wrong, b"test").await, 400, "010000", "$.sha256");
    assert_refused(&upload(&good, b"longer than ten").await, 400, "010005", "file");
    // Beyond what is kept the rest is read all the same, where `meta` came before it; else nobody could be verified.
    let endless = vec![b'x'; 4 * 1024 * 1024];
    let first = signed(&good, &[("meta", good.as_bytes()), ("file", &endless)]).send(&emulator).await;
    assert_refused(&first, 400, "010005", "file");
    let unverified = upload(&good, &endless).await;
    assert_eq!(
        (unverified.status.as_u16(), &unverified.headers["x-emulator-reason"]),
        (413, &"body-too-long".parse().unwrap())
    );
    let without = signed(&good, &[("meta", good.as_bytes())]).send(&emulator).await;
    assert_refused(&without, 400, "010000", "file");
    let far_too_long = upload(&good, &vec![b'x'; 2 * 1024 * 1024]).await;
    assert_eq!(far_too_long.status, 413);
    assert_eq!(far_too_long.headers["x-emulator-reason"], "body-too-long");

    let other_meta = signed(&good, &[("meta", wrong.as_bytes()), ("file", b"test")]).send(&emulator).await;
    assert_eq!(other_meta.refusal(), "signature", "what is signed is the text of meta");
    let twice = signed(&good, &[("meta", good.as_bytes()), ("meta", good.as_bytes()), ("file", b"test")]);
    assert_eq!(twice.send(&emulator).await.refusal(), "part-twice");
    assert_eq!(signed(&good, &[("file", b"test")]).send(&emulator).await.refusal(), "meta-missing");
    for (others, is_taken) in [(14, true), (15, false)] {
        let mut parts: Vec<(&str, &[u8])> = vec![("other", b"x"); others];
        parts.extend([("meta", good.as_bytes()), ("file", b"test")]);
        let answer = signed(&good, &parts).send(&emulator).await;
        assert_eq!(answer.status.is_success(), is_taken, "{others} parts more");
        assert!(is_taken || answer.refusal() == "multipart");
    }
    let mut bare = signed(&good, &[]);
    bare.headers.pop();
    assert_eq!(bare.send(&emulator).await.refusal(), "multipart");
}

#[tokio::test]
async fn files_are_listed_without_what_is_in_them() {
    let emulator = builder().start().await.unwrap();
    let file = upload(&emulator, MERCHANT).await.to_string();
    let files = emulator.objects(MERCHANT)["files"].clone();
    assert_eq!(files[&file]["sha256"], SHA256);
    assert_eq!((&files[&file]["length"], files[&file]["content"].is_null()), (&4.into(), true));
}

/// Every place of every request that names a file, as the model's fixtures fill them.
#[tokio::test]
async fn every_file_that_is_named_must_be_there() {
    let emulator = builder().start().await.unwrap();
    let file = upload(&emulator, MERCHANT).await;
    emulator.register(Some("M2"), "K001", key_of_merchant()).unwrap();
    let foreign = upload(&emulator, "M2").await;
    let mut count = 0;
    for operation in OPERATIONS.iter().map(|operation| operation.name).filter(|name| has_request(name)) {
        let body = fixture(operation);
        let is_application = operation.starts_with("onboarding") || operation.starts_with("assessment");
        let is_for_nobody = is_application && operation != "assessment.update";
        for place in places(&body, String::new()) {
            // An application may name the files of each merchant that its key signs for.
            for unknown in [7].into_iter().chain((!is_application).then_some(foreign)) {
                let mut body = body.clone();
                for other in places(&body, String::new()) {
                    *body.pointer_mut(&other).unwrap() = json!(if is_application { foreign } else { file });
                }
                *body.pointer_mut(&place).unwrap() = json!(unknown);
                let merchant = (!is_for_nobody).then_some(MERCHANT);
                let message = Message::signed_for(merchant, path(operation), &body.to_string());
                let named = written(&place);
                let answer = message.send(&emulator).await;
                assert_refused(&answer, 404, "010002", &format!("{named}: not found"));
                count += 1;
            }
        }
    }
    // A file of a merchant for which the key signs no more is another's.
    emulator.revoke("K001").unwrap();
    emulator.register(Some(MERCHANT), "K001", key_of_merchant()).unwrap();
    let mut body = fixture("onboarding.apply");
    for place in places(&body, String::new()) {
        *body.pointer_mut(&place).unwrap() = json!(if place.contains("portrait") { foreign } else { file });
    }
    let message = Message::signed_for(None, path("onboarding.apply"), &body.to_string());
    let portrait = "$.stakeholder_list[0].doc_portrait_side_file_id";
    assert_refused(&message.send(&emulator).await, 404, "010002", portrait);
    // Orders thrice, payees twice, applications four times.
    assert_eq!(count, (7 + 7 + 4 + 1 + 1) * 2 + 10 * 4);
}

/// Uploads ask for a merchant (T), and whose company is still to be taken on has none.
#[tokio::test]
async fn an_application_by_a_key_that_could_not_upload_is_not_asked_for_its_files() {
    let emulator = empty().key("K001", key_of_merchant()).start().await.unwrap();
    let text = fixture("onboarding.apply").to_string();
    let message = Message::signed_for(None, path("onboarding.apply"), &text);
    assert_eq!(message.send(&emulator).await.status, StatusCode::OK);
}

fn has_request(operation: &str) -> bool {
    !operation.ends_with(".notification") && operation != "file.upload"
}

/// JSON pointers to all numbers of files.
fn places(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, value)| places(value, format!("{at}/{key}"))).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| places(item, format!("{at}/{index}"))).collect()
        }
        Value::Number(_) if at.contains("file_id") => vec![at],
        _ => Vec::new(),
    }
}

/// A JSON pointer as errors write a place.
fn written(pointer: &str) -> String {
    let parts = pointer
        .split('/')
        .skip(1)
        .map(|part| if part.parse::<usize>().is_ok() { format!("[{part}]") } else { format!(".{part}") });
    format!("${}", parts.collect::<String>())
}
