//! A request's body: the bytes that are signed are the bytes that are sent, but for an upload, whose signature covers one
//! part of it (D) and whose file is streamed.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderValue;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

use super::Reached;
use crate::Error;
use crate::error::BoxError;

/// What is signed and what is sent. Clones are cheap: each attempt sends one.
#[derive(Clone)]
pub struct Payload {
    signed: Bytes,
    streamed: Option<Arc<Streamed>>,
}

struct Streamed {
    content_type: HeaderValue,
    is_repeatable: bool,
    open: Box<Open>,
}

type Open = dyn Fn() -> Result<UnsyncBoxBody<Bytes, BoxError>, BoxError> + Send + Sync;

impl Payload {
    /// A JSON text: these bytes are signed, and these are sent.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self { signed: body.into(), streamed: None }
    }

    /// A body of another form, of which `signed` alone is covered by the signature; of an upload, the JSON of its part
    /// `meta` (D). `open` gives the body anew for each attempt. Where its source can't be read twice, say so by
    /// `is_repeatable`: then there is one attempt, whatever becomes of it.
    pub fn streamed<B>(
        signed: impl Into<Bytes>,
        content_type: HeaderValue,
        is_repeatable: bool,
        open: impl Fn() -> Result<B, Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
    ) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let open = move || open().map(|body| body.map_err(Into::into).boxed_unsync());
        let streamed = Streamed { content_type, is_repeatable, open: Box::new(open) };
        Self { signed: signed.into(), streamed: Some(Arc::new(streamed)) }
    }

    /// What the signature covers.
    #[must_use]
    pub const fn signed(&self) -> &Bytes {
        &self.signed
    }

    /// Whether it can be sent more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.streamed.as_ref().is_none_or(|streamed| streamed.is_repeatable)
    }

    pub(crate) fn content_type(&self) -> HeaderValue {
        let streamed = self.streamed.as_ref().map(|streamed| streamed.content_type.clone());
        streamed.unwrap_or(HeaderValue::from_static("application/json"))
    }

    /// The body of one attempt.
    pub(crate) fn open(&self) -> Result<SentBody, Error> {
        let form = match &self.streamed {
            None => Form::Whole(Full::new(self.signed.clone())),
            Some(streamed) => Form::Streamed((streamed.open)().map_err(|error| {
                Error::config_because(
                    "the body can't be read",
                    "see the cause; the file may have been moved",
                    error,
                )
            })?),
        };
        Ok(SentBody::new(form))
    }
}

impl<T: Into<Bytes>> From<T> for Payload {
    fn from(body: T) -> Self {
        Self::json(body)
    }
}

/// Bodies are left out.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("signed_len", &self.signed.len())
            .field("is_streamed", &self.streamed.is_some())
            .finish_non_exhaustive()
    }
}

/// The body of one attempt on its way to the wire.
pub struct SentBody {
    form: Form,
    mark: Mark,
    /// How many bytes may still go out.
    left: u64,
}

enum Form {
    Whole(Full<Bytes>),
    Streamed(UnsyncBoxBody<Bytes, BoxError>),
}

/// Notes when somebody first looks at the body.
#[derive(Default)]
pub(crate) struct Mark(Option<Arc<Reached>>);

impl Mark {
    pub(crate) const fn on(reached: Arc<Reached>) -> Self {
        Self(Some(reached))
    }

    /// `false` where the call was ended before anybody looked: then it must not leave.
    fn looked_at(&self) -> bool {
        self.0.as_ref().is_none_or(|reached| reached.leave())
    }
}

impl SentBody {
    fn new(form: Form) -> Self {
        Self { form, mark: Mark::default(), left: u64::MAX }
    }

    /// The call counts as away from the moment at which somebody asks for this body, or whether there is one. Hyper asks that
    /// before it writes a head into its buffer, with HTTP/1 and HTTP/2 alike, and nobody asks before there is a connection
    /// (the fault table would show it), so until then no byte has left. Where a deadline has said so meanwhile, the body
    /// fails, so that what is told stays true: without its body nobody can have received the request.
    pub(crate) fn marked(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// No more than so many bytes go out; where there are more, the body fails.
    pub(crate) fn limited(self, most: u64) -> Self {
        Self { left: most, ..self }
    }
}

/// A body as it stands, for stacks that sign elsewhere.
impl<T: Into<Bytes>> From<T> for SentBody {
    fn from(body: T) -> Self {
        Self::new(Form::Whole(Full::new(body.into())))
    }
}

impl Body for SentBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.mark.looked_at() {
            return Poll::Ready(Some(Err("the call was ended before anything was sent".into())));
        }
        let frame = match &mut self.form {
            Form::Whole(body) => Pin::new(body).poll_frame(cx).map_err(BoxError::from),
            Form::Streamed(body) => Pin::new(body).poll_frame(cx),
        };
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match u64::try_from(length).ok().and_then(|length| self.left.checked_sub(length)) {
                Some(left) => self.left = left,
                None => return Poll::Ready(Some(Err("the request is larger than the limit".into()))),
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.mark.looked_at();
        match &self.form {
            Form::Whole(body) => body.is_end_stream(),
            Form::Streamed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.mark.looked_at();
        match &self.form {
            Form::Whole(body) => body.size_hint(),
            Form::Streamed(body) => body.size_hint(),
        }
    }
}

/// Bodies are left out.
impl fmt::Debug for SentBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentBody")
            .field("is_streamed", &matches!(self.form, Form::Streamed(_)))
            .finish_non_exhaustive()
    }
}
