//! Exchanges: a rate is quoted and holds for a while; confirming it moves money from one account to another, once.

use paykka_model::{
    Amount, Currency, Decimal, ForexConfirm, ForexConfirmRequest, ForexConfirmResponse, ForexInquiry,
    ForexInquiryRequest, ForexPreOrder, ForexPreOrderRequest, ForexPreOrderResponse,
    ForexPreOrderResponseFields, ForexState, ForexStateFields, ForexStatus, NotificationKind, NumberAmount,
};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::ledger::{Cause, entry};
use super::payments::date_time;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World, json};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Exchange {
    sell: (Currency, Amount),
    buy: (Currency, Amount),
    rate: Rate,
    expires: Millis,
    status: History<ForexStatus>,
    /// How often it was executed: once, unless a fault says otherwise.
    executed: u32,
}

/// Units of the bought currency for one of the sold, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Rate(i128);

impl Play for ForexPreOrder {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: ForexPreOrderRequest,
    ) -> Result<ForexPreOrderResponse, Failure> {
        let asked = json(&request)?.to_string();
        let (sell, buy) = (request.sell_currency, request.buy_currency);
        if sell == buy {
            return Err(Failure::invalid("$.buy_currency: must be another than sell_currency"));
        }
        let rate = Rate::of(&sell, &buy)?;
        let whole = |field: &str, amount: Option<i64>| {
            let above = amount.map(Amount::from_wire).filter(|amount| amount.to_wire() > 0);
            above.ok_or_else(|| Failure::invalid(format!("$.{field}: must be a whole number above zero")))
        };
        let too_large = || Failure::invalid("$: the amount is too small or too large for the rate");
        let (sold, bought) = match (request.sell_amount, request.buy_amount) {
            (Some(sold), None) => {
                let sold = whole("sell_amount", sold.to_integer())?;
                (sold, rate.bought(sold, &sell, &buy).ok_or_else(too_large)?)
            }
            (None, Some(bought)) => {
                let bought = whole("buy_amount", bought.to_integer())?;
                (rate.sold(bought, &sell, &buy).ok_or_else(too_large)?, bought)
            }
            // Validation has seen to it; it stays an answer all the same.
            _ => return Err(Failure::invalid("$: exactly one of sell_amount, buy_amount must be there")),
        };
        let hold = u64::try_from(world.settings.quote.as_millis()).unwrap_or(u64::MAX);
        let expires = call.now.saturating_add(hold);
        let number = world.ids.number("FX", &[call.merchant.unwrap_or_default(), asked.as_str()]);
        let exchange = Exchange {
            sell: (sell, sold),
            buy: (buy, bought),
            rate,
            expires,
            status: History::new(call.now, ForexStatus::Quoted),
            executed: 0,
        };
        let expire_at = date_time(expires).ok_or_else(|| Failure::invalid("the clock is out of range"))?;
        let quote = ForexPreOrderResponse::new(ForexPreOrderResponseFields {
            order_no: number.clone(),
            sell_currency: exchange.sell.0.clone(),
            buy_currency: exchange.buy.0.clone(),
            sell_amount: wire(sold),
            buy_amount: wire(bought),
            fx_rate: rate.text()?,
            expire_at,
        });
        let due = Due::Quote(call.merchant.unwrap_or_default().to_owned(), number.clone());
        world.merchant_of(call)?.exchanges.insert(number, exchange);
        // The last moment at which it holds is its own.
        world.at(expires.saturating_add(1), due);
        Ok(quote)
    }
}

