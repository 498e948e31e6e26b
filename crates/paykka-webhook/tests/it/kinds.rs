//! Nine kinds, at an address each or at one for all, and whose they are.

use std::future::ready;

use paykka_model::NotificationKind;
use paykka_webhook::testing::{self, Notice, sample, sign_notification};
use paykka_webhook::{
    Attribution, Delivery, MemoryClaims, Merchants, Parse, Reason, Received, Receiver, Rejection, Verifier,
    VerifierBuilder,
};

use crate::world::{MERCHANT, PATH, PLATFORM, any_kind, ring_of, signed};

fn received(verifier: VerifierBuilder, notice: &Notice) -> Result<Received, Rejection> {
    let message = signed(notice);
    verifier.build().unwrap().verify(&message.headers, message.body)?.parse()
}

#[tokio::test]
async fn the_samples_of_all_kinds_come_to_their_addresses_below_a_base() {
    for base in ["/hooks/paykka", "/hooks/paykka/", "/"] {
        let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let verifier = Verifier::builder(ring_of(&[&PLATFORM]), base)
            .merchants(Merchants::these([testing::MERCHANT]))
            .for_loopback()
            .build()
            .unwrap();
        let receiver = Receiver::handling(verifier, MemoryClaims::new(100), move |delivery: Delivery| {
            sender.send(delivery.received().kind()).unwrap();
            ready(Ok::<_, std::io::Error>(delivery.ack()))
        });
        let each = receiver.for_each_kind().unwrap();
        assert_eq!(each.len(), NotificationKind::ALL.len());
        for (kind, mounted) in NotificationKind::ALL.iter().zip(&each) {
            assert_eq!(mounted.path(), format!("{}{}", base.trim_end_matches('/'), kind.info().path));
            let notice = Notice::new(*kind, sample(*kind)).path(mounted.path());
            let message = signed(&notice);
            let wrong =
                each[(*kind as usize + 1) % each.len()].receive(&message.headers, message.body.clone());
            assert_eq!(wrong.await, Reason::Signature, "{kind:?} at another's address");
            assert_eq!(mounted.receive(&message.headers, message.body).await, Reason::Handled, "{kind:?}");
            assert_eq!(seen.recv().await.unwrap(), Some(*kind));
        }
        assert_eq!(receiver.counters().of(Reason::Handled), 9, "they share their counters");
    }
}

