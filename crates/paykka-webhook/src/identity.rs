//! What makes a notification the same as another one. No event id exists (D: the envelope has none), so three names are
//! made of what there is: which delivery, of which object, saying what. Claims, the inbox and the handler must not each have
//! an answer of their own.

use std::fmt;
use std::str::FromStr;

use paykka_model::{Notification, NotificationKind};
use paykka_sign::{Parts, Verified, sha256, string_to_sign};

/// One delivery: the SHA-256 of its string to sign. The same bytes sent again have the same id; the same event signed anew
/// has another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId([u8; 32]);

impl DeliveryId {
    /// The id of a verified delivery.
    ///
    /// # Errors
    /// None for what [`KeyRing::verify`](paykka_sign::KeyRing::verify) gave: it has judged the same fields. Whoever meets one
    /// has to refuse the delivery as any other that can't be verified.
    pub fn of<B: AsRef<[u8]>>(delivery: &Verified<B>) -> Result<Self, paykka_sign::Error> {
        let body = delivery.value().as_ref();
        let parts = Parts { path: delivery.path(), merchant: delivery.merchant(), body };
        let signed = string_to_sign(&parts, delivery.timestamp(), delivery.nonce())?;
        Ok(Self(*signed.sha256()))
    }

    /// An id that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeliveryId({self})")
    }
}

impl FromStr for DeliveryId {
    type Err = DeliveryIdError;

    fn from_str(text: &str) -> Result<Self, DeliveryIdError> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return Err(DeliveryIdError);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte =
                pair.iter().try_fold(0, |byte, it| Some(byte << 4 | digit(it)?)).ok_or(DeliveryIdError)?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is no delivery's id.
///
/// What to do: give all 64 hexadecimal digits, as the inbox lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryIdError;

impl fmt::Display for DeliveryIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a delivery's id has 64 hexadecimal digits, as the inbox lists them")
    }
}

impl std::error::Error for DeliveryIdError {}

/// What a notification says: the SHA-256 of its body.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content([u8; 32]);

impl Content {
    /// The content of a body, as it came.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self(sha256(body))
    }

    /// A content that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// What a notification is about: whose, of which kind, by which number.
///
/// The number is, by kind: `request_id` of an onboarding, an assessment, an account and a payment; `recv_order_no` of a
/// receipt; `order_no` of an exchange; `beneficiary_id` of a payee; `contract_order_id` of a contract. That these name one
/// object each is our reading (I). An onboarding or assessment without `request_id` goes by the merchant that it names.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    merchant: Box<str>,
    kind: NotificationKind,
    id: Box<str>,
}

impl ObjectKey {
    /// The longest number that is taken, in bytes. Documented ones have up to 32 UTF-16 units (D).
    pub const MAX_ID_LEN: usize = 128;

    /// What `notification` is about. `signed` is the merchant in its string to sign; without one the data's counts, but of
    /// an onboarding and an assessment, which get their merchant's number on the way and are one object all along.
    ///
    /// `None` where the kind isn't known for sure, where the number is missing, empty or too long, or where a kind that moves
    /// money names no merchant: then nobody can say what it follows on.
    #[must_use]
    pub fn of(signed: Option<&str>, notification: &Notification) -> Option<Self> {
        use NotificationKind::{Assessment, Forex, Onboarding, Payment, Remittance, TradeSettle};
        let kind = notification.kind()?;
        let merchant = match kind {
            Onboarding | Assessment => signed,
            _ => signed.or(notification.merch_id()),
        };
        let moves_money = matches!(kind, Remittance | TradeSettle | Forex | Payment);
        if moves_money && merchant.is_none_or(str::is_empty) {
            return None;
        }
        Self::new(merchant.unwrap_or_default(), kind, number(notification)?)
    }

    /// A key of these parts.
    ///
    /// `None` where the number is empty, or either is too long.
    #[must_use]
    pub fn new(merchant: &str, kind: NotificationKind, id: &str) -> Option<Self> {
        let fits = |text: &str| text.len() <= Self::MAX_ID_LEN;
        (fits(merchant) && fits(id) && !id.is_empty()).then(|| Self {
            merchant: merchant.into(),
            kind,
            id: id.into(),
        })
    }

    /// Whose it is; empty where that isn't told, which is never so of a kind that moves money.
    #[must_use]
    pub const fn merchant(&self) -> &str {
        &self.merchant
    }

    /// Of which kind.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        self.kind
    }

    /// Its number, unique within merchant and kind.
    #[must_use]
    pub const fn id(&self) -> &str {
        &self.id
    }
}

/// For logs and people: on one line, and nothing in it moves a terminal.
impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (merchant, id) = (self.merchant.escape_default(), self.id.escape_default());
        write!(f, "{merchant}/{}/{id}", self.kind.info().name)
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({self})")
    }
}

