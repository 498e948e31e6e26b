//! Ways through a proxy that the test plays itself: what it is told, and everything that it can do wrong.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use paykka_transport::{Effect, Error, Proxy, Transport, WireSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::pki::Ca;
use super::server::{Reply, Server};
use super::{builder, call, trusting, unsigned, words};

const SECRET: &str = "sesame";

/// What a proxy does with a connection.
#[derive(Clone, Copy)]
enum Does {
    /// Opens the way to wherever it is sent.
    Opens,
    /// Says this instead of the last word that it would have, and closes.
    Says(&'static [u8]),
    /// Takes the connection and stays silent.
    Stalls,
    /// Opens a way on which nobody answers.
    OpensToSilence,
}

/// It ends when it is dropped.
struct Played {
    address: SocketAddr,
    /// What each connection was for, in the proxy's own words.
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Played {
    async fn connect(does: Does) -> Self {
        Self::start(move |stream, asked| http_connect(stream, does, asked)).await
    }

    /// SOCKS5 that wants the user `alice` and the password.
    async fn socks(does: Does) -> Self {
        Self::start(move |stream, asked| socks(stream, does, asked)).await
    }

    async fn start<F>(handle: impl Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                open.spawn(handle(stream, Arc::clone(&log)));
            }
        });
        Self { address, asked, task }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://alice:{SECRET}@{}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn http_connect(mut stream: TcpStream, does: Does, asked: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap().to_owned();
    asked.lock().unwrap().push(head);
    last_word(stream, does, b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", target).await
}

async fn socks(mut stream: TcpStream, does: Does, asked: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut hello = [0; 3];
    stream.read_exact(&mut hello).await.ok()?;
    assert_eq!(hello, [5, 1, 2], "one method, user and password");
    stream.write_all(&[5, 2]).await.ok()?;
    let mut credentials = [0; 14];
    stream.read_exact(&mut credentials).await.ok()?;
    assert_eq!(&credentials, b"\x01\x05alice\x06sesame");
    stream.write_all(&[1, 0]).await.ok()?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.ok()?;
    assert_eq!(head[..3], [5, 1, 0], "connect");
    let host = match head[3] {
        1 => std::net::Ipv4Addr::from_bits(stream.read_u32().await.ok()?).to_string(),
        3 => {
            let mut name = vec![0; stream.read_u8().await.ok()?.into()];
            stream.read_exact(&mut name).await.ok()?;
            String::from_utf8(name).unwrap()
        }
        form => panic!("address form {form}"),
    };
    let target = format!("{host}:{}", stream.read_u16().await.ok()?);
    asked.lock().unwrap().push(target.clone());
    last_word(stream, does, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0], target).await
}

async fn last_word(mut stream: TcpStream, does: Does, yes: &[u8], target: String) -> Option<()> {
    match does {
        Does::Opens => {
            let mut onward = TcpStream::connect(target).await.ok()?;
            stream.write_all(yes).await.ok()?;
            copy_bidirectional(&mut stream, &mut onward).await.ok()?;
        }
        Does::Says(words) => stream.write_all(words).await.ok()?,
        Does::Stalls => std::future::pending().await,
        Does::OpensToSilence => {
            stream.write_all(yes).await.ok()?;
            std::future::pending::<()>().await;
        }
    }
    Some(())
}

fn through(url: &str, ca: &Ca) -> WireSettings {
    trusting(ca).proxy(Proxy::from_url(url).unwrap().also_for_loopback())
}

async fn tls_server() -> (Ca, Server) {
    let ca = Ca::new();
    let server = Server::tls(ca.server().tls(), Reply::Fine).await;
    (ca, server)
}

