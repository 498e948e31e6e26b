//! Settings by name, the same from the environment and from a profile: `PAYKKA_BASE_URL` there is `base_url` here. One list.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use http::HeaderName;
use paykka_transport::{Proxy, Roots, Wire, WireSettings};
use zeroize::Zeroizing;

use super::builder::{ClientBuilder, Source, with_source};
use super::environment::{Environment, key_of_two};
use super::keys::{KeyText, OwnKey, PlatformKeys, read, shown};

/// Each setting, and how it changes a builder.
const SETTINGS: &[(&str, Read)] = &[
    ("environment", |value| change(Environment::read(value)?, ClientBuilder::environment)),
    ("base_url", |value| change(value.to_owned(), ClientBuilder::base_url)),
    ("merchant_id", |value| change(value.to_owned(), ClientBuilder::merchant)),
    ("ca_file", |value| {
        let pem = read(Path::new(value))?.to_vec();
        // Judged here, where the setting's name is known.
        let alone = WireSettings::default().roots(Roots::Only(pem.clone()));
        Wire::new(&alone).map_err(|error| {
            format!("the file {} can't be used: {}", shown(Path::new(value)), with_source(&error))
        })?;
        change(Roots::PlatformAnd(pem), ClientBuilder::roots)
    }),
    ("timeout_ms", |value| change(millis(value)?, ClientBuilder::timeout)),
    ("connect_timeout_ms", |value| change(millis(value)?, ClientBuilder::connect_timeout)),
    ("clock_tolerance_ms", |value| change(millis(value)?, ClientBuilder::clock_tolerance)),
    ("response_header", |value| {
        let name = HeaderName::try_from(value).map_err(|_| "isn't a header's name".to_owned())?;
        change(name, ClientBuilder::response_header)
    }),
    ("proxy", |value| {
        let proxy = if value == "env" { Proxy::from_env() } else { Proxy::from_url(value) };
        change(proxy.map_err(|error| error.to_string())?, ClientBuilder::proxy)
    }),
];

/// Those that make a key together.
const KEYS: &[&str] =
    &["key_id", "private_key", "private_key_file", "platform_key", "platform_key_file", "platform_key_id"];

/// Reads a value; what is wrong with it leaves the builder as it is.
type Read = fn(&str) -> Result<Change, String>;

type Change = Box<dyn FnOnce(ClientBuilder) -> ClientBuilder>;

fn change<T: 'static>(value: T, set: fn(ClientBuilder, T) -> ClientBuilder) -> Result<Change, String> {
    Ok(Box::new(move |builder| set(builder, value)))
}

/// Settings by name, with how their source writes the names.
pub(super) struct Named {
    values: BTreeMap<&'static str, Zeroizing<String>>,
    spelt: fn(&str) -> String,
    source: Source,
    problems: Vec<String>,
}

impl Named {
    /// Out of an environment: `PAYKKA_` and the name in capitals. A variable that is empty counts as absent.
    pub(super) fn of_environment<V: Into<OsString>>(lookup: impl Fn(&str) -> Option<V>) -> Self {
        let spelt = in_environment;
        let source = Source::Environment;
        let mut named = Self { values: BTreeMap::new(), spelt, source, problems: Vec::new() };
        for name in names() {
            match lookup(&spelt(name)).map(|value| value.into().into_string()) {
                Some(Ok(value)) if !value.is_empty() => {
                    named.values.insert(name, Zeroizing::new(value));
                }
                Some(Ok(_)) | None => {}
                // It must not pass for absent: a proxy that can't be read is no reason to go without.
                Some(Err(_)) => named.problems.push(format!("{}: isn't UTF-8", spelt(name))),
            }
        }
        named
    }

    /// Out of a TOML file with a table for each profile.
    pub(super) fn of_profile(path: &Path, profile: &str) -> Self {
        let source = Source::Profile(format!("{} [{profile}]", path.display()));
        let mut named = Self { values: BTreeMap::new(), spelt: str::to_owned, source, problems: Vec::new() };
        if let Err(problem) = named.read_profile(path, profile) {
            named.source = Source::Unreadable;
            named.problems.push(problem);
        }
        named
    }

