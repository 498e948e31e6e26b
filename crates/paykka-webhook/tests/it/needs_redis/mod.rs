//! Claims in a real Redis, which is killed and started again in the middle; and receivers that share it, one of which is
//! killed between claim and handler.

mod failover;
mod hostile;
mod objects;
mod states;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Claim, Claims, Delivery, DeliveryId, Reason, Receiver, RedisClaims};
use tempfile::TempDir;

use crate::world::{genuine, payment, payments, post, signed};

const KEEP: Duration = Duration::from_secs(660);

/// A Redis of the test's own, on loopback.
struct Redis {
    address: SocketAddr,
    folder: TempDir,
    child: Child,
}

impl Redis {
    fn start(policy: &str) -> Self {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("policy"), policy).unwrap();
        let child = spawned(&folder, address);
        Self { address, folder, child }
    }

    fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.child = spawned(&self.folder, self.address);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // An error says that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One that writes down each claim before it answers, as the guide says.
fn spawned(folder: &TempDir, address: SocketAddr) -> Child {
    let policy = std::fs::read_to_string(folder.path().join("policy")).unwrap();
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &address.port().to_string(), "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", &policy])
        .arg("--dir")
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_err() {
        assert!(
            child.try_wait().unwrap().is_none() && Instant::now() < deadline,
            "redis-server didn't start"
        );
        std::thread::yield_now();
    }
    child
}

/// The first line of what Redis answers to a command.
fn told(redis: &Redis, command: &str) -> String {
    let mut stream = TcpStream::connect(redis.address).unwrap();
    stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// As a restart without a file would.
fn forgotten(redis: &Redis) {
    assert_eq!(told(redis, "FLUSHALL"), "+OK");
}

/// Until it holds, or for 20 seconds.
async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds().await {
        assert!(Instant::now() < deadline, "it never held");
        tokio::task::yield_now().await;
    }
}

fn id(number: u8) -> DeliveryId {
    DeliveryId::from_bytes([number; 32])
}

fn sharing(claims: RedisClaims) -> (Receiver, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let receiver = Receiver::handling(payments().build().unwrap(), claims, move |delivery: Delivery| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
    });
    (receiver, calls)
}

#[tokio::test]
async fn a_claim_is_new_then_in_progress_then_done() {
    let redis = Redis::start("noeviction");
    let claims = RedisClaims::builder(redis.url()).connect().await.unwrap();
    let other = RedisClaims::builder(redis.url()).connect().await.unwrap();
    let Claim::New(first) = claims.begin(id(1), KEEP).await.unwrap() else { panic!("not new") };
    assert_eq!(other.begin(id(1), KEEP).await.unwrap(), Claim::InProgress);
    claims.release(id(1), first).await.unwrap();
    let Claim::New(second) = other.begin(id(1), KEEP).await.unwrap() else { panic!("not released") };
    claims.release(id(1), first).await.unwrap();
    assert_eq!(
        claims.begin(id(1), KEEP).await.unwrap(),
        Claim::InProgress,
        "another's ticket releases nothing"
    );
    other.renew(id(1), second).await.unwrap();
    // A Redis that lost its memory while the handler runs gets the claim back with the next renewal.
    forgotten(&redis);
    other.renew(id(1), second).await.unwrap();
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::InProgress);
    other.done(id(1), second).await.unwrap();
    assert_eq!(claims.begin(id(1), KEEP).await.unwrap(), Claim::Done);
    assert!(!format!("{claims:?}").contains("redis://"));
}

#[tokio::test]
async fn leases_and_memories_end_by_redis_own_clock() {
    let redis = Redis::start("noeviction");
    let claims = RedisClaims::builder(redis.url()).lease(Duration::from_millis(150)).connect().await.unwrap();
    let Claim::New(_) = claims.begin(id(1), KEEP).await.unwrap() else { panic!("not new") };
    until(|| async { matches!(claims.begin(id(1), KEEP).await.unwrap(), Claim::New(_)) }).await;
    let Claim::New(ticket) = claims.begin(id(2), Duration::from_millis(150)).await.unwrap() else {
        panic!("not new")
    };
    claims.done(id(2), ticket).await.unwrap();
    until(|| async { matches!(claims.begin(id(2), KEEP).await.unwrap(), Claim::New(_)) }).await;
}

#[tokio::test]
async fn of_two_receivers_at_once_one_handles() {
    let redis = Redis::start("noeviction");
    let connect = || RedisClaims::builder(redis.url()).connect();
    let (one, by_one) = sharing(connect().await.unwrap());
    let (two, by_two) = sharing(connect().await.unwrap());
    for number in 0..50 {
        let message = signed(&payment(&format!("R{number}"), "SUCCESS"));
        let reasons = tokio::join!(post(&one, &message), post(&two, &message));
        let reasons = [reasons.0, reasons.1];
        assert_eq!(reasons.iter().filter(|reason| **reason == Reason::Handled).count(), 1, "{reasons:?}");
        assert!(
            reasons
                .iter()
                .all(|reason| { matches!(reason, Reason::Handled | Reason::InProgress | Reason::Again) })
        );
        assert_eq!((post(&one, &message).await, post(&two, &message).await), (Reason::Again, Reason::Again));
    }
    assert_eq!(by_one.load(Ordering::SeqCst) + by_two.load(Ordering::SeqCst), 50);
}

