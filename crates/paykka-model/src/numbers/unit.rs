//! What the wire's amounts count in. The platform doesn't say, and a wrong guess pays a hundredfold: so the program must.

use std::fmt;

use super::Decimal;
use crate::Currency;

/// What an amount on the wire counts in. There is no default: ask the platform, and write the answer down once in the
/// program. (`paykka-emulator` counts in [`Minor`](Self::Minor).)
///
/// Closed: an amount counts in one or in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmountUnit {
    /// In the currency's smallest unit: 1250 is USD 12.50 and JPY 1250.
    Minor,
    /// In the currency itself: 1250 is USD 1250.
    Major,
}

impl AmountUnit {
    /// The number for the wire. Nothing is rounded.
    pub(super) fn wire(self, value: &Decimal, currency: &Currency) -> Result<Decimal, AmountError> {
        let digits = digits_of(currency)?;
        if value.fraction_digits() > i64::from(digits) {
            return Err(AmountError(Reason::TooManyDigits { currency: shown(currency), digits }));
        }
        match self {
            // Written out, since an exponent on the wire would surprise the other side.
            Self::Major if value.as_str().contains(['e', 'E']) => {
                value.scaled(0, 0).ok_or(AmountError(Reason::TooLarge))
            }
            Self::Major => Ok(value.clone()),
            Self::Minor => value.scaled(i64::from(digits), 0).ok_or(AmountError(Reason::TooLarge)),
        }
    }

    /// The money that a number on the wire is.
    pub(super) fn money(self, wire: &Decimal, currency: &Currency) -> Result<Decimal, AmountError> {
        let digits = digits_of(currency)?;
        let (by, most) = match self {
            Self::Major => (0, i64::from(digits)),
            Self::Minor => (-i64::from(digits), 0),
        };
        if wire.fraction_digits() > most {
            return Err(AmountError(Reason::TooManyDigits { currency: shown(currency), digits }));
        }
        wire.scaled(by, usize::from(digits)).ok_or(AmountError(Reason::TooLarge))
    }
}

fn digits_of(currency: &Currency) -> Result<u8, AmountError> {
    currency.minor_digits().ok_or_else(|| AmountError(Reason::UnknownCurrency { currency: shown(currency) }))
}

/// A code may be anything that somebody sent; what isn't three letters isn't repeated.
fn shown(currency: &Currency) -> String {
    let code = currency.code();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { code.to_owned() } else { "of that code".to_owned() }
}

/// An amount that can't be converted without rounding or guessing.
///
/// What to do: give the value with no more digits than the currency has, and the currency by its ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountError(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    TooManyDigits { currency: String, digits: u8 },
    UnknownCurrency { currency: String },
    NotWhole,
    BeyondInt64,
    TooLarge,
}

impl AmountError {
    pub(super) const fn beyond_int64() -> Self {
        Self(Reason::BeyondInt64)
    }

    pub(super) const fn not_whole() -> Self {
        Self(Reason::NotWhole)
    }
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::TooManyDigits { currency, digits } => write!(
                f,
                "the amount has more digits than the currency {currency}, which has {digits} after the point; round it first, \
                 knowingly"
            ),
            Reason::UnknownCurrency { currency } => write!(
                f,
                "it isn't known how many digits the currency {currency} has; give the code of ISO 4217, or CNH"
            ),
            Reason::NotWhole => f.write_str(
                "the field holds whole numbers, and in whole units of the currency the amount has a fraction",
            ),
            Reason::BeyondInt64 => {
                f.write_str("the amount is too large for the field, an integer of 64 bits")
            }
            Reason::TooLarge => f.write_str("the amount has an exponent of more than 1000"),
        }
    }
}

impl std::error::Error for AmountError {}
