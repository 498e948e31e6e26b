//! What is read of a request's headers, from whatever a framework keeps them in. Each must be there once: two headers of one
//! name are read differently by a proxy and by us, and that is an attacker's choice.

use http::{HeaderMap, HeaderName};

use crate::Reason;
use crate::rejection::Rejection;

/// Headers of a request: an [`http::HeaderMap`], or a slice of pairs of name and value as other frameworks have them.
pub trait Headers {
    /// The values under a name (given in lower case), each as it came. Names are compared without regard to case.
    fn values<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]>;
}

impl Headers for HeaderMap {
    fn values<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(HeaderName::from_static(name)).iter().map(http::HeaderValue::as_bytes)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Headers for [(N, V)] {
    fn values<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let named = self.iter().filter(move |(given, _)| given.as_ref().eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_ref())
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>, const COUNT: usize> Headers for [(N, V); COUNT] {
    fn values<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn values<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }
}

/// What of the headers a signature is about.
pub(super) struct Signed<'a> {
    pub(super) authorization: &'a [u8],
    pub(super) merchant: Option<&'a str>,
}

impl<'a> Signed<'a> {
    pub(super) fn read<H: Headers + ?Sized>(headers: &'a H) -> Result<Self, Rejection> {
        if headers.values("content-encoding").next().is_some() {
            return Err(Rejection::of(Reason::Encoded));
        }
        let authorization = single(headers.values("authorization"), "Authorization")?
            .ok_or(Rejection::header("Authorization"))?;
        let merchant = single(headers.values("x-merch-id"), "X-Merch-Id")?;
        let merchant = merchant.map(|merchant| visible(merchant, "X-Merch-Id")).transpose()?;
        Ok(Self { authorization, merchant })
    }
}

fn single<'a>(
    mut values: impl Iterator<Item = &'a [u8]>,
    name: &'static str,
) -> Result<Option<&'a [u8]>, Rejection> {
    let first = values.next();
    if values.next().is_some() { Err(Rejection::header(name)) } else { Ok(first) }
}

fn visible<'a>(value: &'a [u8], name: &'static str) -> Result<&'a str, Rejection> {
    let fits = (1..=64).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
    let text = str::from_utf8(value).ok().filter(|_| fits);
    text.ok_or(Rejection::header(name))
}
