//! Numbers keep their digits, and become money only in a unit that the program names.

use std::cmp::Ordering;
use std::collections::HashSet;

use paykka_model::{
    Amount, AmountUnit, Currency, Decimal, ForexState, NumberAmount, PaymentApplyRequest, decode,
};
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn the_text_of_a_number_survives() {
    let body = r#"{"order_no":"F","status":"SUCCESS","sell_currency":"USD","buy_currency":"CNY","sell_amount":10.00,"buy_amount":71.0000000000000000000000000000000001,"fx_rate":1.10}"#;
    let state: ForexState = decode(body.as_bytes()).unwrap();
    assert_eq!(state.fx_rate.as_str(), "1.10");
    assert_eq!(state.fx_rate, decimal("1.1"));
    assert_eq!(serde_json::to_string(&state).unwrap(), body);

    let apply = r#"{"request_id":"R","beneficiary_id":"B","currency":"USD","amount":1,"postscript":"p"}"#;
    let apply: PaymentApplyRequest = decode(apply.as_bytes()).unwrap();
    assert_eq!((apply.amount.to_integer(), apply.amount.as_wire()), (Some(1), "1"));
}

#[test]
fn numbers_are_written_as_json_writes_them() {
    for good in ["0", "-0", "12.50", "1e3", "1E+3", "-0.1e-7", "123456789012345678901234567890.123456789"] {
        let number = decimal(good);
        assert_eq!((number.as_str(), number.to_string().as_str()), (good, good));
        assert_eq!(serde_json::to_string(&number).unwrap(), good);
        assert_eq!(decode::<Decimal>(good.as_bytes()).unwrap().as_str(), good);
    }
    for bad in
        ["", "-", "+1", "01", ".5", "1.", "1e", "1e+", "1,000", "1_000", " 1", "1 ", "NaN", "0x1", "１"]
    {
        assert!(bad.parse::<Decimal>().is_err(), "{bad:?}");
    }
    for bad in ["\"1\"", "true", "[1]", "{}", "null"] {
        assert!(decode::<Decimal>(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn numbers_compare_by_value() {
    for equal in [["1.10", "11e-1"], ["0", "-0.000"], ["1e2", "100"], ["0e99999999999999999999", "0"]] {
        assert_eq!(decimal(equal[0]), decimal(equal[1]), "{equal:?}");
        assert_eq!(HashSet::from(equal.map(decimal)).len(), 1);
    }
    for [less, more] in [
        ["1.09", "1.1"],
        ["-2", "1"],
        ["-2", "-1.99"],
        ["0", "0.001"],
        ["-0.1", "0"],
        ["9", "10"],
        ["9e1", "1e3"],
    ] {
        assert_eq!(decimal(less).cmp(&decimal(more)), Ordering::Less, "{less} {more}");
        assert_eq!(decimal(more).cmp(&decimal(less)), Ordering::Greater, "{less} {more}");
    }
    assert_eq!(decimal("1.00e2").to_i64(), Some(100));
    assert_eq!(decimal("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(decimal("9223372036854775808").to_i64(), None);
    assert_eq!((decimal("1.5").to_i64(), decimal("1e99").to_i64()), (None, None));
    for zero in ["0", "0.0", "-0.00", "0e-7"] {
        let zero = decimal(zero);
        assert!(zero.is_zero() && zero.is_integer() && zero.to_i64() == Some(0), "{zero}");
        assert!(Amount::from_decimal(&zero, &Currency::Jpy, AmountUnit::Minor).is_ok(), "{zero}");
    }
    assert_eq!(
        format!("{:.1} {:>6}", decimal("1234.567"), decimal("7.10")),
        "1234.567 7.10",
        "nothing is cut off"
    );
    assert!(decimal("-0").is_zero() && !decimal("-0").is_negative() && decimal("-0.1").is_negative());
}

#[test]
fn the_unit_decides_what_the_wire_says() {
    let usd = &Currency::Usd;
    let (minor, major) = (AmountUnit::Minor, AmountUnit::Major);
    let of = |text: &str, currency: &Currency, unit| Amount::from_decimal(&decimal(text), currency, unit);

    assert_eq!(of("12.50", usd, minor).unwrap(), Amount::from_wire(1250));
    assert_eq!(of("1250", usd, major).unwrap(), Amount::from_wire(1250));
    assert_eq!(of("1250", &Currency::Jpy, minor).unwrap(), Amount::from_wire(1250));
    assert_eq!(of("1.234", &"KWD".into(), minor).unwrap(), Amount::from_wire(1234));
    assert_eq!(of("12.50", &Currency::Cnh, minor).unwrap(), Amount::from_wire(1250));
    assert_eq!(of("-0.01", usd, minor).unwrap(), Amount::from_wire(-1));

    let shown = |wire: i64, currency: &Currency, unit| {
        Amount::from_wire(wire).to_decimal(currency, unit).unwrap().to_string()
    };
    assert_eq!(shown(1250, usd, minor), "12.50");
    assert_eq!(shown(5, usd, minor), "0.05");
    assert_eq!(shown(-5, usd, minor), "-0.05");
    assert_eq!(shown(0, usd, minor), "0.00");
    assert_eq!(shown(1250, usd, major), "1250.00");
    assert_eq!(shown(1250, &Currency::Jpy, minor), "1250");

    // A number on the wire may have a fraction, where the unit is the currency.
    let number = |text: &str, unit| NumberAmount::from_decimal(&decimal(text), usd, unit).unwrap();
    assert_eq!(number("12.50", major).as_wire(), "12.50");
    assert_eq!(number("12.50", minor).as_wire(), "1250");
    assert_eq!(number("12.50", minor).to_decimal(usd, minor).unwrap().as_str(), "12.50");
}

#[test]
fn what_would_have_to_be_rounded_or_guessed_is_refused() {
    let error = |text: &str, currency: &str, unit| {
        Amount::from_decimal(&decimal(text), &currency.into(), unit).unwrap_err().to_string()
    };
    assert!(error("12.505", "USD", AmountUnit::Minor).contains("USD, which has 2 after the point"));
    assert!(error("1.5", "JPY", AmountUnit::Minor).contains("JPY, which has 0"));
    assert!(error("12.505", "USD", AmountUnit::Major).contains("which has 2"));
    assert!(error("12.50", "USD", AmountUnit::Major).contains("has a fraction"));
    assert!(error("1e30", "USD", AmountUnit::Minor).contains("64 bits"));
    assert!(error("1e2000", "USD", AmountUnit::Minor).contains("exponent"));
    assert!(error("1", "XYZ", AmountUnit::Minor).contains("XYZ"));
    assert!(error("1", "usd", AmountUnit::Minor).contains("of that code"), "foreign text isn't repeated");
    let exponent = NumberAmount::from_decimal(&decimal("1.25e1"), &Currency::Usd, AmountUnit::Major).unwrap();
    assert_eq!(exponent.as_wire(), "12.5", "no exponent on the wire");
    assert!(
        NumberAmount::from_decimal(&decimal("1e9223372036854775807"), &Currency::Usd, AmountUnit::Major)
            .is_err()
    );
    // Zeros at the end are no digits.
    assert!(Amount::from_decimal(&decimal("12.5000"), &Currency::Usd, AmountUnit::Minor).is_ok());
    let wire: NumberAmount = decode(b"12.5").unwrap();
    assert!(wire.to_decimal(&Currency::Usd, AmountUnit::Minor).is_err(), "half a cent");
}

#[test]
fn the_renminbi_abroad_is_a_currency_of_its_own() {
    assert_ne!(Currency::Cnh, Currency::Cny);
    assert_ne!(Currency::from("CNH"), Currency::from("CNY"));
    assert_eq!((Currency::Cnh.minor_digits(), Currency::from("XYZ").minor_digits()), (Some(2), None));
}

#[test]
fn an_amount_says_that_its_unit_is_unknown() {
    assert_eq!(Amount::from_wire(5).to_string(), "5 (wire units)");
    assert_eq!(NumberAmount::from_wire("5.0").unwrap().to_string(), "5.0 (wire units)");
    assert_eq!(NumberAmount::from_integer(5), NumberAmount::from_wire("5.0").unwrap());
    assert!(NumberAmount::from_wire("5,0").is_err());
}

#[test]
fn amounts_add_up_or_not_at_all() {
    let (max, one) = (Amount::from_wire(i64::MAX), Amount::from_wire(1));
    assert_eq!((max.checked_add(one), max.checked_sub(max)), (None, Some(Amount::from_wire(0))));
    assert_eq!(
        (Amount::from_wire(i64::MIN).checked_neg(), one.checked_neg()),
        (None, Some(Amount::from_wire(-1)))
    );
    assert_eq!(Amount::checked_sum([one, one, one]), Some(Amount::from_wire(3)));
    assert_eq!(Amount::checked_sum([max, one]), None);
}

proptest! {
    #[test]
    fn units_there_and_back(wire: i64, code in "USD|JPY|KWD|CLF", is_minor: bool) {
        let (currency, amount) = (Currency::from(code), Amount::from_wire(wire));
        let unit = if is_minor { AmountUnit::Minor } else { AmountUnit::Major };
        let value = amount.to_decimal(&currency, unit).unwrap();
        prop_assert_eq!(Amount::from_decimal(&value, &currency, unit).unwrap(), amount);
    }

    #[test]
    fn order_is_that_of_integers(one: i64, two: i64) {
        prop_assert_eq!(Decimal::from(one).cmp(&Decimal::from(two)), one.cmp(&two));
        prop_assert_eq!(Decimal::from(one).to_i64(), Some(one));
    }

    #[test]
    fn no_text_is_a_panic(text in "-?(0|[1-9][0-9]{0,9})([.][0-9]{1,9})?([eE]-?[0-9]{1,2})?|[-+0-9.eE]{0,24}|.{0,12}") {
        if let Ok(number) = text.parse::<Decimal>() {
            prop_assert_eq!(&number, &number.clone());
            prop_assert_eq!(number.cmp(&Decimal::from(1_i64)), Decimal::from(1_i64).cmp(&number).reverse());
            let (whole, is_whole) = (number.to_i64(), number.is_integer());
            prop_assert!(whole.is_none() || is_whole);
            prop_assert_eq!(number.is_zero(), whole == Some(0));
            let amount = NumberAmount::from_wire(number.as_str()).unwrap();
            if let Ok(value) = amount.to_decimal(&Currency::Usd, AmountUnit::Minor) {
                prop_assert_eq!(NumberAmount::from_decimal(&value, &Currency::Usd, AmountUnit::Minor).unwrap(), amount);
            }
        }
    }
}