    fn read_profile(&mut self, path: &Path, profile: &str) -> Result<(), String> {
        let text = read(path)?;
        let place = format!("{} [{profile}]", path.display());
        let text = std::str::from_utf8(&text).map_err(|_| format!("{}: isn't UTF-8", path.display()))?;
        // The parser's own words quote the line, which may hold a key.
        let file: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(0, |span| text.get(..span.start).map_or(0, |text| text.lines().count()));
            format!("{}: line {line} isn't TOML", path.display())
        })?;
        let Some(toml::Value::Table(table)) = file.get(profile) else {
            let known: Vec<&str> = file.keys().map(String::as_str).collect();
            return Err(format!("{place}: there is no such profile; there are: {}", known.join(", ")));
        };
        for (key, value) in table {
            let known = names().find(|name| name == key);
            match (known, value) {
                (Some(name), toml::Value::String(value)) => {
                    self.values.insert(name, Zeroizing::new(value.clone()));
                }
                (Some(name), toml::Value::Integer(value)) => {
                    self.values.insert(name, Zeroizing::new(value.to_string()));
                }
                (Some(_), _) => {
                    self.problems.push(format!("{place}: `{key}` must be a text or a whole number"));
                }
                (None, _) => {
                    let all: Vec<&str> = names().collect();
                    self.problems
                        .push(format!("{place}: `{key}` isn't known; known are: {}", all.join(", ")));
                }
            }
        }
        self.problems.extend(key_of_two(&file, profile));
        Ok(())
    }

    /// Puts all of them into a builder, together with what is wrong with them.
    pub(super) fn put(mut self, mut builder: ClientBuilder) -> ClientBuilder {
        let mut problems = std::mem::take(&mut self.problems);
        for (name, read) in SETTINGS {
            let Some(value) = self.values.remove(name) else { continue };
            match read(&value) {
                Ok(change) => builder = change(builder),
                Err(problem) => problems.push(format!("{}: {problem}", (self.spelt)(name))),
            }
        }
        // What makes no key can still be replaced in code, so it becomes a problem when the client is built.
        builder.own_key = self.own_key().unwrap_or_else(|problem| Some(OwnKey::Wrong(problem)));
        builder.platform_keys =
            self.platform_keys().unwrap_or_else(|problem| Some(PlatformKeys::Wrong(problem)));
        builder.source = self.source;
        builder.base_url_setting = (self.spelt)("base_url");
        builder.merchant_setting = (self.spelt)("merchant_id");
        builder.problems.extend(problems);
        builder
    }

    fn own_key(&mut self) -> Result<Option<OwnKey>, String> {
        let text = self.key_text("private_key", "private_key_file")?;
        match (self.values.remove("key_id"), text) {
            (Some(key_id), Some(text)) => Ok(Some(OwnKey::Of { key_id: key_id.to_string(), text })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.also("key_id", "private_key_file")),
            (None, Some(_)) => Err(self.also("private_key_file", "key_id")),
        }
    }

    fn platform_keys(&mut self) -> Result<Option<PlatformKeys>, String> {
        let text = self.key_text("platform_key", "platform_key_file")?;
        match (self.values.remove("platform_key_id"), text) {
            (Some(key_id), Some(text)) => Ok(Some(PlatformKeys::Of { key_id: key_id.to_string(), text })),
            (None, Some(text)) => Ok(Some(PlatformKeys::Only(text))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.also("platform_key_id", "platform_key_file")),
        }
    }

    fn key_text(&mut self, here: &str, file: &str) -> Result<Option<KeyText>, String> {
        match (self.values.remove(here), self.values.remove(file)) {
            (Some(_), Some(_)) => {
                Err(format!("{} and {} are both set; keep one", (self.spelt)(here), (self.spelt)(file)))
            }
            (Some(text), None) => Ok(Some(KeyText::here((self.spelt)(here), &text))),
            (None, Some(path)) => Ok(Some(KeyText::file((self.spelt)(file), path.as_str()))),
            (None, None) => Ok(None),
        }
    }

    fn also(&self, given: &str, wanted: &str) -> String {
        format!("{} is set, and {} isn't; both are needed", (self.spelt)(given), (self.spelt)(wanted))
    }
}

/// As a variable is called.
pub(super) fn in_environment(name: &str) -> String {
    format!("PAYKKA_{}", name.to_ascii_uppercase())
}

fn names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|(name, _)| *name).chain(KEYS.iter().copied())
}

fn millis(value: &str) -> Result<Duration, String> {
    let millis = value.parse().ok().filter(|millis| *millis > 0).map(Duration::from_millis);
    millis.ok_or_else(|| "must be a whole number of milliseconds above zero".to_owned())
}
