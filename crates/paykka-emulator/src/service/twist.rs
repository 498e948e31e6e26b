//! Answers and notifications that say something else than they should, under a signature that is right: what a careful
//! reader must notice by himself.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::Reply;
use crate::faults::{Fault, FaultSet};

/// Changes what an answer says. An answer that is no object stays as it is.
pub(super) fn twisted(mut reply: Reply, request: &[u8], faults: &FaultSet) -> Reply {
    let twists = [Fault::ExtraFields, Fault::UnknownStatus, Fault::OppositeStatus, Fault::ForeignObject];
    if twists.iter().any(|fault| faults.has(*fault))
        && let Ok(Value::Object(mut answer)) = serde_json::from_slice(&reply.body)
    {
        let asked: Map<String, Value> = serde_json::from_slice(request).unwrap_or_default();
        twist(&mut answer, faults, |key, value| asked.get(key) == Some(value));
        reply.body = Bytes::from(Value::Object(answer).to_string());
    }
    let status = faults.find(|fault| match fault {
        Fault::HttpStatus(status) => StatusCode::from_u16(u16::try_from(status).ok()?).ok(),
        _ => None,
    });
    reply.status = status.unwrap_or(reply.status);
    reply
}

/// Changes what an object says; `is_kept` tells what a foreign object has in common with the right one.
pub(crate) fn twist(
    said: &mut Map<String, Value>,
    faults: &FaultSet,
    is_kept: impl Fn(&str, &Value) -> bool,
) {
    if faults.has(Fault::ForeignObject) {
        for (key, value) in said.iter_mut().filter(|(key, value)| !is_kept(key, value)) {
            make_foreign(key, value);
        }
    }
    if faults.has(Fault::OppositeStatus)
        && let Some(status) = said.get_mut("status")
        && let Some(opposite) = status.as_str().and_then(opposite)
    {
        *status = json!(opposite);
    }
    if faults.has(Fault::UnknownStatus) && said.contains_key("status") {
        said.insert("status".to_owned(), json!("EMU_UNHEARD_OF"));
    }
    if faults.has(Fault::ExtraFields) {
        said.insert("emu_extra".to_owned(), json!({ "list": [1, "two", null] }));
        said.insert("emu_null".to_owned(), Value::Null);
    }
}

/// What is still under way has none, nor has what can't fail.
fn opposite(status: &str) -> Option<&'static str> {
    match status {
        "SUCCESS" => Some("FAILED"),
        "FAILED" | "REFUNDED" | "EXPIRED" => Some("SUCCESS"),
        "PASS" => Some("REJECTED"),
        "REJECTED" | "REFUSED" | "AUTH_FAIL" => Some("PASS"),
        "SETTLED" => Some("CHECK_REJECTED"),
        "CHECK_REJECTED" => Some("SETTLED"),
        _ => None,
    }
}

/// Numbers of money, and names of things other than the merchant.
fn make_foreign(key: &str, value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(more) = number.as_i64().and_then(|number| number.checked_add(1)) {
                *value = json!(more);
            }
        }
        Value::String(text) if key != "merch_id" && (key.ends_with("_id") || key.ends_with("_no")) => {
            text.insert_str(0, "EMU-");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_object_keeps_what_was_asked_for_and_changes_the_rest() {
        let reply = Reply {
            status: StatusCode::OK,
            body:
                r#"{"request_id":"R1","merch_id":"M1","amount":5,"beneficiary_id":"B1","status":"SUCCESS"}"#
                    .into(),
        };
        let faults = FaultSet::from(vec![Fault::ForeignObject, Fault::HttpStatus(404)]);
        let twisted = twisted(reply, br#"{"request_id":"R1"}"#, &faults);
        let said: Value = serde_json::from_slice(&twisted.body).unwrap();
        let expected = json!({
            "request_id": "R1", "merch_id": "M1", "amount": 6, "beneficiary_id": "EMU-B1", "status": "SUCCESS",
        });
        assert_eq!((twisted.status, said), (StatusCode::NOT_FOUND, expected));
    }
}
