//! A request's way: read it whole, judge it, keep it, hand it on, answer. From the moment it is read it goes on to its end, even
//! if who sent it hangs up.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use paykka_webhook::Reason;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::Events;
use super::judge::Judge;
use super::notice::{Event, Outcome, moment};
use crate::frame::{Ending, Failure};
use crate::notices::{Recorded, Recorder, Target, VERIFIED};
use crate::texts::listen as texts;

pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::broken("address", texts::no_address(&address), texts::no_address_to_do()).because(&error)
    })
}

/// Takes notifications. Clones share everything.
#[derive(Clone)]
pub(super) struct Desk(Arc<Inner>);

struct Inner {
    judge: Judge,
    target: Option<Target>,
    recorder: Option<Mutex<Recorder>>,
    events: Events,
}

impl Desk {
    pub(super) fn new(
        judge: Judge,
        target: Option<Target>,
        recorder: Option<Recorder>,
        events: Events,
    ) -> Self {
        Self(Arc::new(Inner { judge, target, recorder: recorder.map(Mutex::new), events }))
    }

    /// Serves until it is told to end, or until nobody can be shown anything; then lets what runs end.
    pub(super) async fn serve(self, listener: TcpListener, ending: Ending) {
        let (connections, mut running) = (GracefulShutdown::new(), JoinSet::new());
        let mut ending = pin!(ending.wait());
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = running.join_next() => continue,
                () = &mut ending => break,
                () = self.0.events.closed() => break,
            };
            let Ok((stream, _)) = accepted else {
                // Mostly too many open files: others must end first.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let desk = self.clone();
            let service = service_fn(move |request| desk.clone().take(request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            let connection = connections.watch(connection);
            // A connection that breaks is its peer's matter.
            running.spawn(async move { connection.await.unwrap_or_default() });
        }
        drop(listener);
        // Longer than a request takes at most; a connection that still isn't closed is cut, while what was read goes on.
        let _all_ended = tokio::time::timeout(PATIENCE * 3, connections.shutdown()).await;
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let read = read(&head, body).await;
        // It ends by itself when the last one that is under way has ended.
        let task = tokio::spawn(async move { self.deliver(head, read).await });
        Ok(answer(task.await.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
    }

    async fn deliver(&self, head: Parts, read: Result<Bytes, Reason>) -> StatusCode {
        let inner = &self.0;
        let at = SystemTime::now();
        let came_to = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let address = inner.judge.address(came_to);
        let outcome = match read {
            Err(reason) => Outcome::Unread(reason),
            Ok(body) => {
                let judged = inner.judge.verify(&address, &head.headers, body.clone());
                let reason = match &judged {
                    Ok(_) => VERIFIED,
                    Err(rejection) => rejection.reason().code(),
                };
                let kept = self.keep(at, came_to, reason, &head.headers, &body).await;
                match (kept, judged) {
                    (Err(why), _) => Outcome::Unkept(why),
                    (Ok(()), Err(rejection)) => {
                        Outcome::Refused { rejection, headers: head.headers, body, address: address.clone() }
                    }
                    (Ok(()), Ok(received)) => {
                        let handed = match &inner.target {
                            None => None,
                            Some(target) => Some(target.post(address.suffix, &head.headers, body).await),
                        };
                        Outcome::Genuine { received: Box::new(received), handed }
                    }
                }
            }
        };
        let status = outcome.status();
        let event = Event { at, came_to: address.came_to, outcome };
        // If nobody shows it any more, the whole is about to end.
        let _shown = inner.events.send(event).await;
        status
    }

    /// On storage, when this returns.
    async fn keep(
        &self,
        at: SystemTime,
        came_to: &str,
        reason: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<(), String> {
        if self.0.recorder.is_none() {
            return Ok(());
        }
        let delivery = Recorded {
            received_at: moment(at),
            path: came_to.to_owned(),
            reason: reason.to_owned(),
            headers: headers.clone(),
            body: body.clone(),
        };
        let inner = Arc::clone(&self.0);
        let written = tokio::task::spawn_blocking(move || match &inner.recorder {
            Some(recorder) => recorder.lock().unwrap_or_else(PoisonError::into_inner).append(&delivery),
            None => Ok(()),
        });
        match written.await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// As `paykka-webhook` reads a request: a POST, whole, of a bounded size and in time.
async fn read(head: &Parts, body: Incoming) -> Result<Bytes, Reason> {
    if head.method != Method::POST {
        return Err(Reason::Method);
    }
    // Whoever says so beforehand needn't send it.
    if body.size_hint().lower() > MOST as u64 {
        return Err(Reason::TooLarge);
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, MOST).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Reason::TooLarge),
        Ok(Err(_)) => Err(Reason::Interrupted),
        Err(_) => Err(Reason::TooSlow),
    }
}

/// The body says nothing, whatever the status (D for 200).
fn answer(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// For a request's head, and for its body.
const PATIENCE: Duration = Duration::from_secs(10);

/// No documented notification comes near it.
const MOST: usize = 1024 * 1024;
