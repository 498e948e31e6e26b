//! Numbers whose text is kept: rates, capital, shares. A float would change digits, and a decimal type with a bound
//! would lose them; here nothing is computed, so the text itself is enough.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON number, exactly as it stands on the wire: `1.10` stays `1.10`.
///
/// Equal and ordered by value: `1.10` equals `1.1` and `11e-1`. It offers no arithmetic; parse the text into the decimal
/// type of your choice for that.
#[derive(Clone)]
pub struct Decimal {
    text: Box<str>,
}

impl Decimal {
    /// The number as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number, if it is a whole one within int64. `1.0` and `1e2` are whole.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        let parts = self.parts();
        if parts.digits.is_empty() {
            return Some(0);
        }
        let zeros = usize::try_from(parts.exponent).ok().filter(|zeros| *zeros <= 19)?;
        let sign = if parts.is_negative { "-" } else { "" };
        format!("{sign}{}{}", parts.digits, "0".repeat(zeros)).parse().ok()
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.fraction_digits() == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        let parts = self.parts();
        parts.is_negative && !parts.digits.is_empty()
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.parts().digits.is_empty()
    }

    /// Digits after the point that aren't a zero at the end.
    pub(super) fn fraction_digits(&self) -> i64 {
        self.parts().canonical().exponent.saturating_neg().max(0)
    }

    /// The number times 10^`by`, written without an exponent and with at least `fraction` digits after the point. `None`
    /// where that would take more than a thousand zeros.
    pub(super) fn scaled(&self, by: i64, fraction: usize) -> Option<Self> {
        let parts = self.parts().canonical();
        let exponent = if parts.digits.is_empty() { 0 } else { parts.exponent.checked_add(by)? };
        let zeros = usize::try_from(exponent.unsigned_abs()).ok().filter(|zeros| *zeros <= 1000)?;
        let (mut whole, mut rest) = if exponent >= 0 {
            (format!("{}{}", parts.digits, "0".repeat(zeros)), String::new())
        } else {
            let padded = format!("{}{}", "0".repeat(zeros.saturating_sub(parts.digits.len())), parts.digits);
            let (whole, rest) = padded.split_at_checked(padded.len().checked_sub(zeros)?)?;
            (whole.to_owned(), rest.to_owned())
        };
        if whole.is_empty() {
            whole.push('0');
        }
        rest.push_str(&"0".repeat(fraction.saturating_sub(rest.len())));
        let sign = if parts.is_negative && !parts.digits.is_empty() { "-" } else { "" };
        let point = if rest.is_empty() { "" } else { "." };
        Some(Self { text: format!("{sign}{whole}{point}{rest}").into() })
    }

    /// The value, whatever way it is written.
    fn parts(&self) -> Parts {
        let (is_negative, text) = match self.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, &*self.text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        // An exponent beyond int64 is as good as the greatest: no two such numbers are ever told apart by people.
        let limit = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
        let exponent: i64 = exponent.parse().unwrap_or(limit);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        let cut = len(significant).saturating_sub(len(digits));
        Parts {
            is_negative,
            exponent: exponent.saturating_sub(len(fraction)).saturating_add(cut),
            digits: digits.to_owned(),
        }
    }
}

fn len(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// ± digits × 10^exponent, with no zero at either end of the digits; zero has none.
#[derive(PartialEq, Eq, Hash)]
struct Parts {
    is_negative: bool,
    exponent: i64,
    digits: String,
}

impl Parts {
    /// Zero has one sign and one exponent.
    fn canonical(mut self) -> Self {
        if self.digits.is_empty() {
            self.is_negative = false;
            self.exponent = 0;
        }
        self
    }

    /// How the absolute values compare; neither is zero.
    fn magnitude(&self, other: &Self) -> Ordering {
        let point = |parts: &Self| parts.exponent.saturating_add(len(&parts.digits));
        point(self).cmp(&point(other)).then_with(|| self.digits.cmp(&other.digits))
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.parts().canonical() == other.parts().canonical()
    }
}

impl Eq for Decimal {}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, two) = (self.parts(), other.parts());
        one.sign().cmp(&two.sign()).then_with(|| match one.sign() {
            0 => Ordering::Equal,
            1 => one.magnitude(&two),
            _ => two.magnitude(&one),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().canonical().hash(state);
    }
}

/// The number's text, whole whatever precision is asked for: nothing here rounds.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self { text: number.to_string().into() }
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

/// Reads a number as JSON writes it: `-1.50`, `3e2`; not `1.`, `.5`, `+1`, `01` or `1,000`.
impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        if is_json_number(text) { Ok(Self { text: text.into() }) } else { Err(DecimalError(())) }
    }
}

fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|exponent| are_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

/// A text that isn't a number as JSON writes it.
///
/// What to do: write digits with a point, such as `1234.50`, without separators, blanks or a plus sign in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalError(());

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this isn't a number as JSON writes it; write digits with a point, such as 1234.50")
    }
}

impl std::error::Error for DecimalError {}

/// A JSON number with this very text. Formats other than JSON aren't supported.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.text).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let unexpected = |what| D::Error::invalid_type(serde::de::Unexpected::Other(what), &"a number");
        // The value itself stays out of the message.
        raw.get().parse().map_err(|_| match raw.get().as_bytes().first() {
            Some(b'"') => unexpected("string"),
            Some(b'{' | b'[') => unexpected("object or array"),
            _ => unexpected("null or boolean"),
        })
    }
}
