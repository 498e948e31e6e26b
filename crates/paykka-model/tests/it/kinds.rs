//! The rule that tells kinds of notifications apart, as a table of cases.

use paykka_model::NotificationKind::{self, *};

#[test]
fn kinds_are_told_by_type_or_by_a_key_of_their_own() {
    type Told = Result<NotificationKind, &'static [NotificationKind]>;
    let cases: &[(&str, &[&str], Told)] = &[
        // `type` that names one kind.
        ("ASSESSMENT", &[], Ok(Assessment)),
        ("ASSESSMENT", &["request_id", "merch_id", "status", "msg"], Ok(Assessment)),
        // `MERCH` stands on several kinds, so it is the keys that tell.
        ("MERCH", &["request_id", "merch_id", "status", "risk_level"], Ok(Assessment)),
        ("MERCH", &["request_id", "routing_number"], Ok(Va)),
        ("MERCH", &["request_id", "currency", "account_type"], Ok(Va)),
        ("MERCH", &["merch_id", "recv_order_no", "status", "payer_name"], Ok(Remittance)),
        ("MERCH", &["order_no", "status"], Ok(Forex)),
        ("MERCH", &["request_id", "status", "fee_amount"], Ok(Payment)),
        ("MERCH", &["request_id", "status", "finished_at", "amount", "reason"], Ok(Payment)),
        ("MERCH", &["request_id", "merch_id", "contract_order_id", "status", "reason"], Ok(OrderReview)),
        ("WHATEVER", &["order_no", "status"], Ok(Forex)),
        // Keys that several kinds have tell nothing; the kinds that have them all are candidates.
        ("MERCH", &["request_id", "merch_id", "status", "msg"], Err(&[Onboarding, Assessment])),
        ("MERCH", &["recv_order_no", "merch_id", "status", "reason"], Err(&[Remittance, TradeSettle])),
        ("MERCH", &["request_id", "beneficiary_id", "status"], Err(&[Payee, Payment])),
        ("MERCH", &["recv_order_no", "amount"], Err(&[Remittance])),
        ("MERCH", &["merch_id", "status"], Err(NotificationKind::ALL)),
        // Keys of two kinds contradict each other, also where one of them is no kind's alone.
        ("MERCH", &["risk_level", "fee_amount"], Err(&[Assessment, Payment])),
        ("MERCH", &["recv_order_no", "request_id", "fee_amount"], Err(&[Remittance, TradeSettle, Payment])),
        ("MERCH", &["recv_order_no", "contract_order_id"], Err(&[Remittance, TradeSettle, OrderReview])),
        ("MERCH", &["recv_order_no", "status", "bank_name"], Err(&[Va, Remittance, TradeSettle])),
        ("MERCH", &["request_id", "status", "account_no", "fee_amount"], Err(&[Va, Remittance, Payment])),
        // Keys of tomorrow contradict nothing.
        ("MERCH", &["request_id", "fee_amount", "tomorrow"], Ok(Payment)),
        // Nothing known.
        ("MERCH", &[], Err(&[])),
        ("MERCH", &["tomorrow"], Err(&[])),
        ("NEW", &["tomorrow", "recv_order_no", "status"], Err(&[Remittance, TradeSettle])),
    ];
    for (r#type, keys, expected) in cases {
        let found = NotificationKind::of(r#type, keys);
        assert_eq!(found, expected.map_err(<[_]>::to_vec), "{type} {keys:?}");
    }
}

/// The same words stand on several kinds, so a status must not even be looked at.
#[test]
fn keys_alone_are_looked_at() {
    for kind in NotificationKind::ALL {
        let with: Vec<&str> = kind.info().request.fields.iter().map(|field| field.name).collect();
        let told = NotificationKind::of("MERCH", &with);
        let has_its_own = !matches!(kind, Onboarding | TradeSettle | Payee);
        assert_eq!(told.is_ok(), has_its_own, "{kind:?}: {told:?}");
        assert!(told.map_or_else(|candidates| candidates.contains(kind), |told| told == *kind));
    }
}
