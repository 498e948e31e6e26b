//! The assembled stack behind one function, without type parameters.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri};
use paykka_sign::{SharedKeyRing, Signer};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use crate::sign_verify::MERCHANT_HEADER;
use crate::{Answer, Error, TransportBuilder};

/// Signed calls to one host, each with a verified answer. Clones are cheap and share connections.
#[derive(Clone)]
pub struct Transport(BoxCloneSyncService<Request<Bytes>, Answer, Error>);

impl Transport {
    /// Starts a transport to `base_url` (`https://HOST[:PORT]`): `signer` signs, `platform` holds the keys that answers
    /// must be signed with.
    #[must_use]
    pub fn builder(
        base_url: impl Into<String>,
        signer: Arc<dyn Signer>,
        platform: impl Into<SharedKeyRing>,
    ) -> TransportBuilder {
        TransportBuilder::new(base_url.into(), signer, platform.into())
    }

    /// Posts `body` to `path` and returns the verified answer, whatever its status.
    ///
    /// `merchant` is sent as `X-Merch-Id` and signed; `None` sends and signs none.
    ///
    /// # Errors
    /// Every way in which there is no verified answer. [`Error::may_have_been_executed`] tells whether the platform
    /// may have acted.
    pub async fn send(
        &self,
        path: &str,
        merchant: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Error> {
        let request = request(path, merchant, body.into())?;
        self.0.clone().oneshot(request).await
    }

    pub(crate) const fn new(stack: BoxCloneSyncService<Request<Bytes>, Answer, Error>) -> Self {
        Self(stack)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

fn request(path: &str, merchant: Option<&str>, body: Bytes) -> Result<Request<Bytes>, Error> {
    let fix = "write an absolute path like /api/v2/merch/pay/apply";
    let uri: Uri =
        path.parse().map_err(|error| Error::config_because("the path can't be sent", fix, error))?;
    // What is signed is what `Uri` gives back, so it must be what was asked for.
    if uri.path() != path || uri.authority().is_some() {
        return Err(Error::config("the path can't be sent as it is", fix));
    }
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    if let Some(merchant) = merchant {
        let value = HeaderValue::try_from(merchant).map_err(|error| {
            Error::config_because(
                "the merchant number doesn't fit a header",
                "give visible ASCII alone",
                error,
            )
        })?;
        request.headers_mut().insert(MERCHANT_HEADER, value);
    }
    Ok(request)
}
