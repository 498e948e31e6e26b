//! `paykka operations`: what can be called and what comes in, with how sure each of it is; and of one of them its fields.

use clap::Args;
use paykka_model::{
    Effect, Field, JsonType, Limit, MerchantRule, OPERATIONS, OperationInfo, Origin, Role, Schema,
};
use serde_json::{Value, json};

use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone, nearest};
use crate::texts::{frame, tables as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka operations
Example: paykka operations payment.apply";

#[derive(Debug, Args)]
pub(crate) struct OperationsArgs {
    /// Show the fields of this operation
    #[arg(value_name = "OPERATION")]
    operation: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &OperationsArgs, console: Console) -> Result<Status, Failure> {
    match &args.operation {
        None => console.show(&All)?,
        Some(name) => console.show(&One(find(name)?))?,
    }
    Ok(Status::Done)
}

/// An operation by its name; the nearest is suggested for one that there isn't.
pub(crate) fn find(name: &str) -> Result<&'static OperationInfo, Failure> {
    OPERATIONS.iter().find(|info| info.name == name).ok_or_else(|| {
        let to_do = match nearest(name, OPERATIONS.iter().map(|info| info.name)) {
            Some(near) => texts::did_you_mean(&near),
            None => texts::no_operation_to_do(),
        };
        Failure::input("operation", texts::no_operation(&name), to_do)
    })
}

struct All;

impl Answer for All {
    fn json(&self) -> Value {
        json!({ "operations": OPERATIONS.iter().map(described).collect::<Vec<_>>() })
    }

    fn text(&self, page: &mut Page) {
        let lang = page.lang();
        let rows: Vec<Vec<String>> = OPERATIONS
            .iter()
            .map(|info| {
                let sender = if info.role == Role::Call { texts::merchant() } else { texts::platform() };
                let merchant = match info.merchant {
                    MerchantRule::Never => texts::never(),
                    MerchantRule::Required => texts::always(),
                    MerchantRule::Optional => texts::optional(),
                };
                let [sender, merchant] = [sender, merchant].map(|cell| cell.is(lang).to_owned());
                let effect = effect(info.effect).to_owned();
                vec![info.name.to_owned(), marks(info), sender, effect, merchant, info.path.to_owned()]
            })
            .collect();
        page.table(
            &[
                texts::name(),
                texts::marks_head(),
                texts::sender(),
                texts::effect(),
                texts::merchant_header(),
                texts::path(),
            ],
            &rows,
        );
        page.line(Tone::Quiet, texts::marks().is(lang));
        page.line(Tone::Quiet, texts::marks_of_operations().is(lang));
    }
}

struct One(&'static OperationInfo);

impl Answer for One {
    fn json(&self) -> Value {
        let mut described = described(self.0);
        if let Some(object) = described.as_object_mut() {
            object.insert("request".to_owned(), fields(self.0.request));
            object.insert("response".to_owned(), self.0.response.map_or(Value::Null, fields));
        }
        described
    }

    fn text(&self, page: &mut Page) {
        let info = self.0;
        page.facts(&[
            (texts::name(), info.name.to_owned()),
            (texts::path(), info.path.to_owned()),
            (texts::effect(), effect(info.effect).to_owned()),
            (texts::marks_head(), marks(info)),
        ]);
        let is_call = info.role == Role::Call;
        let title = if is_call { texts::request_of(&info.name) } else { texts::data_of(&info.name) };
        page.blank();
        page.say(&title);
        table(page, info.request);
        if let Some(response) = info.response {
            page.blank();
            page.say(&texts::answer_of(&info.name));
            table(page, response);
        }
        page.line(Tone::Quiet, texts::marks().is(page.lang()));
    }
}

/// All fields, also those inside others, each by its whole name.
fn table(page: &mut Page, schema: &Schema) {
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

fn fields(schema: &Schema) -> Value {
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

fn json_type(json: JsonType) -> String {
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

fn limit(limit: Limit) -> String {
    match limit {
        Limit::Length { min, max } => format!("{min}..{max} UTF-16"),
        Limit::Items { min, max } => format!("{min}..{max} items"),
        _ => "?".to_owned(),
    }
}

fn described(info: &OperationInfo) -> Value {
    let mark = |origin: Origin| origin.mark().to_string();
    let merchant = match info.merchant {
        MerchantRule::Never => "never",
        MerchantRule::Required => "required",
        MerchantRule::Optional => "optional",
    };
    json!({
        "name": info.name,
        "path": info.path,
        "role": if info.role == Role::Call { "call" } else { "notification" },
        "effect": effect(info.effect),
        "merchant": merchant,
        "marks": {
            "path": mark(info.origin.path),
            "request": mark(info.origin.request),
            "response": mark(info.origin.response),
            "merchant": mark(info.origin.merchant),
        },
    })
}

fn marks(info: &OperationInfo) -> String {
    let origin = info.origin;
    [origin.path, origin.request, origin.response, origin.merchant].map(Origin::mark).iter().collect()
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write { .. } => "write",
        Effect::Spare => "spare",
        Effect::Money { .. } => "money",
        Effect::Notice => "notice",
        _ => "?",
    }
}
