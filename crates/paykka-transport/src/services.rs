//! The two places in the stack at which it can be extended, each a service of one type, so that [`Transport`](crate::Transport) has
//! no type parameter. The stack's own parts stand there as they are; what a program brings is boxed.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::Service;
use tower::util::{BoxCloneSyncService, Either};

use crate::{
    Answer, Base, ConcurrencyLimit, Deadline, Error, Pace, Payload, ReceivedBody, Retry, SentBody,
    SignVerify, SizeLimit, Traced, Wire, WireFuture,
};

/// A stack's outer end: whole calls in, answers out. Made by [`TransportBuilder`](crate::TransportBuilder).
#[derive(Clone)]
pub struct CallService(Outer);

#[derive(Clone)]
enum Outer {
    Stack(Stack),
    Layered(BoxCloneSyncService<Request<Payload>, Answer, Error>),
}

/// All layers, outer to inner.
pub(crate) type Stack = Traced<Deadline<Limited<Retry<Pace<Traced<Deadline<SignVerify<Signed>>>>>>>>;

type Limited<S> = Either<ConcurrencyLimit<S>, S>;
type Signed = SizeLimit<Base<WireService>>;

impl CallService {
    pub(crate) const fn stack(stack: Stack) -> Self {
        Self(Outer::Stack(stack))
    }

    pub(crate) fn layered<S>(service: S) -> Self
    where
        S: Service<Request<Payload>, Response = Answer, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: Send,
    {
        Self(Outer::Layered(BoxCloneSyncService::new(service)))
    }
}

impl Service<Request<Payload>> for CallService {
    type Response = Answer;
    type Error = Error;
    type Future = CallFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match &mut self.0 {
            Outer::Stack(stack) => stack.poll_ready(cx),
            Outer::Layered(layered) => layered.poll_ready(cx),
        }
    }

    fn call(&mut self, request: Request<Payload>) -> CallFuture {
        let state = match &mut self.0 {
            Outer::Stack(stack) => OuterCall::Stack { call: stack.call(request) },
            Outer::Layered(layered) => OuterCall::Layered { call: layered.call(request) },
        };
        CallFuture { state }
    }
}

impl fmt::Debug for CallService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallService").finish_non_exhaustive()
    }
}

pin_project! {
    /// A call on its way; of [`CallService`].
    pub struct CallFuture {
        #[pin]
        state: OuterCall,
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

pin_project! {
    #[project = OuterCallProj]
    enum OuterCall {
        Stack { #[pin] call: <Stack as Service<Request<Payload>>>::Future },
        Layered { call: Boxed<Answer> },
    }
}

impl Future for CallFuture {
    type Output = Result<Answer, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            OuterCallProj::Stack { call } => call.poll(cx),
            OuterCallProj::Layered { call } => call.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for CallFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

/// A stack's inner end: signed requests out, unread answers in. Made by [`TransportBuilder`](crate::TransportBuilder).
#[derive(Clone)]
pub struct WireService(Inner);

#[derive(Clone)]
enum Inner {
    Wire(Wire),
    Layered(BoxCloneSyncService<Request<SentBody>, Response<ReceivedBody>, Error>),
}

impl WireService {
    pub(crate) const fn wire(wire: Wire) -> Self {
        Self(Inner::Wire(wire))
    }

    pub(crate) fn layered<S>(service: S) -> Self
    where
        S: Service<Request<SentBody>, Response = Response<ReceivedBody>, Error = Error>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send,
    {
        Self(Inner::Layered(BoxCloneSyncService::new(service)))
    }
}

impl Service<Request<SentBody>> for WireService {
    type Response = Response<ReceivedBody>;
    type Error = Error;
    type Future = WireServiceFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match &mut self.0 {
            Inner::Wire(wire) => wire.poll_ready(cx),
            Inner::Layered(layered) => layered.poll_ready(cx),
        }
    }

    fn call(&mut self, request: Request<SentBody>) -> WireServiceFuture {
        WireServiceFuture(match &mut self.0 {
            Inner::Wire(wire) => InnerCall::Wire(wire.call(request)),
            Inner::Layered(layered) => InnerCall::Layered(layered.call(request)),
        })
    }
}

impl fmt::Debug for WireService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireService").finish_non_exhaustive()
    }
}

/// A request on its way; of [`WireService`].
pub struct WireServiceFuture(InnerCall);

enum InnerCall {
    Wire(WireFuture),
    Layered(Boxed<Response<ReceivedBody>>),
}

impl Future for WireServiceFuture {
    type Output = Result<Response<ReceivedBody>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            InnerCall::Wire(call) => Pin::new(call).poll(cx),
            InnerCall::Layered(call) => call.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for WireServiceFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireServiceFuture").finish_non_exhaustive()
    }
}
