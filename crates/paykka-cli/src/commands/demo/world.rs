//! What the demo runs on: the emulator and the merchant's notification endpoint, each a TLS server on loopback, and the
//! merchant's client. All of it real; only the platform is played.

use axum::Router;
use paykka_client::{Client, Roots};
use paykka_emulator::{Emulator, LocalCa, LoopbackServer};
use paykka_model::{Amount, PaymentNotification};
use paykka_sign::{KeyRing, SigningKey};
use paykka_webhook::{Delivery, MemoryClaims, Merchants, Received, Receiver, Verifier, WebhookService};
use serde_json::json;
use tokio::sync::mpsc;

use super::keys::{Keys, PLATFORM_KEY_ID, handed_over};
use super::report::{BoxError, Facts};

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const PAYEE: &str = "B-DEMO-1";
pub(crate) const CURRENCY: &str = "USD";
const OPENING_BALANCE: i64 = 1_000_000;
const ENDPOINT: &str = "/paykka/payments";

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) notifications: mpsc::UnboundedReceiver<Received>,
    /// Both end when dropped, so they are kept as long as the story runs.
    _servers: (Emulator, LoopbackServer),
}

impl World {
    /// Starts everything and exchanges the public keys.
    pub(crate) async fn start(keys: &Keys) -> Result<(Facts, Self), BoxError> {
        let trusted = handed_over(&keys.platform()?)?;
        Self::start_trusting(keys, KeyRing::new([(PLATFORM_KEY_ID, trusted)])?).await
    }

    /// As [`start`](Self::start), for a merchant who calls with these platform keys.
    pub(crate) async fn start_trusting(keys: &Keys, trusted: KeyRing) -> Result<(Facts, Self), BoxError> {
        let (merchant, platform) = (keys.merchant()?, keys.platform()?);
        let ca = LocalCa::new()?;
        let ca_pem = ca.pem().as_bytes().to_vec();
        let (endpoint, notifications) = receive(&platform, &ca)?;
        let endpoint_url = format!("https://{}{ENDPOINT}", endpoint.address());
        let emulator = Emulator::builder(platform)
            .merchant(MERCHANT, merchant.key_id(), handed_over(&merchant)?)
            .account(MERCHANT, CURRENCY, Amount::from_wire(OPENING_BALANCE))
            .payee(MERCHANT, PAYEE, CURRENCY)
            .ca(ca)
            .notify_to(&endpoint_url)
            .start()
            .await?;
        let client = Client::builder(emulator.https_url())
            .signing_key(merchant)
            .platform_keys(trusted)
            .merchant(MERCHANT)
            .roots(Roots::Only(ca_pem))
            .build()?;
        let facts = Facts::new("public keys exchanged; two TLS servers listen on this machine alone")
            .line("platform", format!("{} (the emulator)", emulator.https_url()))
            .line("endpoint", format!("{endpoint_url} (the merchant's)"))
            .result(json!({ "platform_url": emulator.https_url(), "endpoint_url": endpoint_url }));
        Ok((facts, Self { client, notifications, _servers: (emulator, endpoint) }))
    }
}

/// The merchant's endpoint; what it verified comes out of the channel.
fn receive(
    platform: &SigningKey,
    ca: &LocalCa,
) -> Result<(LoopbackServer, mpsc::UnboundedReceiver<Received>), BoxError> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let ring = KeyRing::new([(platform.key_id(), handed_over(platform)?)])?;
    let verifier = Verifier::builder(ring, ENDPOINT)
        .merchants(Merchants::these([MERCHANT]))
        .only::<PaymentNotification>()
        .build()?;
    let service = Receiver::handling(verifier, MemoryClaims::new(1_000), move |delivery: Delivery| {
        let ack = delivery.ack();
        let handed_over = sender.send(delivery.into_received()).map_err(|_| "the story has ended");
        async move { handed_over.map(|()| ack) }
    });
    let service = WebhookService::new(service);
    let server = LoopbackServer::tls(Router::new().route_service(ENDPOINT, service), &ca.issue()?)?;
    Ok((server, receiver))
}
