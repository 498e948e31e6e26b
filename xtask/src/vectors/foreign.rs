//! `foreign_headers.json`: headers as other languages' own encoders write them, since those are what a receiver gets.
//! The programs in `vectors/foreign/` write them, so that nobody's memory of an encoder is trusted.

use std::fs;

use serde_json::Value;

use super::json::Json;
use super::message::Header;
use super::signing::{Case, named};
use crate::process::{self, root};
use crate::tools::{JAVA, NODE, PHP, PYTHON, Tool};

pub(crate) const PATH: &str = "vectors/foreign_headers.json";

/// All headers, and the languages whose headers are the committed ones because they aren't installed.
#[derive(Debug)]
pub(crate) struct Foreign<'a> {
    pub(crate) headers: Vec<ForeignHeader<'a>>,
    pub(crate) missing: Vec<&'static Tool>,
}

/// What one expression of one language makes of one case's fields.
#[derive(Debug)]
pub(crate) struct ForeignHeader<'a> {
    pub(crate) language: &'static str,
    how: String,
    pub(crate) case: &'a Case,
    pub(crate) authorization: String,
}

pub(crate) fn headers(cases: &[Case]) -> Result<Foreign<'_>, String> {
    let mut foreign = Foreign { headers: Vec::new(), missing: Vec::new() };
    for language in &LANGUAGES {
        if language.tool.is_there() {
            for name in CASES {
                foreign.headers.extend(language.written(named(cases, name)?)?);
            }
        } else {
            foreign.headers.extend(language.committed(cases)?);
            foreign.missing.push(&language.tool);
        }
    }
    Ok(foreign)
}

pub(crate) fn document(headers: &[ForeignHeader<'_>]) -> Json {
    let headers = headers.iter().map(ForeignHeader::json).collect();
    Json::Object(vec![("format", Json::Number(1)), ("headers", Json::List(headers))])
}

/// An everyday nonce; one that JSON escapes; one that percent encoders disagree on.
const CASES: [&str; 3] = ["normal", "nonce-quote-backslash", "nonce-encoders-differ"];

static LANGUAGES: [Language; 4] = [
    Language { name: "java", tool: JAVA, command: ["java", "vectors/foreign/Header.java"] },
    Language { name: "php", tool: PHP, command: ["php", "vectors/foreign/header.php"] },
    Language { name: "python", tool: PYTHON, command: ["python3", "vectors/foreign/header.py"] },
    Language { name: "node", tool: NODE, command: ["node", "vectors/foreign/header.mjs"] },
];

struct Language {
    name: &'static str,
    tool: Tool,
    command: [&'static str; 2],
}

impl Language {
    fn written<'a>(&self, case: &'a Case) -> Result<Vec<ForeignHeader<'a>>, String> {
        let Header { sign_type, timestamp, nonce, key_id, .. } = &case.header;
        let [program, file] = self.command;
        let mut command = process::program(program);
        command.args([file, sign_type, timestamp, nonce, key_id, &case.header.signature_base64()]);
        let printed = process::output(&mut command, b"")?;
        let printed = String::from_utf8_lossy(&printed);
        let headers = printed.lines().map(|line| {
            line.split_once('\t').map(|(how, authorization)| self.header(how, case, authorization))
        });
        let headers = headers.collect::<Option<Vec<_>>>().filter(|headers| !headers.is_empty());
        headers.ok_or_else(|| format!("{file} printed something else than headers"))
    }

    fn committed<'a>(&self, cases: &'a [Case]) -> Result<Vec<ForeignHeader<'a>>, String> {
        let unreadable = || format!("{PATH} has no readable headers of {}, which isn't installed", self.name);
        let file = fs::read(root().join(PATH)).map_err(|_| unreadable())?;
        let file: Value = serde_json::from_slice(&file).map_err(|_| unreadable())?;
        let headers = file.get("headers").and_then(Value::as_array).ok_or_else(unreadable)?;
        let text = |header: &'_ Value, key| header.get(key).and_then(Value::as_str).map(str::to_owned);
        let own =
            headers.iter().filter(|header| text(header, "language").is_some_and(|name| name == self.name));
        own.map(|header| {
            let [how, case, authorization] = ["how", "case", "authorization"].map(|key| text(header, key));
            let case = named(cases, &case.ok_or_else(unreadable)?)?;
            let (how, authorization) = how.zip(authorization).ok_or_else(unreadable)?;
            Ok(self.header(&how, case, &authorization))
        })
        .collect()
    }

    fn header<'a>(&self, how: &str, case: &'a Case, authorization: &str) -> ForeignHeader<'a> {
        ForeignHeader { language: self.name, how: how.into(), case, authorization: authorization.into() }
    }
}

impl ForeignHeader<'_> {
    fn json(&self) -> Json {
        let Header { timestamp, nonce, key_id, .. } = &self.case.header;
        Json::Object(vec![
            ("language", self.language.into()),
            ("how", self.how.as_str().into()),
            ("case", self.case.name.into()),
            ("timestamp", timestamp.as_str().into()),
            ("nonce", nonce.as_str().into()),
            ("key_id", key_id.as_str().into()),
            ("signature", Json::Text(self.case.header.signature_base64())),
            ("authorization", self.authorization.as_str().into()),
        ])
    }
}
