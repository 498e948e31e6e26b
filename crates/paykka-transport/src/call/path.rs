//! Which paths are sent. The path is signed, and proxies on the way like to tidy paths up, so only those are taken that
//! nobody has a reason to change.

use std::borrow::Cow;

use bytes::Bytes;
use http::Uri;

use crate::Error;

/// The path as an address.
///
/// # Errors
/// As [`check_path`].
#[allow(clippy::ptr_arg, reason = "the static ones aren't copied")]
pub(crate) fn uri_of(path: &Cow<'static, str>) -> Result<Uri, Error> {
    check_path(path)?;
    let text = match path {
        Cow::Borrowed(path) => Bytes::from_static(path.as_bytes()),
        Cow::Owned(path) => Bytes::copy_from_slice(path.as_bytes()),
    };
    let uri = Uri::from_maybe_shared(text)
        .map_err(|error| Error::config_because("the path can't be sent", FIX, error))?;
    // What is signed is what `Uri` gives back, so it must be what was asked for.
    if uri.path() == path.as_ref() && uri.authority().is_none() && uri.query().is_none() {
        Ok(uri)
    } else {
        Err(Error::config("the path can't be sent as it stands", FIX))
    }
}

/// # Errors
/// [`Error::is_config`] for a path that isn't in its only spelling: one leading `/`, no `//`, no dot segments (escaped ones
/// neither), no query, fragment, backslash, white space or control character.
pub(crate) fn check_path(path: &str) -> Result<(), Error> {
    if is_plain(path) { Ok(()) } else { Err(Error::config("the path can't be sent as it stands", FIX)) }
}

const FIX: &str = "write an absolute path like /api/v2/merch/pay/apply, without query and dot segments";

/// A prefix of paths: nothing, or a path that doesn't end in `/`.
pub(crate) fn check_prefix(prefix: &str) -> Result<(), Error> {
    if prefix.is_empty() || (!prefix.ends_with('/') && is_plain(prefix)) {
        Ok(())
    } else {
        Err(Error::config(
            "a path prefix can't be put before paths",
            "write it like /paykka: a slash before, none behind, no dot segments",
        ))
    }
}

/// Each call's path is looked at twice, so the loops go through without leaving early, which compilers make wide.
fn is_plain(path: &str) -> bool {
    let bytes = path.as_bytes();
    let has = |what: fn(u8) -> bool| bytes.iter().fold(false, |seen, byte| seen | what(*byte));
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let is_doubled = pairs.fold(false, |seen, (first, second)| seen | ((*first == b'/') & (*second == b'/')));
    // Few paths have a character of which dots could be made.
    let may_hide = has(|byte| matches!(byte, b'.' | b'%'));
    path.starts_with('/')
        && !has(|byte| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#' | b'\\'))
        && !is_doubled
        && (!may_hide || (!path.split('/').any(is_dots) && are_escapes_plain(path)))
}

/// Whether nothing is hidden behind an escape that the grammar refuses.
fn are_escapes_plain(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        let byte = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| {
            !byte.is_ascii_control() && !matches!(byte, b' ' | b'/' | b'\\' | b'?' | b'#' | b'%')
        })
    })
}

/// `.` and `..`, however they are written.
fn is_dots(segment: &str) -> bool {
    let is_dots = |plain: &str| plain == "." || plain == "..";
    is_dots(segment) || (segment.contains('%') && is_dots(&segment.to_ascii_lowercase().replace("%2e", ".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_in_their_only_spelling_are_taken() {
        for good in ["/", "/a", "/api/v2/merch/pay/apply", "/a/", "/a.b/..c", "/%41", "/a:b;c=d"] {
            assert_eq!(uri_of(&good.into()).map(|uri| uri.to_string()).unwrap(), good);
            assert_eq!(uri_of(&good.to_owned().into()).map(|uri| uri.to_string()).unwrap(), good);
        }
        for bad in [
            "",
            "a",
            "//",
            "//a",
            "/a//b",
            "/.",
            "/..",
            "/a/../b",
            "/a/.",
            "/%2e%2E/a",
            "/.%2e",
            "/a?b",
            "/a?",
            "/a#b",
            "/a\\b",
            "/a b",
            "/a\tb",
            "/a\u{7f}",
            "/ä",
            "/a%2f%2fb",
            "/a%3fb",
            "/a%23b",
            "/a%0ab",
            "/a%5cb",
            "/a%25b",
            "/a%20b",
            "/a%zzb",
            "/a%4",
            "/a%",
            "http://h/a",
            "*",
        ] {
            assert!(check_path(bad).unwrap_err().is_config() && uri_of(&bad.into()).is_err(), "{bad}");
        }
        for good in ["", "/a", "/a/b"] {
            check_prefix(good).unwrap();
        }
        for bad in ["/", "a", "/a/", "/../a", "/a?b"] {
            assert!(check_prefix(bad).is_err(), "{bad}");
        }
    }
}
