//! How much.

use tower::Layer;

use super::service::SizeLimit;

/// Bounds requests and answers; see [`SizeLimit`].
#[derive(Debug, Clone, Copy)]
pub struct SizeLimitLayer {
    pub(super) request: u64,
    pub(super) answer: u64,
}

impl SizeLimitLayer {
    /// The largest body that is sent, and the largest that is read, in bytes.
    #[must_use]
    pub const fn new(request: u64, answer: u64) -> Self {
        Self { request, answer }
    }
}

impl<S> Layer<S> for SizeLimitLayer {
    type Service = SizeLimit<S>;

    fn layer(&self, inner: S) -> SizeLimit<S> {
        SizeLimit::new(inner, *self)
    }
}
