//! What an inquiry's answers say of a call whose own answer never came: one pure function for each operation, so that the table
//! of cases can be read, and tested, as a table.
//!
//! Only evidence comes in here: verified, fresh, of the object that was asked for. Whether a "not found" is believed, and whether
//! anything is sent again, is decided elsewhere.

mod forex;
mod payment;
mod trade_settle;

pub(super) use self::forex::{forex, is_untaken_quote};
pub(super) use self::payment::payment;
pub(super) use self::trade_settle::{is_open_receipt, trade_settle};

/// One answer of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen<S> {
    /// The object, as it stands.
    Found {
        state: S,
        /// Whether it was received at least Q after the last attempt's end, and after this process began.
        is_late: bool,
    },
    /// 404 with `010002`.
    NotFound,
}

/// What follows from the answers so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resolution<S> {
    /// It was carried out. That isn't "paid": the state is the caller's to follow.
    Executed(S),
    /// It wasn't carried out and won't be.
    Refused(S),
    /// Something else stands under its number; the field that differs.
    Conflict(S, &'static str),
    /// Nothing is known yet.
    Undecided {
        /// Whether the last answer says "not found", or what counts as that.
        is_absent: bool,
    },
}

/// The last answer that decides wins: states go forward, and a "not found" after a "found" takes nothing back. But what once
/// differed is never taken for ours.
fn over<S: Clone>(answers: &[Seen<S>], judge: impl Fn(&Seen<S>) -> Resolution<S>) -> Resolution<S> {
    let was_found =
        answers.iter().any(|seen| matches!(judge(seen), Resolution::Undecided { is_absent: false }));
    let mut result = Resolution::Undecided { is_absent: false };
    for seen in answers {
        match (judge(seen), &result) {
            (conflict @ Resolution::Conflict(..), _) => return conflict,
            (Resolution::Undecided { .. }, Resolution::Executed(_) | Resolution::Refused(_)) => {}
            (Resolution::Undecided { is_absent }, _) => {
                result = Resolution::Undecided { is_absent: is_absent && !was_found };
            }
            (decided, _) => result = decided,
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(seen: &Seen<&'static str>) -> Resolution<&'static str> {
        match seen {
            Seen::NotFound => Resolution::Undecided { is_absent: true },
            Seen::Found { state: "strange", .. } => Resolution::Undecided { is_absent: false },
            Seen::Found { state: "other", .. } => Resolution::Conflict("other", "amount"),
            Seen::Found { state: "failed", .. } => Resolution::Refused("failed"),
            Seen::Found { state, .. } => Resolution::Executed(*state),
        }
    }

    #[test]
    fn several_answers_make_one_resolution() {
        const ABSENT: Resolution<&str> = Resolution::Undecided { is_absent: true };
        const UNDECIDED: Resolution<&str> = Resolution::Undecided { is_absent: false };
        let rows: [(&[&str], _); 9] = [
            (&[], UNDECIDED),
            (&["-"], ABSENT),
            (&["-", "-"], ABSENT),
            (&["strange"], UNDECIDED),
            (&["strange", "-"], UNDECIDED),
            (&["-", "paid"], Resolution::Executed("paid")),
            (&["paid", "-", "strange"], Resolution::Executed("paid")),
            (&["paid", "failed"], Resolution::Refused("failed")),
            (&["other", "paid"], Resolution::Conflict("other", "amount")),
        ];
        for (answers, expected) in rows {
            let seen: Vec<_> = answers
                .iter()
                .map(|state| match *state {
                    "-" => Seen::NotFound,
                    state => Seen::Found { state, is_late: false },
                })
                .collect();
            assert_eq!(over(&seen, judged), expected, "{answers:?}");
        }
    }
}
