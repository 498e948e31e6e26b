//! What came of a call, and what would have been sent.

use std::time::Duration;

use paykka_client::Answer as Received;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Call, CallArgs, headers};
use crate::frame::{Answer, Lang, Message, Page, Shown, Tone};
use crate::texts::{calls as texts, doctor, tables};

/// A verified answer.
pub(super) struct Answered<'a> {
    pub(super) call: &'a Call,
    pub(super) answer: &'a Received,
    pub(super) took: Duration,
    pub(super) args: &'a CallArgs,
    pub(super) doubt: Option<&'a Message>,
}

impl Answered<'_> {
    /// What stands beside the answer.
    pub(super) fn aside(&self, page: &mut Page) {
        let whole = self.args.show_signatures;
        if self.args.show_headers {
            headers::request(page, self.answer.request(), whole);
            headers::answer(page, self.answer.headers(), whole);
        }
        let key_id = self.answer.verified().map(paykka_sign::Verified::key_id).unwrap_or_default();
        let (status, took) = (self.answer.status().as_u16(), self.took.as_millis());
        let says = texts::verified(&status, &key_id, &took, &self.answer.attempts());
        page.verdict(Tone::Good, &texts::genuine(), &says);
    }
}

impl Answer for Answered<'_> {
    fn json(&self) -> impl Serialize {
        let Self { call, answer, args, .. } = self;
        let verified = answer.verified().map(|verified| {
            json!({
                "key_id": verified.key_id(),
                "timestamp": verified.timestamp().as_unix_millis(),
                "nonce": verified.nonce(),
            })
        });
        let whole = args.show_signatures;
        let shown = |lines: headers::Lines| args.show_headers.then(|| headers::json(lines));
        Json {
            operation: call.info.name,
            status: answer.status().as_u16(),
            verified,
            attempts: answer.attempts(),
            millis: u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            doubt: self.doubt.map(|doubt| doubt.is(Lang::En)),
            answer: serde_json::from_slice(answer.bytes()).ok(),
            request_headers: shown(headers::of_request(answer.request(), whole)),
            answer_headers: shown(headers::of_answer(answer.headers(), whole)),
        }
    }

    fn text(&self, page: &mut Page) {
        if self.args.raw {
            let text = String::from_utf8_lossy(self.answer.bytes());
            page.line(Tone::Plain, Shown(text));
        } else {
            page.body(self.answer.bytes());
        }
    }
}

/// The answer stands in it as it came, digits and all.
#[derive(Serialize)]
struct Json<'a> {
    operation: &'static str,
    status: u16,
    verified: Option<Value>,
    attempts: u32,
    millis: u64,
    doubt: Option<&'a str>,
    answer: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_headers: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_headers: Option<Value>,
}

/// A call that isn't made.
pub(super) struct Unsent<'a> {
    pub(super) call: &'a Call,
    pub(super) advice: &'a [String],
}

impl Answer for Unsent<'_> {
    fn json(&self) -> impl Serialize {
        let Call { info, merchant, body, client } = self.call;
        let setup = client.setup();
        json!({
            "sent": false,
            "operation": info.name,
            "environment": setup.and_then(|setup| setup.environment()).map(|known| known.as_str()),
            "base_url": setup.map(paykka_client::Setup::base_url),
            "path": info.path,
            "merchant": merchant,
            "key_id": setup.map(paykka_client::Setup::key_id),
            "body": String::from_utf8_lossy(body),
            "advice": self.advice,
        })
    }

    fn text(&self, page: &mut Page) {
        let Call { info, merchant, body, client } = self.call;
        page.say(&texts::unsent());
        let mut facts = Vec::new();
        if let Some(setup) = client.setup() {
            let environment = setup.environment().map_or("?", |known| known.as_str());
            facts.push((doctor::environment(), environment.to_owned()));
            facts.push((doctor::address(), setup.base_url().to_owned()));
            facts.push((doctor::own_key(), setup.key_id().to_owned()));
        }
        facts.push((tables::name(), info.name.to_owned()));
        facts.push((tables::path(), info.path.to_owned()));
        facts.push((doctor::merchant(), merchant.as_deref().unwrap_or("-").to_owned()));
        page.facts(&facts);
        page.body(body);
    }
}
