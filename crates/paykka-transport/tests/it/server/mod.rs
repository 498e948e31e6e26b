//! A server over bare sockets that fails on command, and counts what it was given in full.

mod double;
mod http;
#[cfg(feature = "http2")]
pub(crate) mod http2;
mod misbehave;
mod signing;
mod tls;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use paykka_transport::{Roots, WireSettings};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

pub(crate) use self::double::Double;
pub(crate) use self::http::{Received, Reply};
pub(crate) use self::signing::{Signing, merchant, platform, renamed, ring, stranger};
pub(crate) use self::tls::root;

/// What the server does with a connection.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "http2"), expect(dead_code, reason = "some of it is said over HTTP/2 alone"))]
pub(crate) enum Fault {
    /// Nobody listens.
    Refuses,
    /// Somebody listens, and accepts nobody.
    StallsInConnect,
    ClosesAtOnce,
    /// Takes the connection, and says nothing where TLS would begin.
    StallsInHandshake,
    /// Reads some of the request and closes.
    ClosesMidRequest,
    ClosesAfterRequest,
    /// As that, with a reset in the place of an orderly end.
    Resets,
    /// Never answers.
    Stalls,
    /// Closes in the middle of the answer's head.
    ClosesMidHead(Answering),
    /// Closes in the middle of the answer's body.
    ClosesMidBody(Answering),
    /// Stops in the middle of the answer's body.
    StallsMidBody(Answering),
    /// Says one thing, and never anything more.
    AnswersAndStalls(Answering),
    /// One byte of the answer each second.
    Trickles(Answering),
    /// A body without end.
    Endless,
    /// Answers, and keeps the connection.
    Answers(Answering),
    /// Answers once, and gives the same answer to whatever comes after that.
    Replays(Answering),
    /// Says over HTTP/2 that it takes no more, and answers what it has.
    GoesAwayAndAnswers(Answering),
    /// GOAWAY in the place of an answer, and then silence.
    GoesAway {
        after: Part,
        /// Whether it counts the request among those that it has taken.
        takes: bool,
        code: u32,
    },
    /// `RST_STREAM` in the place of an answer.
    ResetsStream {
        after: Part,
        code: u32,
    },
}

/// How much of a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Nothing of it: the client may have sent something by then, or not.
    Nothing,
    /// Its head; what comes after it is read by nobody.
    Head,
    /// All of it.
    Request,
}

/// What is answered to a request.
pub(crate) type Answering = fn(&Received) -> Reply;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Tcp,
    Tls,
    /// HTTP/2, over TLS.
    Http2,
}

impl Over {
    /// Whether it is compiled in.
    pub(crate) const fn is_spoken(self) -> bool {
        cfg!(feature = "http2") || !matches!(self, Self::Http2)
    }
}

/// The server; gone when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    over: Over,
    seen: Arc<Seen>,
    tasks: tokio::task::JoinSet<()>,
    /// A connection that takes up the only place of a queue.
    _filler: Option<TcpStream>,
}

#[derive(Default)]
pub(crate) struct Seen {
    received: AtomicU32,
    accepted: AtomicU32,
    open: watch::Sender<u32>,
    requests: Mutex<Vec<Received>>,
    first_answer: Mutex<Option<Reply>>,
}

impl Server {
    pub(crate) async fn start(fault: Fault, over: Over) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let mut tasks = tokio::task::JoinSet::new();
        let mut filler = None;
        match fault {
            Fault::Refuses => drop(socket),
            Fault::StallsInConnect => {
                let listener = socket.listen(0).unwrap();
                filler = Some(TcpStream::connect(address).await.unwrap());
                tasks.spawn(async move {
                    std::future::pending::<()>().await;
                    drop(listener);
                });
            }
            _ => {
                let listener = socket.listen(1024).unwrap();
                tasks.spawn(accept(listener, fault, over, Arc::clone(&seen)));
            }
        }
        Self { address, over, seen, tasks, _filler: filler }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.over == Over::Tcp { "http" } else { "https" };
        format!("{scheme}://{}", self.address)
    }

    /// A wire that trusts it, and speaks as it does.
    pub(crate) fn wire(&self) -> WireSettings {
        let settings = WireSettings::default().roots(Roots::Only(root().to_vec()));
        #[cfg(feature = "http2")]
        let settings = settings.http2(self.over == Over::Http2);
        settings
    }

    /// How many requests came in full.
    pub(crate) fn received(&self) -> u32 {
        self.seen.received.load(Ordering::SeqCst)
    }

    /// Forgets what was received so far.
    pub(crate) fn forget(&self) {
        self.seen.received.store(0, Ordering::SeqCst);
    }

    /// How many connections were taken.
    pub(crate) fn accepted(&self) -> u32 {
        self.seen.accepted.load(Ordering::SeqCst)
    }

    /// The requests that came in full.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.seen.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many requests came in full.
    pub(crate) async fn has_received(&self, requests: u32) {
        // `open` changes with every request, too.
        let mut changes = self.seen.open.subscribe();
        let all = changes.wait_for(|_| self.received() >= requests);
        tokio::time::timeout(Duration::from_secs(10), all).await.expect("nothing was received").unwrap();
    }

    /// Waits until no connection is open; panics where one stays open.
    pub(crate) async fn is_left_alone(&self) {
        let mut open = self.seen.open.subscribe();
        let left = tokio::time::timeout(Duration::from_secs(10), open.wait_for(|open| *open == 0)).await;
        left.expect("a connection was left open").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tasks.abort_all();
    }
}

async fn accept(listener: TcpListener, fault: Fault, over: Over, seen: Arc<Seen>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        seen.accepted.fetch_add(1, Ordering::SeqCst);
        let open = Open::new(Arc::clone(&seen));
        connections.spawn(async move {
            let _open = open;
            serve(stream, fault, over, &_open.0).await;
        });
    }
}

async fn serve(stream: TcpStream, fault: Fault, over: Over, seen: &Arc<Seen>) {
    if matches!(fault, Fault::ClosesAtOnce) {
        return;
    }
    let mut stream = stream;
    if matches!(fault, Fault::StallsInHandshake) {
        return misbehave::until_closed(&mut stream).await;
    }
    match over {
        Over::Tcp => misbehave::answer(stream, fault, seen).await,
        // A client may well go during the handshake.
        Over::Tls => {
            if let Ok(stream) = tls::acceptor().accept(stream).await {
                misbehave::answer(stream, fault, seen).await;
            }
        }
        #[cfg(feature = "http2")]
        Over::Http2 => {
            if let Ok(stream) = tls::http2_acceptor().accept(stream).await {
                http2::answer(stream, fault, seen).await;
            }
        }
        #[cfg(not(feature = "http2"))]
        Over::Http2 => panic!("without the feature nobody speaks it"),
    }
}

impl Seen {
    fn receives(&self, request: &Received) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        self.received.fetch_add(1, Ordering::SeqCst);
        self.open.send_modify(|_| {});
    }
}

/// Counts a connection for as long as it is open.
struct Open(Arc<Seen>);

impl Open {
    fn new(seen: Arc<Seen>) -> Self {
        seen.open.send_modify(|open| *open += 1);
        Self(seen)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}
