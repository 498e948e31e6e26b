//! `paykka operations`: what can be called and what comes in, with how sure each of it is; and of one of them its fields, or a
//! body to begin with.

mod fields;
mod template;

use clap::Args;
use paykka_model::{Effect, MerchantRule, OPERATIONS, OperationInfo, Origin, Role};
use serde::Serialize;
use serde_json::{Value, json};

use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone, nearest};
use crate::texts::tables as texts;

pub(crate) const EXAMPLE: &str = "\
Example: paykka operations
Example: paykka operations payment.apply
Example: paykka operations payment.apply --template";

#[derive(Debug, Args)]
pub(crate) struct OperationsArgs {
    /// Show the fields of this operation
    #[arg(value_name = "OPERATION")]
    operation: Option<String>,
    /// Print a request body to begin with: all fields, with limits and marks as comments, or as plain JSON with --format json
    #[arg(long, requires = "operation")]
    template: bool,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &OperationsArgs, console: Console) -> Result<Status, Failure> {
    match &args.operation {
        None => console.show(&All { only_calls: false })?,
        Some(name) if args.template => console.show(&Template(find(name)?))?,
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

/// The table of operations.
pub(crate) struct All {
    pub(crate) only_calls: bool,
}

impl All {
    fn rows(&self) -> impl Iterator<Item = &'static OperationInfo> {
        let only_calls = self.only_calls;
        OPERATIONS.iter().filter(move |info| !only_calls || info.role == Role::Call)
    }
}

impl Answer for All {
    fn json(&self) -> impl Serialize {
        json!({ "operations": self.rows().map(described).collect::<Vec<_>>() })
    }

    fn text(&self, page: &mut Page) {
        let lang = page.lang();
        let rows: Vec<Vec<String>> = self
            .rows()
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
    fn json(&self) -> impl Serialize {
        let mut described = described(self.0);
        if let Some(object) = described.as_object_mut() {
            object.insert("request".to_owned(), fields::list(self.0.request));
            object.insert("response".to_owned(), self.0.response.map_or(Value::Null, fields::list));
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
        fields::table(page, info.request);
        if let Some(response) = info.response {
            page.blank();
            page.say(&texts::answer_of(&info.name));
            fields::table(page, response);
        }
        page.line(Tone::Quiet, texts::marks().is(page.lang()));
    }
}

/// See [`template`].
pub(crate) struct Template(pub(crate) &'static OperationInfo);

impl Answer for Template {
    fn json(&self) -> impl Serialize {
        template::body(self.0.request)
    }

    fn text(&self, page: &mut Page) {
        let info = self.0;
        let head = format!("// {}: {} ({})", info.name, info.path, info.origin.path.mark());
        page.line(Tone::Quiet, head);
        page.line(Tone::Quiet, format_args!("// {}", texts::marks().is(page.lang())));
        page.line(Tone::Plain, template::commented(info.request, page.lang()));
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
