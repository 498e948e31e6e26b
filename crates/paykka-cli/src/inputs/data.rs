//! A request's body, as people give it: on the command line, in a file, on standard input, with single fields said beside it.
//! It is sent byte for byte as it was given; where fields are said beside it, all others keep their text, digits and all.

use std::collections::BTreeMap;

use clap::Args;
use paykka_model::{JsonType, Schema};
use serde_json::value::{RawValue, to_raw_value};

use super::Given;
use crate::frame::{Failure, nearest};
use crate::texts::{calls as texts, inputs};

/// A request's body.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// The request's body: JSON, @ and a file's name, or - for standard input; {} without it
    #[arg(short, long, value_name = "JSON|@FILE|-")]
    data: Option<Given>,
    // No doc comment: its brackets would be a link.
    #[arg(
        long = "set",
        value_name = "PATH=VALUE",
        help = "Set a field of the body, such as amount=125000 or beneficiary.bank_account.currency=EUR or relate_list[0].amount=1"
    )]
    fields: Vec<String>,
}

impl DataArgs {
    /// The body for a request of this schema.
    pub(crate) fn body(&self, schema: &Schema) -> Result<Vec<u8>, Failure> {
        let text = match &self.data {
            None => b"{}".to_vec(),
            Some(given) => given.object()?.0,
        };
        if self.fields.is_empty() {
            return Ok(text);
        }
        let unreadable = |_| Failure::input("json", inputs::no_object(), inputs::no_object_to_do());
        let whole: Box<RawValue> = serde_json::from_slice(&text).map_err(unreadable)?;
        let mut body = Some(whole);
        for field in &self.fields {
            let field = Assignment::read(field, schema)?;
            body = Some(field.put(body.as_deref())?);
        }
        Ok(body.map(|body| body.get().as_bytes().to_vec()).unwrap_or_default())
    }
}

/// One `--set`.
struct Assignment<'a> {
    text: &'a str,
    path: Vec<Step>,
    value: Box<RawValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl<'a> Assignment<'a> {
    fn read(text: &'a str, schema: &Schema) -> Result<Self, Failure> {
        let unusable = || Failure::input("set", texts::bad_set(&text), texts::bad_set_to_do());
        let (path, value) = text.split_once('=').ok_or_else(unusable)?;
        let path = steps(path).ok_or_else(unusable)?;
        let value = match type_at(schema, &path)? {
            kind if is_text(kind) => to_raw_value(value),
            // What is no JSON is a text all the same; the check against the schema says what it should have been.
            _ => RawValue::from_string(value.to_owned()).or_else(|_| to_raw_value(value)),
        };
        Ok(Self { text, path, value: value.map_err(|_| unusable())? })
    }

    fn put(&self, body: Option<&RawValue>) -> Result<Box<RawValue>, Failure> {
        put(body, &self.path, &self.value)
            .map_err(|_| Failure::input("set", texts::no_place(&self.text), texts::bad_set_to_do()))
    }
}

/// Objects and arrays that aren't there come to be on the way.
fn put(body: Option<&RawValue>, path: &[Step], value: &RawValue) -> Result<Box<RawValue>, serde_json::Error> {
    let body = body.filter(|body| body.get() != "null");
    match path {
        [] => Ok(value.to_owned()),
        [Step::Field(name), rest @ ..] => {
            let mut fields: BTreeMap<String, Box<RawValue>> =
                body.map_or_else(|| Ok(BTreeMap::new()), |body| serde_json::from_str(body.get()))?;
            let inner = put(fields.get(name).map(AsRef::as_ref), rest, value)?;
            fields.insert(name.clone(), inner);
            to_raw_value(&fields)
        }
        [Step::Item(at), rest @ ..] => {
            let mut items: Vec<Box<RawValue>> =
                body.map_or_else(|| Ok(Vec::new()), |body| serde_json::from_str(body.get()))?;
            let inner = put(items.get(*at).map(AsRef::as_ref), rest, value)?;
            match items.get_mut(*at) {
                Some(item) => *item = inner,
                // The next one, since an array has no holes.
                None => items.push(inner),
            }
            to_raw_value(&items)
        }
    }
}

