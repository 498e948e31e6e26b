//! HTTP/2: whole messages by hyper, and single frames by hand, where a library would send the right ones only.

use std::collections::VecDeque;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body::{Body, Frame as BodyFrame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Interval;

use super::misbehave::{Stream, replayed};
use super::{Fault, Part, Received, Reply, Seen};

pub(super) async fn answer<S>(stream: S, fault: Fault, seen: &Arc<Seen>)
where
    S: Stream + Send + 'static,
{
    // A client may go at any time, which ends what is done by hand.
    match fault {
        Fault::ClosesMidRequest => drop(frames(stream, Part::Head, None, seen).await),
        Fault::GoesAway { after, takes, code } => {
            let go_away = move |stream| {
                let last = if takes { stream } else { 0 };
                [&[0, 0, 8, GOAWAY, 0, 0, 0, 0, 0], &u32::to_be_bytes(last)[..], &u32::to_be_bytes(code)]
                    .concat()
            };
            drop(frames(stream, after, Some(&go_away), seen).await);
        }
        Fault::ResetsStream { after, code } => {
            let reset = move |stream| {
                [&[0, 0, 4, RST_STREAM, 0], &u32::to_be_bytes(stream)[..], &u32::to_be_bytes(code)].concat()
            };
            drop(frames(stream, after, Some(&reset), seen).await);
        }
        _ => messages(stream, fault, seen).await,
    }
}

/// What becomes of a connection.
enum Then {
    /// It takes nothing new, and what it has taken goes on.
    GoesAway,
    Closes,
}

async fn messages<S>(stream: S, fault: Fault, seen: &Arc<Seen>)
where
    S: Stream + Send + 'static,
{
    if matches!(fault, Fault::Resets) {
        stream.tcp().set_zero_linger().unwrap();
    }
    let (say, mut said) = unbounded_channel();
    let seen = Arc::clone(seen);
    let service = service_fn(move |request| reply(request, fault, Arc::clone(&seen), say.clone()));
    let connection =
        http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    loop {
        tokio::select! {
            // First of all what was written before leaves.
            biased;
            _ = connection.as_mut() => return,
            Some(then) = said.recv() => match then {
                Then::GoesAway => connection.as_mut().graceful_shutdown(),
                Then::Closes => return,
            },
        }
    }
}

async fn reply(
    request: Request<Incoming>,
    fault: Fault,
    seen: Arc<Seen>,
    say: UnboundedSender<Then>,
) -> io::Result<Response<Sent>> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned())).collect();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes().to_vec();
    let request = Received { path: head.uri.path().to_owned(), headers, body };
    seen.receives(&request);
    let whole = |reply: Reply| sent(&reply, [reply.body()], Rest::Nothing);
    let half = |reply: Reply, rest| sent(&reply, [&reply.body()[..reply.body().len() / 2]], rest);
    Ok(match fault {
        Fault::Answers(answering) => whole(answering(&request)),
        Fault::Replays(answering) => whole(replayed(&request, answering, &seen)),
        Fault::GoesAwayAndAnswers(answering) => {
            say.send(Then::GoesAway).ok();
            whole(answering(&request))
        }
        Fault::ClosesMidBody(answering) => half(answering(&request), Rest::Closes(say)),
        Fault::StallsMidBody(answering) => half(answering(&request), Rest::Stalls),
        Fault::Trickles(answering) => {
            let reply = answering(&request);
            let mut trickling = sent(&reply, reply.body().chunks(1), Rest::Nothing);
            trickling.body_mut().pace = Some(tokio::time::interval(Duration::from_secs(1)));
            trickling
        }
        Fault::Endless => Response::new(Sent { rest: Rest::Endless, ..Sent::default() }),
        Fault::Stalls => std::future::pending().await,
        // The others close after the request, or don't come here.
        _ => {
            say.send(Then::Closes).ok();
            std::future::pending().await
        }
    })
}

/// Of a body that is as long as the reply's, these parts, and what follows.
fn sent<'a>(reply: &Reply, parts: impl IntoIterator<Item = &'a [u8]>, rest: Rest) -> Response<Sent> {
    let parts = parts.into_iter().map(Bytes::copy_from_slice).collect();
    let mut response = reply.response().map(|_| Sent { parts, pace: None, rest });
    response.headers_mut().insert(CONTENT_LENGTH, reply.body().len().into());
    response
}

#[derive(Default)]
struct Sent {
    parts: VecDeque<Bytes>,
    pace: Option<Interval>,
    rest: Rest,
}

#[derive(Default)]
enum Rest {
    #[default]
    Nothing,
    Stalls,
    Closes(UnboundedSender<Then>),
    Endless,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if let Some(pace) = this.pace.as_mut().filter(|_| !this.parts.is_empty()) {
            ready!(pace.poll_tick(cx));
        }
        if let Some(part) = this.parts.pop_front() {
            return Poll::Ready(Some(Ok(BodyFrame::data(part))));
        }
        match &this.rest {
            Rest::Nothing => Poll::Ready(None),
            Rest::Stalls => Poll::Pending,
            Rest::Closes(say) => {
                say.send(Then::Closes).ok();
                Poll::Pending
            }
            Rest::Endless => Poll::Ready(Some(Ok(BodyFrame::data(Bytes::from_static(&[b' '; 0x4000]))))),
        }
    }
}

/// Reads requests, and writes a frame when so much of one has come. Without one it goes.
async fn frames<S: Stream>(
    mut stream: S,
    after: Part,
    frame: Option<&(dyn Fn(u32) -> Vec<u8> + Sync)>,
    seen: &Seen,
) -> io::Result<()> {
    stream.read_exact(&mut [0; PREFACE]).await?;
    stream.write_all(&NO_SETTINGS).await?;
    if let (Part::Nothing, Some(frame)) = (after, frame) {
        stream.write_all(&frame(0)).await?;
        stream.flush().await?;
    }
    loop {
        let read = Frame::read(&mut stream).await?;
        let is_due = match after {
            Part::Nothing => false,
            Part::Head => read.kind == HEADERS,
            Part::Request => read.is_last(),
        };
        if !is_due {
            continue;
        }
        if after == Part::Request {
            // What it says is for nobody to read here.
            seen.receives(&Received { path: String::new(), headers: Vec::new(), body: Vec::new() });
        }
        let Some(frame) = frame else { return Ok(()) };
        stream.write_all(&frame(read.stream)).await?;
        stream.flush().await?;
    }
}

/// A frame without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    flags: u8,
    stream: u32,
}

impl Frame {
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, d, e, f, g] = head;
        let length = u32::from_be_bytes([0, a, b, c]);
        stream.read_exact(&mut vec![0; length.try_into().unwrap()]).await?;
        Ok(Self { kind, flags, stream: u32::from_be_bytes([d, e, f, g]) })
    }

    /// Whether it ends a request's body.
    pub(crate) const fn is_last(self) -> bool {
        self.kind == DATA && self.flags & END_STREAM != 0
    }
}

pub(crate) const PREFACE: usize = 24;
pub(crate) const HEADERS: u8 = 1;
const DATA: u8 = 0;
const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;

const NO_SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
