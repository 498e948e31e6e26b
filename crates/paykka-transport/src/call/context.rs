//! What a call says of itself, and how far it has come: shared by all its attempts, so that a deadline which ends the call
//! knows whether anything had left this machine.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use super::{BeforeSend, Effect};

/// What the layers know of a call; it travels in the request's extensions. Clones are of the same call.
#[derive(Debug, Clone, Default)]
pub struct CallContext(Arc<Facts>);

/// What a call says of itself, and how far it has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) operation: &'static str,
    pub(super) effect: Effect,
    pub(super) request_id: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    pub(super) before_send: Option<Arc<dyn BeforeSend>>,
    deadline: Option<Instant>,
    /// Whether a transport sends it, so that it can't have been made by a layer outside.
    is_sent: OnceLock<()>,
    progress: Progress,
    /// The same call as a stack began it, for who looks on from outside.
    begun: OnceLock<CallContext>,
}

impl CallContext {
    /// A request's context; for one that has none, that of a call which moves money.
    #[must_use]
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The operation's name; empty where none was given.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What a repeat would do.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The number by which people look for the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    pub(super) fn new(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }

    /// The context of a request that a transport is about to send.
    pub(crate) fn sent_in<B>(request: &mut Request<B>) -> Self {
        let sent = Self::kept_in(request);
        sent.0.is_sent.get_or_init(|| ());
        sent
    }

    /// Whether a request that comes in from the layers outside is one that the transport sent: with its context, so that
    /// whoever must write down that it leaves is asked. What a request of a layer's own says of itself isn't asked: it might be
    /// wrong about the payment that it was made of.
    pub(crate) fn is_handed_on<B>(request: &Request<B>) -> bool {
        request.extensions().get::<Self>().is_some_and(|context| context.0.is_sent.get().is_some())
    }

    /// The caller is told how it ended. Whether the stack has had it; if it hasn't, it won't have what changes something: a
    /// queue outside may still hold it.
    pub(crate) fn is_over(&self) -> bool {
        self.0.begun.set(Self::default()).is_err()
    }

    /// A request's context, which is in the request from then on: whoever looks at the progress must look at the same.
    pub(crate) fn kept_in<B>(request: &mut Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// The context of a call that begins here and ends by `deadline`: its progress is its own. `None` where the call changes
    /// something and has begun before, or is over: somebody outside hands it on a second time, or too late.
    pub(crate) fn begun_in<B>(request: &mut Request<B>, deadline: Option<Instant>) -> Option<Self> {
        let outer = Self::kept_in(request);
        let begun = Self(Arc::new(Facts { deadline, begun: OnceLock::new(), ..Facts::clone(&outer.0) }));
        let is_again = outer.0.begun.set(begun.clone()).is_err();
        if is_again && matches!(outer.effect(), Effect::Write | Effect::Money) {
            return None;
        }
        request.extensions_mut().insert(begun.clone());
        Some(begun)
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.0.timeout
    }

    pub(crate) fn max_attempts(&self) -> Option<u32> {
        self.0.max_attempts
    }

    pub(crate) fn before_send(&self) -> Option<&dyn BeforeSend> {
        self.0.before_send.as_deref()
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.0.progress
    }

    /// The progress of the stack that began with it, where one did.
    pub(crate) fn inner_progress(&self) -> &Progress {
        self.0.begun.get().map_or(&self.0.progress, Self::progress)
    }

    /// When the operation's deadline is, where one was set.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.0.deadline
    }
}

/// How far a call has come, over all its attempts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The attempt under way; none until somebody asks for it, since most layers don't.
    attempt: Mutex<Option<Arc<Reached>>>,
    /// From 1; 0 before the first.
    number: AtomicU32,
    /// Whether an earlier attempt may have been executed.
    is_open: AtomicBool,
}

/// How far one attempt has come. Whoever hands a request on says `Away`, and whoever below knows that nothing has left says
/// `Here`; so a layer over a service that says nothing takes the request for sent. Once a byte of it may really have left
/// ([`leave`](Self::leave)) it is never here again, whatever is said of a second copy.
#[derive(Debug, Default)]
pub(crate) struct Reached(AtomicU8);

/// What can be said of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A byte of it may have left.
    Away = 0,
    /// No byte of it has left.
    Here = 1,
}

const AWAY: u8 = Reach::Away as u8;

/// No byte of it had left when it was ended, and none may leave any more.
const ENDED: u8 = 2;

/// Somebody has looked at its body to send it.
const LEFT: u8 = 3;

impl Progress {
    /// The attempt under way; later ones are others.
    pub(crate) fn reached(&self) -> Arc<Reached> {
        Arc::clone(self.attempt().get_or_insert_default())
    }