impl Play for ForexConfirm {
    /// Money moves once; on command it moves again, also when the quote holds no more.
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: ForexConfirmRequest,
    ) -> Result<ForexConfirmResponse, Failure> {
        let merchant = world.merchant_of(call)?;
        let exchange = merchant.exchanges.get_mut(&request.order_no);
        let exchange = exchange.ok_or_else(|| Failure::not_found("$.order_no"))?;
        if *exchange.status.now() != ForexStatus::Quoted && !call.is_again {
            return Err(Failure::state("$.order_no: isn't QUOTED"));
        }
        if call.now > exchange.expires && !call.is_again {
            return Err(Failure::state("$.order_no: the quote has expired"));
        }
        let reference = format!("{}/{}", request.order_no, exchange.executed);
        let sold = exchange.sell.1.checked_neg().ok_or_else(|| Failure::state("the amount is too large"))?;
        merchant.ledger.post(vec![
            entry(call.now, exchange.sell.0.code(), sold, Cause::ExchangeSold, reference.as_str()),
            entry(call.now, exchange.buy.0.code(), exchange.buy.1, Cause::ExchangeBought, reference),
        ])?;
        exchange.executed += 1;
        exchange.status.set(call.now, ForexStatus::Processing);
        let due = Due::Exchange(call.merchant.unwrap_or_default().to_owned(), request.order_no.clone());
        world.tell(call.now, &due);
        world.later(call.now, due);
        Ok(ForexConfirmResponse::new(ForexStatus::Processing).order_no(request.order_no))
    }
}

impl Play for ForexInquiry {
    fn play(world: &mut World, call: &Call<'_>, request: ForexInquiryRequest) -> Result<ForexState, Failure> {
        let exchange = world.merchant_of(call)?.exchanges.get(&request.order_no);
        let merchant = call.merchant.unwrap_or_default();
        let state = exchange.and_then(|exchange| exchange.at(merchant, &request.order_no, call.seen_at()));
        state.ok_or_else(|| Failure::not_found("$.order_no"))?
    }
}

impl World {
    pub(super) fn step_exchange(&mut self, at: Millis, merchant: &str, number: &str) {
        let owner = self.merchants.get_mut(merchant);
        let Some(exchange) = owner.and_then(|owner| owner.exchanges.get_mut(number)) else { return };
        exchange.status.set(at, ForexStatus::Success);
        self.tell_exchange(at, merchant, number);
    }

    /// A quote that nobody confirmed.
    pub(super) fn expire_quote(&mut self, at: Millis, merchant: &str, number: &str) {
        let owner = self.merchants.get_mut(merchant);
        let Some(exchange) = owner.and_then(|owner| owner.exchanges.get_mut(number)) else { return };
        exchange.status.set(at, ForexStatus::Expired);
        self.tell_exchange(at, merchant, number);
    }

    pub(super) fn tell_exchange(&mut self, at: Millis, merchant: &str, number: &str) {
        let exchange = self.merchants.get(merchant).and_then(|owner| owner.exchanges.get(number));
        if let Some(Ok(state)) = exchange.and_then(|exchange| exchange.at(merchant, number, at)) {
            self.notify(NotificationKind::Forex, merchant, number, &state);
        }
    }
}

impl Exchange {
    pub(super) const fn is_executed(&self) -> bool {
        self.executed > 0
    }

    pub(super) fn set_status(&mut self, at: Millis, status: ForexStatus) {
        self.status.set(at, status);
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }

    fn at(&self, merchant: &str, number: &str, moment: Millis) -> Option<Result<ForexState, Failure>> {
        let status = match self.status.at(moment)? {
            ForexStatus::Quoted if moment > self.expires => ForexStatus::Expired,
            status => status.clone(),
        };
        Some(self.rate.text().map(|rate| {
            ForexState::new(ForexStateFields {
                order_no: number.to_owned(),
                status,
                sell_currency: self.sell.0.clone(),
                buy_currency: self.buy.0.clone(),
                sell_amount: wire(self.sell.1),
                buy_amount: wire(self.buy.1),
                fx_rate: rate,
            })
            .merch_id(merchant)
        }))
    }
}

impl Rate {
    fn of(sell: &Currency, buy: &Currency) -> Result<Self, Failure> {
        let value = |field: &str, currency: &Currency| {
            let known = IN_USD.iter().find(|(code, ..)| *code == currency.code());
            known.ok_or_else(|| Failure::invalid(format!("$.{field}: isn't exchanged here")))
        };
        let (_, sold, _) = value("sell_currency", sell)?;
        let (_, bought, _) = value("buy_currency", buy)?;
        Ok(Self(half_even(sold * MILLION, *bought)))
    }

