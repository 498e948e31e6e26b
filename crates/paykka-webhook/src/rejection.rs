//! Why a notification was refused. The sender learns only a status; this is for the operator.

use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

/// A notification that is not accepted. Nothing of it was handed to anybody.
///
/// [`code`](Self::code) is stable text for counters and logs; `Display` says what to do, without body and headers.
#[derive(Debug)]
pub struct Rejection(Kind);

impl Rejection {
    /// The signature is wrong for these bytes.
    ///
    /// What to do: if it should be genuine, look for a proxy that changes bodies or paths, and at the signed path that
    /// the verifier was given.
    #[must_use]
    pub const fn is_signature(&self) -> bool {
        matches!(&self.0, Kind::Sign(error) if error.is_signature())
    }

    /// It is genuine and for another merchant than ours.
    ///
    /// What to do: if the number is yours, add it to the verifier's merchants.
    #[must_use]
    pub const fn is_foreign_merchant(&self) -> bool {
        matches!(self.0, Kind::ForeignMerchant)
    }

    /// The reason as stable text for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match &self.0 {
            Kind::Method => "method",
            Kind::Header(_) => "header",
            Kind::Encoded => "encoded",
            Kind::TooLarge => "too-large",
            Kind::TooSlow => "too-slow",
            Kind::Interrupted => "interrupted",
            Kind::Sign(error) => error.code(),
            Kind::ForeignMerchant => "foreign-merchant",
        }
    }

    /// The status that the sender gets.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self.0 {
            Kind::Method => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::TooSlow | Kind::Interrupted => StatusCode::REQUEST_TIMEOUT,
            Kind::Header(_) | Kind::Encoded | Kind::Sign(_) | Kind::ForeignMerchant => {
                StatusCode::UNAUTHORIZED
            }
        }
    }

    pub(crate) const fn method() -> Self {
        Self(Kind::Method)
    }

    pub(crate) const fn header(name: &'static str) -> Self {
        Self(Kind::Header(name))
    }

    pub(crate) const fn encoded() -> Self {
        Self(Kind::Encoded)
    }

    pub(crate) const fn too_large() -> Self {
        Self(Kind::TooLarge)
    }

    pub(crate) const fn too_slow() -> Self {
        Self(Kind::TooSlow)
    }

    pub(crate) const fn interrupted() -> Self {
        Self(Kind::Interrupted)
    }

    pub(crate) const fn sign(error: paykka_sign::Error) -> Self {
        Self(Kind::Sign(error))
    }

    pub(crate) const fn foreign_merchant() -> Self {
        Self(Kind::ForeignMerchant)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Method => f.write_str("a notification must be a POST"),
            Kind::Header(name) => write!(f, "the header {name} must be there once, as visible ASCII"),
            Kind::Encoded => f.write_str("the body has a Content-Encoding; switch off compression in the proxy between"),
            Kind::TooLarge => f.write_str("the body is larger than the limit"),
            Kind::TooSlow => f.write_str("the body didn't arrive in time"),
            Kind::Interrupted => f.write_str("the connection broke before the whole body was there"),
            Kind::Sign(_) => f.write_str("the notification can't be verified"),
            Kind::ForeignMerchant => f.write_str(
                "the notification is genuine and for another merchant; if the number is yours, add it to the verifier",
            ),
        }
    }
}

impl StdError for Rejection {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Kind::Sign(error) => Some(error),
            Kind::Method
            | Kind::Header(_)
            | Kind::Encoded
            | Kind::TooLarge
            | Kind::TooSlow
            | Kind::Interrupted
            | Kind::ForeignMerchant => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    Method,
    Header(&'static str),
    Encoded,
    TooLarge,
    TooSlow,
    Interrupted,
    Sign(paykka_sign::Error),
    ForeignMerchant,
}
