//! What doesn't fit is an error that says where and what was expected, and never what stood there.

use paykka_model::{BalanceInquiryResponse, PayeeCreateRequest, PaymentState, decode};

#[test]
fn the_error_names_the_field_and_what_was_expected() {
    let account = r#"{"currency":"USD","balance":100,"available_amount":"SECRET"}"#;
    let body = format!(r#"{{"accounts":[{{"currency":"EUR","balance":1,"available_amount":1}},{account}]}}"#);
    let error = decode::<BalanceInquiryResponse>(body.as_bytes()).unwrap_err();
    assert_eq!(
        (error.path(), error.expected()),
        ("$.accounts[1].available_amount", Some("an integer of 64 bits"))
    );
    assert_eq!(
        error.to_string(),
        "the body can't be decoded: $.accounts[1].available_amount: expected an integer of 64 bits, \
         found something else (line 1, column 124)"
    );

    for (body, path, says) in [
        (r#"{"status":"SUCCESS"}"#, "$", "the field `request_id` is missing"),
        (r#"{"request_id":null,"status":"x"}"#, "$.request_id", "expected a string"),
        (
            r#"{"request_id":"R","request_id":"S","status":"x"}"#,
            "$",
            "the field `request_id` stands there twice",
        ),
        (r#"{"request_id":"R","status":7}"#, "$.status", "expected a string"),
        (r#"{"request_id":"R","status":"x","amount":"SECRET"}"#, "$.amount", "expected a number"),
        (r#"{"request_id":"R","status":"x","amount":{"SECRET":1}}"#, "$.amount", "expected a number"),
        (r#"{"request_id":"R","status":"x"} SECRET"#, "$", "this isn't JSON"),
        (r#"{"request_id":"R","status":"x"#, "$.status", "the JSON ends too early"),
        (r#"{"request_id":"R",SECRET}"#, "$.?", "this isn't JSON"),
        ("", "$", "the JSON ends too early"),
        ("<html>SECRET</html>", "$", "this isn't JSON"),
        ("[]", "$", "expected an object"),
        (
            r#"{"request_id":"R","status":"x, expected SECRET","amount":["SECRET"]}"#,
            "$.amount",
            "expected a number",
        ),
    ] {
        let error = decode::<PaymentState>(body.as_bytes()).unwrap_err();
        assert_eq!(error.path(), path, "{body}: {error}");
        assert!(error.to_string().contains(says), "{body}: {error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{body}: {error:?}");
    }
    assert!(decode::<PaymentState>(b"{\"request_id\":\"\xff\",\"status\":\"x\"}").is_err());
}

/// Requests are read too, by who serves them; a key that can't be the platform's isn't repeated.
#[test]
fn the_path_goes_through_objects_with_extra_keys() {
    let body =
        r#"{"request_id":"R","type":"COMPANY","SECRET KEY":1,"beneficiary":{"bank_account":{"currency":1}}}"#;
    let error = decode::<PayeeCreateRequest>(body.as_bytes()).unwrap_err();
    assert_eq!(
        (error.path(), error.expected()),
        ("$.beneficiary.bank_account.currency", Some("a code as text"))
    );
    let long = format!(r#"{{"request_id":"{}","type":"COMPANY","beneficiary":{{}}}}"#, "SECRET".repeat(6));
    let error = decode::<PayeeCreateRequest>(long.as_bytes()).unwrap_err();
    assert!(error.path() == "$.request_id" && error.expected().unwrap().contains("1 to 32"), "{error}");
}

#[test]
fn a_nest_of_any_depth_is_an_error_or_ignored() {
    let deep = "[".repeat(100_000);
    assert!(decode::<PaymentState>(deep.as_bytes()).is_err());
    let body = format!(r#"{{"request_id":"R","status":"x","new":{deep}"#);
    assert!(decode::<PaymentState>(body.as_bytes()).is_err());
}
