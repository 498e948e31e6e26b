//! What makes a text dangerous where people compare names and account numbers by eye, and how long a text is for the
//! platform.

use super::validation::Problem;

/// The first thing that shouldn't be in a name, an account number or a text for the payee.
pub(super) fn unclean(text: &str) -> Option<Problem> {
    if text.chars().any(char::is_control) {
        return Some(Problem::ControlCharacter);
    }
    if text.chars().any(is_direction_mark) {
        return Some(Problem::DirectionMark);
    }
    let has_blank_end = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    has_blank_end.then_some(Problem::BlankAtEnd)
}

/// Unicode's marks, embeddings, overrides and isolates: they show digits and letters in another order than they stand.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The platform is written in Java, whose texts count in UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}
