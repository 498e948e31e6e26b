//! A receipt that is related to orders. The call has no number of its own, so only the receipt's state tells, compared with the
//! state that was read before; and that state is what keeps the platform from relating it twice.

use paykka_model::{ReceiptStatus, TradeSettleReceipt};

use super::{Resolution, Seen, over};

/// Whether the platform takes an application for a receipt in this state (D).
pub(crate) const fn is_open_receipt(status: &ReceiptStatus) -> bool {
    matches!(status, ReceiptStatus::PendingRelate | ReceiptStatus::CheckRejected)
}

pub(crate) fn trade_settle(
    before: &ReceiptStatus,
    answers: &[Seen<TradeSettleReceipt>],
) -> Resolution<TradeSettleReceipt> {
    over(answers, |seen| match seen {
        // It was there before, so this is no answer to rely on.
        Seen::NotFound => Resolution::Undecided { is_absent: false },
        Seen::Found { state, .. } => judge(before, state),
    })
}

fn judge(before: &ReceiptStatus, state: &TradeSettleReceipt) -> Resolution<TradeSettleReceipt> {
    match (before, &state.status) {
        (_, ReceiptStatus::Checking | ReceiptStatus::Settled) => Resolution::Executed(state.clone()),
        (ReceiptStatus::PendingRelate, ReceiptStatus::PendingRelate) => {
            Resolution::Undecided { is_absent: true }
        }
        (ReceiptStatus::PendingRelate, ReceiptStatus::CheckRejected) => Resolution::Refused(state.clone()),
        // The old rejection and a new one look alike.
        _ => Resolution::Undecided { is_absent: false },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// (before, after, what follows)
    #[test]
    fn the_table_of_receipts() {
        let rows = [
            ("PENDING_RELATE", "PENDING_RELATE", "absent"),
            ("PENDING_RELATE", "CHECKING", "executed"),
            ("PENDING_RELATE", "SETTLED", "executed"),
            ("PENDING_RELATE", "CHECK_REJECTED", "refused"),
            ("PENDING_RELATE", "HELD", "undecided"),
            ("CHECK_REJECTED", "CHECK_REJECTED", "undecided"),
            ("CHECK_REJECTED", "PENDING_RELATE", "undecided"),
            ("CHECK_REJECTED", "CHECKING", "executed"),
            ("CHECK_REJECTED", "SETTLED", "executed"),
            ("CHECK_REJECTED", "HELD", "undecided"),
        ];
        for (before, after, expected) in rows {
            let before: ReceiptStatus = serde_json::from_value(json!(before)).unwrap();
            let state: TradeSettleReceipt = serde_json::from_value(json!({"status": after})).unwrap();
            for is_late in [false, true] {
                let shown = match trade_settle(&before, &[Seen::Found { state: state.clone(), is_late }]) {
                    Resolution::Executed(found) if found == state => "executed",
                    Resolution::Refused(found) if found == state => "refused",
                    Resolution::Undecided { is_absent: true } => "absent",
                    Resolution::Undecided { is_absent: false } => "undecided",
                    _ => "something else",
                };
                assert_eq!(shown, expected, "{before:?} {after}");
            }
            let absent = trade_settle(&before, &[Seen::NotFound]);
            assert_eq!(absent, Resolution::Undecided { is_absent: false });
            assert!(is_open_receipt(&before));
        }
        assert!(!is_open_receipt(&ReceiptStatus::Checking) && !is_open_receipt(&ReceiptStatus::Settled));
    }
}
