//! A payment, looked up by its `request_id`. It is ours if amount, currency and payee are, where the answer names them.

use paykka_model::{PaymentApplyRequest, PaymentState, PaymentStatus};

use super::{Resolution, Seen, over};

pub(crate) fn payment(
    before: &PaymentApplyRequest,
    answers: &[Seen<PaymentState>],
) -> Resolution<PaymentState> {
    over(answers, |seen| match seen {
        Seen::NotFound => Resolution::Undecided { is_absent: true },
        Seen::Found { state, .. } => judge(before, state),
    })
}

fn judge(before: &PaymentApplyRequest, state: &PaymentState) -> Resolution<PaymentState> {
    if let Some(field) = difference(before, state) {
        return Resolution::Conflict(state.clone(), field);
    }
    match &state.status {
        // Paid and come back is carried out, too.
        PaymentStatus::Processing | PaymentStatus::Success | PaymentStatus::Refunded => {
            Resolution::Executed(state.clone())
        }
        PaymentStatus::Failed => Resolution::Refused(state.clone()),
        // It is there, so it is never absent again; what became of it nobody can read.
        _ => Resolution::Undecided { is_absent: false },
    }
}

fn difference(before: &PaymentApplyRequest, state: &PaymentState) -> Option<&'static str> {
    let differs = [
        ("request_id", state.request_id != before.request_id),
        ("amount", state.amount.as_ref().is_some_and(|amount| *amount != before.amount)),
        ("currency", state.currency.as_ref().is_some_and(|currency| *currency != before.currency)),
        (
            "beneficiary_id",
            state.beneficiary_id.as_ref().is_some_and(|payee| *payee != before.beneficiary_id),
        ),
    ];
    differs.into_iter().find(|(_, differs)| *differs).map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// (what the answer says beside the number, what follows)
    #[test]
    fn the_table_of_payments() {
        let before = serde_json::from_value(json!({
            "request_id": "R1", "beneficiary_id": "B1", "currency": "USD", "amount": 12.50, "postscript": "p",
        }))
        .unwrap();
        let rows = [
            (json!({"status": "PROCESSING"}), "executed"),
            (json!({"status": "SUCCESS"}), "executed"),
            (json!({"status": "REFUNDED"}), "executed"),
            (json!({"status": "FAILED"}), "refused"),
            (json!({"status": "PAUSED"}), "undecided"),
            (
                json!({"status": "SUCCESS", "amount": 12.5, "currency": "USD", "beneficiary_id": "B1"}),
                "executed",
            ),
            (json!({"status": "SUCCESS", "amount": 12.51}), "conflict amount"),
            (json!({"status": "SUCCESS", "amount": 1250}), "conflict amount"),
            (json!({"status": "SUCCESS", "currency": "EUR"}), "conflict currency"),
            (json!({"status": "SUCCESS", "beneficiary_id": "B2"}), "conflict beneficiary_id"),
            (json!({"status": "FAILED", "amount": 1}), "conflict amount"),
            (json!({"status": "PAUSED", "amount": 1}), "conflict amount"),
            (json!({"status": "SUCCESS", "request_id": "R2"}), "conflict request_id"),
        ];
        for (mut answer, expected) in rows {
            answer.as_object_mut().unwrap().entry("request_id").or_insert("R1".into());
            let state: PaymentState = serde_json::from_value(answer.clone()).unwrap();
            for is_late in [false, true] {
                let seen = [Seen::Found { state: state.clone(), is_late }];
                let shown = match payment(&before, &seen) {
                    Resolution::Executed(found) if found == state => "executed".to_owned(),
                    Resolution::Refused(found) if found == state => "refused".to_owned(),
                    Resolution::Conflict(found, field) if found == state => format!("conflict {field}"),
                    Resolution::Undecided { is_absent: false } => "undecided".to_owned(),
                    other => format!("{other:?}"),
                };
                assert_eq!(shown, expected, "{answer}");
            }
        }
        assert_eq!(payment(&before, &[Seen::NotFound]), Resolution::Undecided { is_absent: true });
        assert_eq!(payment(&before, &[]), Resolution::Undecided { is_absent: false });
    }
}
