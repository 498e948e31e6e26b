//! `docs/openapi.json`: the platform as OpenAPI 3.1, for programs. The marks stand beside the facts as `x-origin`, since
//! a description that hides what is guessed would be taken for the platform's own.

use serde_json::{Map, Value, json};

use super::description::{Description, Mark, Table};

mod operations;
mod schemas;

pub(super) fn render(description: &Description) -> Result<String, String> {
    let (info, tags) = (info(), tags(description));
    let document = json!({
        "openapi": "3.1.0",
        "info": info,
        "externalDocs": {"url": "coverage.md", "description": "The same facts as tables, for people"},
        "servers": [{
            "url": "https://open-fat.cb.paykka.com",
            "description": "The sandbox. The production host is handed out by the platform.",
            "x-origin": Mark::Documented.letter(),
        }],
        "security": [{"signature": []}],
        "tags": tags,
        "paths": operations::paths(description),
        "webhooks": operations::webhooks(description),
        "components": {
            "schemas": schemas::all(description),
            "responses": operations::failures(),
            "headers": {"Signature": operations::answer_signature()},
            "securitySchemes": {"signature": operations::security_scheme()},
        },
        "x-tables": tables(&description.tables),
    });
    let mut text = String::new();
    write(&mut text, &sorted(document), 0);
    Ok(text + "\n")
}

/// What fits on a line stands on one: people read this, and compare its versions.
fn write(out: &mut String, value: &Value, depth: usize) {
    const WIDTH: usize = 160;
    let flat = value.to_string();
    let indent = "  ".repeat(depth + 1);
    let is_flat = flat.len() + indent.len() <= WIDTH;
    let (brackets, items): ([char; 2], Vec<(String, &Value)>) = match value {
        Value::Object(members) if !is_flat => (
            ['{', '}'],
            members.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value)).collect(),
        ),
        Value::Array(items) if !is_flat => {
            (['[', ']'], items.iter().map(|item| (String::new(), item)).collect())
        }
        _ => return out.push_str(&flat),
    };
    out.push(brackets[0]);
    for (index, (key, item)) in items.into_iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&indent);
        out.push_str(&key);
        write(out, item, depth + 1);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(brackets[1]);
}

fn info() -> Value {
    json!({
        "title": "PayKKa OpenAPI, as far as it is publicly known",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        "description": DESCRIPTION,
    })
}

const DESCRIPTION: &str = "\
Unofficial: made by the project PayKKa for Rust, and neither by the platform nor endorsed by it. The platform's public \
pages have holes, so each fact carries a mark in `x-origin`: D stands on one of the platform's own pages, T was seen in a \
third party's client that was never run against the platform, I is an inference. Confirm with the platform what is T or I.

A part is never surer than the whole that it stands in: `x-inside-at-best`, where it isn't D, bounds all marks of the \
schema that it stands beside, and `x-limits-inside-at-best` its limits. `x-table-origin` says how sure it is that a code \
is one of `x-table`. `x-required-origin` says where it comes from that a property is required or isn't.

The world is open: unknown properties are ignored, `null` is as good as absent, and a value that isn't in \
`x-known-values` may come at any time, hence no `enum`. Limits that aren't D stand in `x-guessed-limit`, so that nobody's \
guess keeps a call from being made. `maxLength` is meant in UTF-16 units. `x-incomplete` stands where no page shows the \
whole object, so that further properties may have to be written.";

/// The first words of the operations' names, in their order.
fn tags(description: &Description) -> Vec<Value> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in description.operations.iter().map(|operation| tag(&operation.name)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.into_iter().map(|tag| json!({"name": tag})).collect()
}

fn tag(operation: &str) -> &str {
    operation.split('.').next().unwrap_or(operation)
}

/// What stands in `x-table`.
fn tables(tables: &[Table]) -> Value {
    let table = |table: &Table| {
        let about = json!({
            "rows": table.rows.len(),
            "rows-on-a-page-of-the-platform": table.confirmed(),
            "sources": table.sources(),
            "file": format!("../crates/paykka-model/tables/{}.csv", table.name),
        });
        (table.name.clone(), about)
    };
    Value::Object(tables.iter().map(table).collect())
}

/// With every object's keys in order, whether or not some package turns on the feature that keeps them as they came.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        plain => plain,
    }
}

fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::docs::fixture::description;

    /// What stands at a JSON pointer of the small platform's document.
    fn at(pointer: &str) -> Value {
        let document: Value = serde_json::from_str(&render(&description()).unwrap()).unwrap();
        document.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")).clone()
    }

    #[test]
    fn calls_are_paths_and_notifications_webhooks() {
        let call = at("/paths/~1api~1pay~1apply");
        assert_eq!(call["x-origin"], "D");
        let call = &call["post"];
        assert_eq!(call["operationId"], "pay.apply");
        assert_eq!(call["tags"], json!(["pay"]));
        assert_eq!(call["x-effect"], "money");
        assert_eq!(call["x-key"], json!({"field": "key", "x-origin": "I"}));
        assert_eq!(call["x-resolved-by"], "pay.inquiry");
        let body = &call["requestBody"];
        assert_eq!(body["x-origin"], "D");
        assert_eq!(
            body["content"]["application/json"]["schema"],
            json!({"$ref": "#/components/schemas/PayRequest"})
        );
        let answer = &call["responses"]["200"];
        assert_eq!(answer["x-origin"], "I");
        assert_eq!(
            answer["content"]["application/json"]["schema"],
            json!({"$ref": "#/components/schemas/PayState", "x-inside-at-best": "I"})
        );
        for status in ["400", "401", "404", "429", "500"] {
            let failure = &call["responses"][status];
            assert_eq!(failure["$ref"], format!("#/components/responses/Failure{status}"), "{status}");
        }
        let webhook = at("/webhooks/pay.notification/post");
        assert_eq!(webhook["operationId"], "pay.notification");
        assert_eq!(webhook["x-path"], json!({"path": "/api/pay/notification", "x-origin": "T"}));
        let envelope = &webhook["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(envelope["required"], json!(["type", "data"]));
        assert_eq!(
            envelope["properties"]["data"],
            json!({"$ref": "#/components/schemas/PayState", "x-inside-at-best": "T", "x-origin": "T"})
        );
    }

    #[test]
    fn the_merchant_header_follows_the_rule() {
        let header = &at("/paths/~1api~1pay~1apply/post/parameters")[0];
        assert_eq!((&header["name"], &header["in"]), (&json!("X-Merch-Id"), &json!("header")));
        assert_eq!((&header["required"], &header["x-origin"]), (&json!(true), &json!("D")));
        assert_eq!(at("/webhooks/pay.notification/post/parameters")[0]["required"], json!(false));
        let upload = at("/paths/~1api~1file~1upload/post");
        assert_eq!(upload["parameters"], json!([]));
        assert_eq!(upload["x-merchant"], json!({"rule": "never", "x-origin": "T"}));
    }

    #[test]
    fn an_upload_has_the_text_of_meta_and_a_file() {
        let form =
            at("/paths/~1api~1file~1upload/post/requestBody/content/multipart~1form-data/schema/properties");
        assert_eq!(form["meta"]["contentSchema"]["$ref"], "#/components/schemas/Meta");
        assert_eq!(form["file"]["contentMediaType"], "application/octet-stream");
    }

    #[test]
    fn objects_are_open_and_refer_to_each_other() {
        let payee = at("/components/schemas/Payee");
        assert_eq!((&payee["additionalProperties"], &payee["x-incomplete"]), (&json!(true), &json!(true)));
        let bank = &payee["properties"]["bank"];
        assert_eq!(bank["$ref"], "#/components/schemas/Bank");
        assert_eq!((&bank["x-origin"], &bank["x-inside-at-best"]), (&json!("D"), &json!("I")));
        let payees = at("/components/schemas/PayRequest/properties/payees");
        assert_eq!(payees["items"], json!({"$ref": "#/components/schemas/Payee"}));
        assert_eq!(payees["x-required-origin"], "T");
        assert_eq!(at("/components/schemas/PayRequest/required"), json!(["key", "payees"]));
    }

    #[test]
    fn only_documented_limits_bind() {
        let name = at("/components/schemas/Payee/properties/name");
        assert_eq!((&name["maxLength"], &name["x-limit-origin"]), (&json!(64), &json!("D")));
        assert!(name.get("minLength").is_none() && name.get("x-guessed-limit").is_none());
        let key = at("/components/schemas/PayRequest/properties/key");
        assert_eq!(key["x-guessed-limit"], json!({"minLength": 1, "maxLength": 32}));
        assert_eq!(key["x-limit-origin"], "I");
        assert!(key.get("maxLength").is_none());
        let ids = at("/components/schemas/Stored/properties/ids");
        assert_eq!((&ids["minItems"], &ids["maxItems"]), (&json!(1), &json!(10)));
        assert_eq!(ids["items"], json!({"type": "integer", "format": "int32"}));
    }

    #[test]
    fn known_values_never_close_the_world() {
        let kind = at("/components/schemas/Bank/properties/kind");
        assert_eq!(kind["x-known-values"], json!([{"value": "LOCAL", "x-origin": "T"}]));
        assert_eq!((&kind["examples"], &kind["type"]), (&json!(["LOCAL"]), &json!(["string", "null"])));
        assert_eq!(at("/components/schemas/Meta/properties/bank/x-table"), "bank");
        assert_eq!(at("/components/schemas/Bank/properties/no/x-also-read-as"), json!(["number"]));
        assert_eq!(at("/x-tables/bank/rows-on-a-page-of-the-platform"), 0);
        let codes = at("/components/schemas/ApiError/properties/ret_code");
        assert_eq!(codes["x-known-values"], json!([{"value": "010002", "x-origin": "D"}]));
    }

    #[test]
    fn keys_are_sorted_whatever_the_map_does() {
        let value = sorted(json!([{"b": {"d": 1, "c": 2}, "a": 3}]));
        assert_eq!(value.to_string(), r#"[{"a":3,"b":{"c":2,"d":1}}]"#);
    }
}
