//! Keys elsewhere, and rings that are swapped.

use std::num::NonZeroUsize;
use std::sync::Arc;

use paykka_sign::{KeyRing, SharedKeyRing, SignatureFuture, Signer, StringToSign, VerifyingKey};
use paykka_transport::{Call, RsaWork, SignVerifySettings, Transport};

use crate::faults::{PATH, paid};
use crate::server::{Double, merchant, ring, stranger};

/// What a key elsewhere does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    Signs,
    Fails,
    /// Signs with another key.
    Errs,
}

/// A key that isn't here: its signature is there after a while.
struct Remote {
    public: VerifyingKey,
    manner: Manner,
}

impl Signer for Remote {
    fn key_id(&self) -> &str {
        "K001"
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a> {
        let manner = self.manner;
        SignatureFuture::remote(async move {
            tokio::task::yield_now().await;
            match manner {
                Manner::Signs => Ok(merchant().sign_string(string).await?),
                Manner::Errs => Ok(stranger().sign_string(string).await?),
                Manner::Fails => Err("the vault is closed".into()),
            }
        })
    }
}

#[tokio::test]
async fn a_key_elsewhere_signs_wherever_rsa_is_computed() {
    let public = VerifyingKey::from_bytes(merchant().public_key()).unwrap();
    for work in [RsaWork::Inline, RsaWork::Pool(NonZeroUsize::MIN), RsaWork::default()] {
        for manner in [Manner::Signs, Manner::Fails, Manner::Errs] {
            let double = Double::new(paid);
            let transport = Transport::builder(
                "http://127.0.0.1:1",
                Arc::new(Remote { public: public.clone(), manner }),
                ring(),
            )
            .signatures(SignVerifySettings::default().rsa_work(work))
            .over(double.clone())
            .build()
            .unwrap();
            let ended = transport.send(Call::new(PATH), "{}").await;
            if manner == Manner::Signs {
                assert!(ended.unwrap().is_evidence(), "{work:?}");
                assert_eq!(double.received().len(), 1);
            } else {
                let error = ended.unwrap_err();
                assert!(error.is_signer() && !error.is_config() && !error.outcome_unknown(), "{error:?}");
                assert_eq!(error.attempts(), 3, "nothing was sent, so it is tried again");
                assert_eq!(double.received().len(), 0, "{work:?} {manner:?}: nothing is sent");
            }
        }
    }
}

#[tokio::test]
async fn a_ring_for_loopback_reaches_no_other_host() {
    let error = Transport::builder("https://h", merchant(), ring()).build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("built for loopback"), "{error}");
    // Nor by a swap under a transport that was built with another ring.
    let shared = SharedKeyRing::from(KeyRing::new([("P001", nobodys())]).unwrap());
    let double = Double::new(paid);
    let transport =
        Transport::builder("https://h", merchant(), shared.clone()).over(double.clone()).build().unwrap();
    assert!(shared.swap(ring()).is_err());
    let error = transport.send(Call::new(PATH), "{}").await.unwrap_err();
    assert!(error.is_signature(), "{error:?}");
    assert!(error.outcome_unknown() && double.received().len() == 1, "it stays with the ring that it had");
}

/// A public key that no test published and nobody has the other half of.
fn nobodys() -> VerifyingKey {
    let body: String = merchant().public_key().lines().filter(|line| !line.starts_with('-')).collect();
    let mut body = body.into_bytes();
    body[200] = if body[200] == b'A' { b'B' } else { b'A' };
    VerifyingKey::from_bytes(body).unwrap()
}
