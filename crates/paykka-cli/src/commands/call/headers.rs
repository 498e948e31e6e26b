//! Headers for people. A signature that is still good is masked: whoever has the whole message could send it again.

use http::HeaderMap;
use paykka_client::SignedRequest;
use paykka_sign::Authorization;
use serde_json::{Map, Value, json};

use crate::frame::{Message, Page};
use crate::texts::calls as texts;

/// Name and value, as shown.
pub(super) type Lines = Vec<(String, String)>;

pub(super) fn of_request(request: &SignedRequest, whole: bool) -> Lines {
    let mut lines = vec![("authorization".to_owned(), authorization(request.authorization(), whole))];
    if let Some(merchant) = request.merchant() {
        lines.push(("x-merch-id".to_owned(), merchant.to_owned()));
    }
    lines
}

pub(super) fn of_answer(headers: &HeaderMap, whole: bool) -> Lines {
    let shown = |value: &[u8]| match Authorization::parse(value) {
        Ok(found) => authorization(&found, whole),
        Err(_) => String::from_utf8_lossy(value).into_owned(),
    };
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(value.as_bytes()))).collect()
}

pub(super) fn request(page: &mut Page, request: &SignedRequest, whole: bool) {
    page.say(&texts::request_headers());
    facts(page, of_request(request, whole));
}

pub(super) fn answer(page: &mut Page, headers: &HeaderMap, whole: bool) {
    page.say(&texts::answer_headers());
    facts(page, of_answer(headers, whole));
}

pub(super) fn json(lines: Lines) -> Value {
    Value::Object(lines.into_iter().map(|(name, value)| (name, json!(value))).collect::<Map<_, _>>())
}

fn facts(page: &mut Page, lines: Lines) {
    let facts: Vec<(Message, String)> =
        lines.into_iter().map(|(name, value)| (Message::new(name.clone(), name), value)).collect();
    page.facts(&facts);
}

/// Whole as it is on the wire; else what it says, without what makes it good.
fn authorization(value: &Authorization, whole: bool) -> String {
    if whole {
        return value.to_header();
    }
    let shown = json!({
        "key_id": value.key_id(),
        "timestamp": value.timestamp().as_unix_millis(),
        "nonce": value.nonce(),
        "signature": "***",
    });
    shown.to_string()
}
