//! What is refused, or not there, is named; and nobody waits for what doesn't come.

use super::*;

#[tokio::test]
async fn what_cannot_be_meant_names_its_field_and_repeats_no_value() {
    let (_emulator, control) = started(builder()).await;
    let m = format!("/merchants/{MERCHANT}");
    let (accounts, payees, remittances) =
        (format!("{m}/accounts"), format!("{m}/payees"), format!("{m}/remittances"));
    let status = format!("{m}/objects/payment/R1/status");
    let public = json!(merchant_key().public_key());
    let (post, put) = (Method::POST, Method::PUT);
    let cases: Vec<(Method, &str, String, &str)> = vec![
        (post.clone(), "/clock/advance", "{".into(), "the body: isn't JSON at line 1, column 1"),
        (post.clone(), "/clock/advance", String::new(), "the body: isn't JSON"),
        (post.clone(), "/clock/advance", "{} x".into(), "the body: missing field `millis`"),
        (post.clone(), "/clock/advance", r#"{"millis":1} x"#.into(), "the body: isn't JSON"),
        (post.clone(), "/clock/advance", "[]".into(), "the body: "),
        (post.clone(), "/clock/advance", r#"{"millis":-1}"#.into(), "`millis`: must be u64"),
        (post.clone(), "/clock/advance", r#"{"millis":"s3cret"}"#.into(), "`millis`: must be u64"),
        (post.clone(), "/clock/advance", r#"{"millis":315360000001}"#.into(), "`millis`: is more than"),
        (post.clone(), "/clock/advance", r#"{"seconds":1}"#.into(), "`seconds`: unknown field `seconds`"),
        (
            post.clone(),
            "/platform-key",
            r#"{"key_id":"P","private_key_pem":"s3cret"}"#.into(),
            "`private_key_pem`: ",
        ),
        (post.clone(), "/platform-key", r#""s3cret""#.into(), "the body: must be struct"),
        (post.clone(), "/accepting", r#"{"accepting":"s3cret"}"#.into(), "`accepting`: must be a boolean"),
        (post.clone(), "/signed-404", "{}".into(), "the body: missing field `signed`"),
        (
            post.clone(),
            "/merchants",
            r#"{"merchant":"M","key_id":"K","public_key_pem":"s3cret"}"#.into(),
            "`public_key_pem`: ",
        ),
        (
            post.clone(),
            "/merchants",
            format!(r#"{{"merchant":"a b","key_id":"K","public_key_pem":{public}}}"#),
            "`merchant`: ",
        ),
        (
            post.clone(),
            "/merchants",
            format!(r#"{{"merchant":"M","key_id":"","public_key_pem":{public}}}"#),
            "`key_id`: ",
        ),
        (post.clone(), &accounts, r#"{"currency":"usd","balance":1}"#.into(), "`currency`: "),
        (post.clone(), &accounts, r#"{"currency":"CHF","balance":-1}"#.into(), "`balance`: "),
        (
            post.clone(),
            &accounts,
            r#"{"currency":"USD","balance":9223372036854775807}"#.into(),
            "`balance`: ",
        ),
        (post.clone(), &accounts, r#"{"currency":"USD","balance":1.5}"#.into(), "`balance`: "),
        (post.clone(), &payees, r#"{"beneficiary_id":"","currency":"USD"}"#.into(), "`beneficiary_id`: "),
        (post.clone(), &remittances, r#"{"currency":"USD","amount":0}"#.into(), "`amount`: "),
        (post.clone(), &status, r#"{"status":""}"#.into(), "`status`: must have"),
        (post.clone(), &status, r#"{"status":"A\nB"}"#.into(), "`status`: must have"),
        (post.clone(), "/clock/advance", " [5]".into(), "the body: is a list"),
        (post.clone(), "/faults", r#"{"fault":"nothing"}"#.into(), "`fault`: `nothing` is no fault"),
        (post.clone(), "/faults", r#"{"fault":"gzip","operation":"pay"}"#.into(), "`operation`: is none of "),
        (post.clone(), "/faults", r#"{"fault":"gzip","times":0}"#.into(), "`times`: "),
        (
            post.clone(),
            "/faults",
            r#"{"fault":"delay=5","operation":"payment.notification"}"#.into(),
            "`fault`: delay=5 can't befall a notification; there are notify-twice, ",
        ),
        (
            put.clone(),
            "/faults/plan",
            r#"{"seed":1,"faults":[{"fault":"gzip","per_mille":1001}]}"#.into(),
            "`faults[0].per_mille`: ",
        ),
        (
            put,
            "/faults/plan",
            r#"{"seed":1,"faults":[{"fault":"gzip"}]}"#.into(),
            "`faults[0]`: missing field",
        ),
        (post.clone(), "/subscribers", r#"{"url":"ftp://x"}"#.into(), "`url`: "),
        (post.clone(), "/subscribers", r#"{"url":"http://example.com/"}"#.into(), "`url`: "),
        (post.clone(), "/subscribers", r#"{"url":"http://127.0.0.1:99999/"}"#.into(), "`url`: "),
        (Method::GET, "/requests/one", String::new(), "the path: "),
        (post, "/deliveries/%FF/replay", String::new(), "the path: "),
    ];
    for (method, path, body, expected) in cases {
        let (status, error, fix) = control.fails(method, path, &body).await;
        assert_eq!((status, error.starts_with(expected)), (400, true), "{path} {body}: {error}");
        assert!(!fix.is_empty() && !error.contains("s3cret") && !fix.contains("s3cret"), "{error}; {fix}");
    }
    let long = format!(r#"{{"millis":{}1}}"#, " ".repeat(64 * 1024));
    assert_eq!(control.fails(Method::POST, "/clock/advance", &long).await.0, 413);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let emulator = builder().control().patience(Duration::from_millis(50)).start().await.unwrap();
    let (url, token) = (emulator.control_url().unwrap(), emulator.control_token().unwrap());
    let address = url.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /clock/advance HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("the body took too long"), "{answer}");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let (emulator, control) = started(builder()).await;
    let account = r#"{"currency":"USD","balance":1}"#;
    let cases = [
        (Method::GET, "/", ""),
        (Method::GET, "/merchants/M9", ""),
        (Method::GET, "/merchants/M9/objects", ""),
        (Method::GET, "/merchants/M9/ledger", ""),
        (Method::POST, "/merchants/M9/accounts", account),
        (Method::POST, "/merchants/M9/payees", r#"{"beneficiary_id":"B","currency":"USD"}"#),
        (Method::POST, "/merchants/M9/remittances", r#"{"currency":"USD","amount":1}"#),
        (Method::POST, "/merchants/M9/objects/payment/R1/status", r#"{"status":"FAILED"}"#),
        (Method::DELETE, "/keys/K9", ""),
        (Method::GET, "/requests/99", ""),
        (Method::POST, "/deliveries/99/replay", ""),
    ];
    for (method, path, body) in cases {
        assert_eq!(control.fails(method, path, body).await.0, 404, "{path}");
    }
    let status = format!("/merchants/{MERCHANT}/objects/payment/R1/status");
    assert_eq!(control.fails(Method::POST, &status, r#"{"status":"FAILED"}"#).await.0, 404);
    assert_eq!(control.fails(Method::DELETE, "/info", "").await.0, 405);

    let landing = r#"{"currency":"USD","amount":1}"#;
    let (code, error, _) =
        control.fails(Method::POST, &format!("/merchants/{MERCHANT}/remittances"), landing).await;
    assert_eq!((code, error.as_str()), (409, "an enabled account that takes this currency: not found"));
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 10)).await;
    control.post(&status, json!({ "status": "FAILED" })).await;
    assert_eq!(control.fails(Method::POST, &status, r#"{"status":"SUCCESS"}"#).await.0, 409);
    assert!(VerifyingKey::from_bytes(emulator.public_key_pem()).is_ok());
}