/// A money call's error is the proxy's, names it, keeps the password, and the server saw nothing.
fn is_the_proxys(error: &Error, proxy: &str, server: &Server) {
    let words = words(error);
    assert!(error.is_proxy() && error.is_connect() && !error.is_certificate(), "{words}");
    assert!(!error.outcome_unknown() && !error.may_have_been_executed(), "{words}");
    assert!(error.to_string().contains(proxy), "{words}");
    // Base64 of `alice:sesame`, too.
    assert!(!words.contains(SECRET) && !words.contains("alice") && !words.contains("YWxpY2U6"), "{words}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn connect_opens_a_way_on_which_tls_goes_from_end_to_end() {
    let (ca, server) = tls_server().await;
    let proxy = Played::connect(Does::Opens).await;
    let transport = unsigned(&server.https_url(), &through(&proxy.url("http"), &ca));
    call(&transport, Effect::Money).await.unwrap();
    call(&transport, Effect::Read).await.unwrap();
    call(&transport, Effect::Read).await.unwrap();
    assert_eq!((server.requests(), server.connections()), (3, 2));
    let asked = proxy.asked();
    assert_eq!(asked.len(), 2, "a connection through a proxy is kept like any other");
    let target = server.address;
    let expected = format!(
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nProxy-Authorization: Basic YWxpY2U6c2VzYW1l\r\n\r\n"
    );
    assert_eq!(asked[0], expected, "and nothing of the request");
}

#[tokio::test]
async fn without_credentials_none_are_sent() {
    let (ca, server) = tls_server().await;
    let proxy = Played::connect(Does::Opens).await;
    let transport = unsigned(&server.https_url(), &through(&proxy.address.to_string(), &ca));
    call(&transport, Effect::Read).await.unwrap();
    assert!(!proxy.asked()[0].to_ascii_lowercase().contains("authorization"));
}

#[tokio::test]
async fn socks5_resolves_here_and_socks5h_at_the_proxy() {
    let (ca, server) = tls_server().await;
    let port = server.address.port();
    for (scheme, host, asked) in [
        ("socks5", "localhost", "127.0.0.1"),
        ("socks5h", "localhost", "localhost"),
        ("socks5h", "127.0.0.1", "127.0.0.1"),
    ] {
        let proxy = Played::socks(Does::Opens).await;
        let transport = unsigned(&format!("https://{host}:{port}"), &through(&proxy.url(scheme), &ca));
        call(&transport, Effect::Money).await.unwrap();
        assert_eq!(proxy.asked(), [format!("{asked}:{port}")]);
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_the_proxys_fault_and_nothing_was_sent() {
    let (ca, server) = tls_server().await;
    for says in [
        b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".as_slice(),
        b"HTTP/1.1 403 Filtered\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"",
    ] {
        let proxy = Played::connect(Does::Says(says)).await;
        let transport = unsigned(&server.https_url(), &through(&proxy.url("http"), &ca));
        let error = call(&transport, Effect::Money).await.unwrap_err();
        is_the_proxys(&error, &format!("http://{}", proxy.address), &server);
        assert_eq!(proxy.asked().len(), 1);
    }
    for says in [[5, 5, 0, 1, 0, 0, 0, 0, 0, 0].as_slice(), &[5, 2], &[4, 0, 0, 0], b""] {
        let proxy = Played::socks(Does::Says(says)).await;
        let transport = unsigned(&server.https_url(), &through(&proxy.url("socks5h"), &ca));
        let error = call(&transport, Effect::Money).await.unwrap_err();
        is_the_proxys(&error, &format!("socks5h://{}", proxy.address), &server);
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_the_proxys_fault() {
    let (ca, server) = tls_server().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for scheme in ["http", "socks5", "socks5h"] {
        let url = format!("{scheme}://alice:{SECRET}@{address}");
        let error =
            call(&unsigned(&server.https_url(), &through(&url, &ca)), Effect::Money).await.unwrap_err();
        is_the_proxys(&error, &format!("{scheme}://{address}"), &server);
        assert!(words(&error).contains("refused"), "the reason is kept: {}", words(&error));
    }
}

#[tokio::test]
async fn a_proxy_that_stalls_ends_at_the_connect_timeout() {
    let (ca, server) = tls_server().await;
    let limit = Duration::from_millis(200);
    for (proxy, scheme) in
        [(Played::connect(Does::Stalls).await, "http"), (Played::socks(Does::Stalls).await, "socks5h")]
    {
        let settings = through(&proxy.url(scheme), &ca).connect_timeout(limit);
        let started = Instant::now();
        let error = call(&unsigned(&server.https_url(), &settings), Effect::Money).await.unwrap_err();
        is_the_proxys(&error, &proxy.address.to_string(), &server);
        assert!(words(&error).contains("not connected within 200ms"), "{}", words(&error));
        assert!(started.elapsed() >= limit && started.elapsed() < limit + Duration::from_secs(1));
    }
}

/// The proxy did its part, so it isn't to blame.
#[tokio::test]
async fn what_fails_behind_an_open_way_is_not_the_proxys_fault() {
    let (ca, server) = tls_server().await;
    let proxy = Played::connect(Does::Opens).await;
    let distrusting = through(&proxy.url("http"), &Ca::new());
    let error = call(&unsigned(&server.https_url(), &distrusting), Effect::Money).await.unwrap_err();
    assert!(error.is_certificate() && !error.is_proxy(), "{}", words(&error));

    let silent = Played::connect(Does::OpensToSilence).await;
    let settings = through(&silent.url("http"), &ca).connect_timeout(Duration::from_millis(200));
    let error = call(&unsigned(&server.https_url(), &settings), Effect::Money).await.unwrap_err();
    assert!(error.is_connect() && !error.is_proxy() && !error.outcome_unknown(), "{}", words(&error));
    assert!(words(&error).contains("not connected within 200ms"), "{}", words(&error));
}

#[tokio::test]
async fn the_list_loopback_and_plain_http_go_around_the_proxy() {
    let (ca, server) = tls_server().await;
    let proxy = Played::connect(Does::Opens).await;
    let all = Proxy::from_url(&proxy.url("http")).unwrap().also_for_loopback();
    let listed = trusting(&ca).proxy(all.clone().no_proxy("10.0.0.0/8, 127.0.0.0/8"));
    call(&unsigned(&server.https_url(), &listed), Effect::Money).await.unwrap();
    let by_default = trusting(&ca).proxy(Proxy::from_url(&proxy.url("http")).unwrap());
    call(&unsigned(&server.https_url(), &by_default), Effect::Money).await.unwrap();
    let plain = Server::plain(Reply::Fine).await;
    call(&unsigned(&plain.http_url(), &trusting(&ca).proxy(all.clone())), Effect::Money).await.unwrap();
    assert_eq!((server.requests(), plain.requests(), proxy.asked().len()), (2, 1, 0));

    let another = trusting(&ca).proxy(all.no_proxy("10.0.0.0/8"));
    call(&unsigned(&server.https_url(), &another), Effect::Money).await.unwrap();
    assert_eq!(proxy.asked().len(), 1, "the proxy itself works");
}

/// A ring of published keys is for this machine, and where a proxy leads nobody here can see.
#[tokio::test]
async fn what_must_stay_on_this_machine_goes_through_no_proxy() {
    let (ca, server) = tls_server().await;
    let proxy = Played::connect(Does::Opens).await;
    let transport: Transport =
        builder(&server.https_url()).wire(through(&proxy.url("http"), &ca)).build().unwrap();
    let error = call(&transport, Effect::Money).await.unwrap_err();
    is_the_proxys(&error, &proxy.address.to_string(), &server);
    assert!(words(&error).contains("for this machine alone"), "{}", words(&error));
    assert_eq!(proxy.asked().len(), 0);
}
