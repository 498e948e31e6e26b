//! What a notification means after the one before it. Their order on the way isn't documented, so a status can come late;
//! one that took it for news would undo what is already true. One pure function, so that inbox and handlers judge alike.

use paykka_model::{Notification, NotificationKind};

use crate::Content;

/// How a notification follows on what was handled of its object before.
///
/// Closed, so that a handler can't forget a case: it decides about money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// Something else than was handled last, and nothing speaks against it. The first of an object is one, too. It says
    /// nothing of how new the *status* is: that can be the one of before with another field beside it, or one that came
    /// once already; see [`Last`].
    Changed,
    /// Byte for byte what was handled last, however it was signed. Nothing needs doing.
    Repeat,
    /// A status that lies before the furthest that was handled: most likely it was overtaken on its way. From an inbox also
    /// one that is so old that the inbox may have handled and forgotten it.
    ///
    /// What to do: don't take back what was done; ask the inquiry call what is true.
    Regressed,
    /// Another end than the one that was handled: both can't be true.
    ///
    /// What to do: change nothing; ask the inquiry call, and let a person look at what was booked.
    Conflict,
}

impl Turn {
    /// The word for it in logs: `changed`, `repeat`, `regressed` or `conflict`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Repeat => "repeat",
            Self::Regressed => "regressed",
            Self::Conflict => "conflict",
        }
    }
}

/// Where an object stands, in the platform's word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Status {
    kind: NotificationKind,
    text: Box<str>,
}

impl Status {
    /// The status that `notification` states; `None` where the kind isn't known or the notification names none.
    #[must_use]
    pub fn of(notification: &Notification) -> Option<Self> {
        let text = match notification {
            Notification::Onboarding(it) => it.status.as_str(),
            Notification::Assessment(it) => it.status.as_str(),
            Notification::Va(it) => it.status.as_ref()?.as_str(),
            Notification::Remittance(it) => it.status.as_str(),
            Notification::TradeSettle(it) => it.status.as_str(),
            Notification::Payee(it) => it.status.as_str(),
            Notification::Forex(it) => it.status.as_str(),
            Notification::Payment(it) => it.status.as_str(),
            Notification::OrderReview(it) => it.status.as_str(),
            _ => return None,
        };
        Some(Self::new(notification.kind()?, text))
    }

    /// A status that was kept.
    #[must_use]
    pub fn new(kind: NotificationKind, text: &str) -> Self {
        Self { kind, text: text.into() }
    }

    /// Of which kind of object.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        self.kind
    }

    /// The platform's word.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.text
    }

    /// How far along its way the object is (I): a higher one comes later, equal ones come in any order, and come again.
    /// `None` for a word that isn't known here.
    #[must_use]
    pub fn rank(&self) -> Option<u8> {
        self.step().map(|step| step.rank)
    }

    /// Whether the platform has nothing more to say (I). An unknown word never is final.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.step().is_some_and(|step| step.is_final)
    }

    fn step(&self) -> Option<Step> {
        use NotificationKind::{
            Assessment, Forex, Onboarding, OrderReview, Payee, Payment, Remittance, TradeSettle, Va,
        };
        let step = match (self.kind, self.as_str()) {
            (Onboarding | Assessment | Payee, "INIT") => Step::on_its_way(0),
            // Sent back to be corrected and checked once more: the two take turns.
            (Onboarding | Assessment | Payee, "WAIT" | "REJECTED") => Step::on_its_way(1),
            (Onboarding | Assessment | Payee, "PASS" | "REFUSED") => Step::end(2),
            (Onboarding | Assessment, "AUTH_FAIL") => Step::end(2),
            (Va, "INIT") => Step::on_its_way(0),
            (Va, "ENABLED") => Step::end(1),
            (Remittance | TradeSettle, "PENDING_RELATE") => Step::on_its_way(0),
            // A relation that failed its check is made and checked anew, so either comes after the other.
            (Remittance | TradeSettle, "CHECKING" | "CHECK_REJECTED") => Step::on_its_way(1),
            (Remittance | TradeSettle, "SETTLED") => Step::end(2),
            (Forex, "QUOTED") => Step::on_its_way(0),
            (Forex, "PROCESSING") => Step::on_its_way(1),
            (Forex, "SUCCESS" | "FAILED" | "EXPIRED") => Step::end(2),
            (Payment, "PROCESSING") => Step::on_its_way(0),
            (Payment, "SUCCESS" | "FAILED") => Step::end(1),
            (Payment, "REFUNDED") => Step::end(2),
            (OrderReview, "PENDING") => Step::on_its_way(0),
            (OrderReview, "RELATABLE") => Step::end(1),
            _ => return None,
        };
        Some(step)
    }

    /// Two ends of which one can't come from the other.
    fn contradicts(&self, other: &Self) -> bool {
        self.is_final() && other.is_final() && self != other && !self.leads_to(other) && !other.leads_to(self)
    }

    /// What was paid can come back (I). It is the one end behind which there is another.
    fn leads_to(&self, other: &Self) -> bool {
        self.kind == NotificationKind::Payment && self.as_str() == "SUCCESS" && other.as_str() == "REFUNDED"
    }
}