    fn bought(self, sold: Amount, sell: &Currency, buy: &Currency) -> Option<Amount> {
        let (up, down) = scale(sell, buy);
        amount(half_even(i128::from(sold.to_wire()).checked_mul(self.0)?.checked_mul(up)?, MILLION * down))
    }

    fn sold(self, bought: Amount, sell: &Currency, buy: &Currency) -> Option<Amount> {
        let (up, down) = scale(sell, buy);
        let number = i128::from(bought.to_wire()).checked_mul(MILLION)?.checked_mul(down)?;
        amount(half_even(number, self.0.checked_mul(up)?))
    }

    /// Six digits after the point.
    fn text(self) -> Result<Decimal, Failure> {
        let text = format!("{}.{:06}", self.0 / MILLION, self.0 % MILLION);
        text.parse().map_err(|_| Failure::state("the rate can't be written"))
    }
}

/// The emulator counts in minor units wherever money stands.
pub(super) fn wire(amount: Amount) -> NumberAmount {
    NumberAmount::from_integer(amount.to_wire())
}

const MILLION: i128 = 1_000_000;

/// What the emulator's market pays for one unit, in millionths of a dollar, and the currency's digits. Made up, and still:
/// a test must be able to say what it expects.
const IN_USD: [(&str, i128, u32); 11] = [
    ("USD", 1_000_000, 2),
    ("EUR", 1_085_000, 2),
    ("GBP", 1_270_000, 2),
    ("CNY", 139_000, 2),
    ("CNH", 138_900, 2),
    ("HKD", 128_000, 2),
    ("JPY", 6_700, 0),
    ("AUD", 655_000, 2),
    ("CAD", 735_000, 2),
    ("SGD", 745_000, 2),
    ("PHP", 17_500, 2),
];

/// From the minor units of one currency to those of another.
fn scale(sell: &Currency, buy: &Currency) -> (i128, i128) {
    let power = |currency: &Currency| {
        let digits =
            IN_USD.iter().find(|(code, ..)| *code == currency.code()).map_or(2, |(.., digits)| *digits);
        10_i128.pow(digits)
    };
    (power(buy), power(sell))
}

fn amount(wire: i128) -> Option<Amount> {
    i64::try_from(wire).ok().filter(|wire| *wire > 0).map(Amount::from_wire)
}

/// A quotient of numbers above zero, rounded half to even.
const fn half_even(number: i128, by: i128) -> i128 {
    let (whole, rest) = (number / by, number % by);
    let is_up = rest * 2 > by || (rest * 2 == by && whole % 2 == 1);
    if is_up { whole + 1 } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let rounded =
            [(5, 2), (7, 2), (9, 4), (11, 4), (10, 4), (14, 4), (8, 4)].map(|(a, b)| half_even(a, b));
        assert_eq!(rounded, [2, 4, 2, 3, 2, 4, 2]);
    }

    #[test]
    fn rates_go_from_minor_units_to_minor_units() {
        let (usd, jpy, eur) = (Currency::Usd, Currency::Jpy, Currency::Eur);
        let rate = Rate::of(&usd, &jpy).unwrap();
        assert_eq!(rate.text().unwrap().as_str(), "149.253731");
        assert_eq!(rate.bought(Amount::from_wire(10_000), &usd, &jpy), Some(Amount::from_wire(14_925)));
        assert_eq!(rate.sold(Amount::from_wire(14_925), &usd, &jpy), Some(Amount::from_wire(10_000)));
        let rate = Rate::of(&eur, &usd).unwrap();
        assert_eq!(
            rate.bought(Amount::from_wire(100), &eur, &usd),
            Some(Amount::from_wire(108)),
            "108.5 to even"
        );
        assert_eq!(rate.bought(Amount::from_wire(i64::MAX), &eur, &usd), None);
        assert!(Rate::of(&usd, &"XXX".into()).is_err());
    }
}
