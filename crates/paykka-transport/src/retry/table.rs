//! The table: what happened, what a second copy would do, and so whether the call is tried again and whether its outcome is
//! known. A pure function; its tests are the table of the project's money rules, row by row.

use http::StatusCode;

use crate::ret_code::{RATE_LIMITED, SUCCESS, UNKNOWN, ret_code};
use crate::{Answer, Effect, Error};

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judgement {
    /// Whether the call may be tried again.
    pub(super) again: bool,
    /// Whether this attempt may have changed something that nobody here knows of.
    pub(super) is_open: bool,
    pub(super) class: Class,
}

/// What happened to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Something here is wrong; nothing was sent, and nothing would be the next time.
    Local,
    /// No byte was sent: DNS, connect, TLS, proxy.
    Unsent,
    /// Reset, truncated, timed out after the first byte.
    Broken,
    /// 010001, verified. The status isn't signed, so a 429 alone is no evidence.
    RateLimited,
    /// 429 or 408, unsigned.
    Busy,
    /// Another unsigned 4xx.
    Unproven,
    /// 401 with 010100, which can't be signed; or verified.
    Unauthorised,
    /// A verified 4xx with a `ret_code`.
    Refused,
    /// 1xx, 3xx, a verified 4xx that says nothing of a failure, a verified 2xx that does.
    Strange,
    /// 5xx, signed or not; 999999, whatever the status.
    ServerError,
    /// A 2xx that proves nothing, or any answer whose signature is wrong.
    Worthless,
    /// A 2xx that counts.
    Answered,
}

/// Whether a call that changes something may have done so without this answer telling.
pub(crate) fn is_open(answer: &Answer) -> bool {
    // An unsigned 2xx that a policy lets pass ends no call that changes something.
    !matches!(class_of_answer(answer), Class::Answered | Class::Refused | Class::RateLimited)
        || !answer.is_evidence()
}

/// `repeats_writes`: a [`Effect::Write`] is sent again after its connection broke.
pub(super) fn judge(effect: Effect, outcome: &Result<Answer, Error>, repeats_writes: bool) -> Judgement {
    let class = match outcome {
        Ok(answer) => class_of_answer(answer),
        Err(error) => class_of_error(error),
    };
    let changes = matches!(effect, Effect::Write | Effect::Money);
    let (again, is_open) = match class {
        Class::Unsent | Class::RateLimited => (true, false),
        Class::Broken => (!changes || (effect == Effect::Write && repeats_writes), changes),
        Class::Busy | Class::ServerError => (!changes, changes),
        Class::Unproven | Class::Strange | Class::Worthless => (false, changes),
        Class::Local | Class::Unauthorised | Class::Refused | Class::Answered => (false, false),
    };
    Judgement { again, is_open, class }
}

fn class_of_answer(answer: &Answer) -> Class {
    let status = answer.status();
    if !answer.is_evidence() {
        // A policy that says danger let it pass; as far as sending again goes it is what it is.
        return if status.is_success() { Class::Answered } else { class_of_unsigned(status) };
    }
    if status.is_server_error() {
        return Class::ServerError;
    }
    let code = ret_code(answer.bytes()).filter(|code| code != SUCCESS);
    match code.as_deref() {
        None if status.is_success() => Class::Answered,
        Some(UNKNOWN) => Class::ServerError,
        Some(RATE_LIMITED) if status.is_client_error() => Class::RateLimited,
        Some(_) if status.is_client_error() => Class::Refused,
        Some(_) | None => Class::Strange,
    }
}

fn class_of_error(error: &Error) -> Class {
    match error.raw() {
        _ if error.is_unauthorised() => Class::Unauthorised,
        Some(raw) if error.is_unsigned() => class_of_unsigned(raw.status()),
        Some(_) => Class::Worthless,
        None if error.is_config() || error.is_held_back() => Class::Local,
        None if error.is_signer() => Class::Unsent,
        // With a certificate that isn't trusted the next attempt would end the same way, but the table says: no byte sent.
        None if error.is_connect() => Class::Unsent,
        None if error.is_timeout() && !error.may_have_been_executed() => Class::Unsent,
        None if error.is_too_large() => Class::Worthless,
        None => Class::Broken,
    }
}

