//! In which language people are spoken to. Programs read codes, which are the same in all.

use std::ffi::{OsStr, OsString};

use clap::ValueEnum;

/// A language of this program's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

impl Lang {
    /// What the command line says, else the locale, else English. It is asked before the command line is read as a whole,
    /// since the words of its mistakes depend on it.
    pub(crate) fn of(words: &[OsString], variable: impl Fn(&str) -> Option<OsString>) -> Self {
        said(words, "--lang")
            .and_then(|said| Self::from_str(said, true).ok())
            .unwrap_or_else(|| Self::of_locale(variable))
    }

    /// As POSIX orders them: the first of these that isn't empty counts.
    fn of_locale(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_set = |value: &OsString| !value.is_empty();
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| variable(name).filter(is_set));
        match locale.as_deref().and_then(OsStr::to_str) {
            Some(locale) if locale.starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }
}

/// The value of an option in words that nobody has parsed yet.
pub(super) fn said<'a>(words: &'a [OsString], option: &str) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| match word.to_str()?.strip_prefix(option)? {
        "" => words.get(at + 1)?.to_str(),
        rest => rest.strip_prefix('='),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str], variables: &[(&str, &str)]) -> Lang {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        Lang::of(&words, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_command_line_speaks_before_the_locale() {
        let chinese = [("LANG", "zh_CN.UTF-8")];
        assert_eq!(of(&["paykka"], &[]), Lang::En);
        assert_eq!(of(&["paykka"], &chinese), Lang::Zh);
        assert_eq!(of(&["paykka", "--lang", "en"], &chinese), Lang::En);
        assert_eq!(of(&["paykka", "codes", "--lang=zh"], &[]), Lang::Zh);
        assert_eq!(of(&["paykka", "--lang", "xx"], &chinese), Lang::Zh, "clap refuses it, in this language");
        assert_eq!(of(&["paykka", "--lang"], &[]), Lang::En);
    }

    #[test]
    fn locales_are_read_as_posix_orders_them() {
        assert_eq!(of(&[], &[("LC_ALL", "C"), ("LANG", "zh_CN")]), Lang::En);
        assert_eq!(of(&[], &[("LC_ALL", ""), ("LC_MESSAGES", "zh_TW"), ("LANG", "en_GB")]), Lang::Zh);
        assert_eq!(of(&[], &[("LANG", "de_DE.UTF-8")]), Lang::En);
    }
}
