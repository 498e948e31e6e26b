//! An emulator with one merchant, and clients for it.

use paykka_client::{Client, ClientBuilder, Roots};
use paykka_emulator::Emulator;
use paykka_model::{Amount, NumberAmount, PaymentApplyFields, PaymentApplyRequest};
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const MERCHANT_PEM: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
pub(crate) const MERCHANT_PUBLIC_PEM: &str =
    include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem");
pub(crate) const PLATFORM_PEM: &str = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
pub(crate) const PLATFORM_PUBLIC_PEM: &str =
    include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");

pub(crate) async fn emulator() -> Emulator {
    Emulator::builder(SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap())
        .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap())
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .account(MERCHANT, "EUR", Amount::from_wire(5))
        .payee(MERCHANT, "B1", "USD")
        .start()
        .await
        .unwrap()
}

/// The tests' keys are published, so the ring is for loopback.
pub(crate) fn platform_ring() -> KeyRing {
    let key = VerifyingKey::from_bytes(PLATFORM_PUBLIC_PEM).unwrap();
    KeyRing::builder().key("P001", key).for_loopback().build().unwrap()
}

pub(crate) fn builder(base_url: &str) -> ClientBuilder {
    Client::builder(base_url)
        .signing_key(SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap())
        .platform_keys(platform_ring())
        .merchant(MERCHANT)
}

pub(crate) fn tls_client(emulator: &Emulator) -> Client {
    builder(&emulator.https_url()).roots(Roots::Only(emulator.ca_pem().into())).build().unwrap()
}

pub(crate) fn payment(request_id: &str, amount: i64) -> PaymentApplyRequest {
    PaymentApplyRequest::new(PaymentApplyFields {
        request_id: request_id.parse().unwrap(),
        beneficiary_id: "B1".into(),
        currency: "USD".into(),
        amount: NumberAmount::from_integer(amount),
        postscript: "INV 17".into(),
    })
}