#[tokio::test]
async fn while_redis_is_gone_nothing_is_handled_and_then_all_goes_on() {
    let mut redis = Redis::start("noeviction");
    let (receiver, calls) = sharing(connected(&redis, LEASE).await);
    let before = genuine();
    assert_eq!(post(&receiver, &before).await, Reason::Handled);
    redis.kill();
    let during = signed(&payment("R2", "SUCCESS"));
    for _ in 0..3 {
        assert_eq!(post(&receiver, &during).await, Reason::Claims);
        assert_eq!(post(&receiver, &before).await, Reason::Claims, "not even what was handled");
    }
    assert_eq!((Reason::Claims.status().as_u16(), calls.load(Ordering::SeqCst)), (503, 1));
    redis.start_again();
    until(|| async { post(&receiver, &during).await == Reason::Again }).await;
    assert_eq!(post(&receiver, &before).await, Reason::Again, "it was written down");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_redis_that_forgets_or_is_not_there_is_refused_at_start() {
    let redis = Redis::start("allkeys-lru");
    let error = RedisClaims::builder(redis.url()).connect().await.unwrap_err();
    assert!(error.to_string().contains("maxmemory-policy noeviction"), "{error}");
    let error = RedisClaims::builder("http://127.0.0.1").connect().await.unwrap_err();
    assert!(error.to_string().contains("redis://host:port/db"), "{error}");
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let gone = RedisClaims::builder(format!("redis://{nobody}")).timeout(Duration::from_millis(200));
    assert!(gone.connect().await.unwrap_err().to_string().contains("doesn't answer"));
    for lease in [Duration::ZERO, Duration::from_micros(999), Duration::from_secs(86_401), Duration::MAX] {
        let error = RedisClaims::builder(redis.url()).lease(lease).connect().await.unwrap_err();
        assert!(error.to_string().contains("the lease"), "{lease:?}: {error}");
    }
}

#[tokio::test]
async fn what_a_killed_process_had_claimed_is_handled_after_the_lease() {
    if let Ok(url) = std::env::var(VICTIM) {
        return handle_for_ever(url).await;
    }
    let redis = Redis::start("noeviction");
    let (receiver, calls) = sharing(connected(&redis, LEASE).await);
    let message = genuine();
    let mut victim = Victim::handling(&redis, &message).await;
    assert_eq!(post(&receiver, &message).await, Reason::InProgress);
    victim.kill();
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    until(|| async { post(&receiver, &message).await == Reason::Handled }).await;
    assert_eq!((post(&receiver, &message).await, calls.load(Ordering::SeqCst)), (Reason::Again, 1));
}

const LEASE: Duration = Duration::from_millis(1_500);

async fn connected(redis: &Redis, lease: Duration) -> RedisClaims {
    // A busy machine may let it wait.
    let builder = RedisClaims::builder(redis.url()).timeout(Duration::from_secs(10));
    builder.lease(lease).connect().await.unwrap()
}

/// A receiver in a process of its own, whose handler never ends: this test program, started once more for one test.
struct Victim(Child);

impl Victim {
    /// When this returns its handler has begun.
    async fn handling(redis: &Redis, message: &SignedNotification) -> Self {
        let mark = tempfile::tempdir().unwrap();
        let file = mark.path().join("mark");
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "needs_redis::what_a_killed_process_had_claimed_is_handled_after_the_lease"])
            .env(VICTIM, redis.url())
            .env(MESSAGE, written(message))
            .env(MARK, &file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let victim = Self(child);
        until(|| std::future::ready(file.exists())).await;
        victim
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // An error says that it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn handle_for_ever(url: String) {
    let claims = RedisClaims::builder(url).lease(LEASE).connect().await.unwrap();
    let message = std::env::var(MESSAGE).unwrap();
    let message = serde_json::from_str::<(Vec<(String, String)>, String)>(&message).unwrap();
    let mark = std::path::PathBuf::from(std::env::var(MARK).unwrap());
    let receiver = Receiver::handling(payments().build().unwrap(), claims, move |_: Delivery| {
        std::fs::write(&mark, "handling").unwrap();
        std::future::pending::<Result<paykka_webhook::Ack, std::io::Error>>()
    });
    receiver.ack_deadline(Duration::MAX).receive(&message.0, message.1.into()).await;
}

const VICTIM: &str = "PAYKKA_TEST_VICTIM_OF";
const MESSAGE: &str = "PAYKKA_TEST_MESSAGE";
const MARK: &str = "PAYKKA_TEST_MARK";

fn written(message: &SignedNotification) -> String {
    serde_json::to_string(&(&message.headers, str::from_utf8(&message.body).unwrap())).unwrap()
}