#[derive(Clone, Copy)]
struct Step {
    rank: u8,
    is_final: bool,
}

impl Step {
    const fn on_its_way(rank: u8) -> Self {
        Self { rank, is_final: false }
    }

    const fn end(rank: u8) -> Self {
        Self { rank, is_final: true }
    }
}

/// What was handled of an object so far, as much as the next one is judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Last {
    /// The body that was handled last, whatever its [`Turn`] was.
    pub content: Content,
    /// The status that it named.
    pub status: Option<Status>,
    /// The furthest status that was ever handled. A late one doesn't take it back: after `SUCCESS` and a late
    /// `PROCESSING`, a `FAILED` must still be a conflict.
    pub furthest: Option<Status>,
}

impl Last {
    /// The state that was kept, of its parts.
    #[must_use]
    pub const fn new(content: Content, status: Option<Status>, furthest: Option<Status>) -> Self {
        Self { content, status, furthest }
    }

    /// The state after `content` was handled, which names `status`.
    #[must_use]
    pub fn after(last: Option<&Self>, content: Content, status: Option<Status>) -> Self {
        let before = last.and_then(|last| last.furthest.as_ref());
        let furthest = match (before, &status) {
            (Some(before), Some(status)) if status.rank() <= before.rank() => Some(before.clone()),
            (before, status) => status.clone().filter(|it| it.rank().is_some()).or(before.cloned()),
        };
        Self { content, status, furthest }
    }

    /// Whether `status` was reached before: it is the one that was handled last, or the furthest.
    #[must_use]
    pub fn has_reached(&self, status: &Status) -> bool {
        self.status.as_ref() == Some(status) || self.furthest.as_ref() == Some(status)
    }
}

/// Judges a notification with this body and status by what was handled of its object before.
///
/// A status that isn't known is never final and never late: nothing is guessed about it.
#[must_use]
pub fn judge(last: Option<&Last>, content: Content, status: Option<&Status>) -> Turn {
    match last {
        Some(last) if last.content == content => Turn::Repeat,
        _ => judge_status(last, status),
    }
}

/// As [`judge`], where it isn't known what was handled last.
pub(crate) fn judge_status(last: Option<&Last>, status: Option<&Status>) -> Turn {
    let Some(last) = last else { return Turn::Changed };
    let Some(status) = status else { return Turn::Changed };
    let before = || last.status.iter().chain(&last.furthest);
    if before().any(|before| before.contradicts(status)) {
        return Turn::Conflict;
    }
    let is_behind =
        |before: &Status| matches!((status.rank(), before.rank()), (Some(now), Some(then)) if now < then);
    if before().any(is_behind) { Turn::Regressed } else { Turn::Changed }
}

#[cfg(test)]
mod tests {
    use NotificationKind::{
        Assessment, Forex, Onboarding, OrderReview, Payee, Payment, Remittance, TradeSettle, Va,
    };
    use Turn::{Changed, Conflict, Regressed, Repeat};

    use super::*;

    /// Statuses handled one after the other, each in a body of its own but for `=`, which is the body before.
    fn turns(kind: NotificationKind, statuses: &[&str]) -> Vec<Turn> {
        let (mut last, mut turns) = (None::<Last>, Vec::new());
        for (at, text) in statuses.iter().enumerate() {
            let (content, status) = match &last {
                Some(last) if *text == "=" => (last.content, last.status.clone()),
                _ => (Content::of(at.to_string().as_bytes()), Some(Status::new(kind, text))),
            };
            let turn = judge(last.as_ref(), content, status.as_ref());
            turns.push(turn);
            if turn != Repeat {
                last = Some(Last::after(last.as_ref(), content, status));
            }
        }
        turns
    }

