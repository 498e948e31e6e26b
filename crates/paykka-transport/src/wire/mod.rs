//! The bottom of the stack: hyper-util's pooled client over rustls, with everything switched off that would send a
//! request again or elsewhere behind the caller's back.
//!
//! ```
//! use paykka_transport::{BaseLayer, Roots, SentBody, Wire, WireSettings};
//! use tower::{Layer, ServiceExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), paykka_transport::Error> {
//! # let pem = rcgen::generate_simple_self_signed(vec!["h".to_owned()]).unwrap().cert.pem();
//! let wire = Wire::new(&WireSettings::default().roots(Roots::Only(pem.into())))?;
//! // Nobody listens there.
//! let based = BaseLayer::new("https://127.0.0.1:9")?.layer(wire);
//! let request = http::Request::post("/api/v2/merch/pay/apply").body(SentBody::from("{}")).unwrap();
//! let error = based.oneshot(request).await.unwrap_err();
//! assert!(error.is_connect() && !error.may_have_been_executed());
//! # Ok(())
//! # }
//! ```
//!
//! # What is fixed, and why
//!
//! | what | why |
//! | --- | --- |
//! | hyper-util's own retry is off | retry has one owner, and that one knows what a repeat would do |
//! | redirects are answers like any other | a signed request goes to the configured host alone |
//! | plain HTTP only where the connected address is loopback | what a name resolves to is somebody else's word |
//! | TLS 1.2 and up, no early data | early data can be replayed by whoever sits on the way |
//! | certificates are always verified | there is no switch, so none can be left on |
//! | both address families are tried, the second after 300 ms | an address that swallows packets mustn't stop a payment |
//! | HTTP/1.1; with the feature `http2`, HTTP/2 by a setting | a feature that somebody turns on mustn't change how payments are sent |
//!
//! # What is a setting
//!
//! | what | default | why |
//! | --- | --- | --- |
//! | [`roots`](WireSettings::roots) | this machine's | whoever keeps the machine knows whom it trusts |
//! | [`identity`](WireSettings::identity) | none | the platform asks for none |
//! | [`proxy`](WireSettings::proxy) | none, whatever the environment says | a variable for another program mustn't decide which way payments go |
//! | [`connect_timeout`](WireSettings::connect_timeout) | 10 s for name, TCP, proxy and TLS together | who doesn't answer in that time won't answer a payment |
//! | [`idle`](WireSettings::idle) | 20 s, 32 connections | less than most servers and proxies keep theirs, so that it is we who close |
//! | [`fresh_for_money`](WireSettings::fresh_for_money) | yes | a pooled connection that the server has just closed makes a payment unknown |
//! | [`only_loopback`](WireSettings::only_loopback) | no; yes for a ring that is built for loopback | what published keys sign mustn't leave this machine |

mod body;
mod connect;
mod counted;
mod failure;
mod proxy;
mod settings;
mod tls;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response, Uri};
use http_body::Body;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

pub use self::body::ReceivedBody;
use self::connect::Connector;
pub use self::proxy::Proxy;
pub use self::settings::WireSettings;
pub use self::tls::{ClientIdentity, Roots};
use crate::call::{Mark, Reach, Reached};
use crate::{CallContext, Effect, Error, SentBody};

/// Sends requests with absolute URLs: no retries, no redirects, no other host. Plain HTTP leaves for peers on this machine
/// alone.
#[derive(Clone)]
pub struct Wire(Arc<Clients>);

/// Shared, since stacks are cloned for every call.
struct Clients {
    pooled: Client<Connector, SentBody>,
    /// For calls that move money: a pooled connection that the server has just closed would turn a routine event into an
    /// unknown payment.
    fresh: Option<Client<Connector, SentBody>>,
}

