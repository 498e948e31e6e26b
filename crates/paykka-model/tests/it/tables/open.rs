//! Whatever code comes is kept and written as it came, and a code that a table has is always its variant.

use paykka_model::unconfirmed::{Bank, Industry, ProductCategory, ProvinceCity};
use paykka_model::{CodeTable, Country, Currency};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_goes_through_unchanged(text in "\\PC{0,12}|[A-Z]{2,3}|[0-9]{1,6}") {
        goes_through::<Bank>(&text);
        goes_through::<Country>(&text);
        goes_through::<Currency>(&text);
        goes_through::<ProvinceCity>(&text);
        prop_assert_eq!(Bank::from(text.as_str()), Bank::from(text));
    }

    #[test]
    fn any_int32_goes_through_unchanged(number in prop_oneof![any::<i32>(), -5..120]) {
        let value = Industry::from(number);
        prop_assert_eq!(serde_json::to_string(&value).unwrap(), number.to_string());
        prop_assert_eq!(&serde_json::from_str::<Industry>(&number.to_string()).unwrap(), &value);
        prop_assert_eq!(matches!(value, Industry::Other(_)), Industry::by_code(number).is_none());
        prop_assert_eq!(value.code(), number);
        prop_assert_eq!(number.to_string().parse::<Industry>().unwrap(), value);
    }
}

/// By JSON and by every other way in.
fn goes_through<T: CodeTable<Wire = String>>(text: &str) {
    let json = serde_json::to_string(text).unwrap();
    let value: T = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    assert_eq!(value.code(), text);
    assert_eq!(value.to_string(), text);
    assert_eq!(T::from(text.to_owned()), value);
    // A value without a row is one of no known code: `Other` can't stand beside the variant.
    assert_eq!(value.row().is_some(), T::ALL.iter().any(|known| known.code() == text));
    assert_eq!(T::ALL.contains(&value), value.row().is_some());
}

#[test]
fn only_the_exact_code_is_a_variant() {
    assert_eq!(Currency::from("USD"), Currency::Usd);
    for near in ["usd", " USD", "USD ", "US", "USDT", ""] {
        let Currency::Other(unknown) = Currency::from(near) else { panic!("{near:?} was recognised") };
        assert_eq!(unknown.code(), near);
    }
    let Industry::Other(unknown) = Industry::from(98) else { panic!("98 was recognised") };
    assert_eq!(unknown.code(), 98);
}

#[test]
fn what_is_not_in_the_table_has_no_name_and_no_origin() {
    let unknown = Bank::from("999");
    assert_eq!((unknown.name_en(), unknown.name_zh(), unknown.origin()), (None, None, None));
}

#[test]
fn the_wire_type_is_kept() {
    assert_eq!(serde_json::to_string(&ProductCategory::from(1)).unwrap(), "1");
    assert_eq!(serde_json::to_string(&Bank::Icbc).unwrap(), "\"102\"");
    assert!(serde_json::from_str::<Bank>("102").is_err());
    for bad in ["\"1\"", "1.0", "2147483648", "null"] {
        assert!(serde_json::from_str::<Industry>(bad).is_err(), "{bad}");
    }
}

#[test]
fn text_that_is_no_int32_is_refused_with_the_tables_name() {
    for bad in ["", "one", "1.0", "2147483648"] {
        let error = bad.parse::<Industry>().unwrap_err();
        assert!(error.to_string().contains("`industry`"), "{error}");
    }
}

#[test]
fn codes_are_read_from_readers_that_lend_nothing_too() {
    let lent: Bank = serde_json::from_slice(b"\"102\"").unwrap();
    let copied: Bank = serde_json::from_reader(&b"\"\\u0031\\u0030\\u0032\""[..]).unwrap();
    let owned: Bank = serde_json::from_value("102".into()).unwrap();
    assert_eq!((lent, copied, owned), (Bank::Icbc, Bank::Icbc, Bank::Icbc));
}
