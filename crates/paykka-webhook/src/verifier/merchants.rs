//! Whose notifications are taken. One platform key probably signs for all merchants (I) and the host isn't signed, so that
//! another merchant could forward its own genuine notification to us; there is no way to say "any".

use std::collections::HashSet;
use std::fmt;

/// The merchant numbers that are ours: a set, or a function for those who serve many merchants.
pub struct Merchants(Kind);

enum Kind {
    These(HashSet<String>),
    By(Box<dyn Fn(&str) -> bool + Send + Sync>),
}

impl Merchants {
    /// These, and no others. At least one, each of 1..64 visible ASCII characters; the builder refuses all else.
    #[must_use]
    pub fn these<M: Into<String>>(merchants: impl IntoIterator<Item = M>) -> Self {
        Self(Kind::These(merchants.into_iter().map(Into::into).collect()))
    }

    /// Those of whom `is_ours` says so; for services with many merchants, which come and go. It is called for each
    /// notification whose signature verified, with a number of 1..64 visible ASCII characters, so it should answer from
    /// memory. One that says yes to every number lets everybody's notifications in.
    #[must_use]
    pub fn by(is_ours: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Kind::By(Box::new(is_ours)))
    }

    pub(crate) fn has(&self, merchant: &str) -> bool {
        match &self.0 {
            Kind::These(merchants) => merchants.contains(merchant),
            // What a body names needn't be a number at all.
            Kind::By(is_ours) => is_number(merchant) && is_ours(merchant),
        }
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(&self.0, Kind::These(merchants) if merchants.is_empty())
    }

    pub(super) fn are_numbers(&self) -> bool {
        match &self.0 {
            Kind::These(merchants) => merchants.iter().all(|merchant| is_number(merchant)),
            Kind::By(_) => true,
        }
    }
}

impl fmt::Debug for Merchants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::These(merchants) => merchants.fmt(f),
            Kind::By(_) => f.write_str("Merchants::by(..)"),
        }
    }
}

fn is_number(merchant: &str) -> bool {
    (1..=64).contains(&merchant.len()) && merchant.bytes().all(|byte| byte.is_ascii_graphic())
}