    #[test]
    fn the_table_of_cases() {
        let cases: &[(NotificationKind, &[&str], &[Turn])] = &[
            (Payment, &["PROCESSING", "SUCCESS"], &[Changed, Changed]),
            (Payment, &["SUCCESS", "="], &[Changed, Repeat]),
            (Payment, &["SUCCESS", "=", "="], &[Changed, Repeat, Repeat]),
            (Payment, &["SUCCESS", "SUCCESS"], &[Changed, Changed]),
            (Payment, &["PROCESSING", "SUCCESS", "PROCESSING"], &[Changed, Changed, Regressed]),
            (Payment, &["SUCCESS", "FAILED"], &[Changed, Conflict]),
            (Payment, &["FAILED", "SUCCESS"], &[Changed, Conflict]),
            (Payment, &["SUCCESS", "REFUNDED"], &[Changed, Changed]),
            (Payment, &["REFUNDED", "SUCCESS"], &[Changed, Regressed]),
            (Payment, &["FAILED", "REFUNDED"], &[Changed, Conflict]),
            (Payment, &["SUCCESS", "REFUNDED", "FAILED"], &[Changed, Changed, Conflict]),
            // A late one between doesn't make a second end plain news.
            (Payment, &["SUCCESS", "PROCESSING", "FAILED"], &[Changed, Regressed, Conflict]),
            (Payment, &["SUCCESS", "PROCESSING", "PROCESSING"], &[Changed, Regressed, Regressed]),
            // After two ends each further one contradicts one of them.
            (Payment, &["SUCCESS", "FAILED", "SUCCESS"], &[Changed, Conflict, Conflict]),
            // An unknown word is neither an end nor late, and hides nothing.
            (Payment, &["SUCCESS", "CLEARED"], &[Changed, Changed]),
            (Payment, &["CLEARED", "PROCESSING"], &[Changed, Changed]),
            (Payment, &["SUCCESS", "CLEARED", "PROCESSING"], &[Changed, Changed, Regressed]),
            (Payment, &["SUCCESS", "CLEARED", "FAILED"], &[Changed, Changed, Conflict]),
            (Remittance, &["PENDING_RELATE", "CHECKING", "SETTLED"], &[Changed; 3]),
            (Remittance, &["CHECK_REJECTED", "CHECKING", "CHECK_REJECTED"], &[Changed; 3]),
            (
                TradeSettle,
                &["CHECK_REJECTED", "CHECKING", "CHECK_REJECTED", "="],
                &[Changed, Changed, Changed, Repeat],
            ),
            (
                TradeSettle,
                &["PENDING_RELATE", "CHECK_REJECTED", "PENDING_RELATE"],
                &[Changed, Changed, Regressed],
            ),
            (TradeSettle, &["SETTLED", "CHECK_REJECTED"], &[Changed, Regressed]),
            (Onboarding, &["INIT", "WAIT", "REJECTED", "WAIT", "PASS"], &[Changed; 5]),
            (Onboarding, &["PASS", "WAIT"], &[Changed, Regressed]),
            (Onboarding, &["PASS", "REFUSED"], &[Changed, Conflict]),
            (Onboarding, &["AUTH_FAIL", "PASS"], &[Changed, Conflict]),
            (Assessment, &["WAIT", "INIT"], &[Changed, Regressed]),
            (Payee, &["INIT", "REJECTED", "WAIT", "PASS"], &[Changed; 4]),
            (Payee, &["PASS", "REFUSED"], &[Changed, Conflict]),
            (Forex, &["QUOTED", "PROCESSING", "SUCCESS"], &[Changed; 3]),
            (Forex, &["EXPIRED", "SUCCESS"], &[Changed, Conflict]),
            (Forex, &["PROCESSING", "QUOTED"], &[Changed, Regressed]),
            (Va, &["INIT", "ENABLED", "INIT"], &[Changed, Changed, Regressed]),
            (OrderReview, &["PENDING", "RELATABLE", "PENDING"], &[Changed, Changed, Regressed]),
        ];
        for (kind, statuses, expected) in cases {
            assert_eq!(turns(*kind, statuses), *expected, "{kind:?} {statuses:?}");
        }
    }

    #[test]
    fn every_status_that_the_model_knows_has_a_rank_and_no_other_has() {
        for kind in NotificationKind::ALL {
            let statuses = kind.info().request.fields.iter().find(|field| field.name == "status").unwrap();
            let paykka_model::JsonType::Enum(known) = statuses.json else {
                panic!("{kind:?}: the status is no enum");
            };
            for value in known {
                assert!(Status::new(*kind, value.text).rank().is_some(), "{kind:?} {}", value.text);
            }
            let unknown = Status::new(*kind, "ANOTHER");
            assert!(unknown.rank().is_none() && !unknown.is_final());
        }
    }

    #[test]
    fn a_notification_without_a_status_is_a_change_and_hides_nothing() {
        let status = |text| Some(Status::new(Va, text));
        let first = Last::after(None, Content::of(b"1"), status("ENABLED"));
        assert_eq!(judge(Some(&first), Content::of(b"2"), None), Changed);
        let second = Last::after(Some(&first), Content::of(b"2"), None);
        assert_eq!(judge(Some(&second), Content::of(b"3"), status("INIT").as_ref()), Regressed);
        assert!(
            second.has_reached(&Status::new(Va, "ENABLED")) && !second.has_reached(&Status::new(Va, "INIT"))
        );
    }
}
