//! Headers as Java, PHP, Python and Node write them: whatever their encoders do to the text, the same fields come out
//! and the signature verifies.

use std::collections::BTreeMap;
use std::time::Duration;

use paykka_sign::{Authorization, Parts, Window};
use serde_json::Value;

use crate::vectors::{body, cases, read, ring, text};

#[test]
fn every_languages_header_is_read_and_verifies() {
    let signing = read("signing.json");
    let ring = ring(&signing);
    let mut count = BTreeMap::new();
    for header in headers(&read("foreign_headers.json")) {
        let name = format!("{} of {} in {}", header["how"], header["case"], header["language"]);
        let value = text(&header["authorization"]).as_bytes();
        let authorization = Authorization::parse(value).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(authorization.timestamp().to_string(), text(&header["timestamp"]), "{name}");
        assert_eq!(authorization.nonce(), text(&header["nonce"]), "{name}");
        assert_eq!(authorization.key_id(), text(&header["key_id"]), "{name}");
        assert_eq!(authorization.signature_base64(), text(&header["signature"]), "{name}");

        let case = cases(&signing).iter().find(|case| case["name"] == header["case"]).unwrap();
        let body = body(case);
        let parts = Parts { path: text(&case["path"]), merchant: case["merchant"].as_str(), body: &body };
        let window = Window::new(authorization.timestamp(), Duration::ZERO);
        let verified = ring.verify(value, parts, &window).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(verified.nonce(), text(&case["nonce"]), "{name}");
        *count.entry(text(&header["language"]).to_owned()).or_insert(0) += 1;
    }
    let expected = [("java", 12), ("node", 15), ("php", 12), ("python", 21)];
    assert_eq!(count, expected.map(|(language, count)| (language.to_owned(), count)).into());
}

#[test]
fn what_makes_these_headers_foreign_is_in_them() {
    let document = read("foreign_headers.json");
    for (language, how, peculiarity) in [
        ("java", "gson", "%5Cu003d"),
        ("java", "prettyGson", "%0A++"),
        ("php", "urlencode", "%5C%2F"),
        ("python", "quote(json.dumps(fields), ", "%2C%20"),
        ("python", "quote_plus(json.dumps(fields))", "%2C+"),
        ("node", "encodeURIComponent", "'()"),
    ] {
        let has = |header: &Value| {
            header["language"] == language
                && text(&header["how"]).contains(how)
                && text(&header["authorization"]).contains(peculiarity)
        };
        assert!(headers(&document).iter().any(has), "no `{peculiarity}` by {how} of {language}");
    }
}

fn headers(document: &Value) -> &[Value] {
    document["headers"].as_array().unwrap()
}
