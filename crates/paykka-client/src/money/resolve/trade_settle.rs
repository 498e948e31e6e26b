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
        Seen::Found { state, is_late } => judge(before, state, *is_late),
    })
}

fn judge(
    before: &ReceiptStatus,
    state: &TradeSettleReceipt,
    is_late: bool,
) -> Resolution<TradeSettleReceipt> {
    match (before, &state.status) {
        (_, ReceiptStatus::Checking | ReceiptStatus::Settled) => Resolution::Executed(state.clone()),
        (ReceiptStatus::PendingRelate, ReceiptStatus::PendingRelate) => {
            Resolution::Undecided { is_absent: true }
        }
        // Somebody else's application may have been rejected, and the platform would take ours, on its way, all the same.
        (ReceiptStatus::PendingRelate, ReceiptStatus::CheckRejected) if is_late => {
            Resolution::Refused(state.clone())
        }
        // The old rejection and a new one look alike.
        _ => Resolution::Undecided { is_absent: false },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// (before, after, what follows before Q, and after it)
    #[test]
    fn the_table_of_receipts() {
        let rows = [
            ("PENDING_RELATE", "PENDING_RELATE", "absent", "absent"),
            ("PENDING_RELATE", "CHECKING", "executed", "executed"),
            ("PENDING_RELATE", "SETTLED", "executed", "executed"),
            ("PENDING_RELATE", "CHECK_REJECTED", "undecided", "refused"),
            ("PENDING_RELATE", "HELD", "undecided", "undecided"),
            ("CHECK_REJECTED", "CHECK_REJECTED", "undecided", "undecided"),
            ("CHECK_REJECTED", "PENDING_RELATE", "undecided", "undecided"),
            ("CHECK_REJECTED", "CHECKING", "executed", "executed"),
            ("CHECK_REJECTED", "SETTLED", "executed", "executed"),
            ("CHECK_REJECTED", "HELD", "undecided", "undecided"),
        ];
        for (before, after, early, late) in rows {
            let before: ReceiptStatus = serde_json::from_value(json!(before)).unwrap();
            let state: TradeSettleReceipt = serde_json::from_value(json!({"status": after})).unwrap();
            for (is_late, expected) in [(false, early), (true, late)] {
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
