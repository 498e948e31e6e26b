//! A program that takes every library: the client calls the emulator over TLS, and an inbox is opened beside a receiver's parts.

use paykka_client::Client;
use paykka_emulator::Emulator;
use paykka_inbox::SqliteInbox;
use paykka_model::{Amount, BalanceInquiryRequest};
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_transport::Roots;
use paykka_webhook::MemoryClaims;

#[tokio::test]
async fn a_call_is_made_and_its_answer_verified() {
    let merchant = SigningKey::from_bytes("K001", include_bytes!("../keys/merchant.pem")).unwrap();
    let platform = SigningKey::from_bytes("P001", include_bytes!("../keys/platform.pem")).unwrap();
    let public = |key: &SigningKey| VerifyingKey::from_bytes(key.public_key()).unwrap();
    let ring = KeyRing::builder().key("P001", public(&platform)).for_loopback().build().unwrap();
    let emulator = Emulator::builder(platform)
        .merchant("M1", "K001", public(&merchant))
        .account("M1", "USD", Amount::from_wire(750))
        .start()
        .await
        .unwrap();
    let client = Client::builder(emulator.https_url())
        .signing_key(merchant)
        .platform_keys(ring)
        .roots(Roots::Only(emulator.ca_pem().into()))
        .merchant("M1")
        .build()
        .unwrap();
    let balance = client.balance().inquiry(&BalanceInquiryRequest::new()).await.unwrap();
    assert_eq!(balance.verified().key_id(), "P001");
    assert_eq!(balance.value().accounts[0].available_amount.to_wire(), 750);

    let folder = std::env::temp_dir().join(format!("paykka-consumer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    SqliteInbox::builder(folder.join("inbox.db")).open().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let _claims = MemoryClaims::new(1_000);
}
