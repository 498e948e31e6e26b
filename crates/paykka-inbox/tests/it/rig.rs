//! Genuine notifications, a clock that is set by hand, and an inbox in a folder of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use paykka_inbox::{SqliteInbox, SqliteInboxBuilder};
use paykka_model::NotificationKind;
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, Verified, VerifyingKey, Window};
use paykka_webhook::inbox::{Arrival, Claimed, EventState, Inbox, Listed, Next, Stored};
use tempfile::TempDir;

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const PATH: &str = "/paykka/notifications";
pub(crate) const LEASE: Duration = Duration::from_secs(60);
const PLATFORM_PEM: &str = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
const PLATFORM_PUBLIC_PEM: &str = include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");
const MERCHANT_PUBLIC_PEM: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem");

/// The tests' keys are published, so the ring is for loopback.
pub(crate) fn ring() -> KeyRing {
    ring_of(PLATFORM_PUBLIC_PEM)
}

pub(crate) fn another_ring() -> KeyRing {
    ring_of(MERCHANT_PUBLIC_PEM)
}

fn ring_of(pem: &str) -> KeyRing {
    let key = VerifyingKey::from_bytes(pem).unwrap();
    KeyRing::builder().key("P001", key).for_loopback().build().unwrap()
}

/// Signed as the platform would, at a time, and verified.
pub(crate) fn verified(body: &str, at: SystemTime, nonce: u64) -> Verified<Bytes> {
    static KEY: OnceLock<(SigningKey, KeyRing)> = OnceLock::new();
    let (key, ring) = KEY.get_or_init(|| (SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap(), ring()));
    let at = Timestamp::try_from(at).unwrap();
    let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: Bytes::copy_from_slice(body.as_bytes()) };
    let mut entropy = [0; 16];
    entropy[..8].copy_from_slice(&nonce.to_be_bytes());
    let authorization = key.sign(&parts, at, &Nonce::from_entropy(entropy)).unwrap();
    let window = Window::new(at, Duration::from_secs(300));
    ring.verify(authorization.to_header().as_bytes(), parts, &window).unwrap()
}

/// A delivery that was never sent before, whatever its body.
pub(crate) fn delivery(body: &str) -> Arrival {
    static NONCE: AtomicU64 = AtomicU64::new(1 << 32);
    let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
    Arrival::new(&verified(body, noon(), nonce), None, noon(), None).unwrap()
}

/// A delivery that is the same in every process, and that comes at its address's own kind.
pub(crate) fn numbered(body: &str, nonce: u64) -> Arrival {
    Arrival::new(&verified(body, noon(), nonce), Some(NotificationKind::Payment), noon(), None).unwrap()
}

/// The fee makes bodies differ.
pub(crate) fn payment(id: &str, status: &str, fee: u64) -> String {
    format!(
        r#"{{"type":"MERCH","version":"1.0","data":{{"request_id":"{id}","status":"{status}","fee_amount":{fee}}}}}"#
    )
}

pub(crate) fn receipt(status: &str, amount: u64) -> String {
    format!(
        r#"{{"type":"MERCH","data":{{"recv_order_no":"R1","status":"{status}","amount":{amount},"payer_name":"P"}}}}"#
    )
}

pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// Stands still until it is set forward.
#[derive(Clone)]
pub(crate) struct Clock(Arc<Mutex<SystemTime>>);

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }

    pub(crate) fn forward(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

pub(crate) struct Rig {
    pub(crate) inbox: SqliteInbox,
    pub(crate) clock: Clock,
    pub(crate) path: PathBuf,
    pub(crate) folder: TempDir,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(settings: impl FnOnce(SqliteInboxBuilder) -> SqliteInboxBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, clock) = (folder.path().join("inbox.db"), Clock(Arc::new(Mutex::new(noon()))));
        let inbox = settings(builder(&path, &clock)).open().await.unwrap();
        Self { inbox, clock, path, folder }
    }

    /// A second one on the same file.
    pub(crate) fn another(&self) -> SqliteInboxBuilder {
        builder(&self.path, &self.clock)
    }

    pub(crate) async fn store(&self, body: &str) -> Stored {
        self.inbox.store(delivery(body)).await.unwrap()
    }

    pub(crate) async fn claim(&self) -> Option<Claimed> {
        claim(&self.inbox).await
    }

    /// Claims what comes next and says that it was handled.
    pub(crate) async fn handle(&self) -> Claimed {
        let event = self.claim().await.unwrap();
        self.inbox.done(&event.claim).await.unwrap();
        event
    }

    pub(crate) async fn list(&self, state: EventState) -> Vec<Listed> {
        self.inbox.list(state, 1_000).await.unwrap()
    }
}

fn builder(path: &std::path::Path, clock: &Clock) -> SqliteInboxBuilder {
    let clock = clock.clone();
    SqliteInbox::builder(path).lease(LEASE).clock(move || clock.now())
}

pub(crate) async fn claim(inbox: &SqliteInbox) -> Option<Claimed> {
    match inbox.claim().await.unwrap() {
        Next::Event(event) => Some(*event),
        Next::Nothing(_) => None,
    }
}

pub(crate) fn is_long() -> bool {
    std::env::var("PAYKKA_LONG").is_ok_and(|long| long == "1")
}
