//! Calls and notifications with what surrounds their bodies: headers, the signature, the upload's parts, failures.

use serde_json::{Map, Value, json};

use super::{reference, tag};
use crate::codegen::docs::description::{Description, Mark, Operation};

/// A path for each call.
pub(super) fn paths(description: &Description) -> Value {
    let calls = description.operations.iter().filter(|operation| operation.is_call);
    Value::Object(calls.map(|call| (call.path.clone(), path_item(call))).collect())
}

/// A webhook for each notification, by its name: its address is the merchant's own.
pub(super) fn webhooks(description: &Description) -> Value {
    let notifications = description.operations.iter().filter(|operation| !operation.is_call);
    Value::Object(notifications.map(|one| (one.name.clone(), webhook(one))).collect())
}

fn path_item(call: &Operation) -> Value {
    let mut post = common(call);
    let body = if call.is_multipart { upload(call) } else { json_body(call) };
    post.insert("requestBody".into(), body);
    let mut responses = Map::new();
    responses.insert("200".into(), answer(call));
    for (status, _) in FAILURES {
        responses.insert(status.into(), reference("responses", &format!("Failure{status}")));
    }
    post.insert("responses".into(), responses.into());
    post.insert("x-effect".into(), call.effect.as_str().into());
    if let Some(key) = &call.key {
        post.insert("x-key".into(), json!({"field": key, "x-origin": "I"}));
    }
    if let Some(other) = &call.resolved_by {
        post.insert("x-resolved-by".into(), other.as_str().into());
    }
    json!({"post": post, "x-origin": call.origin.path.letter()})
}

fn webhook(notification: &Operation) -> Value {
    let mark = notification.origin.request;
    let mut data = bounded(&notification.request, mark);
    data.insert("x-origin".into(), mark.letter().into());
    let envelope = json!({
        "type": "object",
        "additionalProperties": true,
        "required": ["type", "data"],
        "properties": {
            "type": {
                "type": "string",
                "description": "It doesn't tell the kind: `MERCH` stands on several.",
                "examples": ["MERCH"],
                "x-origin": "D",
            },
            "version": {"type": ["string", "null"], "x-origin": "D"},
            "data": data,
        },
        "x-origin": "D",
    });
    let mut post = common(notification);
    post.insert(
        "x-path".into(),
        json!({
            "path": notification.path, "x-origin": notification.origin.path.letter(),
        }),
    );
    post.insert(
        "requestBody".into(),
        json!({
            "required": true,
            "content": {"application/json": {"schema": envelope}},
            "x-origin": "D",
        }),
    );
    post.insert(
        "responses".into(),
        json!({"200": {
            "description": "Taken. Anything else is refused, and the platform may send it again (I).",
            "content": {"application/json": {"schema": {"type": "object", "examples": [{}]}}},
            "x-origin": notification.origin.response.letter(),
        }}),
    );
    json!({"post": post})
}

fn common(operation: &Operation) -> Map<String, Value> {
    let mark = operation.origin.merchant.letter();
    let mut common = Map::new();
    common.insert("operationId".into(), operation.name.as_str().into());
    common.insert("tags".into(), json!([tag(&operation.name)]));
    common.insert("x-merchant".into(), json!({"rule": operation.merchant, "x-origin": mark}));
    let header = json!({
        "name": "X-Merch-Id",
        "in": "header",
        "required": operation.merchant == "required",
        "description": "The merchant's number. It is the fourth line of what is signed.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 20},
        "x-origin": mark,
        "x-limit-origin": "D",
    });
    let headers = if operation.merchant == "never" { json!([]) } else { json!([header]) };
    common.insert("parameters".into(), headers);
    common
}

fn json_body(call: &Operation) -> Value {
    let mark = call.origin.request;
    json!({
        "required": true,
        "content": {"application/json": {"schema": bounded(&call.request, mark)}},
        "x-origin": mark.letter(),
    })
}

fn upload(call: &Operation) -> Value {
    let mark = call.origin.request;
    let form = json!({
        "type": "object",
        "required": ["meta", "file"],
        "properties": {
            "meta": {
                "type": "string",
                "description": "JSON. Its text, byte for byte, is the fifth line of what is signed.",
                "contentMediaType": "application/json",
                "contentSchema": bounded(&call.request, mark),
                "x-origin": "I",
            },
            "file": {"type": "string", "contentMediaType": "application/octet-stream", "x-origin": "I"},
        },
    });
    json!({
        "required": true,
        "content": {"multipart/form-data": {
            "schema": form,
            "encoding": {
                "meta": {"contentType": "application/json"},
                "file": {"contentType": "application/octet-stream"},
            },
        }},
        "x-origin": mark.letter(),
    })
}

fn answer(call: &Operation) -> Value {
    let mark = call.origin.response;
    let mut answer = json!({
        "description": "Done, or taken on. The status in the body says which.",
        "headers": {"Authorization": reference("headers", "Signature")},
        "x-origin": mark.letter(),
    });
    if let (Some(object), Some(answer)) = (&call.response, answer.as_object_mut()) {
        let schema = bounded(object, mark);
        answer.insert("content".into(), json!({"application/json": {"schema": schema}}));
    }
    answer
}

/// A reference to a body of which nothing is surer than `mark`, whatever its schema says.
fn bounded(object: &str, mark: Mark) -> Map<String, Value> {
    let mut reference = Map::new();
    reference.insert("$ref".into(), format!("#/components/schemas/{object}").into());
    if mark != Mark::Documented {
        reference.insert("x-inside-at-best".into(), mark.letter().into());
    }
    reference
}

/// Which failure has which status is an inference; that the statuses occur is documented.
const FAILURES: [(&str, &str); 5] = [
    (
        "400",
        "The request, the state of the thing, or the file isn't right: 010000, 010003, 010004, 010005 (I).",
    ),
    (
        "401",
        "The signature was refused, so that nothing was done (D): 010100, 010200 (I). Probably unsigned (I).",
    ),
    ("404", "There is no such thing: 010002 (I). A path that doesn't exist answers so, too."),
    ("429", "Too many requests: 010001 (I)."),
    (
        "500",
        "Something broke: 999999 (I). The outcome of a call that moves money is unknown; ask before repeating.",
    ),
];

pub(super) fn failures() -> Value {
    let failure = |(status, description): (&str, &str)| {
        let response = json!({
            "description": description,
            "content": {"application/json": {"schema": reference("schemas", "ApiError")}},
            "x-origin": "D",
            "x-ret-codes-origin": "I",
        });
        (format!("Failure{status}"), response)
    };
    Value::Object(FAILURES.into_iter().map(failure).collect())
}

pub(super) fn answer_signature() -> Value {
    json!({
        "description": "The platform's signature of this answer, of the same form as the request's, over the request's path \
            and merchant and the answer's body. That there is one is D; the header's name and what it covers are I. \
            Verify it before you decode anything.",
        "schema": {"type": "string"},
        "x-origin": "I",
    })
}

pub(super) fn security_scheme() -> Value {
    json!({
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "Not a fixed key but a signature of each message. Five lines are signed with SHA256withRSA: path, \
            timestamp, nonce, merchant number, body. The header is a percent-encoded JSON object of `sign_type`, \
            `timestamp`, `nonce`, `key_id` and `signature`. Byte by byte: docs/signing.md, \
            beside this file. The platform signs its notifications in the same way.",
        "x-origin": "D",
    })
}
