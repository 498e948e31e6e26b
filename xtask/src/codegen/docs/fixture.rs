//! A small platform for tests, with one of everything.

use serde_json::{Value, json};

use super::description::Description;

pub(super) fn description() -> Description {
    let described = json!({
        "operations": [
            operation("pay.apply", ["call", "required", "json"], ["PayRequest", "PayState"], ["D", "D", "D", "I"],
                &json!({"kind": "money", "key": "key", "resolved_by": "pay.inquiry"})),
            operation("pay.notification", ["notification", "optional", "json"], ["PayState", ""], ["T", "I", "T", "D"],
                &json!({"kind": "notice"})),
            operation("file.upload", ["call", "never", "multipart"], ["Meta", "Stored"], ["T", "T", "I", "T"],
                &json!({"kind": "spare"})),
        ],
        "objects": {
            "PayRequest": {"extra": false, "fields": [
                field("key", &json!({"kind": "string"}), ["D", "D", "I", "D"], &length(1, 32)),
                field("payees", &array(&object("Payee")), ["D", "T", "D", "D"], &Value::Null),
            ]},
            "Payee": {"extra": true, "fields": [
                field("name", &json!({"kind": "string"}), ["D", "D", "D", "D"], &length(0, 64)),
                field("bank", &object("Bank"), ["D", "D", "D", "I"], &Value::Null),
            ]},
            "Bank": {"extra": false, "fields": [
                field("no", &json!({"kind": "string"}), ["D", "D", "T", "D"], &length(4, 4)),
                field("kind", &known(&[("LOCAL", "D")]), ["T", "D", "D", "D"], &Value::Null),
            ]},
            "PayState": {"extra": false, "fields": [
                field("status", &known(&[("OPEN", "D"), ("DONE", "I")]), ["D", "D", "D", "D"], &Value::Null),
            ]},
            "Meta": {"extra": false, "fields": [
                field("bank", &json!({"kind": "text_code", "table": "bank"}), ["I", "I", "I", "D"], &Value::Null),
            ]},
            "Stored": {"extra": false, "fields": [
                field("ids", &array(&json!({"kind": "int32"})), ["T", "T", "D", "D"],
                    &json!({"kind": "items", "min": 1, "max": 10})),
            ]},
        },
        "tables": [
            {"name": "bank", "wire": "string", "rows": [{"origin": "I", "source": "a standard"}]},
            {"name": "currency", "wire": "string", "rows": [{"origin": "D", "source": "PayKKa page"}]},
        ],
        "ret_codes": [{"text": "010002", "origin": "D"}],
    });
    Description::read(described.to_string().as_bytes()).unwrap()
}

fn operation(
    name: &str,
    [role, merchant, encoding]: [&str; 3],
    [request, response]: [&str; 2],
    [path_mark, merchant_mark, request_mark, response_mark]: [&str; 4],
    effect: &Value,
) -> Value {
    json!({
        "name": name, "path": format!("/api/{}", name.replace('.', "/")), "role": role, "merchant": merchant,
        "encoding": encoding, "effect": effect, "request": request,
        "response": if response.is_empty() { Value::Null } else { response.into() },
        "origin": {
            "path": path_mark, "merchant": merchant_mark, "request": request_mark, "response": response_mark,
        },
    })
}

/// The marks are those of the field, of its being required, of its limit and of what is inside.
fn field(
    name: &str,
    kind: &Value,
    [origin, required, limit_mark, inside]: [&str; 4],
    limit: &Value,
) -> Value {
    let aliases: &[&str] = if name == "no" { &["number"] } else { &[] };
    json!({
        "name": name, "aliases": aliases, "type": kind, "required": name != "kind", "limit": limit,
        "origin": origin, "required_origin": required, "limit_origin": limit_mark, "inside": inside,
        "limits_inside": if name == "payees" { "I" } else { "D" }, "table_origin": "I", "above_zero": false,
        "clean": name == "name",
    })
}

fn object(name: &str) -> Value {
    json!({"kind": "object", "object": name})
}

fn array(items: &Value) -> Value {
    json!({"kind": "array", "items": items})
}

fn known(values: &[(&str, &str)]) -> Value {
    let values: Vec<_> =
        values.iter().map(|(text, origin)| json!({"text": text, "origin": origin})).collect();
    json!({"kind": "enum", "values": values})
}

fn length(min: u64, max: u64) -> Value {
    json!({"kind": "length", "min": min, "max": max})
}
