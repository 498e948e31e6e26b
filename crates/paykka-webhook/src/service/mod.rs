//! The tower service over any body: reads it bounded in size and time, byte-exact, and writes the answer. The answer tells an
//! attacker nothing; the log tells the operator why.

mod layer;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tower_service::Service;

pub use layer::WebhookLayer;

use crate::verifier::MAX_BODY_LEN;
use crate::{Reason, Receiver, Rejection};

/// A [`Receiver`] as a tower service: answers `{}` with 200 for what was handled (D on the VA page), and with another status for
/// all else: 401 unverified, 405 not a POST, 408 too slow, 413 over 1 MiB, 503 not now, 500 where the handler panicked.
///
/// The request's own path isn't looked at, since proxies rewrite it; the signed one is the verifier's setting.
#[derive(Debug, Clone)]
pub struct WebhookService(Receiver);

impl WebhookService {
    /// A service over `receiver`.
    #[must_use]
    pub const fn new(receiver: Receiver) -> Self {
        Self(receiver)
    }

    /// What receives, for its counters and its shutdown.
    #[must_use]
    pub const fn receiver(&self) -> &Receiver {
        &self.0
    }

    async fn read<B>(&self, request: Request<B>) -> Reason
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        if request.method() != Method::POST {
            return self.0.reject(&Rejection::of(Reason::Method));
        }
        let (head, body) = request.into_parts();
        // Whoever says so beforehand needn't send it.
        if body.size_hint().lower() > MAX_BODY_LEN as u64 {
            return self.0.reject(&Rejection::of(Reason::TooLarge));
        }
        let whole = whole(Limited::new(body, MAX_BODY_LEN));
        let body = match tokio::time::timeout(self.0.waits_for_body(), whole).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return self.0.reject(&Rejection::of(Reason::TooLarge));
            }
            Ok(Err(_)) => return self.0.reject(&Rejection::of(Reason::Interrupted)),
            Err(_) => return self.0.reject(&Rejection::of(Reason::TooSlow)),
        };
        self.0.receive(&head.headers, body).await
    }
}

impl<B> Service<Request<B>> for WebhookService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { Ok(answer(this.read(request).await.status())) })
    }
}

/// All of a body, copied together as it comes: a list of its pieces costs far more than their bytes where they are small, and
/// how small they are is anybody's choice.
async fn whole<B: Body<Data = Bytes>>(body: B) -> Result<Bytes, B::Error> {
    let mut body = pin!(body);
    let (mut first, mut all) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        // Trailers are nobody's business.
        let Ok(piece) = frame?.into_data() else { continue };
        if all.is_empty() && first.is_empty() {
            first = piece;
        } else {
            // Most bodies come in one piece, which needn't be copied.
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&piece);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

fn answer(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}
