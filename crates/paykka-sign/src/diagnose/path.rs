//! Which path was signed instead of the one at hand: proxies, frameworks and hosts each have their own idea of one.

use std::borrow::Cow;

use super::header::decode_leniently;
use super::search::{Change, Facts, Mistake};
use super::shown;
use crate::percent;

/// How the signed path comes from the one at hand; by default it is the same.
#[derive(Default)]
pub(super) struct Form<'m> {
    other: Option<&'m str>,
    without_query: bool,
    without_host: bool,
    without_segments: usize,
    last_slash: bool,
    first_slash: bool,
    coding: Option<Coding>,
    host: &'m str,
    query: &'m str,
}

#[derive(Clone, Copy)]
pub(super) enum Coding {
    Decoded,
    Encoded,
    EncodedOnceMore,
    EncodedWithSlashes,
}

impl<'m> Form<'m> {
    pub(super) fn apply(&mut self, change: &'m Change<'m>) {
        match change {
            Change::OtherPath(other) => self.other = Some(other),
            Change::WithoutQuery => self.without_query = true,
            Change::WithoutHost => self.without_host = true,
            Change::WithoutSegments(count) => self.without_segments = *count,
            Change::LastSlash => self.last_slash = true,
            Change::FirstSlash => self.first_slash = true,
            Change::Coding(coding) => self.coding = Some(*coding),
            Change::Host(host) => self.host = host,
            Change::Query(query) => self.query = query,
            _ => {}
        }
    }

    /// The signed path, or `None` where a change can't be made to it. What was taken off comes first and what was put on
    /// last, so that any two changes can be made together.
    pub(super) fn write(&self, at_hand: &'m str) -> Option<Cow<'m, str>> {
        let mut path = self.other.unwrap_or(at_hand);
        if self.without_query {
            path = path.split_once('?')?.0;
        }
        if self.without_host {
            let (_, rest) = path.split_once("://")?;
            path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        }
        if self.without_segments > 0 {
            path = without_segments(path, self.without_segments)?;
        }
        let mut path = Cow::Borrowed(path);
        if self.last_slash {
            path = path.strip_suffix('/').map_or_else(|| [&path, "/"].concat(), str::to_owned).into();
        }
        if self.first_slash {
            path = path.strip_prefix('/').map_or_else(|| ["/", &path].concat(), str::to_owned).into();
        }
        if let Some(coding) = self.coding {
            path = coding.of(&path)?.into();
        }
        if path.is_empty() {
            return None;
        }
        Some(match (self.host, self.query) {
            ("", "") => path,
            (host, query) => [host, &path, query].concat().into(),
        })
    }
}

/// A path with a host has no prefix to be cut before the host is.
fn without_segments(path: &str, count: usize) -> Option<&str> {
    let (at, _) = path.match_indices('/').nth(count).filter(|_| path.starts_with('/'))?;
    path.get(at..)
}

impl Coding {
    fn of(self, path: &str) -> Option<String> {
        match self {
            Self::Decoded => String::from_utf8(decode_leniently(path.as_bytes())).ok(),
            Self::Encoded => Some(encoded(path, b"/%")),
            Self::EncodedOnceMore => Some(path.replace('%', "%25")),
            Self::EncodedWithSlashes => Some(encoded(path, b"")),
        }
    }
}

/// The mistakes that make a difference to this path, or to another that may have been signed.
pub(super) fn mistakes<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let (path, case) = (facts.path, facts.case);
    let mut all = Vec::new();
    let bases: Vec<&str> = [path].into_iter().chain(case.paths.iter().copied()).collect();
    let mut add = |weight, code, what: &str, change| {
        if bases.iter().any(|base| makes_a_difference(&change, base)) {
            all.push(Mistake::new(weight, code, what, FIX, change));
        }
    };
    if let Some(query) = case.query.filter(|query| !query.is_empty()) {
        let query = ["?", query].concat();
        add(1, "path-with-query", "the query was signed with the path", Change::Query(query));
    }
    if let Some(host) = case.host {
        for (scheme, weight) in [("https://", 2), ("", 3), ("http://", 4)] {
            let host = [scheme, host].concat();
            let what = format!("the host was signed before the path: `{}`", shown(&host));
            add(weight, "path-with-host", &what, Change::Host(host));
        }
    }
    let what = "the path at hand has a query that wasn't signed";
    add(1, "path-without-query", what, Change::WithoutQuery);
    add(1, "path-without-host", "the path at hand has a host that wasn't signed", Change::WithoutHost);
    let is_there = |found| if found { "wasn't signed" } else { "was signed and isn't there" };
    let what = format!("the last slash {}", is_there(path.ends_with('/')));
    add(2, "path-trailing-slash", &what, Change::LastSlash);
    let what = format!("the first slash {}", is_there(path.starts_with('/')));
    let weight = if path.starts_with('/') { 2 } else { 1 };
    add(weight, "path-leading-slash", &what, Change::FirstSlash);
    add(2, "path-decoded", "the path was decoded before signing", Change::Coding(Coding::Decoded));
    add(2, "path-encoded", "the path was signed encoded", Change::Coding(Coding::Encoded));
    let what = "the path was encoded once more before signing";
    add(3, "path-encoded-twice", what, Change::Coding(Coding::EncodedOnceMore));
    let what = "the path was signed with its slashes encoded";
    add(4, "path-encoded", what, Change::Coding(Coding::EncodedWithSlashes));
    for other in case.paths {
        add(2, "path-other", "another path was signed", Change::OtherPath(other));
    }
    for count in 1..=5 {
        let what = "the path at hand has a prefix that wasn't signed (a proxy's?)";
        add(3, "path-prefix", what, Change::WithoutSegments(count));
    }
    all
}

fn makes_a_difference(change: &Change<'_>, path: &str) -> bool {
    let mut form = Form::default();
    form.apply(change);
    form.write(path).is_some_and(|signed| signed != path)
}

fn encoded(path: &str, keep: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if keep.contains(&byte) {
            out.push(char::from(byte));
        } else {
            percent::encode_into(&mut out, &[byte]);
        }
    }
    out
}

const FIX: &str = "sign the path on the wire as it is, from `/`, without scheme, host and query; behind a proxy give the verifier the path that the sender called";
