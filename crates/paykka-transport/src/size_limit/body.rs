//! An answer's body that ends with an error where it is too large.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::Error;
use crate::error::BoxError;

pin_project! {
    /// A body of which no more than a limit is handed on.
    #[derive(Debug)]
    pub struct LimitedBody<B> {
        #[pin]
        inner: B,
        left: u64,
        limit: u64,
    }
}

impl<B> LimitedBody<B> {
    pub(super) const fn new(inner: B, limit: u64) -> Self {
        Self { inner, left: limit, limit }
    }
}

impl<B> Body for LimitedBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.project();
        // What announces itself as too large isn't read at all.
        if this.inner.size_hint().lower() > *this.left {
            return Poll::Ready(Some(Err(Error::too_large(*this.limit).into())));
        }
        let Some(frame) = ready!(this.inner.poll_frame(cx)) else { return Poll::Ready(None) };
        let frame = frame.map_err(Into::into)?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        match u64::try_from(length).ok().and_then(|length| this.left.checked_sub(length)) {
            Some(left) => {
                *this.left = left;
                Poll::Ready(Some(Ok(frame)))
            }
            None => Poll::Ready(Some(Err(Error::too_large(*this.limit).into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
