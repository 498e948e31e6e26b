//! axum and paykka-webhook as a peer that takes notifications: verified, claimed, parsed, handled.

use axum::Router;
use paykka_model::PaymentNotification;
use paykka_sign::{KeyRing, VerifyingKey};
use paykka_webhook::{Delivery, MemoryClaims, Merchants, Receiver, Verifier, WebhookService};
use protocol::Setup;
use tokio::net::TcpListener;

pub(crate) fn serve(words: &[String]) {
    let setup = Setup::from_words(words);
    let platform = VerifyingKey::from_bytes(&setup.public_key).expect("a public key");
    let ring = KeyRing::new([(setup.key_id.clone(), platform)]).expect("a ring");
    let verifier = Verifier::builder(ring, setup.path.clone())
        .merchants(Merchants::these([setup.merchant.clone()]))
        .only::<PaymentNotification>()
        .build()
        .expect("a verifier");
    let receiver = Receiver::handling(verifier, MemoryClaims::new(1_000_000), |delivery: Delivery| {
        std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
    });
    let app = Router::new().route_service(&setup.path, WebhookService::new(receiver));
    crate::runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("listening {}", listener.local_addr().expect("an address").port());
        axum::serve(listener, app).await.expect("a server");
    });
}
