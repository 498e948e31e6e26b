//! What a merchant has from the start, as it is written on the command line: parts with colons between them.

use std::str::FromStr;

use paykka_model::Amount;
use serde::Serialize;

use crate::frame::Must;
use crate::texts::emulate as texts;

/// `M1:USD:1000000`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Account {
    pub(super) merchant: String,
    pub(super) currency: String,
    pub(super) balance: Amount,
}

/// `M1:B1:USD`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Payee {
    pub(super) merchant: String,
    pub(super) beneficiary_id: String,
    pub(super) currency: String,
}

impl FromStr for Account {
    type Err = Must;

    fn from_str(text: &str) -> Result<Self, Must> {
        let [merchant, currency, balance] = parts(text)?;
        let balance = balance.parse().ok().filter(|balance| *balance >= 0);
        let balance = balance.ok_or_else(|| Must(texts::balance()))?;
        Ok(Self {
            merchant: merchant.to_owned(),
            currency: checked_currency(currency)?,
            balance: Amount::from_wire(balance),
        })
    }
}

impl FromStr for Payee {
    type Err = Must;

    fn from_str(text: &str) -> Result<Self, Must> {
        let [merchant, beneficiary_id, currency] = parts(text)?;
        Ok(Self {
            merchant: merchant.to_owned(),
            beneficiary_id: beneficiary_id.to_owned(),
            currency: checked_currency(currency)?,
        })
    }
}

fn parts(text: &str) -> Result<[&str; 3], Must> {
    let parts: Vec<&str> = text.split(':').collect();
    let parts = parts.try_into().ok().filter(|parts: &[&str; 3]| !parts.contains(&""));
    parts.ok_or_else(|| Must(texts::three_parts()))
}

fn checked_currency(currency: &str) -> Result<String, Must> {
    if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(currency.to_owned())
    } else {
        Err(Must(texts::currency()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_parts_are_read_and_nothing_else() {
        let account: Account = "M1:USD:1000000".parse().unwrap();
        assert_eq!((account.merchant.as_str(), account.currency.as_str()), ("M1", "USD"));
        assert_eq!(account.balance, Amount::from_wire(1_000_000));
        let payee: Payee = "M1:B1:EUR".parse().unwrap();
        assert_eq!((payee.beneficiary_id.as_str(), payee.currency.as_str()), ("B1", "EUR"));
        for bad in
            ["", "M1", "M1:USD", "M1:USD:1:2", ":USD:1", "M1:usd:1", "M1:USD:-1", "M1:USD:1.5", "M1:USD:x"]
        {
            assert!(bad.parse::<Account>().is_err(), "{bad}");
        }
    }
}
