//! An exchange, looked up by its quote's number. The quote was read before it was confirmed, so the object is always there: an open
//! quote decides nothing, and no answer counts as "not found". Nothing is ever quoted again.

use paykka_model::{ForexState, ForexStatus};

use super::{Resolution, Seen, over};

/// Whether nobody has taken the quote so far.
pub(crate) const fn is_untaken_quote(status: &ForexStatus) -> bool {
    matches!(status, ForexStatus::Quoted | ForexStatus::Expired)
}

pub(crate) fn forex(before: &ForexState, answers: &[Seen<ForexState>]) -> Resolution<ForexState> {
    over(answers, |seen| match seen {
        Seen::NotFound => Resolution::Undecided { is_absent: false },
        Seen::Found { state, is_late } => judge(before, state, *is_late),
    })
}

fn judge(before: &ForexState, state: &ForexState, is_late: bool) -> Resolution<ForexState> {
    if let Some(field) = difference(before, state) {
        return Resolution::Conflict(state.clone(), field);
    }
    match &state.status {
        ForexStatus::Processing | ForexStatus::Success => Resolution::Executed(state.clone()),
        ForexStatus::Failed => Resolution::Refused(state.clone()),
        // A confirmation on its way may arrive yet: the platform may show the quote's end before it begins the request.
        ForexStatus::Expired if is_late => Resolution::Refused(state.clone()),
        _ => Resolution::Undecided { is_absent: false },
    }
}

fn difference(before: &ForexState, state: &ForexState) -> Option<&'static str> {
    let differs = [
        ("order_no", state.order_no != before.order_no),
        ("sell_currency", state.sell_currency != before.sell_currency),
        ("buy_currency", state.buy_currency != before.buy_currency),
        ("sell_amount", state.sell_amount != before.sell_amount),
        ("buy_amount", state.buy_amount != before.buy_amount),
        ("fx_rate", state.fx_rate != before.fx_rate),
    ];
    differs.into_iter().find(|(_, differs)| *differs).map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(changes: &Value) -> ForexState {
        let mut state = json!({
            "order_no": "Q1", "status": "QUOTED", "sell_currency": "USD", "buy_currency": "EUR",
            "sell_amount": 100, "buy_amount": 91.50, "fx_rate": 0.915,
        });
        let fields = changes.as_object().unwrap().clone();
        state.as_object_mut().unwrap().extend(fields);
        serde_json::from_value(state).unwrap()
    }

    /// (what the answer says otherwise than the quote, what follows before Q, and after it)
    #[test]
    fn the_table_of_exchanges() {
        let rows = [
            (json!({}), "undecided", "undecided"),
            (json!({"status": "PROCESSING"}), "executed", "executed"),
            (json!({"status": "SUCCESS"}), "executed", "executed"),
            (json!({"status": "SUCCESS", "buy_amount": 91.5}), "executed", "executed"),
            (json!({"status": "FAILED"}), "refused", "refused"),
            (json!({"status": "EXPIRED"}), "undecided", "refused"),
            (json!({"status": "HELD"}), "undecided", "undecided"),
            (json!({"status": "SUCCESS", "fx_rate": 0.914}), "conflict fx_rate", "conflict fx_rate"),
            (json!({"status": "SUCCESS", "sell_amount": 99}), "conflict sell_amount", "conflict sell_amount"),
            (json!({"status": "SUCCESS", "buy_amount": 92}), "conflict buy_amount", "conflict buy_amount"),
            (json!({"sell_currency": "GBP"}), "conflict sell_currency", "conflict sell_currency"),
            (json!({"buy_currency": "GBP"}), "conflict buy_currency", "conflict buy_currency"),
            (json!({"order_no": "Q2"}), "conflict order_no", "conflict order_no"),
        ];
        let before = state(&json!({}));
        for (changes, early, late) in rows {
            for (is_late, expected) in [(false, early), (true, late)] {
                let found = state(&changes);
                let shown = match forex(&before, &[Seen::Found { state: found.clone(), is_late }]) {
                    Resolution::Executed(state) if state == found => "executed".to_owned(),
                    Resolution::Refused(state) if state == found => "refused".to_owned(),
                    Resolution::Conflict(state, field) if state == found => format!("conflict {field}"),
                    Resolution::Undecided { is_absent: false } => "undecided".to_owned(),
                    other => format!("{other:?}"),
                };
                assert_eq!(shown, expected, "{changes} {is_late}");
            }
        }
        assert!(is_untaken_quote(&ForexStatus::Quoted) && is_untaken_quote(&ForexStatus::Expired));
        assert!(!is_untaken_quote(&ForexStatus::Processing) && !is_untaken_quote(&ForexStatus::Failed));
        let absent = forex(&before, &[Seen::NotFound]);
        assert_eq!(absent, Resolution::Undecided { is_absent: false }, "a quote that was there isn't absent");
    }
}