    /// An attempt of unknown outcome has ended, and stays open whatever later ones say.
    pub(crate) fn leave_open(&self) {
        self.is_open.store(true, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }

    pub(crate) fn begin_attempt(&self, number: u32) {
        self.number.store(number, Ordering::Release);
        *self.attempt() = None;
    }

    /// The attempt under way, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.number.load(Ordering::Acquire).max(1)
    }

    fn attempt(&self) -> MutexGuard<'_, Option<Arc<Reached>>> {
        self.attempt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reached {
    /// What is ended stays ended, and what has left stays away.
    pub(crate) fn set(&self, reach: Reach) {
        let set = |old| (old != ENDED && old != LEFT).then_some(reach as u8);
        // It is refused for those two alone, which is what is wanted.
        let _previous = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, set);
    }

    pub(crate) fn is_away(&self) -> bool {
        matches!(self.0.load(Ordering::Acquire), AWAY | LEFT)
    }

    /// Whether somebody has looked at the body of it, or of a copy of it, to send it.
    pub(crate) fn has_left(&self) -> bool {
        self.0.load(Ordering::Acquire) == LEFT
    }

    /// A byte is about to leave. `false` where it must not, since somebody has said that none had.
    pub(crate) fn leave(&self) -> bool {
        let leave = |old| (old != ENDED).then_some(LEFT);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, leave).is_ok()
    }

    /// Nobody waits for it any more. Whether a byte may have left; if none has, none will.
    pub(crate) fn end(&self) -> bool {
        let (here, ended) = (Reach::Here as u8, ENDED);
        let end = self.0.compare_exchange(here, ended, Ordering::AcqRel, Ordering::Acquire);
        matches!(end, Err(AWAY | LEFT))
    }
}

/// As it stands, for a call that begins anew.
impl Clone for Progress {
    fn clone(&self) -> Self {
        let reach =
            |reached: &Arc<Reached>| Arc::new(Reached(AtomicU8::new(reached.0.load(Ordering::Acquire))));
        Self {
            attempt: Mutex::new(self.attempt().as_ref().map(reach)),
            number: AtomicU32::new(self.number.load(Ordering::Acquire)),
            is_open: AtomicBool::new(self.is_open()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_ended_while_it_was_here_never_leaves() {
        let reached = Reached::default();
        assert!(reached.is_away() && reached.end(), "who says nothing counts as sent");
        reached.set(Reach::Here);
        assert!(!reached.is_away() && !reached.end() && !reached.end());
        reached.set(Reach::Here);
        reached.set(Reach::Away);
        assert!(!reached.leave() && !reached.is_away());
    }

    #[test]
    fn what_has_left_is_never_here_again() {
        let reached = Reached::default();
        reached.set(Reach::Here);
        assert!(!reached.has_left() && reached.leave() && reached.leave());
        for reach in [Reach::Here, Reach::Away] {
            reached.set(reach);
            assert!(reached.has_left() && reached.is_away() && reached.end());
        }
    }

    #[test]
    fn of_the_requests_from_outside_those_pass_that_were_sent() {
        let mut request = Request::new(());
        assert!(!CallContext::is_handed_on(&request), "its extensions were lost");
        request.extensions_mut().insert(CallContext::new(Facts { effect: Effect::Read, ..Facts::default() }));
        assert!(!CallContext::is_handed_on(&request), "a layer's own");
        let sent = CallContext::sent_in(&mut request);
        assert!(CallContext::is_handed_on(&request) && sent.effect() == Effect::Read);
        assert!(CallContext::begun_in(&mut request, None).is_some() && sent.is_over());
        assert!(CallContext::is_handed_on(&request));
    }

    #[test]
    fn each_attempt_is_its_own_and_begins_away() {
        let progress = Progress::default();
        progress.begin_attempt(1);
        let first = progress.reached();
        first.set(Reach::Here);
        assert!(!first.end());
        progress.begin_attempt(2);
        assert!(progress.reached().is_away() && !first.leave() && progress.number() == 2);
    }

    #[test]
    fn a_change_is_begun_once() {
        for (effect, twice) in [(Effect::Read, true), (Effect::Write, false), (Effect::Money, false)] {
            let mut request = Request::new(());
            request.extensions_mut().insert(CallContext::new(Facts { effect, ..Facts::default() }));
            assert!(CallContext::begun_in(&mut request.clone(), None).is_some());
            assert_eq!(CallContext::begun_in(&mut request, None).is_some(), twice, "{effect:?}");
        }
    }

    #[test]
    fn what_is_over_isnt_begun() {
        for (effect, late) in [(Effect::Read, true), (Effect::Write, false), (Effect::Money, false)] {
            let mut request = Request::new(());
            request.extensions_mut().insert(CallContext::new(Facts { effect, ..Facts::default() }));
            assert!(!CallContext::sent_in(&mut request).is_over());
            assert_eq!(CallContext::begun_in(&mut request, None).is_some(), late, "{effect:?}");
        }
    }
}
