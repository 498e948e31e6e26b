//! Reading a body within limits: of size, of time, and of memory over all connections together. Whoever exceeds one is
//! told so and hung up on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use paykka_model::RetCode;

use super::answer::{Reply, with_reason};
use crate::reason::Reason;

/// The limits, and what is held under them.
#[derive(Clone)]
pub(crate) struct Intake {
    /// How long a body may take.
    patience: Duration,
    held: Arc<AtomicUsize>,
}

/// How large a body may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// That is kept.
    pub(super) kept: usize,
    /// That is read beyond that, and dropped, so that what was sent can be answered.
    pub(super) dropped: usize,
    /// How often it will stand in memory.
    pub(super) copies: usize,
}

/// A body that was read.
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    /// Whether it was longer.
    pub(crate) is_cut: bool,
    pub(crate) share: Shared,
}

/// A body's share of the memory, for all who keep the body; it is free again when the last of them is gone.
pub(crate) type Shared = Arc<Share>;

impl Intake {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience, held: Arc::default() }
    }

    pub(super) async fn read(&self, body: Body, size: Size) -> Result<Held, Reason> {
        tokio::time::timeout(self.patience, self.collect(body, size))
            .await
            .unwrap_or(Err(Reason::BodyTooSlow))
    }

    async fn collect(&self, mut body: Body, size: Size) -> Result<Held, Reason> {
        let mut share = Share { held: Arc::clone(&self.held), bytes: 0 };
        let (mut kept, mut dropped) = (0, 0_usize);
        let mut first = Bytes::new();
        let mut all = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(mut data) = frame.map_err(|_| Reason::BodyBroken)?.into_data() else { continue };
            let excess = data.len().saturating_sub(size.kept - kept);
            dropped = dropped.saturating_add(excess);
            if dropped > size.dropped {
                return Err(Reason::BodyTooLong);
            }
            data.truncate(data.len() - excess);
            kept += data.len();
            share.take(data.len().saturating_mul(size.copies))?;
            // Most bodies come in one piece, which needs no copy.
            if first.is_empty() && all.is_empty() {
                first = data;
            } else {
                all.extend_from_slice(&std::mem::take(&mut first));
                all.extend_from_slice(&data);
            }
        }
        let bytes = if all.is_empty() { first } else { all.freeze() };
        Ok(Held { bytes, is_cut: dropped > 0, share: share.into() })
    }
}

pub(crate) struct Share {
    held: Arc<AtomicUsize>,
    bytes: usize,
}

impl Share {
    fn take(&mut self, bytes: usize) -> Result<(), Reason> {
        self.bytes += bytes;
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > MAX_HELD { Err(Reason::Busy) } else { Ok(()) }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// What is answered where a body wasn't read: unsigned, since nothing could be verified; the rest of the body isn't read.
pub(super) fn cut(reason: Reason) -> Response {
    let (status, ret_code) = match reason {
        Reason::BodyTooLong => (StatusCode::PAYLOAD_TOO_LARGE, RetCode::FileTooLarge),
        Reason::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, RetCode::Unknown),
        Reason::Busy => (StatusCode::TOO_MANY_REQUESTS, RetCode::TooManyRequests),
        _ => (StatusCode::BAD_REQUEST, RetCode::InvalidParameters),
    };
    let reply = Reply::error(status, ret_code, "the body can't be read; see X-Emulator-Reason");
    let mut response = with_reason(reply.unsigned(), reason);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// What the bodies under way may take together.
const MAX_HELD: usize = 256 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_held_is_bounded_and_given_back() {
        let intake = Intake::new(Duration::from_secs(10));
        let body = || Body::from(vec![b'x'; 1_000]);
        let size = |kept| Size { kept, dropped: 0, copies: 1 };
        assert_eq!(intake.read(body(), size(999)).await.err(), Some(Reason::BodyTooLong));
        let held = intake.read(body(), size(1_000)).await.ok().unwrap();
        assert_eq!((held.bytes.len(), intake.held.load(Ordering::Relaxed)), (1_000, 1_000));
        intake.held.fetch_add(MAX_HELD - 1_000, Ordering::Relaxed);
        assert_eq!(intake.read(body(), size(1_000)).await.err(), Some(Reason::Busy));
        let kept_on = Arc::clone(&held.share);
        drop(held);
        assert_eq!(intake.read(body(), size(1_000)).await.err(), Some(Reason::Busy));
        drop(kept_on);
        assert_eq!(intake.read(body(), Size { copies: 2, ..size(1_000) }).await.err(), Some(Reason::Busy));
        assert!(intake.read(body(), size(1_000)).await.is_ok());
        assert_eq!(intake.held.load(Ordering::Relaxed), MAX_HELD - 1_000);
    }

    #[tokio::test]
    async fn what_is_dropped_is_bounded_and_not_held() {
        let intake = Intake::new(Duration::from_secs(10));
        let body = || Body::from(vec![b'x'; 1_000]);
        let held = intake.read(body(), Size { kept: 10, dropped: 990, copies: 1 }).await.ok().unwrap();
        assert_eq!((&held.bytes[..], held.is_cut), (&[b'x'; 10][..], true));
        assert_eq!(intake.held.load(Ordering::Relaxed), 10);
        let longer = intake.read(body(), Size { kept: 10, dropped: 989, copies: 1 }).await;
        assert_eq!(longer.err(), Some(Reason::BodyTooLong));
    }
}
