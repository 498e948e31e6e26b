//! What each look comes to. All but two are read off one call: how it failed tells how far it came.

use std::path::Path;
use std::time::SystemTime;

use http::{HeaderMap, header};
use paykka_client::{Client, Error, Setup};

use super::answer::{Check, State};
use crate::frame::{Message, with_causes};
use crate::inputs::connection::Origin;
use crate::inputs::keys::variable;
use crate::inputs::secrets::is_open;
use crate::texts::doctor as texts;

pub(super) fn settings(origin: &Origin) -> Check {
    let says = match origin {
        Origin::Profile { name, file } => texts::from_profile(name, &file.display()),
        Origin::Environment => texts::from_environment(),
    };
    Check::new("settings", texts::settings(), State::Good, says)
}

pub(super) fn unusable_settings(origin: &Origin, error: &Error) -> Check {
    Check::new("settings", texts::settings(), State::Bad, texts::settings_bad())
        .details(&error.to_string())
        .mend(origin.to_do())
}

/// It may hold a key's text.
pub(super) fn config_file(file: &Path) -> Option<Check> {
    owners_alone("config_file", texts::file(), file)
}

pub(super) fn key_file(file: &Path) -> Option<Check> {
    owners_alone("key_file", texts::key_file(), file)
}

/// `None` where there is no such file, which is said elsewhere, and on systems that have no modes.
fn owners_alone(name: &'static str, title: Message, file: &Path) -> Option<Check> {
    if !cfg!(unix) || !file.is_file() {
        return None;
    }
    let shown = file.display();
    Some(if is_open(file) {
        Check::new(name, title, State::Doubtful, texts::file_open(&shown)).mend(texts::file_to_do(&shown))
    } else {
        Check::new(name, title, State::Good, texts::file_good())
    })
}

pub(super) fn proxy(client: &Client, error: Option<&Error>) -> Check {
    let check = |state, says| Check::new("proxy", texts::proxy(), state, says);
    let address = client.setup().and_then(Setup::proxy);
    if let Some(error) = error.filter(|error| error.is_proxy()) {
        return check(State::Bad, texts::proxy_bad()).details(&with_causes(error)).mend(texts::proxy_to_do());
    }
    if let Some(address) = address {
        return match error {
            // Nobody knows how far it came.
            Some(error) if error.is_timeout() => check(State::Unasked, texts::unasked()),
            _ => check(State::Good, texts::proxy_good(&address)),
        };
    }
    let unused = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    match unused.into_iter().find(|name| variable(name).is_some()) {
        Some(name) => check(State::Unasked, texts::proxy_unused(&name)),
        None => check(State::Unasked, texts::proxy_direct()),
    }
}

pub(super) fn reach(error: Option<&Error>) -> Check {
    let check = |state, says| Check::new("reach", texts::reach(), state, says);
    match error {
        Some(error) if error.is_proxy() => check(State::Unasked, texts::unasked()),
        // What refuses a certificate has been reached.
        Some(error) if error.is_connect() && !error.is_certificate() => {
            check(State::Bad, texts::reach_bad()).details(&with_causes(error)).mend(texts::reach_to_do())
        }
        Some(error) if error.is_timeout() || error.is_interrupted() => {
            check(State::Bad, texts::reach_slow()).details(&with_causes(error)).mend(texts::reach_to_do())
        }
        _ => check(State::Good, texts::reach_good()),
    }
}

pub(super) fn tls(client: &Client, error: Option<&Error>) -> Check {
    let check = |state, says| Check::new("tls", texts::tls(), state, says);
    let is_plain = client.setup().is_some_and(|setup| setup.base_url().starts_with("http://"));
    match error {
        _ if is_plain => check(State::Unasked, texts::tls_plain()),
        Some(error) if error.is_certificate() => {
            check(State::Bad, texts::tls_bad()).details(&with_causes(error)).mend(texts::tls_to_do())
        }
        Some(error) if error.is_connect() || error.is_timeout() => check(State::Unasked, texts::unasked()),
        _ => check(State::Good, texts::tls_good()),
    }
}

/// The header says whole seconds, and no signature covers it.
pub(super) fn clock(headers: Option<&HeaderMap>) -> Check {
    let check = |state, says| Check::new("clock", texts::clock(), state, says);
    let Some(headers) = headers else { return check(State::Unasked, texts::unasked()) };
    let date = headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let Some(date) = date else { return check(State::Unasked, texts::clock_unknown()) };
    let now = SystemTime::now();
    let apart = now.duration_since(date).or_else(|_| date.duration_since(now)).unwrap_or_default().as_secs();
    if apart <= 60 {
        check(State::Good, texts::clock_good(&apart))
    } else if apart <= 300 {
        check(State::Doubtful, texts::clock_good(&apart)).mend(texts::clock_to_do())
    } else {
        check(State::Bad, texts::clock_bad(&apart)).mend(texts::clock_to_do())
    }
}

pub(super) fn inquiry(operation: &'static str, answer: Result<&str, &Error>) -> Check {
    let check = |state, says| Check::new("inquiry", texts::inquiry(), state, says);
    let error = match answer {
        Ok(key_id) => return check(State::Good, texts::inquiry_good(&operation, &key_id)),
        Err(error) => error,
    };
    let (says, to_do) = if error.is_connect() || error.is_timeout() || error.is_interrupted() {
        return check(State::Unasked, texts::unasked());
    } else if error.is_unauthorised() {
        (texts::inquiry_refused(), texts::inquiry_refused_to_do())
    } else if error.is_unsigned() {
        (texts::inquiry_unsigned(), texts::inquiry_unsigned_to_do())
    } else if error.is_refused() {
        (texts::inquiry_wrong(), texts::inquiry_wrong_to_do())
    } else if let Some(code) = error.ret_code() {
        (texts::inquiry_failure(&code.as_str()), texts::inquiry_failure_to_do())
    } else {
        (texts::inquiry_other(), texts::inquiry_other_to_do())
    };
    check(State::Bad, says).details(&with_causes(error)).mend(to_do)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderValue;

    use super::*;

    fn with_date(date: &str) -> State {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_str(date).unwrap());
        clock(Some(&headers)).state
    }

    #[test]
    fn clocks_that_are_apart_are_seen_on_both_sides() {
        let now = SystemTime::now();
        let date = |time| httpdate::fmt_http_date(time);
        for (apart, expected) in [(0, State::Good), (120, State::Doubtful), (600, State::Bad)] {
            let apart = Duration::from_secs(apart);
            assert_eq!(with_date(&date(now - apart)), expected, "{apart:?} behind");
            assert_eq!(with_date(&date(now + apart)), expected, "{apart:?} ahead");
        }
        assert_eq!(with_date("yesterday"), State::Unasked);
        assert_eq!(clock(Some(&HeaderMap::new())).state, State::Unasked);
        assert_eq!(clock(None).state, State::Unasked);
    }
}