impl Wire {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::is_config`] for roots or a client certificate that can't be used.
    pub fn new(settings: &WireSettings) -> Result<Self, Error> {
        let connector = Connector::new(settings)?;
        let client = |idle: usize| {
            let mut builder = Client::builder(TokioExecutor::new());
            builder
                // The pool would otherwise send a request again that a dying connection had swallowed.
                .retry_canceled_requests(false)
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(settings.idle_timeout)
                .pool_max_idle_per_host(idle);
            builder.build(connector.clone())
        };
        let fresh = settings.fresh_for_money.then(|| client(0));
        Ok(Self(Arc::new(Clients { pooled: client(settings.max_idle), fresh })))
    }
}

impl Service<Request<SentBody>> for Wire {
    type Response = Response<ReceivedBody>;
    type Error = Error;
    type Future = WireFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<SentBody>) -> Self::Future {
        let context = CallContext::of(&request);
        let client = match &self.0.fresh {
            Some(fresh) if context.effect() == Effect::Money => fresh,
            _ => &self.0.pooled,
        };
        let uri = request.uri().clone();
        // Hyper looks at the body before the first byte leaves, so until then the call is here.
        let reached = context.progress().reached();
        // Without a body the head is all of it, and nobody asks for more.
        let is_whole = request.body().is_end_stream();
        reached.set(if is_whole { Reach::Away } else { Reach::Here });
        let sending = client.request(request.map(|body| body.marked(Mark::on(Arc::clone(&reached)))));
        WireFuture { sending, uri, reached }
    }
}

/// A request on its way, until the head of its answer is there; of [`Wire`].
pub struct WireFuture {
    sending: ResponseFuture,
    uri: Uri,
    reached: Arc<Reached>,
}

impl Future for WireFuture {
    type Output = Result<Response<ReceivedBody>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let ended = ready!(Pin::new(&mut self.sending).poll(cx));
        Poll::Ready(match ended {
            Ok(response) => Ok(response.map(ReceivedBody::new)),
            Err(error) => {
                let is_away = self.reached.end();
                Err(failure::classify(error, &self.uri, is_away, self.reached.has_left()))
            }
        })
    }
}

impl fmt::Debug for WireFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireFuture").finish_non_exhaustive()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("fresh_for_money", &self.0.fresh.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;
    use crate::Call;

    /// A layer above the wire sends a request twice: the first one arrived, the second finds nobody.
    #[tokio::test]
    async fn what_has_left_once_isnt_unsent_because_a_second_copy_is() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri: http::Uri = format!("http://{}/p", listener.local_addr().unwrap()).parse().unwrap();
        let call = Call::new("/p").request("{}").unwrap();
        let context = CallContext::of(&call);
        let copy = || {
            let mut request = Request::post(uri.clone()).body(SentBody::from("{}")).unwrap();
            request.extensions_mut().insert(context.clone());
            request
        };
        let mut wire = Wire::new(&WireSettings::default().without_tls()).unwrap();
        let sending = tokio::spawn(wire.call(copy()));
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        while !received.ends_with(b"{}") {
            assert!(stream.read_buf(&mut received).await.unwrap() > 0);
        }
        drop((stream, listener));
        assert!(sending.await.unwrap().unwrap_err().may_have_been_executed());

        let error = wire.call(copy()).await.unwrap_err();
        assert!(error.may_have_been_executed() && !error.is_connect(), "{error}");
        assert!(context.progress().reached().is_away());
        // Another attempt is another matter.
        context.progress().begin_attempt(2);
        let error = wire.call(copy()).await.unwrap_err();
        assert!(error.is_connect() && !error.may_have_been_executed(), "{error}");
    }

    /// The wire has the request, and before it is connected somebody says that nothing has left, and stops waiting; hyper's
    /// task goes on.
    #[tokio::test]
    async fn what_was_ended_while_it_was_here_is_not_sent_later() {
        for is_ended in [false, true] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let uri = format!("http://{}/p", listener.local_addr().unwrap());
            let call = Call::new("/p").request("{}").unwrap();
            let reached = CallContext::of(&call).progress().reached();
            let mut request = call.map(|payload| payload.open().unwrap());
            *request.uri_mut() = uri.parse().unwrap();

            let mut wire = Wire::new(&WireSettings::default().without_tls()).unwrap();
            let sending = tokio::spawn(wire.call(request));
            assert!(!reached.is_away(), "the wire knows better than who handed it on");
            assert!(!is_ended || !reached.end());
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut received = Vec::new();
            let whole = async {
                while !received.ends_with(b"\r\n\r\n{}") && stream.read_buf(&mut received).await.unwrap() > 0
                {
                }
            };
            whole.await;
            drop(stream);
            let is_received = received.ends_with(b"\r\n\r\n{}");
            let error = sending.await.unwrap().unwrap_err();
            assert_eq!((is_received, error.may_have_been_executed()), (!is_ended, !is_ended), "{error}");
        }
    }
}
