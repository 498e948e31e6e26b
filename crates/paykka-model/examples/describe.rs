//! Prints all that the crate knows of the platform as one JSON: operations, objects with their fields, tables, codes of
//! failures. The docs are generated from it; other tools may be, too.
//!
//! ```sh
//! cargo run -p paykka-model --example describe
//! ```

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::collections::BTreeMap;

use paykka_model::{
    CodeTable, Country, Currency, Effect, Field, JsonType, KnownValue, Limit, OPERATIONS, OperationInfo,
    RetCode, Schema, WireCode, unconfirmed,
};
use serde_json::{Map, Value, json};

fn main() {
    let mut objects = BTreeMap::new();
    for operation in OPERATIONS {
        gather(operation.request, &mut objects);
        operation.response.into_iter().for_each(|schema| gather(schema, &mut objects));
    }
    let description = json!({
        "operations": OPERATIONS.iter().map(describe_operation).collect::<Vec<_>>(),
        "objects": objects,
        "tables": tables(),
        "ret_codes": known(RetCode::KNOWN),
    });
    println!("{description:#}");
}

fn describe_operation(operation: &OperationInfo) -> Value {
    let effect = match operation.effect {
        Effect::Write { key } => json!({"kind": "write", "key": key}),
        Effect::Money { key, resolved_by } => {
            json!({"kind": "money", "key": key, "resolved_by": resolved_by})
        }
        other => json!({"kind": format!("{other:?}").to_lowercase()}),
    };
    json!({
        "name": operation.name,
        "path": operation.path,
        "role": format!("{:?}", operation.role).to_lowercase(),
        "merchant": format!("{:?}", operation.merchant).to_lowercase(),
        "effect": effect,
        "encoding": format!("{:?}", operation.encoding).to_lowercase(),
        "origin": {
            "path": operation.origin.path.mark(),
            "request": operation.origin.request.mark(),
            "response": operation.origin.response.mark(),
            "merchant": operation.origin.merchant.mark(),
        },
        "request": operation.request.name,
        "response": operation.response.map(|schema| schema.name),
    })
}

/// The object and all that is in it, each once.
fn gather(schema: &'static Schema, objects: &mut BTreeMap<&'static str, Value>) {
    if objects.contains_key(schema.name) {
        return;
    }
    let fields: Vec<_> = schema.fields.iter().map(describe_field).collect();
    objects.insert(schema.name, json!({"extra": schema.extra, "fields": fields}));
    schema.fields.iter().filter_map(|field| inner(field.json)).for_each(|schema| gather(schema, objects));
}

fn inner(json: JsonType) -> Option<&'static Schema> {
    match json {
        JsonType::Object(schema) => Some(schema),
        JsonType::Array(item) => inner(*item),
        _ => None,
    }
}

fn describe_field(field: &Field) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("name", field.name.into());
    put("aliases", field.aliases.into());
    put("type", describe_type(field.json));
    put("required", field.required.into());
    put(
        "limit",
        match field.limit {
            Some(Limit::Length { min, max }) => json!({"kind": "length", "min": min, "max": max}),
            Some(Limit::Items { min, max }) => json!({"kind": "items", "min": min, "max": max}),
            _ => Value::Null,
        },
    );
    put("origin", mark(field.origin));
    put("required_origin", mark(field.required_origin));
    put("limit_origin", mark(field.limit_origin));
    put("inside", mark(field.inside));
    put("limits_inside", mark(field.limits_inside));
    put("table_origin", mark(field.table_origin));
    put("above_zero", field.above_zero.into());
    put("shown", field.shown.into());
    put("clean", field.clean.into());
    out.into()
}

fn describe_type(json: JsonType) -> Value {
    match json {
        JsonType::Enum(values) => json!({"kind": "enum", "values": known(values)}),
        JsonType::TextCode(table) => json!({"kind": "text_code", "table": table}),
        JsonType::Int32Code(table) => json!({"kind": "int32_code", "table": table}),
        JsonType::Object(schema) => json!({"kind": "object", "object": schema.name}),
        JsonType::Array(item) => json!({"kind": "array", "items": describe_type(*item)}),
        plain => json!({"kind": format!("{plain:?}").to_lowercase()}),
    }
}

fn known(values: &[KnownValue]) -> Vec<Value> {
    values.iter().map(|value| json!({"text": value.text, "origin": mark(value.origin)})).collect()
}

fn tables() -> Vec<Value> {
    vec![
        table::<Country>(),
        table::<Currency>(),
        table::<unconfirmed::ProvinceCity>(),
        table::<unconfirmed::Industry>(),
        table::<unconfirmed::NewIndustryMain>(),
        table::<unconfirmed::NewIndustrySub>(),
        table::<unconfirmed::Bank>(),
        table::<unconfirmed::ProductCategory>(),
        table::<unconfirmed::BusinessCategory>(),
        table::<unconfirmed::CollectionAccount>(),
    ]
}

fn table<T: CodeTable>() -> Value {
    let rows: Vec<_> = T::ALL
        .iter()
        .filter_map(|known| known.row())
        .map(|row| {
            json!({
                "code": row.code(),
                "name_en": row.name_en(),
                "name_zh": row.name_zh(),
                "origin": mark(row.origin().mark()),
                "source": row.origin().source(),
            })
        })
        .collect();
    json!({
        "name": T::NAME,
        "wire": if T::Wire::IS_INT32 { "int32" } else { "string" },
        "confirmed": T::is_confirmed(),
        "rows": rows,
    })
}

fn mark(origin: paykka_model::Origin) -> Value {
    origin.mark().to_string().into()
}
