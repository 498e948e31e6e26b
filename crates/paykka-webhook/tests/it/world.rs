//! What the tests share: the platform's key, messages that a test may damage, a clock that it sets, and a receiver that
//! writes down what its handler was given.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_model::{Notification, NotificationKind, PaymentNotification};
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{
    Ack, Delivery, MemoryClaims, Merchants, Reason, Receiver, Turn, Verifier, VerifierBuilder,
};

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const PATH: &str = "/paykka/payments";

pub(crate) static PLATFORM: LazyLock<SigningKey> = LazyLock::new(|| {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    SigningKey::from_bytes("P001", pem).unwrap()
});

/// Our own, with which calls are signed.
pub(crate) static OURS: LazyLock<SigningKey> = LazyLock::new(|| {
    let pem = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    SigningKey::from_bytes("P002", pem).unwrap()
});

pub(crate) fn public(key: &SigningKey) -> VerifyingKey {
    VerifyingKey::from_bytes(key.public_key()).unwrap()
}

pub(crate) fn ring_of(keys: &[&SigningKey]) -> KeyRing {
    let ring = keys.iter().fold(KeyRing::builder(), |ring, key| ring.key(key.key_id(), public(key)));
    ring.for_loopback().build().unwrap()
}

/// For payments alone, of our merchant, by the platform's key.
pub(crate) fn payments() -> VerifierBuilder {
    any_kind().only::<PaymentNotification>()
}

pub(crate) fn any_kind() -> VerifierBuilder {
    Verifier::builder(ring_of(&[&PLATFORM]), PATH).merchants(Merchants::these([MERCHANT])).for_loopback()
}

pub(crate) fn payment_data(request_id: &str, status: &str) -> String {
    format!(r#"{{"merch_id":"{MERCHANT}","request_id":"{request_id}","status":"{status}"}}"#)
}

pub(crate) fn payment(request_id: &str, status: &str) -> Notice {
    Notice::new(NotificationKind::Payment, &payment_data(request_id, status)).path(PATH)
}

/// Signed by the platform.
pub(crate) fn signed(notice: &Notice) -> SignedNotification {
    notice.sign(&PLATFORM).unwrap()
}

pub(crate) fn genuine() -> SignedNotification {
    signed(&payment("R1", "SUCCESS"))
}

/// A clock that the test sets, in milliseconds.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) const START: u64 = 1_800_000_000_000;

    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(Self::START)))
    }

    pub(crate) fn read(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let millis = Arc::clone(&self.0);
        move || at(millis.load(Ordering::SeqCst))
    }

    /// So many milliseconds after the start.
    pub(crate) fn set(&self, after_start: u64) {
        self.0.store(Self::START + after_start, Ordering::SeqCst);
    }
}

pub(crate) fn at(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

/// What a handler was given, in order.
#[derive(Clone, Default)]
pub(crate) struct Handled(Arc<Mutex<Vec<(String, Turn)>>>);

impl Handled {
    pub(crate) fn note(&self, delivery: &Delivery) -> Ack {
        let state = match delivery.received().notification().map(|notification| notification.value()) {
            Ok(Notification::Payment(state)) => format!("{} {}", state.request_id, state.status),
            Ok(other) => format!("{:?}", other.kind()),
            Err(error) => format!("undecodable at column {}", error.column()),
        };
        self.0.lock().unwrap().push((state, delivery.turn()));
        delivery.ack()
    }

    pub(crate) fn turns(&self) -> Vec<(String, Turn)> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn list(&self) -> Vec<String> {
        self.turns().into_iter().map(|(state, _)| state).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// A receiver with claims of its own, and what its handler was given.
pub(crate) fn receiver(verifier: VerifierBuilder) -> (Receiver, Handled) {
    let handled = Handled::default();
    let noted = handled.clone();
    let verifier = verifier.build().unwrap();
    let receiver = Receiver::handling(verifier, MemoryClaims::new(10_000), move |delivery: Delivery| {
        let ack = noted.note(&delivery);
        std::future::ready(Ok::<_, std::io::Error>(ack))
    });
    (receiver, handled)
}

pub(crate) async fn post(receiver: &Receiver, message: &SignedNotification) -> Reason {
    receiver.receive(&message.headers, message.body.clone()).await
}

pub(crate) fn with_body(message: &SignedNotification, body: impl Into<Bytes>) -> SignedNotification {
    let mut message = message.clone();
    message.body = body.into();
    message
}

/// The value of a header that a test may damage.
pub(crate) fn header<'a>(message: &'a mut SignedNotification, name: &str) -> &'a mut String {
    &mut message.headers.iter_mut().find(|(given, _)| *given == name).unwrap().1
}
