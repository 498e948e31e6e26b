//! What the demo runs on: the emulator and the merchant's notification endpoint, each a TLS server on loopback, and the
//! merchant's client. All of it real; only the platform is played.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use paykka_client::journal::MemoryJournal;
use paykka_client::money::{Money, Resend};
use paykka_client::{Answer, Client, Roots};
use paykka_emulator::{Emulator, LocalCa, LoopbackServer};
use paykka_model::Notification;
use paykka_sign::{KeyRing, SigningKey};
use paykka_webhook::{Delivery, MemoryClaims, Merchants, Receiver, Verifier, WebhookService};
use serde_json::json;
use tokio::sync::mpsc;
use tower::util::MapResponseLayer;

use super::keys::{Keys, PLATFORM_KEY_ID, handed_over};
use super::report::{BoxError, Facts};
use super::tape::Tape;
use super::trouble;
use crate::texts::demo as texts;

/// Who hands in the application: uploads before it belong to somebody.
pub(crate) const AGENT: &str = "M24061911365700670";
const ENDPOINT: &str = "/paykka";
const STEP: Duration = Duration::from_millis(100);

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) emulator: Emulator,
    pub(crate) tape: Tape,
    /// Whether things go wrong, so that what fails is tried again.
    pub(crate) is_troubled: bool,
    money: Option<Money>,
    ours: Ours,
    notifications: mpsc::UnboundedReceiver<Notification>,
    /// It ends when dropped, so it is kept as long as the story runs.
    _endpoint: LoopbackServer,
}

/// The merchants whose notifications are ours.
#[derive(Clone, Default)]
struct Ours(Arc<Mutex<Vec<String>>>);

impl World {
    /// Starts everything and exchanges the public keys. With a seed things go wrong.
    pub(crate) async fn start(keys: &Keys, seed: Option<u64>) -> Result<(Facts, Self), BoxError> {
        let trusted = handed_over(&keys.platform()?)?;
        Self::start_trusting(keys, seed, KeyRing::new([(PLATFORM_KEY_ID, trusted)])?).await
    }

    /// As [`start`](Self::start), for a merchant who calls with these platform keys.
    pub(crate) async fn start_trusting(
        keys: &Keys,
        seed: Option<u64>,
        trusted: KeyRing,
    ) -> Result<(Facts, Self), BoxError> {
        let (merchant, platform) = (keys.merchant()?, keys.platform()?);
        let (ca, tape, ours) = (LocalCa::new()?, Tape::default(), Ours::default());
        let ca_pem = ca.pem().as_bytes().to_vec();
        let (endpoint, notifications) = receive(&platform, &ca, &tape, &ours)?;
        let endpoint_url = format!("https://{}{ENDPOINT}", endpoint.address());
        let mut builder = Emulator::builder(platform)
            .merchant(AGENT, merchant.key_id(), handed_over(&merchant)?)
            .step(STEP)
            .ca(ca)
            .control()
            .notify_under(&endpoint_url);
        if let Some(seed) = seed {
            builder = builder.seed(seed).plan(trouble::plan(seed));
        }
        let emulator = builder.start().await?;
        let (answers, signatures) = (tape.clone(), tape.signatures());
        let answers = MapResponseLayer::new(move |answer: Answer| {
            answers.answer(&answer);
            answer
        });
        let client = Client::builder(emulator.https_url())
            .signing_key(merchant)
            .platform_keys(trusted)
            .merchant(AGENT)
            .roots(Roots::Only(ca_pem))
            .transport(move |transport| transport.outer_layer(answers).wire_layer(signatures))
            .build()?;
        let facts = Facts::new(texts::started())
            .line(texts::platform(), emulator.https_url())
            .line(texts::endpoint(), endpoint_url.clone())
            .result(json!({ "platform_url": emulator.https_url(), "endpoint_url": endpoint_url }));
        let is_troubled = seed.is_some();
        let money = None;
        let world =
            Self { client, emulator, tape, is_troubled, money, ours, notifications, _endpoint: endpoint };
        Ok((facts, world))
    }

    /// From now on calls are this merchant's, and its notifications are ours.
    ///
    /// The emulator takes a repeated number for the same call, which is its own promise and nobody else's; so here a money call
    /// that was lost may be sent again.
    pub(crate) fn become_merchant(&mut self, merchant: &str) -> Result<(), BoxError> {
        self.ours.lock().push(merchant.to_owned());
        self.client = self.client.as_merchant(merchant);
        let money = self.client.money(Arc::new(MemoryJournal::new())).prefix("DEMO");
        let money = money.resend(Resend::PlatformDeduplicates).patience(PATIENCE);
        self.money = Some(money.pace(Duration::from_millis(100), Duration::from_millis(400)).build()?);
        Ok(())
    }

    /// Calls that move money.
    pub(crate) fn money(&self) -> Result<&Money, BoxError> {
        self.money.as_ref().ok_or_else(|| "there is no merchant yet".into())
    }

    /// Waits for the notification that is meant; others only say what is known already.
    pub(crate) async fn told<T>(&mut self, pick: impl Fn(&Notification) -> Option<T>) -> Result<T, BoxError> {
        let next = async {
            loop {
                let notification = self.notifications.recv().await?;
                if let Some(picked) = pick(&notification) {
                    return Some(picked);
                }
            }
        };
        let told = tokio::time::timeout(PATIENCE, next).await;
        let told = told.map_err(|_| "the verified notification didn't come within 10 seconds")?;
        told.ok_or_else(|| "the merchant's endpoint has ended".into())
    }
}

/// How long a notification or an outcome may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Ours {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        // A list of names can't be half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The merchant's endpoint; what it verified comes out of the channel.
fn receive(
    platform: &SigningKey,
    ca: &LocalCa,
    tape: &Tape,
    ours: &Ours,
) -> Result<(LoopbackServer, mpsc::UnboundedReceiver<Notification>), BoxError> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let ring = KeyRing::new([(platform.key_id(), handed_over(platform)?)])?;
    let ours = ours.clone();
    let merchants = Merchants::by(move |merchant| ours.lock().iter().any(|our| our == merchant));
    let verifier = Verifier::builder(ring, ENDPOINT).merchants(merchants).build()?;
    let tape = tape.clone();
    let receiver_of_all =
        Receiver::handling(verifier, MemoryClaims::new(1_000), move |delivery: Delivery| {
            let handed_over = match delivery.received().notification() {
                Ok(notification) => {
                    tape.notification(notification);
                    sender.send(notification.value().clone()).map_err(|_| "the story has ended")
                }
                Err(_) => Err("the notification can't be read"),
            };
            async move { handed_over.map(|()| delivery.ack()) }
        });
    let mut router = Router::new();
    for receiver in receiver_of_all.for_each_kind()? {
        let path = receiver.path().to_owned();
        router = router.route_service(&path, WebhookService::new(receiver));
    }
    Ok((LoopbackServer::tls(router, &ca.issue()?)?, receiver))
}
