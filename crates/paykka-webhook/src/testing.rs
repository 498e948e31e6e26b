//! Signed notifications for the tests of those who receive them: what the platform would send, signed by a key of the test's
//! own, such as one of `paykka-sign`'s published test keys with a ring [for loopback].
//!
//! [for loopback]: crate::VerifierBuilder::for_loopback

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_model::NotificationKind;
use paykka_sign::{Error, Nonce, Parts, SigningKey, Timestamp};

/// The merchant in the [`sample`] data.
pub const MERCHANT: &str = "M24061911365700670";

/// A notification as it comes in: what a receiver's headers and body are made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignedNotification {
    /// The path that was signed.
    pub path: String,
    /// `authorization`, `content-type`, and `x-merch-id` where there is a merchant; fit for
    /// [`Headers`](crate::Headers).
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

/// Signs a notification with this `data` (JSON text, such as [`sample`]'s) as the platform would, now, for [`MERCHANT`], to the
/// kind's documented path. For another path, merchant or time take [`Notice`].
///
/// # Errors
/// As [`Notice::sign`].
pub fn sign_notification(
    key: &SigningKey,
    kind: NotificationKind,
    data: &str,
) -> Result<SignedNotification, Error> {
    Notice::new(kind, data).sign(key)
}

/// A notification to be signed.
#[derive(Debug, Clone)]
pub struct Notice {
    path: String,
    merchant: Option<String>,
    at: SystemTime,
    body: Bytes,
}

impl Notice {
    /// A notification of `kind` with this `data`, in the documented envelope.
    #[must_use]
    pub fn new(kind: NotificationKind, data: &str) -> Self {
        let r#type = if kind == NotificationKind::Assessment { "ASSESSMENT" } else { "MERCH" };
        let body = format!(r#"{{"type":"{}","version":"1.0","data":{data}}}"#, r#type);
        Self::of_body(kind.info().path, body)
    }

    /// Any body at all.
    #[must_use]
    pub fn of_body(path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let merchant = Some(MERCHANT.to_owned());
        Self { path: path.into(), merchant, at: SystemTime::now(), body: body.into() }
    }

    /// The path that is signed: the one that your verifier was given.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// For another merchant than [`MERCHANT`]. The data may name one of its own.
    #[must_use]
    pub fn merchant(mut self, merchant: impl Into<String>) -> Self {
        self.merchant = Some(merchant.into());
        self
    }

    /// Without the header `X-Merch-Id`, so that the signed line is empty.
    #[must_use]
    pub fn without_merchant(mut self) -> Self {
        self.merchant = None;
        self
    }

    /// Signed at another time than now, in whole milliseconds since 1970.
    #[must_use]
    pub const fn at(mut self, at: SystemTime) -> Self {
        self.at = at;
        self
    }

    /// Signed so long ago.
    #[must_use]
    pub fn ago(mut self, by: Duration) -> Self {
        self.at = self.at.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH);
        self
    }

    /// Signs it, with a fresh nonce.
    ///
    /// # Errors
    /// As [`SigningKey::sign`], and [`Error::is_field`] for a time that can't be signed.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedNotification, Error> {
        let Self { path, merchant, at, body } = self;
        let parts = Parts { path, merchant: merchant.as_deref(), body };
        let mut entropy = [0; 16];
        // Without randomness nonces are alike, which no receiver minds: time and body still tell messages apart.
        getrandom::fill(&mut entropy).unwrap_or_default();
        let signed = key.sign(&parts, Timestamp::try_from(*at)?, &Nonce::from_entropy(entropy))?;
        let mut headers =
            vec![("content-type", "application/json".to_owned()), ("authorization", signed.to_header())];
        headers.extend(merchant.as_ref().map(|merchant| ("x-merch-id", merchant.clone())));
        Ok(SignedNotification { path: path.clone(), headers, body: body.clone() })
    }
}

macro_rules! samples {
    ($($kind:ident: $data:literal,)+) => {
        /// Data of each kind, as JSON text, all of it for [`MERCHANT`]. Which keys are documented, and which are our
        /// inference, is marked in `paykka-model`.
        #[must_use]
        pub const fn sample(kind: NotificationKind) -> &'static str {
            match kind {
                $(NotificationKind::$kind => $data,)+
                _ => "{}",
            }
        }
    };
}

samples! {
    Onboarding: r#"{"status":"PASS","request_id":"REQ-1","merch_id":"M24061911365700670"}"#,
    Assessment: r#"{"status":"PASS","request_id":"REQ-2","merch_id":"M24061911365700670","risk_level":"LOW"}"#,
    Va: r#"{"request_id":"REQ-3","merch_id":"M24061911365700670","status":"ENABLED","currencies":["USD"],"country_code":"US","type":"LOCAL","account_no":"000123456789","bic_swift_code":"EXAMUS33","bank_name":"First Example Bank"}"#,
    Remittance: r#"{"recv_order_no":"RO-4","status":"PENDING_RELATE","merch_id":"M24061911365700670","amount":125000,"currency":"USD","payer_name":"Example GmbH","payer_country":"DE","account_no":"000123456789"}"#,
    TradeSettle: r#"{"recv_order_no":"RO-5","status":"SETTLED","merch_id":"M24061911365700670"}"#,
    Payee: r#"{"beneficiary_id":"B-6","status":"PASS","request_id":"REQ-6","merch_id":"M24061911365700670"}"#,
    Forex: r#"{"order_no":"FX-7","status":"SUCCESS","sell_currency":"USD","buy_currency":"EUR","sell_amount":125000,"buy_amount":115000,"fx_rate":0.92,"merch_id":"M24061911365700670"}"#,
    Payment: r#"{"request_id":"REQ-8","status":"SUCCESS","merch_id":"M24061911365700670","amount":12500,"currency":"USD","fee_amount":0,"beneficiary_id":"B-6"}"#,
    OrderReview: r#"{"contract_order_id":"CO-9","status":"RELATABLE","request_id":"REQ-9","merch_id":"M24061911365700670"}"#,
}
