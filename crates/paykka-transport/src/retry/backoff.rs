//! How long to wait before the next attempt: a random part of a window that doubles, so that callers who failed together
//! don't come back together; or what the platform asks for.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

use crate::{Answer, Error};

/// The pause before attempt `next` (2 for the first repeat), of a window from `first` on that doubles up to `longest`.
pub(super) fn pause(first: Duration, longest: Duration, next: u32, random: u64) -> Duration {
    let doubled = first.saturating_mul(1_u32.checked_shl(next.saturating_sub(2)).unwrap_or(u32::MAX));
    let window = u64::try_from(doubled.min(longest).as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random % window.saturating_add(1))
}

/// What `Retry-After` asks for: seconds, or a date by the answer's own clock.
pub(super) fn asked_for(outcome: &Result<Answer, Error>) -> Option<Duration> {
    let headers = match outcome {
        Ok(answer) => answer.headers(),
        Err(error) => error.raw()?.headers(),
    };
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(date(headers)?).unwrap_or(Duration::ZERO))
}

fn date(headers: &HeaderMap) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;
    use crate::RawAnswer;

    #[test]
    fn the_window_doubles_to_its_end_and_the_pause_lies_in_it() {
        let (first, longest) = (Duration::from_millis(100), Duration::from_secs(5));
        let most = |next| {
            pause(first, longest, next, u64::MAX / 7 * 7 - 1)
                .max((0..2000).map(|step| pause(first, longest, next, step * 2501)).max().unwrap())
        };
        for (next, millis) in [(2, 100), (3, 200), (4, 400), (7, 3200), (8, 5000), (60, 5000), (4000, 5000)] {
            let (most, window) = (most(next), Duration::from_millis(millis));
            assert!(most <= window && most > window.mul_f64(0.9), "{next}: {most:?}");
        }
        assert_eq!(pause(first, longest, 2, 0), Duration::ZERO);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_answers_clock() {
        let of = |headers: &[(&str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
            }
            let raw = RawAnswer { status: StatusCode::TOO_MANY_REQUESTS, headers: map, body: Bytes::new() };
            asked_for(&Err(Error::unsigned(raw, crate::error::Unsigned::default())))
        };
        let now = ("date", "Tue, 24 Nov 2026 10:00:00 GMT");
        assert_eq!(of(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        let later = ("retry-after", "Tue, 24 Nov 2026 10:01:00 GMT");
        assert_eq!(of(&[later, now]), Some(Duration::from_secs(60)));
        let passed = ("retry-after", "Tue, 24 Nov 2026 09:00:00 GMT");
        assert_eq!(of(&[passed, now]), Some(Duration::ZERO));
        for none in ["", "-1", "soon", "1.5"] {
            assert_eq!(of(&[("retry-after", none)]), None, "{none}");
        }
        assert_eq!(of(&[later]), None, "a date without the server's own clock says nothing");
    }
}
