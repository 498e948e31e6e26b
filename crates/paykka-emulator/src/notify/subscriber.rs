//! Who is told: an address for everything, or a base under which each kind has its documented path. Which of the two the
//! platform does isn't public.

use std::net::IpAddr;

use http::Uri;
use http::uri::PathAndQuery;
use paykka_model::NotificationKind;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Somebody who is sent notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    url: Uri,
    is_base: bool,
    merchant: Option<String>,
}

impl Subscriber {
    /// Everything goes to one URL: `https://…`, or plain HTTP to a loopback address. Its path is the path that is signed.
    /// The receiver's certificate must be by the emulator's own authority.
    ///
    /// # Errors
    /// [`Error`] for what is no such URL, or has a query.
    pub fn at(url: &str) -> Result<Self, Error> {
        Ok(Self { url: parse_url(url)?, is_base: false, merchant: None })
    }

    /// Each kind goes to its documented path under a base URL, e.g. `https://127.0.0.1:8443/hooks` and
    /// `/api/v2/merch/va/notify` behind it; the whole path is signed. Otherwise as [`at`](Self::at).
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub fn under(base: &str) -> Result<Self, Error> {
        Ok(Self { url: parse_url(base)?, is_base: true, merchant: None })
    }

    /// Only of this merchant's affairs; of all merchants' unless said.
    #[must_use]
    pub fn only_of(mut self, merchant: impl Into<String>) -> Self {
        self.merchant = Some(merchant.into());
        self
    }

    /// The URL, or the base URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// Whether each kind goes to its documented path under the URL.
    #[must_use]
    pub const fn is_base(&self) -> bool {
        self.is_base
    }

    /// Whose affairs alone; `None` for all merchants'.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    pub(super) fn wants(&self, merchant: &str) -> bool {
        self.merchant.as_deref().is_none_or(|wanted| wanted == merchant)
    }

    /// Where a notification of this kind goes.
    pub(super) fn url_of(&self, kind: NotificationKind) -> Uri {
        if !self.is_base {
            return self.url.clone();
        }
        let path = format!("{}{}", self.url.path().trim_end_matches('/'), kind.info().path);
        let mut parts = self.url.clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(path).ok();
        Uri::from_parts(parts).unwrap_or_else(|_| self.url.clone())
    }
}

/// A subscriber as JSON, at the control port and in a saved state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscriberForm {
    url: String,
    #[serde(default)]
    under: bool,
    #[serde(default)]
    pub(crate) merchant: Option<String>,
}

impl SubscriberForm {
    pub(crate) fn into_subscriber(self) -> Result<Subscriber, Error> {
        let made = if self.under { Subscriber::under(&self.url) } else { Subscriber::at(&self.url) };
        made.map(|subscriber| Subscriber { merchant: self.merchant, ..subscriber })
    }
}

impl From<&Subscriber> for SubscriberForm {
    fn from(subscriber: &Subscriber) -> Self {
        Self { url: subscriber.url(), under: subscriber.is_base, merchant: subscriber.merchant.clone() }
    }
}

/// Notifications carry live signatures and merchants' data, so not in the clear over a network.
fn parse_url(url: &str) -> Result<Uri, Error> {
    let uri: Uri = url.parse().map_err(|error| Error::new("the notification URL isn't a URL", error))?;
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let unusable = || {
        let rule =
            "write https://HOST/PATH without user and query; plain http:// is for loopback addresses alone";
        Error::new("the notification URL can't be used", rule)
    };
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    // The parser takes any number for a port, and then says that there is none.
    let is_port_unreadable = uri.port_u16().is_none() && !authority.ends_with(uri.host().unwrap_or_default());
    match uri.scheme_str() {
        // A password would be shown wherever the URL is, and is sent to nobody.
        _ if authority.contains('@') || is_port_unreadable => Err(unusable()),
        Some("https") if !host.is_empty() && uri.query().is_none() => Ok(uri),
        Some("http") if is_loopback && uri.query().is_none() => Ok(uri),
        _ => Err(unusable()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_followed_by_the_documented_path() {
        let kind = NotificationKind::Va;
        let of = |subscriber: Subscriber| subscriber.url_of(kind).to_string();
        assert_eq!(of(Subscriber::at("https://h/p").unwrap()), "https://h/p");
        for base in ["https://h/p", "https://h/p/"] {
            assert_eq!(of(Subscriber::under(base).unwrap()), "https://h/p/api/v2/merch/va/notify");
        }
        assert_eq!(of(Subscriber::under("http://[::1]:9").unwrap()), "http://[::1]:9/api/v2/merch/va/notify");
        for bad in
            ["https://me:secret@h/p", "https://h/p?q", "http://h/p", "ftp://h/p", "/p", "https://h:99999/"]
        {
            assert!(Subscriber::at(bad).is_err(), "{bad}");
        }
        let one = Subscriber::at("https://h/").unwrap().only_of("M1");
        assert!(one.wants("M1") && !one.wants("M2"));
    }
}
