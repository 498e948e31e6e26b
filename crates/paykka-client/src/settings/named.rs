//! Settings by name, the same from the environment and from a profile: `PAYKKA_BASE_URL` there is `base_url` here. One list.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http::HeaderName;
use paykka_transport::Proxy;
use zeroize::Zeroizing;

use super::builder::ClientBuilder;
use super::keys::{KeyText, OwnKey, PlatformKeys, read};

/// Each setting, and how it is put into a builder.
const SETTINGS: &[(&str, Put)] = &[
    ("base_url", |builder, value| Ok(builder.base_url(value))),
    ("merchant_id", |builder, value| Ok(builder.merchant(value))),
    ("ca_file", |builder, value| {
        let pem = read(Path::new(value))?;
        Ok(builder.roots(paykka_transport::Roots::PlatformAnd(pem.to_vec())))
    }),
    ("timeout_ms", |builder, value| Ok(builder.timeout(millis(value)?))),
    ("connect_timeout_ms", |builder, value| Ok(builder.connect_timeout(millis(value)?))),
    ("clock_tolerance_ms", |builder, value| Ok(builder.clock_tolerance(millis(value)?))),
    ("response_header", |builder, value| {
        let name = HeaderName::try_from(value).map_err(|_| "isn't a header's name".to_owned())?;
        Ok(builder.response_header(name))
    }),
    ("proxy", |builder, value| {
        let proxy = if value == "env" { Proxy::from_env() } else { Proxy::from_url(value) };
        Ok(builder.proxy(proxy.map_err(|error| error.to_string())?))
    }),
];

/// Those that make a key together.
const KEYS: &[&str] =
    &["key_id", "private_key", "private_key_file", "platform_key", "platform_key_file", "platform_key_id"];

type Put = fn(ClientBuilder, &str) -> Result<ClientBuilder, String>;

/// Settings by name, with how their source writes the names.
pub(super) struct Named {
    values: BTreeMap<&'static str, Zeroizing<String>>,
    spelt: fn(&str) -> String,
    problems: Vec<String>,
}

impl Named {
    /// Out of an environment: `PAYKKA_` and the name in capitals. A variable that is empty counts as absent.
    pub(super) fn of_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let spelt = |name: &str| format!("PAYKKA_{}", name.to_ascii_uppercase());
        let found = names().filter_map(|name| {
            let value = lookup(&spelt(name)).filter(|value| !value.is_empty())?;
            Some((name, Zeroizing::new(value)))
        });
        Self { values: found.collect(), spelt, problems: Vec::new() }
    }

    /// Out of a TOML file with a table for each profile.
    pub(super) fn of_profile(path: &Path, profile: &str) -> Self {
        let mut named = Self { values: BTreeMap::new(), spelt: str::to_owned, problems: Vec::new() };
        if let Err(problem) = named.read_profile(path, profile) {
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
        Ok(())
    }

    /// Puts all of them into a builder, together with what is wrong with them.
    pub(super) fn put(mut self, mut builder: ClientBuilder) -> ClientBuilder {
        let mut problems = std::mem::take(&mut self.problems);
        for (name, put) in SETTINGS {
            let Some(value) = self.values.remove(name) else { continue };
            match put(std::mem::take(&mut builder), &value) {
                Ok(with) => builder = with,
                Err(problem) => problems.push(format!("{}: {problem}", (self.spelt)(name))),
            }
        }
        match self.own_key() {
            Ok(Some(key)) => builder.own_key = Some(key),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        match self.platform_keys() {
            Ok(Some(keys)) => builder.platform_keys = Some(keys),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
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
            (Some(text), None) => Ok(Some(KeyText::Here(Zeroizing::new(text.as_bytes().to_vec())))),
            (None, Some(path)) => Ok(Some(KeyText::File(path.as_str().into()))),
            (None, None) => Ok(None),
        }
    }

    fn also(&self, given: &str, wanted: &str) -> String {
        format!("{} is set, and {} isn't; both are needed", (self.spelt)(given), (self.spelt)(wanted))
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|(name, _)| *name).chain(KEYS.iter().copied())
}

fn millis(value: &str) -> Result<Duration, String> {
    let millis = value.parse().ok().filter(|millis| *millis > 0).map(Duration::from_millis);
    millis.ok_or_else(|| "must be a whole number of milliseconds above zero".to_owned())
}
