//! An object's fields as people and programs read them: their names, types, limits and marks.

use paykka_model::{Field, JsonType, Limit, Origin, Schema};
use serde_json::{Value, json};

use crate::frame::Page;
use crate::texts::{frame, tables as texts};

/// All fields, also those inside others, each by its whole name.
pub(super) fn table(page: &mut Page, schema: &Schema) {
    let lang = page.lang();
    let mut rows = Vec::new();
    walk(schema, "", Origin::Documented, &mut |name, field, origin| {
        let required = if field.required { frame::yes() } else { frame::no() };
        let limit = field.limit.map(limit).unwrap_or_default();
        rows.push(vec![
            name,
            json_type(field.json),
            required.is(lang).to_owned(),
            origin.mark().to_string(),
            limit,
        ]);
    });
    let head = [texts::field(), texts::json_type(), texts::required(), texts::marks_head(), texts::limit()];
    page.table(&head, &rows);
}

pub(super) fn list(schema: &Schema) -> Value {
    let mut all = Vec::new();
    walk(schema, "", Origin::Documented, &mut |name, field, origin| {
        all.push(json!({
            "name": name,
            "type": json_type(field.json),
            "required": field.required,
            "mark": origin.mark().to_string(),
            "limit": field.limit.map(limit),
        }));
    });
    Value::Array(all)
}

/// What was taken over from somewhere is no surer than the taking over, so marks weaken on the way in.
fn walk(schema: &Schema, before: &str, outside: Origin, found: &mut impl FnMut(String, &Field, Origin)) {
    for field in schema.fields {
        let mut name = format!("{before}{}", field.name);
        let origin = field.origin.weaker(outside);
        let mut inner = field.json;
        found(name.clone(), field, origin);
        while let JsonType::Array(item) = inner {
            name.push_str("[]");
            inner = *item;
        }
        if let JsonType::Object(schema) = inner {
            walk(schema, &format!("{name}."), origin.weaker(field.inside), found);
        }
    }
}

pub(super) fn json_type(json: JsonType) -> String {
    match json {
        JsonType::String => "string".to_owned(),
        JsonType::Int32 => "int32".to_owned(),
        JsonType::Int64 => "int64".to_owned(),
        JsonType::Number => "number".to_owned(),
        JsonType::Boolean => "boolean".to_owned(),
        JsonType::Date => "date".to_owned(),
        JsonType::DateTime => "date-time".to_owned(),
        JsonType::Enum(known) => known.iter().map(|value| value.text).collect::<Vec<_>>().join("|"),
        JsonType::TextCode(table) => format!("string of {table}"),
        JsonType::Int32Code(table) => format!("int32 of {table}"),
        JsonType::Object(_) => "object".to_owned(),
        JsonType::Array(item) => format!("{}[]", json_type(*item)),
        _ => "?".to_owned(),
    }
}

pub(super) fn limit(limit: Limit) -> String {
    match limit {
        Limit::Length { min, max } => format!("{min}..{max} UTF-16"),
        Limit::Items { min, max } => format!("{min}..{max} items"),
        _ => "?".to_owned(),
    }
}