fn number(notification: &Notification) -> Option<&str> {
    let number = match notification {
        Notification::Onboarding(it) => it.request_id.as_ref().or(it.merch_id.as_ref())?,
        Notification::Assessment(it) => it.request_id.as_ref().or(it.merch_id.as_ref())?,
        Notification::Va(it) => &it.request_id,
        Notification::Remittance(it) => &it.recv_order_no,
        Notification::TradeSettle(it) => &it.recv_order_no,
        Notification::Payee(it) => &it.beneficiary_id,
        Notification::Forex(it) => &it.order_no,
        Notification::Payment(it) => &it.request_id,
        Notification::OrderReview(it) => &it.contract_order_id,
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Notification {
        Notification::from_body(body.as_bytes()).unwrap()
    }

    fn data(kind: NotificationKind, data: &str) -> Notification {
        kind.read(format!(r#"{{"type":"MERCH","data":{data}}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn each_kind_has_its_number() {
        use NotificationKind::{
            Assessment, Forex, Onboarding, OrderReview, Payee, Payment, Remittance, TradeSettle, Va,
        };
        let cases = [
            (Onboarding, r#"{"request_id":"N","status":"INIT"}"#),
            (Onboarding, r#"{"merch_id":"N","status":"INIT"}"#),
            (Assessment, r#"{"request_id":"N","merch_id":"X","status":"INIT"}"#),
            (Va, r#"{"request_id":"N"}"#),
            (Remittance, r#"{"recv_order_no":"N","status":"SETTLED"}"#),
            (TradeSettle, r#"{"recv_order_no":"N","status":"SETTLED"}"#),
            (Payee, r#"{"beneficiary_id":"N","request_id":"X","status":"PASS"}"#),
            (
                Forex,
                r#"{"order_no":"N","status":"SUCCESS","sell_currency":"USD","buy_currency":"CNY","sell_amount":1,"buy_amount":7,"fx_rate":7.1}"#,
            ),
            (Payment, r#"{"request_id":"N","status":"SUCCESS"}"#),
            (OrderReview, r#"{"contract_order_id":"N","request_id":"X","status":"PENDING"}"#),
        ];
        for (kind, body) in cases {
            let key = ObjectKey::of(Some("M1"), &data(kind, body)).unwrap();
            assert_eq!(key, ObjectKey::new("M1", kind, "N").unwrap(), "{kind:?}");
        }
    }

    #[test]
    fn two_kinds_of_one_number_are_two_objects() {
        let body = r#"{"recv_order_no":"N","status":"SETTLED"}"#;
        let of = |kind| ObjectKey::of(Some("M1"), &data(kind, body)).unwrap();
        assert_ne!(of(NotificationKind::Remittance), of(NotificationKind::TradeSettle));
    }

    #[test]
    fn an_application_is_one_object_before_and_after_it_has_a_merchant() {
        for kind in [NotificationKind::Onboarding, NotificationKind::Assessment] {
            let before = ObjectKey::of(None, &data(kind, r#"{"request_id":"N","status":"INIT"}"#)).unwrap();
            let after = data(kind, r#"{"request_id":"N","merch_id":"M2","status":"PASS"}"#);
            assert_eq!(ObjectKey::of(None, &after), Some(before));
        }
    }

    #[test]
    fn without_a_merchant_only_what_moves_no_money_has_a_key() {
        let key = ObjectKey::of(None, &data(NotificationKind::Va, r#"{"request_id":"N"}"#));
        assert_eq!(key, ObjectKey::new("", NotificationKind::Va, "N"));
        let receipt = r#"{"recv_order_no":"N","status":"SETTLED"}"#;
        assert!(ObjectKey::of(None, &data(NotificationKind::Remittance, receipt)).is_none());
        assert!(ObjectKey::of(Some(""), &data(NotificationKind::TradeSettle, receipt)).is_none());
    }

    #[test]
    fn what_cant_be_told_has_no_key() {
        let payment =
            |id: &str| data(NotificationKind::Payment, &format!(r#"{{"request_id":"{id}","status":"S"}}"#));
        assert!(ObjectKey::of(None, &payment("N")).is_none(), "no merchant");
        assert!(ObjectKey::of(Some("M1"), &payment("")).is_none(), "no number");
        assert!(ObjectKey::of(Some("M1"), &payment(&"N".repeat(129))).is_none(), "too long a number");
        assert!(ObjectKey::of(Some("M1"), &payment(&"N".repeat(128))).is_some());
        let unknown = read(r#"{"type":"MERCH","data":{"request_id":"N","status":"SUCCESS"}}"#);
        assert!(ObjectKey::of(Some("M1"), &unknown).is_none(), "no kind");
    }

    #[test]
    fn a_key_is_one_harmless_line() {
        let key = ObjectKey::new("M1", NotificationKind::Payment, "a\n\u{1b}[2J").unwrap();
        assert_eq!(key.to_string(), r"M1/payment.notification/a\n\u{1b}[2J");
    }

    #[test]
    fn an_id_is_read_as_it_is_shown() {
        let id = DeliveryId::from_bytes(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "00", &"g".repeat(64), &"é".repeat(32), &"0".repeat(66)] {
            assert_eq!(wrong.parse::<DeliveryId>(), Err(DeliveryIdError), "{wrong}");
        }
    }

    #[test]
    fn the_content_is_sha256() {
        let known = "Content(e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)";
        assert_eq!(format!("{:?}", Content::of(b"")), known);
    }
}
