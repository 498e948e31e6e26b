//! The objects as JSON schemas, each once and referring to each other.

use serde_json::{Map, Value, json};

use super::reference;
use crate::codegen::docs::description::{Description, Field, FieldKind, KnownValue, Limit, Mark, Object};

pub(super) fn all(description: &Description) -> Value {
    let mut schemas: Map<String, Value> =
        description.objects.iter().map(|(name, object)| (name.clone(), schema(object))).collect();
    schemas.insert("ApiError".into(), api_error(&description.ret_codes));
    schemas.into()
}

fn schema(object: &Object) -> Value {
    let required: Vec<&str> =
        object.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let properties: Map<String, Value> =
        object.fields.iter().map(|field| (field.name.clone(), property(field).into())).collect();
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("additionalProperties".into(), true.into());
    schema.insert("properties".into(), properties.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    if object.extra {
        schema.insert("x-incomplete".into(), true.into());
    }
    schema.into()
}

fn property(field: &Field) -> Map<String, Value> {
    let mut schema = of_kind(&field.kind, field.origin);
    if let Some(limit) = field.limit {
        put_limit(&mut schema, limit, field.limit_origin);
    }
    if !field.required {
        allow_null(&mut schema);
    }
    schema.insert("x-origin".into(), field.origin.letter().into());
    schema.insert("x-required-origin".into(), field.required_origin.letter().into());
    if field.inside != Mark::Documented {
        schema.insert("x-inside-at-best".into(), field.inside.letter().into());
    }
    if field.limits_inside != Mark::Documented {
        schema.insert("x-limits-inside-at-best".into(), field.limits_inside.letter().into());
    }
    if matches!(field.kind.innermost(), FieldKind::Code { .. }) {
        schema.insert("x-table-origin".into(), field.table_origin.letter().into());
    }
    if field.above_zero {
        schema.insert("x-guessed-limit".into(), json!({"exclusiveMinimum": 0}));
    }
    if !field.aliases.is_empty() {
        schema.insert("x-also-read-as".into(), field.aliases.clone().into());
    }
    if field.clean {
        schema.insert("x-own-rule".into(), CLEAN.into());
    }
    schema
}

const CLEAN: &str = "in requests: no control characters, no invisible marks, no white space at the ends";

fn of_kind(kind: &FieldKind, mark: Mark) -> Map<String, Value> {
    let schema = match kind {
        FieldKind::Plain(name) => match name.as_str() {
            "int32" | "int64" => json!({"type": "integer", "format": name}),
            "number" => {
                json!({"type": "number", "description": "Its digits are exact; a binary float loses some."})
            }
            "date" => json!({"type": "string", "format": "date"}),
            "datetime" => {
                json!({"type": "string", "format": "date-time", "description": "In UTC, with `Z`."})
            }
            name => json!({"type": name}),
        },
        FieldKind::Enum(values) => of_enum(values, mark),
        FieldKind::Code { table, is_text: true } => json!({"type": "string", "x-table": table}),
        FieldKind::Code { table, is_text: false } => {
            json!({"type": "integer", "format": "int32", "x-table": table})
        }
        FieldKind::Object(name) => reference("schemas", name),
        FieldKind::Array(item) => json!({"type": "array", "items": of_kind(item, mark)}),
    };
    match schema {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// No `enum`: a value that isn't known here must be taken all the same.
fn of_enum(values: &[KnownValue], mark: Mark) -> Value {
    let known =
        |value: &KnownValue| json!({"value": value.text, "x-origin": value.origin.weaker(mark).letter()});
    json!({
        "type": "string",
        "examples": values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>(),
        "x-known-values": values.iter().map(known).collect::<Vec<_>>(),
    })
}

/// Only what is documented binds; a guess must not keep anybody from making a call.
fn put_limit(schema: &mut Map<String, Value>, limit: Limit, mark: Mark) {
    let (least, most) = if limit.is_of_items { ("minItems", "maxItems") } else { ("minLength", "maxLength") };
    let mut bounds = Map::new();
    if limit.min > 0 {
        bounds.insert(least.into(), limit.min.into());
    }
    bounds.insert(most.into(), limit.max.into());
    if mark == Mark::Documented {
        schema.extend(bounds);
    } else {
        schema.insert("x-guessed-limit".into(), bounds.into());
    }
    schema.insert("x-limit-origin".into(), mark.letter().into());
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.clone(), "null"]);
    } else if let Some(reference) = schema.remove("$ref") {
        schema.insert("anyOf".into(), json!([{"$ref": reference}, {"type": "null"}]));
    }
}

/// The body of every failure.
fn api_error(ret_codes: &[KnownValue]) -> Value {
    let mut code = of_enum(ret_codes, Mark::Documented);
    if let Some(code) = code.as_object_mut() {
        code.insert("description".into(), "What went wrong, for programs.".into());
        code.insert("x-origin".into(), "D".into());
    }
    json!({
        "type": "object",
        "additionalProperties": true,
        "required": ["ret_code"],
        "properties": {
            "ret_code": code,
            "ret_msg": {
                "type": ["string", "null"],
                "description": "What went wrong, for people, in the platform's words.",
                "x-origin": "D",
            },
        },
    })
}
