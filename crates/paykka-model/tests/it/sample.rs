//! JSON that fits an object, made from its own description: what one test has to say of every type is written once.

use paykka_model::{Field, JsonType, Limit, Schema};
use serde_json::{Map, Value, json};

/// What stands in a sample's leaves.
pub(crate) trait Leaves {
    /// The text of a field that holds one.
    fn text(&mut self, path: &str, field: &Field) -> String;

    /// The number of a field that holds one; small enough for 32 bits.
    fn number(&mut self, path: &str, field: &Field) -> i32;

    /// Whether an optional field is there.
    fn is_there(&mut self) -> bool {
        true
    }
}

/// An object with every field that `leaves` wants.
pub(crate) fn object(schema: &Schema, path: &str, leaves: &mut impl Leaves) -> Map<String, Value> {
    let mut out = Map::new();
    for field in schema.fields {
        if field.required || leaves.is_there() {
            let path = format!("{path}.{}", field.name);
            out.insert(field.name.to_owned(), value(field.json, &path, field, leaves));
        }
    }
    out
}

fn value(json: JsonType, path: &str, field: &Field, leaves: &mut impl Leaves) -> Value {
    match json {
        JsonType::Int32 | JsonType::Int32Code(_) | JsonType::Int64 | JsonType::Number => {
            leaves.number(path, field).into()
        }
        JsonType::Boolean => true.into(),
        JsonType::Object(schema) => object(schema, path, leaves).into(),
        JsonType::Array(item) => json!([value(*item, path, field, leaves)]),
        _ => leaves.text(path, field).into(),
    }
}

/// A text within the field's own limit, as far as it has one.
pub(crate) fn fitted(text: &str, field: &Field) -> String {
    let Some(Limit::Length { max, .. }) = field.limit else { return text.to_owned() };
    let mut left = max;
    let fits = |c: &char| {
        left.checked_sub(c.len_utf16()).is_some_and(|rest| {
            left = rest;
            true
        })
    };
    text.chars().take_while(fits).collect()
}
