//! The name that somebody meant, for one that doesn't exist.

/// The nearest of some names, where one is near.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let near = names.into_iter().map(|name| (strsim::jaro_winkler(&word, name), name));
    near.filter(|(score, _)| *score > 0.7)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_pen_are_found_and_nonsense_is_not() {
        let names = ["payment.apply", "payment.inquiry", "payee.create", "balance.inquiry"];
        for (slip, meant) in [
            ("payment.aply", "payment.apply"),
            ("Payment.Inquery", "payment.inquiry"),
            ("balance", "balance.inquiry"),
            ("payee_create", "payee.create"),
        ] {
            assert_eq!(nearest(slip, names), Some(meant), "{slip}");
        }
        assert_eq!(nearest("zzz", names), None);
    }
}