/// `a.b[0].c`
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, items) = part.split_at(part.find('[').unwrap_or(part.len()));
        steps.push(Step::Field(Some(name).filter(|name| !name.is_empty())?.to_owned()));
        let mut items = items;
        while !items.is_empty() {
            let (number, rest) = items.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Item(number.parse().ok()?));
            items = rest;
        }
    }
    Some(steps)
}

/// What the schema has at a path; a field that it doesn't have is an error that names the nearest.
fn type_at(schema: &Schema, path: &[Step]) -> Result<JsonType, Failure> {
    let (mut kind, mut inside) = (None, Some(schema));
    for step in path {
        kind = match (step, kind) {
            (Step::Field(name), _) => {
                let fields = inside.map(|schema| schema.fields).unwrap_or_default();
                let found = fields.iter().find(|field| field.name == name);
                Some(found.map(|field| field.json).ok_or_else(|| {
                    let to_do = match nearest(name, fields.iter().map(|field| field.name)) {
                        Some(near) => texts::nearest_field(&near),
                        None => texts::no_field_to_do(),
                    };
                    Failure::input("set", texts::no_field(name), to_do)
                })?)
            }
            (Step::Item(_), Some(JsonType::Array(item))) => Some(*item),
            (Step::Item(at), _) => {
                let what = texts::no_array(&format_args!("[{at}]"));
                return Err(Failure::input("set", what, texts::no_field_to_do()));
            }
        };
        inside = match kind {
            Some(JsonType::Object(schema)) => Some(schema),
            _ => None,
        };
    }
    Ok(kind.unwrap_or(JsonType::String))
}

const fn is_text(kind: JsonType) -> bool {
    matches!(
        kind,
        JsonType::String | JsonType::Date | JsonType::DateTime | JsonType::Enum(_) | JsonType::TextCode(_)
    )
}

#[cfg(test)]
mod tests {
    use paykka_model::OPERATIONS;

    use super::*;

    fn body(operation: &str, data: &str, fields: &[&str]) -> Result<String, Failure> {
        let Ok(data) = data.parse();
        let data = DataArgs { data: Some(data), fields: fields.iter().map(ToString::to_string).collect() };
        let info = OPERATIONS.iter().find(|info| info.name == operation).unwrap();
        data.body(info.request).map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn what_is_given_alone_is_sent_as_it_is() {
        let text = " {\"amount\" : 1.10}\n";
        assert_eq!(body("payment.apply", text, &[]).unwrap(), text);
    }

    #[test]
    fn fields_are_set_by_the_type_that_they_have_and_others_keep_their_text() {
        let set = ["request_id=17", "amount=125000000000000000001.50"];
        assert_eq!(
            body("payment.apply", r#"{"postscript":"x","fee":1.10}"#, &set).unwrap(),
            r#"{"amount":125000000000000000001.50,"fee":1.10,"postscript":"x","request_id":"17"}"#
        );
        let set = ["relate_list[0].contract_order_no=7", "relate_list[0].amount=7"];
        assert_eq!(
            body("trade_settle.apply", "{}", &set).unwrap(),
            r#"{"relate_list":[{"amount":7,"contract_order_no":"7"}]}"#
        );
    }

    #[test]
    fn what_has_no_place_is_refused() {
        for (data, field) in [
            ("{}", "amount"),
            ("{}", "=1"),
            ("{}", "amont=1"),
            ("{}", "amount[0]=1"),
            ("{}", "amount.x=1"),
            ("{}", "a[x]=1"),
            ("[]", "amount=1"),
        ] {
            assert!(body("payment.apply", data, &[field]).is_err(), "{field}");
        }
        let broken = body("trade_settle.apply", r#"{"relate_list":3}"#, &["relate_list[0].amount=1"]);
        assert!(broken.is_err());
    }
}
