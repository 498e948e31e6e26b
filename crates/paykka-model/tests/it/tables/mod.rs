//! The tables of codes, a module per behaviour; and what they share: the CSV files, read by the tests themselves.

mod files;
mod load;
mod open;
mod rows;
mod whose_word;

use paykka_model::unconfirmed::{
    Bank, BusinessCategory, CollectionAccount, Industry, NewIndustryMain, NewIndustrySub, ProductCategory,
    ProvinceCity,
};
use paykka_model::{CodeTable, Country, Currency};

/// Something to try on every table.
trait Trial {
    fn on<T: CodeTable>(&mut self, csv: &str);
}

fn on_every_table(trial: &mut impl Trial) {
    trial.on::<Bank>(include_str!("../../../tables/bank.csv"));
    trial.on::<BusinessCategory>(include_str!("../../../tables/business_category.csv"));
    trial.on::<CollectionAccount>(include_str!("../../../tables/collection_account.csv"));
    trial.on::<Country>(include_str!("../../../tables/country.csv"));
    trial.on::<Currency>(include_str!("../../../tables/currency.csv"));
    trial.on::<Industry>(include_str!("../../../tables/industry.csv"));
    trial.on::<NewIndustryMain>(include_str!("../../../tables/new_industry_main.csv"));
    trial.on::<NewIndustrySub>(include_str!("../../../tables/new_industry_sub.csv"));
    trial.on::<ProductCategory>(include_str!("../../../tables/product_category.csv"));
    trial.on::<ProvinceCity>(include_str!("../../../tables/province_city.csv"));
}

/// Code, variant, English name, Chinese name, origin.
fn csv_rows(csv: &str) -> Vec<[String; 5]> {
    let (header, rows) = csv.split_once('\n').unwrap();
    assert_eq!(header, "code,variant,name_en,name_zh,origin");
    rows.lines().map(|line| cells(line).try_into().unwrap()).collect()
}

/// A quote is never part of a cell in these files.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}
