//! Every row of every CSV file is in its enum, and nothing else is.

use std::collections::BTreeSet;

use paykka_model::unconfirmed::{Bank, Industry, ProvinceCity};
use paykka_model::{CodeTable, Country, Currency, Origin};

use super::{Trial, csv_rows, on_every_table};

#[test]
fn every_row_of_every_file_is_found_by_its_code_and_writes_it() {
    struct Found;
    impl Trial for Found {
        fn on<T: CodeTable>(&mut self, csv: &str) {
            let rows = csv_rows(csv);
            assert!(!rows.is_empty(), "{}", T::NAME);
            assert_eq!(T::ALL.len(), rows.len(), "{}", T::NAME);
            for [code, variant, name_en, name_zh, origin] in rows {
                let Ok(value) = code.parse::<T>() else { panic!("{}: {code}", T::NAME) };
                assert!(T::ALL.contains(&value), "{}: {code}", T::NAME);
                assert_eq!(T::by_code(value.code()), Some(&value));
                assert_eq!(value.to_string(), code);
                assert_eq!(format!("{value:?}"), variant);
                assert_eq!(value.name_en().unwrap_or_default(), name_en);
                assert_eq!(value.name_zh().unwrap_or_default(), name_zh);
                assert_eq!(value.row().unwrap().code(), code);
                assert_eq!(value.origin().unwrap().source(), origin);
            }
        }
    }
    on_every_table(&mut Found);
}

#[test]
fn all_is_sorted_as_lookups_need_it_and_has_nothing_twice() {
    struct Sorted;
    impl Trial for Sorted {
        fn on<T: CodeTable>(&mut self, _: &str) {
            let codes: BTreeSet<String> = T::ALL.iter().map(T::to_string).collect();
            assert_eq!(codes.len(), T::ALL.len(), "{}", T::NAME);
            for known in T::ALL {
                assert_eq!(T::by_code(known.code()), Some(known), "{}", T::NAME);
            }
        }
    }
    on_every_table(&mut Sorted);
}

#[test]
fn only_the_currencies_are_documented() {
    struct Marks(BTreeSet<&'static str>);
    impl Trial for Marks {
        fn on<T: CodeTable>(&mut self, _: &str) {
            let marks: BTreeSet<char> =
                T::ALL.iter().map(|row| row.origin().unwrap().mark().mark()).collect();
            assert_eq!(marks, BTreeSet::from([if T::is_confirmed() { 'D' } else { 'I' }]), "{}", T::NAME);
            if T::is_confirmed() {
                self.0.insert(T::NAME);
            }
        }
    }
    let mut marks = Marks(BTreeSet::new());
    on_every_table(&mut marks);
    assert_eq!(marks.0, BTreeSet::from(["currency"]));
    assert_eq!(Currency::Eur.origin().unwrap().to_string(), "D: PayKKa order page (enum)");
    let city = ProvinceCity::Beijing.origin().unwrap();
    assert_eq!(city.to_string(), "I: GB/T 2260; confirm with the platform");
    assert_eq!((city.mark(), city.is_confirmed()), (Origin::Inferred, false));
}

#[test]
fn rows_are_found_by_name() {
    assert_eq!(Bank::by_name("Bank of China"), Some(&Bank::Boc));
    assert_eq!(Bank::by_name("中国银行"), Some(&Bank::Boc));
    assert_eq!(Country::by_name("Andorra"), Some(&Country::Ad));
    for none in ["bank of china", "China", ""] {
        assert_eq!(Bank::by_name(none), None, "{none}");
    }
    // A province and a city.
    assert_eq!(ProvinceCity::by_name("Jilin"), None);
    let both: Vec<_> = ProvinceCity::search("jilin").iter().map(|row| row.name_zh().unwrap()).collect();
    assert_eq!(both, ["吉林省", "吉林市"]);
}

#[test]
fn people_search_by_code_and_names_in_any_case() {
    assert_eq!(
        Bank::search(" RURAL c"),
        [&Bank::RuralCommercial, &Bank::RuralCooperative, &Bank::RuralCredit]
    );
    assert_eq!(Currency::search("离岸"), [&Currency::Cnh]);
    assert_eq!(Currency::search("jp"), [&Currency::Jpy]);
    assert_eq!(Industry::search("FORESTRY"), [&Industry::Forestry]);
    assert_eq!(Industry::search("97"), [&Industry::InternationalOrganisations]);
    assert!(Industry::search("98").is_empty());
    assert_eq!(Bank::search("").len(), Bank::ALL.len());
}