/// A kind whose shape changed is the platform's matter; whose notification it is still decides whether it is taken.
#[test]
fn what_its_kind_cannot_read_is_held_against_the_merchant_that_its_data_names() {
    let payments = || any_kind().only::<paykka_model::PaymentNotification>();
    let of = |merchant: &str| {
        let body =
            format!(r#"{{"type":"MERCH","data":{{"merch_id":"{merchant}","status":{{"new":"SUCCESS"}}}}}}"#);
        Notice::of_body(PATH, body)
    };
    let ours = received(payments(), &of(MERCHANT).without_merchant()).unwrap();
    assert_eq!((ours.attribution(), ours.notification().is_err()), (Attribution::Merchant, true));
    for theirs in [of("M2").without_merchant(), of("M2")] {
        assert_eq!(received(payments(), &theirs).unwrap_err().reason(), Reason::ForeignMerchant);
    }
    let nobodys = Notice::of_body(PATH, "[]").without_merchant();
    assert_eq!(received(payments(), &nobodys).unwrap_err().reason(), Reason::Unattributed);
    let payees = any_kind().only::<paykka_model::PayeeNotification>();
    assert_eq!(received(payees, &nobodys).unwrap().attribution(), Attribution::Unattributed);
}

#[test]
fn samples_are_valid_and_signed_for_the_documented_path() {
    for kind in NotificationKind::ALL {
        let message = sign_notification(&PLATFORM, *kind, sample(*kind)).unwrap();
        let verifier = Verifier::builder(ring_of(&[&PLATFORM]), message.path)
            .merchants(Merchants::these([MERCHANT]))
            .for_loopback()
            .build()
            .unwrap();
        let received = verifier.verify(&message.headers, message.body).unwrap().parse().unwrap();
        assert_eq!(received.attribution(), Attribution::Merchant);
        // One address for all: the kind is told by `type` and keys, or it stays open.
        let read = received.notification().unwrap().value().kind();
        assert!(read.is_none() || read == Some(*kind), "{kind:?} was read as {read:?}");
    }
}

/// Nothing that is genuine is lost because this version doesn't know its shape.
#[test]
fn what_cannot_be_read_is_received_with_its_bytes() {
    for body in ["[]", "", "{", r#"{"type":"MERCH","data":{}}"#, "\u{0}"] {
        let notice = Notice::of_body(PATH, body);
        let received = received(any_kind().only::<paykka_model::PaymentNotification>(), &notice).unwrap();
        assert!(received.notification().is_err(), "{body:?}");
        assert_eq!(received.raw().value().body(), body);
        assert_eq!(received.kind(), Some(NotificationKind::Payment));
    }
    let unknown = r#"{"type":"NEW","data":{"merch_id":"M24061911365700670","what":1}}"#;
    let received = received(any_kind(), &Notice::of_body(PATH, unknown)).unwrap();
    assert_eq!((received.kind(), received.notification().is_ok()), (None, true));
}

#[test]
fn nobodys_is_marked_and_never_about_money() {
    use NotificationKind::{Forex, Payment, Remittance, TradeSettle};
    for kind in NotificationKind::ALL {
        let data = sample(*kind).replace(r#""merch_id":"M24061911365700670","#, "");
        let data = data.replace(r#","merch_id":"M24061911365700670""#, "");
        assert!(!data.contains("merch_id"), "{data}");
        let base = any_kind().build().unwrap();
        let mounted =
            base.for_each_kind().unwrap().into_iter().find(|one| one.kind() == Some(*kind)).unwrap();
        let message = signed(&Notice::new(*kind, &data).path(mounted.path()).without_merchant());
        let received = mounted.verify(&message.headers, message.body).unwrap().parse();
        if matches!(kind, Forex | Payment | Remittance | TradeSettle) {
            assert_eq!(received.unwrap_err().reason(), Reason::Unattributed, "{kind:?}");
        } else {
            assert_eq!(received.unwrap().attribution(), Attribution::Unattributed, "{kind:?}");
        }
    }
    let unknown = Notice::of_body(PATH, r#"{"type":"NEW","data":{"what":1}}"#).without_merchant();
    let rejection = received(any_kind(), &unknown).unwrap_err();
    assert_eq!(rejection.reason(), Reason::Unattributed, "it may be about money");
}

#[test]
fn applications_are_known_by_their_number() {
    let verifier = || any_kind().applications(|request_id| request_id == "REQ-2");
    let new = |data: &str| Notice::new(NotificationKind::Assessment, data).path(PATH).merchant("M-NEW");
    let known = r#"{"status":"PASS","request_id":"REQ-2","merch_id":"M-NEW"}"#;
    assert_eq!(received(verifier(), &new(known)).unwrap().attribution(), Attribution::Application);
    let reason = |notice: &Notice| received(verifier(), notice).unwrap_err().reason();
    assert_eq!(reason(&new(&known.replace("REQ-2", "REQ-3"))), Reason::ForeignMerchant);
    assert_eq!(reason(&new(&known.replace("M-NEW", "M-OLD"))), Reason::ForeignMerchant, "two names");
    assert_eq!(reason(&new(r#"{"status":"PASS","merch_id":"M-NEW"}"#)), Reason::ForeignMerchant);
    // Without the setting the header alone says that it isn't ours.
    assert_eq!(received(any_kind(), &new(known)).unwrap_err().reason(), Reason::ForeignMerchant);
    // A payment of a known number is no application.
    let payment = Notice::new(
        NotificationKind::Payment,
        r#"{"request_id":"REQ-2","status":"SUCCESS","merch_id":"M-NEW","beneficiary_id":"B1"}"#,
    );
    assert_eq!(reason(&payment.path(PATH).merchant("M-NEW")), Reason::ForeignMerchant);
}

#[test]
fn a_service_with_many_merchants_answers_by_a_function() {
    let verifier = || any_kind().merchants(Merchants::by(|merchant| merchant.starts_with("M-")));
    let of = |merchant: &str| {
        let data = format!(r#"{{"request_id":"R","status":"SUCCESS","merch_id":"{merchant}"}}"#);
        Notice::new(NotificationKind::Payment, &data).path(PATH).merchant(merchant)
    };
    assert!(received(verifier(), &of("M-1")).is_ok());
    assert_eq!(received(verifier(), &of("X-1")).unwrap_err().reason(), Reason::ForeignMerchant);
    // What the data names is anything at all; the function is asked about numbers alone.
    let odd = of("M-1").without_merchant();
    assert!(received(verifier(), &odd).is_ok());
    let blank = Notice::of_body(PATH, r#"{"type":"X","data":{"merch_id":"M- 1"}}"#).without_merchant();
    assert_eq!(received(verifier(), &blank).unwrap_err().reason(), Reason::ForeignMerchant);
}
