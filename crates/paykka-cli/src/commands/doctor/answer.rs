//! What the doctor found, for people and for programs.

use paykka_client::Setup;
use serde::Serialize;
use serde_json::{Value, json};

use crate::frame::{Answer, Lang, Message, Page, Tone};
use crate::texts::doctor as texts;

/// All that was found.
#[derive(Default)]
pub(super) struct Report {
    /// What the client was built with, and for which merchant.
    pub(super) setup: Option<(Setup, Option<String>)>,
    pub(super) checks: Vec<Check>,
}

/// One thing that was looked at.
pub(super) struct Check {
    /// For programs.
    pub(super) name: &'static str,
    pub(super) title: Message,
    pub(super) state: State,
    pub(super) says: Message,
    /// In a library's own words.
    pub(super) details: Vec<String>,
    pub(super) to_do: Option<Message>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Good,
    /// Worth a look, and not wrong.
    Doubtful,
    Bad,
    /// It doesn't matter here, or couldn't be found out.
    Unasked,
}

impl Report {
    pub(super) fn is_good(&self) -> bool {
        self.wrong() == 0
    }

    fn wrong(&self) -> usize {
        self.checks.iter().filter(|check| check.state == State::Bad).count()
    }
}

impl Check {
    pub(super) const fn new(name: &'static str, title: Message, state: State, says: Message) -> Self {
        Self { name, title, state, says, details: Vec::new(), to_do: None }
    }

    pub(super) fn mend(self, to_do: Message) -> Self {
        Self { to_do: Some(to_do), ..self }
    }

    pub(super) fn details(self, details: &str) -> Self {
        Self { details: details.lines().map(str::to_owned).collect(), ..self }
    }
}

impl Answer for Report {
    fn json(&self) -> impl Serialize {
        let setup = self.setup.as_ref().map(|(setup, merchant)| {
            let platform = setup.platform_keys().iter();
            let platform: Vec<Value> = platform
                .map(|(id, key)| json!({ "key_id": id, "fingerprint": key.fingerprint().to_string() }))
                .collect();
            json!({
                "environment": setup.environment().map(|environment| environment.as_str()),
                "base_url": setup.base_url(),
                "proxy": setup.proxy(),
                "merchant": merchant,
                "key_id": setup.key_id(),
                "fingerprint": setup.own_key().fingerprint().to_string(),
                "platform_keys": platform,
            })
        });
        let checks: Vec<Value> = self
            .checks
            .iter()
            .map(|check| {
                json!({
                    "check": check.name,
                    "state": check.state.word(),
                    "says": check.says.is(Lang::En),
                    "details": check.details,
                    "to_do": check.to_do.as_ref().map(|to_do| to_do.is(Lang::En)),
                })
            })
            .collect();
        json!({ "ok": self.is_good(), "setup": setup, "checks": checks })
    }

    fn text(&self, page: &mut Page) {
        if let Some((setup, merchant)) = &self.setup {
            facts(page, setup, merchant.as_deref());
            page.blank();
        }
        let lang = page.lang();
        let lines = self.checks.iter().map(|check| (check.state.shown(), &check.title, &check.says));
        page.marked(&lines.collect::<Vec<_>>());
        for check in self.checks.iter().filter(|check| check.to_do.is_some() || !check.details.is_empty()) {
            page.blank();
            page.line(Tone::Strong, check.title.is(lang));
            let mut facts: Vec<(Message, String)> =
                check.details.iter().map(|detail| (texts::detail(), detail.clone())).collect();
            facts.extend(check.to_do.as_ref().map(|to_do| (texts::to_do(), to_do.is(lang).to_owned())));
            page.facts(&facts);
        }
        page.blank();
        match self.wrong() {
            0 => page.say(&texts::all_good()),
            wrong => page.say(&texts::not_good(&wrong)),
        }
    }
}

fn facts(page: &mut Page, setup: &Setup, merchant: Option<&str>) {
    let lang = page.lang();
    let environment = setup.environment().map(|environment| environment.to_string());
    let mut facts = vec![
        (
            texts::environment(),
            environment.unwrap_or_else(|| texts::environment_unsaid().is(lang).to_owned()),
        ),
        (texts::address(), setup.base_url().to_owned()),
        (texts::merchant(), merchant.unwrap_or("-").to_owned()),
        (texts::own_key(), format!("{}  {}", setup.key_id(), setup.own_key().fingerprint())),
    ];
    for (id, key) in setup.platform_keys() {
        let id = id.clone().unwrap_or_else(|| texts::any_id().is(lang).to_owned());
        facts.push((texts::platform_key(), format!("{id}  {}", key.fingerprint())));
    }
    page.facts(&facts);
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Doubtful => "doubtful",
            Self::Bad => "bad",
            Self::Unasked => "unasked",
        }
    }

    fn shown(self) -> (Tone, Message) {
        match self {
            Self::Good => (Tone::Good, texts::good()),
            Self::Doubtful => (Tone::Doubtful, texts::doubtful()),
            Self::Bad => (Tone::Bad, texts::bad()),
            Self::Unasked => (Tone::Quiet, texts::quiet()),
        }
    }
}
