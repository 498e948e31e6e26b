//! What makes a text dangerous where people compare names and account numbers by eye, and how long a text is for the
//! platform.

use super::validation::Problem;

/// The first thing that shouldn't be in a name, an account number or a text for the payee.
pub(crate) fn unclean(text: &str) -> Option<Problem> {
    if text.chars().any(char::is_control) {
        return Some(Problem::ControlCharacter);
    }
    if text.chars().any(is_invisible) {
        return Some(Problem::InvisibleMark);
    }
    let has_blank_end = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    has_blank_end.then_some(Problem::BlankAtEnd)
}

/// Unicode's marks, embeddings, overrides and isolates, which show letters in another order than they stand; and what
/// nobody sees, so that two names that look alike differ. Joiners aren't among them: some scripts need them inside names.
const fn is_invisible(c: char) -> bool {
    let changes_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_unseen = matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    );
    changes_direction || is_unseen
}

/// The platform is written in Java, whose texts count in UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}
