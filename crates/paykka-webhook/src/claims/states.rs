//! What was handled last of each object, where several processes handle: one process's memory of it can be old news to another, and
//! then a true repeat would be taken for a known one and lost.

use std::fmt;

use super::{ClaimsFuture, Ticket};
use crate::order::judge_status;
use crate::{Content, Last, ObjectKey, Status, Turn, judge};

/// Who knows what was handled last of each object; see [`Claims::last_states`](super::Claims::last_states).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum LastStates<'a> {
    /// This process, since no other one handles.
    Here,
    /// Nobody: other processes handle, too, and none knows of the others. An event that says the same as before reaches the
    /// handler each time, since it may be true anew.
    Nobody,
    /// All that share the claims.
    Shared(&'a dyn SharedStates),
}

impl fmt::Debug for LastStates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here => "Here",
            Self::Nobody => "Nobody",
            Self::Shared(_) => "Shared(..)",
        })
    }
}

/// The last states of objects, kept where all receivers of an address can see them.
///
/// It is a lock, too: who handles an object's delivery has taken the object, so that no two receivers judge by the same past.
pub trait SharedStates: Send + Sync {
    /// Takes an object, until it is given back or the lease of the claims is over. Of all that take it at once one gets it.
    ///
    /// What was handled last counts as unsure from now on, until [`give_back`](Self::give_back) says otherwise: whoever
    /// dies while it handles leaves nobody with a wrong belief.
    fn take<'a>(&'a self, object: &'a ObjectKey, ticket: Ticket) -> ClaimsFuture<'a, Taken>;

    /// The lease begins anew, if `ticket` still holds it, or nobody does.
    fn renew<'a>(&'a self, object: &'a ObjectKey, ticket: Ticket) -> ClaimsFuture<'a, ()>;

    /// Gives the object back. `last` is what was handled last, and is kept for at least 90 days; without it, that stays unsure. It
    /// stays so as well where `ticket` wasn't the last that took the object: two have handled beside each other then, and nobody
    /// can say who was last.
    fn give_back<'a>(
        &'a self,
        object: &'a ObjectKey,
        ticket: Ticket,
        last: Option<&'a Last>,
    ) -> ClaimsFuture<'a, ()>;
}

/// What came of taking an object. Closed: there is nothing else that could be done with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is ours, and this was handled before.
    Ours(Past),
    /// Somebody else has it.
    Held,
}

/// What is known of an object's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What was handled last, as far as anybody knows. `None` where nothing was.
    pub last: Option<Last>,
    /// Whether it is sure that nothing was handled since. Where it isn't, nothing is a [`Repeat`](crate::Turn::Repeat).
    pub is_sure: bool,
}

impl Past {
    pub(crate) fn judge(&self, content: Content, status: Option<&Status>) -> Turn {
        match judge(self.last.as_ref(), content, status) {
            // Something else may have been handled since, and then this is news.
            Turn::Repeat if !self.is_sure => judge_status(self.last.as_ref(), status),
            turn => turn,
        }
    }
}