fn class_of_unsigned(status: StatusCode) -> Class {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Class::Busy,
        _ if status.is_client_error() => Class::Unproven,
        _ if status.is_server_error() => Class::ServerError,
        _ if status.is_success() => Class::Worthless,
        _ => Class::Strange,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::{CallContext, RawAnswer, error};

    fn unsigned(status: u16, body: &'static str) -> Result<Answer, Error> {
        let raw = RawAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        };
        Err(Error::unsigned(raw, error::Unsigned::default()))
    }

    fn failed(error: Error) -> Result<Answer, Error> {
        Err(error)
    }

    /// (what happened, then for Read, Write, Money: again, open); the table of the money rules. What needs a verified answer
    /// stands in the fault table, over real sockets.
    #[test]
    fn the_table_row_by_row() {
        let deadline = |is_away: bool| {
            let context = CallContext::default();
            if !is_away {
                context.progress().reached().set(crate::call::Reach::Here);
            }
            Error::deadline(error::Ended::Attempt, std::time::Duration::ZERO, &context)
        };
        const NO: (bool, bool) = (false, false);
        const AGAIN: (bool, bool) = (true, false);
        const OPEN: (bool, bool) = (false, true);
        let rows = [
            ("no byte sent", failed(Error::unsent("x")), [AGAIN, AGAIN, AGAIN]),
            ("connect", failed(Error::connect("h".into(), "x")), [AGAIN, AGAIN, AGAIN]),
            ("proxy", failed(Error::proxy("h".into(), "x")), [AGAIN, AGAIN, AGAIN]),
            ("timeout before", failed(deadline(false)), [AGAIN, AGAIN, AGAIN]),
            ("timeout after", failed(deadline(true)), [AGAIN, OPEN, OPEN]),
            ("broken", failed(Error::interrupted("x")), [AGAIN, OPEN, OPEN]),
            ("too large", failed(Error::too_large(1)), [NO, OPEN, OPEN]),
            ("config", failed(Error::config("a", "b")), [NO, NO, NO]),
            ("held back", failed(Error::held_back("x".into())), [NO, NO, NO]),
            ("429", unsigned(429, ""), [AGAIN, OPEN, OPEN]),
            ("408", unsigned(408, ""), [AGAIN, OPEN, OPEN]),
            ("404", unsigned(404, "<html>"), [NO, OPEN, OPEN]),
            ("403", unsigned(403, ""), [NO, OPEN, OPEN]),
            ("401", unsigned(401, ""), [NO, OPEN, OPEN]),
            ("401 010100", unsigned(401, r#"{"ret_code":"010100"}"#), [NO, NO, NO]),
            ("404 010100", unsigned(404, r#"{"ret_code":"010100"}"#), [NO, OPEN, OPEN]),
            ("101", unsigned(101, ""), [NO, OPEN, OPEN]),
            ("302", unsigned(302, ""), [NO, OPEN, OPEN]),
            ("500", unsigned(500, ""), [AGAIN, OPEN, OPEN]),
            ("503", unsigned(503, ""), [AGAIN, OPEN, OPEN]),
            ("200 unsigned", unsigned(200, "{}"), [NO, OPEN, OPEN]),
        ];
        for (name, outcome, expected) in rows {
            for (effect, expected) in [Effect::Read, Effect::Write, Effect::Money].into_iter().zip(expected) {
                let judged = judge(effect, &outcome, false);
                assert_eq!((judged.again, judged.is_open), expected, "{name} {effect:?}");
                let spare = judge(Effect::Spare, &outcome, false);
                assert_eq!(spare, judge(Effect::Read, &outcome, false), "{name}");
            }
            let (write, money) = (judge(Effect::Write, &outcome, true), judge(Effect::Money, &outcome, true));
            assert_eq!(money, judge(Effect::Money, &outcome, false), "{name}: no setting repeats money");
            let is_broken = write.class == Class::Broken;
            assert_eq!(write.again, is_broken || judge(Effect::Write, &outcome, false).again, "{name}");
        }
    }
}
