//! Receives notifications with `paykka-webhook`; the keys are of `paykka-sign`, which it stands on.

use paykka_model::NotificationKind;
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_webhook::{Merchants, Verifier, testing};

#[test]
fn a_genuine_notification_gets_in_and_another_does_not() {
    let key = SigningKey::from_bytes("P001", include_bytes!("../keys/platform.pem")).unwrap();
    let public = VerifyingKey::from_bytes(key.public_key()).unwrap();
    let ring = KeyRing::builder().key("P001", public).for_loopback().build().unwrap();
    let kind = NotificationKind::Payment;
    let signed = testing::sign_notification(&key, kind, testing::sample(kind)).unwrap();
    let verifier = Verifier::builder(ring, signed.path.clone())
        .merchants(Merchants::these([testing::MERCHANT]))
        .for_loopback()
        .build()
        .unwrap();
    assert!(verifier.verify(&signed.headers, signed.body.clone()).is_ok());
    let forged = [signed.body.as_ref(), b" "].concat();
    assert!(verifier.verify(&signed.headers, forged.into()).is_err());
}
