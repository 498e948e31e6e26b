//! One text in every language, with what it is about put in. Both are made at once, so that whoever makes a text needn't
//! know who will read it; and what is put in is escaped here, so that nobody can forget it.

use std::fmt;

use super::Lang;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    en: String,
    zh: String,
}

impl Message {
    pub(crate) const fn new(en: String, zh: String) -> Self {
        Self { en, zh }
    }

    pub(crate) fn is(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// Declares texts, each as a function of what is put into it: `name(values) "English" "Chinese";`. A text in which a language
/// has a value that isn't there doesn't compile.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident($($value:ident),*) $en:literal $zh:literal;)+) => {$(
        $(#[$meta])*
        pub(crate) fn $name($($value: &dyn std::fmt::Display),*) -> $crate::frame::Message {
            $(let $value = $crate::frame::Shown($value);)*
            $crate::frame::Message::new(format!($en), format!($zh))
        }
    )+};
}
pub(crate) use texts;

/// Text from elsewhere, for a terminal: what would move its cursor, change its colours, break the line or turn the direction
/// of writing is escaped.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: fmt::Display> fmt::Display for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_plain(c) { self.0.write_char(c)? } else { write!(self.0, "{}", c.escape_default())? }
        }
        Ok(())
    }
}

/// Beside control characters: what is invisible and changes how the rest is shown.
pub(super) fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    texts! {
        greeting(name) "hello, {name}" "你好，{name}";
    }

    #[test]
    fn what_is_put_in_is_escaped_in_both_languages() {
        let message = greeting(&"\u{1b}[31mM\n\u{202e}é深");
        assert_eq!(message.is(Lang::En), r"hello, \u{1b}[31mM\n\u{202e}é深");
        assert_eq!(message.is(Lang::Zh), r"你好，\u{1b}[31mM\n\u{202e}é深");
    }
}
