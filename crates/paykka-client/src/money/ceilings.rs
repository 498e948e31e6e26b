//! Ceilings, so that a mistake in the caller's books costs no more than was meant: for one call and for a day, by currency, in the
//! wire's unit.

use std::collections::BTreeMap;

use paykka_model::NumberAmount;

use super::MoneyError;
use crate::journal::Moved;

#[derive(Debug, Clone, Default)]
pub(super) struct Ceilings {
    per_call: BTreeMap<String, NumberAmount>,
    per_day: BTreeMap<String, NumberAmount>,
}

impl Ceilings {
    pub(super) fn per_call(&mut self, currency: String, most: NumberAmount) {
        self.per_call.insert(currency, most);
    }

    pub(super) fn per_day(&mut self, currency: String, most: NumberAmount) {
        self.per_day.insert(currency, most);
    }

    pub(super) fn check_call(&self, moves: &Moved) -> Result<(), MoneyError> {
        match self.per_call.get(&moves.currency) {
            Some(most) if !is_within(&[moves], most) => Err(MoneyError::ceiling(&moves.currency, "one call")),
            _ => Ok(()),
        }
    }

    pub(super) fn has_day(&self, currency: &str) -> bool {
        self.per_day.contains_key(currency)
    }

    pub(super) fn check_day(&self, moves: &Moved, today: &[Moved]) -> Result<(), MoneyError> {
        let Some(most) = self.per_day.get(&moves.currency) else { return Ok(()) };
        let mut all: Vec<_> = today.iter().filter(|moved| moved.currency == moves.currency).collect();
        all.push(moves);
        if is_within(&all, most) { Ok(()) } else { Err(MoneyError::ceiling(&moves.currency, "a day")) }
    }
}

/// What can't be added up isn't within.
fn is_within(moves: &[&Moved], most: &NumberAmount) -> bool {
    let sum = moves.iter().try_fold(0_i128, |sum, moved| sum.checked_add(scaled(&moved.amount)?));
    sum.zip(scaled(most.as_wire())).is_some_and(|(sum, most)| sum <= most)
}

/// A number in billionths; `None` with more digits, an exponent, or a sign.
fn scaled(number: &str) -> Option<i128> {
    const PLACES: usize = 9;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_plain(whole) || !is_plain(fraction) || fraction.len() > PLACES {
        return None;
    }
    format!("{whole}{fraction:0<PLACES$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Moved {
        Moved { currency: "USD".to_owned(), amount: amount.to_owned() }
    }

    #[test]
    fn ceilings_hold_for_a_call_and_for_a_day_by_currency() {
        let mut ceilings = Ceilings::default();
        ceilings.per_call("USD".to_owned(), NumberAmount::from_wire("10.5").unwrap());
        ceilings.per_day("USD".to_owned(), NumberAmount::from_integer(20));
        for (amount, is_fine) in
            [("10.50", true), ("10.500000001", false), ("11", false), ("1e1", false), ("0", true)]
        {
            assert_eq!(ceilings.check_call(&usd(amount)).is_ok(), is_fine, "{amount}");
        }
        let eur = Moved { currency: "EUR".to_owned(), amount: "1000".to_owned() };
        assert!(ceilings.check_call(&eur).is_ok() && ceilings.check_day(&eur, &[]).is_ok());
        let today = [usd("9.5"), eur, usd("0.5")];
        assert!(ceilings.check_day(&usd("10"), &today).is_ok());
        let error = ceilings.check_day(&usd("10.000000001"), &today).unwrap_err();
        assert!(error.is_above_ceiling() && error.to_string().contains("USD"), "{error}");
        assert!(ceilings.check_day(&usd("1"), &[usd("1e0")]).is_err(), "what can't be added up");
    }
}
