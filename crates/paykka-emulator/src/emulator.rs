//! The handle to a running emulator: where it listens, what it holds, and its end.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use paykka_model::{Amount, PaymentState};
use paykka_sign::{Signer, SigningKey};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::gate::Gate;
use crate::notifier::Notifier;
use crate::platform::Platform;
use crate::routes::{State, router};
use crate::{Delivery, EmulatorBuilder, Error, LocalCa, LoopbackServer};

/// A running emulator. It ends when it is dropped, open connections included.
pub struct Emulator {
    http: LoopbackServer,
    https: LoopbackServer,
    ca_pem: String,
    public_key_pem: String,
    state: Arc<State>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    settling: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator that signs with `key`, under that key's id.
    #[must_use]
    pub fn builder(key: SigningKey) -> EmulatorBuilder {
        Self::builder_with(Arc::new(key))
    }

    /// As [`builder`](Self::builder), for a key that is held elsewhere.
    #[must_use]
    pub fn builder_with(signer: Arc<dyn Signer>) -> EmulatorBuilder {
        EmulatorBuilder::new(signer)
    }

    /// Base URL over plain HTTP, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http_address())
    }

    /// Base URL over TLS, `https://127.0.0.1:PORT`; trust [`ca_pem`](Self::ca_pem).
    #[must_use]
    pub fn https_url(&self) -> String {
        format!("https://{}", self.https.address())
    }

    /// Where plain HTTP is served.
    #[must_use]
    pub const fn http_address(&self) -> SocketAddr {
        self.http.address()
    }

    /// The authority that vouches for [`https_url`](Self::https_url), as PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The platform's public key as SPKI PEM, for merchants to verify answers and notifications with.
    #[must_use]
    pub fn public_key_pem(&self) -> &str {
        &self.public_key_pem
    }

    /// The id under which the platform signs.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.state.key.key_id()
    }

    /// What stands on a merchant's account, or `None` where there is no such account.
    #[must_use]
    pub fn balance(&self, merchant: &str, currency: &str) -> Option<Amount> {
        self.state.platform().balance(merchant, currency)
    }

    /// A merchant's payment, or `None` where there is none of that number.
    #[must_use]
    pub fn payment(&self, merchant: &str, request_id: &str) -> Option<PaymentState> {
        self.state.platform().payment(merchant, request_id)
    }

    /// How many payments were executed, of all merchants.
    #[must_use]
    pub fn payment_count(&self) -> usize {
        self.state.platform().payment_count()
    }

    /// Every notification sent so far, and how the other side answered.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn start(
        key: Arc<dyn Signer>,
        gate: Gate,
        platform: Platform,
        ca: &LocalCa,
        notify_to: Option<Uri>,
    ) -> Result<Self, Error> {
        let public_key_pem = key.verifying_key().to_pem();
        let (applied, due) = mpsc::unbounded_channel();
        let state = Arc::new(State { key: Arc::clone(&key), gate, platform: Mutex::new(platform), applied });
        let deliveries = Arc::default();
        let notifier = notify_to
            .map(|url| Notifier::new(key, url, ca, Arc::clone(&deliveries)))
            .transpose()?
            .map(Arc::new);
        let http = LoopbackServer::plain(router(&state))?;
        let https = LoopbackServer::tls(router(&state), &ca.issue()?)?;
        let settling = tokio::spawn(settle(Arc::clone(&state), due, notifier));
        Ok(Self { http, https, ca_pem: ca.pem().to_owned(), public_key_pem, state, deliveries, settling })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.settling.abort();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("http", &self.http.address())
            .field("https", &self.https.address())
            .finish_non_exhaustive()
    }
}

/// Lets payments end one after another. Each notification goes out on its own, so that a slow receiver holds up nobody.
async fn settle(
    state: Arc<State>,
    mut due: mpsc::UnboundedReceiver<(String, String)>,
    notifier: Option<Arc<Notifier>>,
) {
    let mut deliveries = JoinSet::new();
    while let Some((merchant, request_id)) = due.recv().await {
        let ended = state.platform().settle(&merchant, &request_id);
        if let (Some(payment), Some(notifier)) = (ended, notifier.clone()) {
            deliveries.spawn(async move { notifier.payment(&merchant, &payment).await });
        }
        // Those that are done leave nothing behind.
        while deliveries.try_join_next().is_some() {}
    }
}
