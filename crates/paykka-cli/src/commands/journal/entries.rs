//! Claims of the journal as people and programs read them.

use paykka_client::journal::{Body, Entry, How};
use serde::Serialize;
use serde_json::{Value, json};

use super::tone;
use crate::commands::money::{state_of, word};
use crate::frame::{Answer, Page};
use crate::texts::{calls, money as texts};

pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    /// Whether acknowledged ones are among them, and are to be told from the others.
    pub(super) all: bool,
}

impl Answer for List {
    fn json(&self) -> impl Serialize {
        json!({ "calls": self.entries.iter().map(described).collect::<Vec<_>>() })
    }

    fn text(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.say(&if self.all { texts::nothing_kept() } else { texts::nothing_open() });
            return;
        }
        let lang = page.lang();
        let rows: Vec<Vec<String>> = self
            .entries
            .iter()
            .map(|entry| {
                let mut row = vec![
                    entry.claim.id.key().to_owned(),
                    word(state_of(entry)).is(lang).to_owned(),
                    amount(entry),
                    attempts(entry).map_or_else(|| "-".to_owned(), |attempts| attempts.to_string()),
                    moment(entry.claim.at),
                    entry.claim.id.operation().to_owned(),
                    entry.claim.request_id.clone(),
                    entry.claim.id.merchant().to_owned(),
                ];
                if self.all {
                    row.push(entry.acknowledged_at.map_or_else(|| "-".to_owned(), moment));
                }
                row
            })
            .collect();
        let mut head = vec![
            texts::key(),
            texts::state(),
            calls::amount(),
            texts::attempts(),
            texts::claimed(),
            texts::operation(),
            texts::number(),
            texts::merchant(),
        ];
        if self.all {
            head.push(texts::acknowledged());
        }
        page.table(&head, &rows);
    }
}

pub(super) struct One {
    pub(super) entry: Entry,
    pub(super) bodies: bool,
}

impl Answer for One {
    fn json(&self) -> impl Serialize {
        let entry = &self.entry;
        let mut said = described(entry);
        if let Some(said) = said.as_object_mut() {
            let attempts = entry.attempts.iter().map(|attempt| {
                let end = attempt.ended.as_ref();
                json!({
                    "number": attempt.number,
                    "signed_at": attempt.timestamp,
                    "nonce": attempt.nonce,
                    "ended_at": end.map(|end| end.at),
                    "how": end.map(|end| how(end.how)),
                })
            });
            let evidence = entry.evidence.iter().map(|it| json!({ "at": it.at, "is_absent": it.is_absent }));
            said.insert("attempts".to_owned(), attempts.collect());
            said.insert("evidence".to_owned(), evidence.collect());
            said.insert("digest".to_owned(), json!(entry.digest));
            said.insert("note".to_owned(), json!(entry.ending.as_ref().and_then(|end| end.note.as_ref())));
            if self.bodies {
                let text = |body: &Body| String::from_utf8_lossy(&body.0).into_owned();
                said.insert("request".to_owned(), json!(text(&entry.claim.body)));
                said.insert("answer".to_owned(), json!(entry.ending.as_ref().map(|end| text(&end.body))));
            }
        }
        said
    }

    fn text(&self, page: &mut Page) {
        let entry = &self.entry;
        let state = state_of(entry);
        let says = if entry.acknowledged_at.is_some() { texts::is_acknowledged() } else { texts::is_open() };
        page.verdict(tone(state), &word(state), &says);
        let mut facts = vec![
            (texts::key(), entry.claim.id.key().to_owned()),
            (texts::operation(), entry.claim.id.operation().to_owned()),
            (texts::merchant(), entry.claim.id.merchant().to_owned()),
            (texts::number(), entry.claim.request_id.clone()),
            (calls::amount(), amount(entry)),
            (texts::claimed(), moment(entry.claim.at)),
        ];
        for attempt in &entry.attempts {
            let signed = attempt.timestamp.parse().map_or_else(|_| attempt.timestamp.clone(), moment);
            let how = attempt.ended.as_ref().map_or("?", |end| how(end.how));
            facts.push((texts::attempt(&attempt.number), format!("{signed}  {how}")));
        }
        for evidence in &entry.evidence {
            let says = if evidence.is_absent { texts::not_found() } else { texts::found() };
            let says = says.is(page.lang()).to_owned();
            facts.push((texts::inquiry(), format!("{}  {says}", moment(evidence.at))));
        }
        if let Some(ending) = &entry.ending {
            facts.push((texts::known(), moment(ending.at)));
            facts.extend(ending.note.iter().map(|note| (texts::note(), note.clone())));
        }
        if let Some(at) = entry.acknowledged_at {
            facts.push((texts::acknowledged(), moment(at)));
        }
        page.facts(&facts);
        if self.bodies {
            let answer = entry.ending.as_ref().map(|ending| &ending.body);
            for body in [Some(&entry.claim.body), answer].into_iter().flatten() {
                page.body(&body.0);
            }
        }
    }
}

fn described(entry: &Entry) -> Value {
    let moves = entry.claim.moves.as_ref();
    json!({
        "key": entry.claim.id.key(),
        "operation": entry.claim.id.operation(),
        "merchant": entry.claim.id.merchant(),
        "request_id": entry.claim.request_id,
        "state": state_of(entry),
        "currency": moves.map(|moves| &moves.currency),
        "amount": moves.map(|moves| &moves.amount),
        "attempts": attempts(entry),
        "claimed_at": entry.claim.at,
        "known_at": entry.ending.as_ref().map(|ending| ending.at),
        "acknowledged_at": entry.acknowledged_at,
    })
}

const fn how(how: How) -> &'static str {
    match how {
        How::Unsent => "unsent",
        How::NotTaken => "not_taken",
        How::SignatureRefused => "signature_refused",
        How::Unknown => "unknown",
    }
}

/// Of an acknowledged call the journal keeps the outcome alone.
fn attempts(entry: &Entry) -> Option<usize> {
    entry.acknowledged_at.is_none().then_some(entry.attempts.len())
}

fn amount(entry: &Entry) -> String {
    let moves = entry.claim.moves.as_ref();
    moves.map_or_else(|| "-".to_owned(), |moves| format!("{} {}", moves.currency, moves.amount))
}

fn moment(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(|it| jiff::Timestamp::from_millisecond(it).ok());
    time.map_or_else(|| millis.to_string(), |time| format!("{time:.3}"))
}
