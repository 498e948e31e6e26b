//! What a call moves, for the person who is asked: how much, of what, to whom. An exchange's call names only its quote, so the
//! quote is asked for.

use std::collections::BTreeMap;

use paykka_client::Client;
use paykka_model::{
    ForexInquiryRequest, ForexState, Operation, OperationInfo, PaymentApply, TradeSettleApply,
};
use serde_json::value::RawValue;

use crate::frame::Message;
use crate::inputs::confirm::Intent;
use crate::texts::{calls as texts, doctor, tables};

/// What the call is about to do.
pub(crate) async fn intent(
    client: &Client,
    info: &OperationInfo,
    merchant: Option<&str>,
    body: &[u8],
) -> Intent {
    let body: Body<'_> = serde_json::from_slice(body).unwrap_or_default();
    let mut facts = whereto(client);
    facts.push((doctor::merchant(), merchant.unwrap_or("-").to_owned()));
    facts.push((tables::name(), info.name.to_owned()));
    let Movement { amount, more } = if info.name == PaymentApply::INFO.name {
        payment(&body)
    } else if info.name == TradeSettleApply::INFO.name {
        settlement(&body, merchant.unwrap_or("-"))
    } else {
        exchange(client, &body, merchant.unwrap_or("-")).await
    };
    facts.extend(more);
    Intent { title: texts::moves_money(), facts, amount }
}

/// In whose name, and to where.
fn whereto(client: &Client) -> Vec<(Message, String)> {
    let Some(setup) = client.setup() else { return Vec::new() };
    let environment = setup.environment().map_or("?", |environment| environment.as_str());
    vec![(doctor::environment(), environment.to_owned()), (doctor::address(), setup.base_url().to_owned())]
}

struct Movement {
    amount: Option<String>,
    more: Vec<(Message, String)>,
}

fn payment(body: &Body<'_>) -> Movement {
    let amount = body.get("amount").map(|amount| plain(amount));
    let shown = amount.as_deref().unwrap_or("?");
    let sum = format!("{} {shown}", text(body, "currency"));
    let more = vec![(texts::payee(), text(body, "beneficiary_id")), (texts::amount(), sum)];
    Movement { amount, more }
}

/// What is settled is credited to the merchant; how much, all related orders say together.
fn settlement(body: &Body<'_>, merchant: &str) -> Movement {
    let items =
        body.get("relate_list").and_then(|items| serde_json::from_str::<Vec<Body<'_>>>(items.get()).ok());
    let items = items.unwrap_or_default();
    let amounts = items.iter().map(|item| item.get("amount")?.get().parse::<i64>().ok().map(i128::from));
    let sum = amounts.sum::<Option<i128>>().filter(|_| !items.is_empty()).map(|sum| sum.to_string());
    let more = vec![
        (texts::payee(), merchant.to_owned()),
        (texts::receipt(), text(body, "recv_order_no")),
        (texts::amount(), sum.clone().unwrap_or_else(|| "?".to_owned())),
    ];
    Movement { amount: sum, more }
}

async fn exchange(client: &Client, body: &Body<'_>, merchant: &str) -> Movement {
    let number = text(body, "order_no");
    let mut more = vec![(texts::payee(), merchant.to_owned()), (texts::quote(), number.clone())];
    let inquiry = ForexInquiryRequest::new(number);
    let Ok(answer) = client.forex().inquiry(&inquiry).await else {
        return Movement { amount: None, more };
    };
    let quote: &ForexState = answer.value();
    let amount = quote.sell_amount.as_wire().to_owned();
    let sells = format!("{} {amount}", quote.sell_currency.code());
    let buys = format!("{} {}", quote.buy_currency.code(), quote.buy_amount.as_wire());
    more.push((texts::amount(), sells));
    more.push((texts::buys(), buys));
    Movement { amount: Some(amount), more }
}

/// Its fields as they are sent: what is agreed to must be what moves, to the last digit.
type Body<'a> = BTreeMap<String, &'a RawValue>;

fn text(body: &Body<'_>, name: &str) -> String {
    body.get(name).map_or_else(|| "?".to_owned(), |value| plain(value))
}

/// A text without its quotes, and all else as it is written.
fn plain(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_agreed_to_is_what_is_sent() {
        let body = r#"{"beneficiary_id":"B\u0031","currency":"USD","amount":125000000000000000001.50}"#;
        let Movement { amount, more } = payment(&serde_json::from_str(body).unwrap());
        assert_eq!(amount.as_deref(), Some("125000000000000000001.50"));
        let shown: Vec<&str> = more.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(shown, ["B1", "USD 125000000000000000001.50"]);
        for (list, sum) in
            [(r#"[{"amount":5},{"amount":7}]"#, Some("12")), ("[]", None), (r#"[{"amount":1.5}]"#, None)]
        {
            let body = format!(r#"{{"relate_list":{list}}}"#);
            assert_eq!(
                settlement(&serde_json::from_str(&body).unwrap(), "M1").amount.as_deref(),
                sum,
                "{list}"
            );
        }
    }
}
