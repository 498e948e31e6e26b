//! The private key lives in another process, which signs on request over a socket; this one asks, verifies what it
//! gets, and only then has a header to send. A KMS or an HSM looks the same from here.
//!
//! `cargo run -p paykka-sign --example signer_process`
//!
//! Left out for brevity: the other process should know its callers (a Unix socket with permissions, mutual TLS).

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, SystemTime};

use paykka_sign::{
    KeyRing, Nonce, Parts, SignatureFuture, Signer, SigningKey, StringToSign, Timestamp, VerifyingKey,
    Window, authorize,
};

type BoxError = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), BoxError> {
    if env::args().nth(1).as_deref() == Some("serve") {
        // A published key of this project's tests; yours is where only this process can read it.
        let key = SigningKey::from_bytes("K001", include_str!("../testdata/merchant-2048.private.pem"))?;
        return Ok(serve(&key, io::stdout())?);
    }
    let process = SignerProcess::start(Command::new(env::current_exe()?).arg("serve"))?;
    let public = VerifyingKey::from_bytes(include_str!("../testdata/merchant-2048.public.pem"))?;
    let signer = RemoteSigner { key_id: "K001".to_owned(), public: public.clone(), address: process.address };

    let call =
        Parts { path: "/api/v2/merch/account/balance", merchant: Some("M1"), body: br#"{"currency":"USD"}"# };
    let now = Timestamp::try_from(SystemTime::now())?;
    // A program of yours takes its nonce from the operating system's randomness, anew for every attempt.
    let nonce = Nonce::new("a1B2c3D4e5F6")?;
    let header = block_on(authorize(&signer, &call, now, &nonce))?.to_header();

    let ring = KeyRing::builder().key("K001", public).for_loopback().build()?;
    ring.verify(header.as_bytes(), call, &Window::new(now, Duration::ZERO))?;
    writeln!(io::stdout(), "Authorization: {header}")?;
    Ok(())
}

/// The side that has the key: signs what strangers' programs ask, but only messages of the platform's five lines.
pub(crate) fn serve(key: &SigningKey, mut ready: impl Write) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    writeln!(ready, "listening on {}", listener.local_addr()?)?;
    ready.flush()?;
    for stream in listener.incoming() {
        // A caller that goes away harms nobody but itself.
        if let Err(error) = answer(key, stream?) {
            writeln!(io::stderr(), "a caller was lost: {error}")?;
        }
    }
    Ok(())
}

fn answer(key: &SigningKey, mut stream: TcpStream) -> io::Result<()> {
    let message = read_block(&mut stream)?;
    // An empty block stands for "no".
    write_block(&mut stream, &sign(key, &message).unwrap_or_default())
}

/// Cuts the string into its parts and signs these. `None` for anything that isn't such a string.
fn sign(key: &SigningKey, message: &[u8]) -> Option<Vec<u8>> {
    let mut lines = message.splitn(5, |byte| *byte == b'\n');
    let mut line = || std::str::from_utf8(lines.next()?).ok();
    let (path, timestamp, nonce, merchant) = (line()?, line()?, line()?, line()?);
    let merchant = Some(merchant).filter(|merchant| !merchant.is_empty());
    let parts = Parts { path, merchant, body: lines.next().unwrap_or_default() };
    let authorization = key.sign(&parts, Timestamp::parse(timestamp).ok()?, &Nonce::new(nonce).ok()?).ok()?;
    Some(authorization.signature().to_vec())
}

/// The side that has no key.
pub(crate) struct RemoteSigner {
    pub(crate) key_id: String,
    pub(crate) public: VerifyingKey,
    pub(crate) address: SocketAddr,
}

impl Signer for RemoteSigner {
    fn key_id(&self) -> &str {
        &self.key_id
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a> {
        // A signer that takes a digest gets `string.sha256()`.
        let (address, message) = (self.address, string.as_bytes().to_vec());
        SignatureFuture::remote(in_a_thread(move || ask(address, &message)))
    }
}

fn ask(address: SocketAddr, message: &[u8]) -> Result<Vec<u8>, BoxError> {
    let mut stream = TcpStream::connect(address)?;
    write_block(&mut stream, message)?;
    let signature = read_block(&mut stream)?;
    if signature.is_empty() { Err("the signer process refused".into()) } else { Ok(signature) }
}

/// The other process, as long as this value lives.
pub(crate) struct SignerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl SignerProcess {
    /// Waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self, BoxError> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        for line in BufReader::new(output).lines() {
            if let Some((_, address)) = line?.split_once("listening on ") {
                return Ok(Self { address: address.parse()?, child });
            }
        }
        Err(format!("the signer process ended: {}", child.wait()?).into())
    }
}

impl Drop for SignerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Four bytes of length, big-endian, and the bytes.
fn write_block(stream: &mut TcpStream, block: &[u8]) -> io::Result<()> {
    let len = u32::try_from(block.len()).map_err(io::Error::other)?;
    stream.write_all(&len.to_be_bytes())?;
    stream.write_all(block)
}

fn read_block(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    const LARGEST: u32 = 16 * 1024 * 1024;
    let mut len = [0; 4];
    stream.read_exact(&mut len)?;
    let len = u32::from_be_bytes(len);
    if len > LARGEST {
        return Err(io::Error::other("a block of more than 16 MiB"));
    }
    let mut block = Vec::new();
    stream.take(len.into()).read_to_end(&mut block)?;
    if block.len() as u64 == u64::from(len) { Ok(block) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Blocking work as a future. Your async runtime has this ready (tokio's `spawn_blocking`), or a socket that waits
/// without a thread.
fn in_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = T> + Send {
    let ours = Arc::new(Mutex::new((None, None::<Waker>)));
    let theirs = Arc::clone(&ours);
    thread::spawn(move || {
        let result = work();
        let mut state = theirs.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = Some(result);
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    });
    std::future::poll_fn(move |cx| {
        let mut state = ours.lock().unwrap_or_else(PoisonError::into_inner);
        match state.0.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    })
}

/// What your async runtime does.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
