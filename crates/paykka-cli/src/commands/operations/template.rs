//! A request's body to begin with, made of its schema: every field with a value of its type, and what is known of it as a comment.
//! A value that has a table is that table's first code, so that the body is taken as it is.

use std::fmt::Write;

use paykka_model::{Field, JsonType, Limit, Origin, Schema, Tables};
use serde_json::{Map, Value, json};

use super::fields::{json_type, limit};
use crate::frame::Lang;
use crate::texts::tables as texts;

/// Without comments, since JSON has none.
pub(super) fn body(schema: &Schema) -> Value {
    let fields = schema.fields.iter().map(|field| (field.name.to_owned(), value(field.json, field.limit)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// With a comment behind each field; `//` and what follows must be taken off before it is sent.
pub(super) fn commented(schema: &Schema, lang: Lang) -> String {
    let mut text = String::new();
    object(&mut text, schema, "", "", Origin::Documented, lang);
    text
}

/// `about` is the comment behind its brace.
fn object(text: &mut String, schema: &Schema, about: &str, margin: &str, outside: Origin, lang: Lang) {
    let inner = format!("{margin}  ");
    push(text, format_args!("{{{about}\n"));
    for (at, field) in schema.fields.iter().enumerate() {
        let comma = if at + 1 == schema.fields.len() { "" } else { "," };
        let origin = field.origin.weaker(outside);
        push(text, format_args!("{inner}\"{}\": ", field.name));
        let about = format!("  // {}", describe(field, origin, lang));
        match nested(field.json) {
            Some((inside, depth)) => {
                let (open, close) = ("[".repeat(depth), "]".repeat(depth));
                push(text, format_args!("{open}"));
                object(text, inside, &about, &inner, origin.weaker(field.inside), lang);
                push(text, format_args!("{close}{comma}\n"));
            }
            None => {
                let value = value(field.json, field.limit);
                push(text, format_args!("{value}{comma}{about}\n"));
            }
        }
    }
    push(text, format_args!("{margin}}}"));
}

/// The object behind a field, and in how many arrays it stands.
fn nested(json: JsonType) -> Option<(&'static Schema, usize)> {
    match json {
        JsonType::Object(schema) => Some((schema, 0)),
        JsonType::Array(item) => nested(*item).map(|(schema, depth)| (schema, depth + 1)),
        _ => None,
    }
}

fn describe(field: &Field, origin: Origin, lang: Lang) -> String {
    let mark = origin.mark();
    let needed = if field.required { texts::needed(&mark) } else { texts::may_be_left_out(&mark) };
    let limit = field.limit.map(|known| format!(", {}", limit(known))).unwrap_or_default();
    format!("{}{limit}, {}", json_type(field.json), needed.is(lang))
}

fn value(json: JsonType, limit: Option<Limit>) -> Value {
    match json {
        JsonType::Int32 | JsonType::Int64 | JsonType::Number => json!(1),
        JsonType::Boolean => json!(false),
        JsonType::Date => json!("2026-01-31"),
        JsonType::DateTime => json!("2026-01-31T12:00:00Z"),
        JsonType::Enum(known) => json!(known.first().map_or("TEXT", |value| value.text)),
        JsonType::TextCode(table) => json!(first_code(table)),
        JsonType::Int32Code(table) => json!(first_code(table).parse::<i32>().unwrap_or_default()),
        JsonType::Object(schema) => body(schema),
        JsonType::Array(item) => json!([value(*item, None)]),
        _ => json!(text(limit)),
    }
}

fn first_code(table: &str) -> String {
    let tables = Tables::new();
    let rows = tables.table(table).map(paykka_model::Table::rows).unwrap_or_default();
    rows.first().map_or_else(|| "TEXT".to_owned(), |row| row.code().to_owned())
}

/// As short or as long as it must be.
fn text(limit: Option<Limit>) -> String {
    match limit {
        Some(Limit::Length { min, max }) => "TEXT".chars().cycle().take(4.clamp(min.min(max), max)).collect(),
        _ => "TEXT".to_owned(),
    }
}

/// Writing into memory doesn't fail.
fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _written = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use paykka_model::{Event, OPERATIONS, Operation, OperationVisitor, visit_operations};

    use super::*;

    struct Reads(usize);

    impl OperationVisitor for Reads {
        fn call<O: Operation>(&mut self) {
            let plain = body(O::INFO.request);
            let read: Result<O::Request, _> = serde_json::from_value(plain.clone());
            assert!(read.is_ok(), "{}: {:?} {plain:#}", O::INFO.name, read.err());
            self.0 += 1;
        }

        fn event<E: Event>(&mut self) {
            let plain = body(E::INFO.request);
            assert!(serde_json::from_value::<E::Data>(plain.clone()).is_ok(), "{}: {plain:#}", E::INFO.name);
            self.0 += 1;
        }
    }

    #[test]
    fn every_template_is_read_as_the_request_that_it_is_for() {
        let mut reads = Reads(0);
        visit_operations(&mut reads);
        assert_eq!(reads.0, 33);
    }

    #[test]
    fn comments_stand_behind_the_same_body() {
        for info in OPERATIONS {
            let text = commented(info.request, Lang::En);
            let bare: String =
                text.lines().map(|line| line.split_once("  // ").map_or(line, |(bare, _)| bare)).collect();
            let bare: Value = serde_json::from_str(&bare).unwrap();
            assert_eq!(bare, body(info.request), "{}", info.name);
        }
    }
}
