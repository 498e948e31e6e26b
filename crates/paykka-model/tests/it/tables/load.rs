//! A table that was loaded replaces the built-in one, and what is wrong with one is said at once.

use paykka_model::unconfirmed::{Bank, Industry, ProvinceCity};
use paykka_model::{CodeTable, Origin, TableError, Tables};

use super::{Trial, on_every_table};

const NEW_BANKS: &str = "code,name_en,name_zh,origin\n102,ICBC,工行,\n900,New,新,PayKKa appendix page\n";

#[test]
fn names_and_codes_are_those_of_the_file() {
    let mut tables = Tables::new();
    tables.load("bank", NEW_BANKS, "letter of May").unwrap();
    let icbc = tables.row(&Bank::Icbc).unwrap();
    assert_eq!((icbc.code(), icbc.name_en(), icbc.name_zh()), ("102", Some("ICBC"), Some("工行")));
    assert_eq!(icbc.origin().to_string(), "I: letter of May; confirm with the platform");
    let new = tables.row(&Bank::from("900")).unwrap();
    assert_eq!((new.name_en(), new.origin().mark()), (Some("New"), Origin::Documented));
    assert_eq!(tables.row(&Bank::Abc), None, "the file replaces the table whole");

    let banks = tables.of::<Bank>();
    assert!(banks.is_loaded());
    assert_eq!(banks.rows(), [icbc, new]);
    assert_eq!(banks.by_code("900"), Some(new));
    assert_eq!(banks.by_code("103"), None);
    assert_eq!(banks.by_name("工行"), Some(icbc));
    assert_eq!(banks.search("NE"), [new]);
}

#[test]
fn what_was_not_loaded_is_built_in() {
    struct BuiltIn(Tables);
    impl Trial for BuiltIn {
        fn on<T: CodeTable>(&mut self, _: &str) {
            let table = self.0.table(T::NAME).unwrap();
            assert!(!table.is_loaded());
            assert_eq!(table.name(), T::NAME);
            assert_eq!(table.is_int32(), ["industry", "product_category"].contains(&T::NAME));
            assert_eq!(table.rows().len(), T::ALL.len());
            for value in T::ALL {
                assert_eq!(self.0.row(value).as_ref(), value.row());
                assert_eq!(table.by_code(&value.to_string()).as_ref(), value.row());
            }
        }
    }
    let mut tables = Tables::new();
    on_every_table(&mut BuiltIn(tables.clone()));
    tables.load("bank", NEW_BANKS, "").unwrap();
    assert!(!tables.of::<Industry>().is_loaded());
    assert_eq!(Tables::names().count(), 10);
    assert_eq!(tables.of::<ProvinceCity>().search("jilin").len(), 2);
    assert_eq!(tables.of::<ProvinceCity>().by_name("Jilin"), None);
}

#[test]
fn numbers_are_written_as_numbers_are() {
    let mut tables = Tables::new();
    tables.load("industry", "code,name\n007,Seven\n-1,Less", "x").unwrap();
    assert_eq!(tables.row(&Industry::from(7)).unwrap().code(), "7");
    assert_eq!(tables.row(&Industry::from(-1)).unwrap().name_en(), Some("Less"));
    let built_in = Tables::new();
    for tables in [&tables, &built_in] {
        assert!(tables.of::<Industry>().by_code("7").is_some());
        for odd in ["007", "+7", "x", ""] {
            assert_eq!(tables.of::<Industry>().by_code(odd), None, "{odd}");
        }
    }
}

#[test]
fn a_table_that_is_not_there_is_named_with_those_that_are() {
    let error = Tables::new().load("banks", NEW_BANKS, "").unwrap_err();
    assert!(error.is_unknown_table() && error.problems().next().is_none());
    assert!(error.to_string().contains("`banks`") && error.to_string().contains("province_city"), "{error}");
    assert!(Tables::new().table("banks").is_none());
}

#[test]
fn an_error_replaces_nothing_and_lists_everything() {
    let mut tables = Tables::new();
    let error: TableError =
        tables.load("industry", "code,name\nx,One\n2,\n3,Three\n3,three", "").unwrap_err();
    assert!(!error.is_unknown_table());
    let lines: Vec<usize> = error.problems().map(|(line, _)| line).collect();
    assert_eq!(lines, [2, 3, 5, 5]);
    assert_eq!(
        error.to_string(),
        "the table `industry` can't be loaded:\n\
         line 2: `x` isn't an int32 code\n\
         line 3: the name is blank\n\
         line 5: the code `3` stands on line 4 already\n\
         line 5: the English name `three` stands on line 4 already"
    );
    assert!(!tables.of::<Industry>().is_loaded());
}
