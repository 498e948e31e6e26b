//! Files: what is taken.

use serde_json::json;

use crate::bodies::{SHA256, assert_refused, upload_of};
use crate::caller::{MERCHANT, builder};

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
    let mut bare = signed(&good, &[]);
    bare.headers.pop();
    assert_eq!(bare.send(&emulator).await.refusal(), "multipart");
}
