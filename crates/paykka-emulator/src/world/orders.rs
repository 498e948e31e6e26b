//! Orders: the contracts that explain receipts.

use paykka_model::{
    Currency, LogisticsInfo, NotificationKind, OrderCreate, OrderCreateRequest, OrderCreateResponse,
    OrderInquiry, OrderInquiryRequest, OrderReview, OrderState, OrderStatus, OrderSupplement,
    OrderSupplementRequest, OrderSupplementResponse, OrderUpdate, OrderUpdateRequest, OrderUpdateResponse,
    RequestId,
};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::repeats::Repeats;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    request_id: String,
    buyer_name: String,
    currency: Currency,
    logistics: Option<LogisticsInfo>,
    status: History<OrderStatus>,
}

impl Order {
    pub(super) fn buyer_name(&self) -> &str {
        &self.buyer_name
    }

    pub(super) const fn currency(&self) -> &Currency {
        &self.currency
    }

    pub(super) fn set_status(&mut self, at: Millis, status: OrderStatus) {
        self.status.set(at, status);
    }

    pub(super) fn status(&self) -> &OrderStatus {
        self.status.now()
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }
}

impl Play for OrderCreate {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderCreateRequest,
    ) -> Result<OrderCreateResponse, Failure> {
        world.has_files(call, &request)?;
        let order = Order {
            request_id: request.request_id.to_string(),
            buyer_name: request.buyer_name,
            currency: request.currency,
            logistics: request.logistics_info,
            status: History::new(call.now, OrderStatus::Pending),
        };
        let number =
            world.ids.number("CO", &[call.merchant.unwrap_or_default(), request.request_id.as_str()]);
        world.merchant_of(call)?.orders.insert(number.clone(), request.request_id.as_str(), order);
        world.later(call.now, Due::Order(call.merchant.unwrap_or_default().to_owned(), number.clone()));
        Ok(OrderCreateResponse::new(number, OrderStatus::Pending))
    }
}

impl Play for OrderUpdate {
    const REPEATS: Repeats = Repeats::Correct;

    /// The number is the create's: it selects the order (I), which is reviewed anew.
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderUpdateRequest,
    ) -> Result<OrderUpdateResponse, Failure> {
        world.has_files(call, &request)?;
        let orders = &mut world.merchant_of(call)?.orders;
        let known = orders.asked_under(request.request_id.as_str()).next();
        let number = known.ok_or_else(|| Failure::not_found("$.request_id"))?.to_owned();
        let order = orders.get_mut(&number).ok_or_else(|| Failure::not_found("$.request_id"))?;
        order.buyer_name = request.buyer_name;
        order.currency = request.currency;
        order.logistics = request.logistics_info;
        order.status.set(call.now, OrderStatus::Pending);
        let due = Due::Order(call.merchant.unwrap_or_default().to_owned(), number.clone());
        world.tell(call.now, &due);
        world.later(call.now, due);
        Ok(OrderUpdateResponse::new(number, OrderStatus::Pending))
    }
}

impl Play for OrderInquiry {
    fn play(world: &mut World, call: &Call<'_>, request: OrderInquiryRequest) -> Result<OrderState, Failure> {
        let orders = &world.merchant_of(call)?.orders;
        let number = match (&request.contract_order_no, request.request_id.as_ref().map(RequestId::as_str)) {
            (Some(number), _) => Some(number.as_str()),
            (None, Some(request_id)) => orders.asked_under(request_id).next(),
            (None, None) => {
                return Err(Failure::invalid("$: request_id or contract_order_no must be there"));
            }
        };
        let found = number.and_then(|number| Some((number, orders.get(number)?.status.at(call.seen_at())?)));
        let (number, status) = found.ok_or_else(|| Failure::not_found("the order"))?;
        Ok(OrderState::new(number, status.clone()))
    }
}

impl Play for OrderSupplement {
    const REPEATS: Repeats = Repeats::Correct;

    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderSupplementRequest,
    ) -> Result<OrderSupplementResponse, Failure> {
        world.has_files(call, &request)?;
        let orders = &mut world.merchant_of(call)?.orders;
        let order = orders.get_mut(&request.contract_order_no);
        let order = order.ok_or_else(|| Failure::not_found("$.contract_order_no"))?;
        order.logistics = Some(request.logistics_info);
        let status = order.status().clone();
        Ok(OrderSupplementResponse::new().contract_order_no(request.contract_order_no).status(status))
    }
}

impl World {
    pub(super) fn step_order(&mut self, at: Millis, merchant: &str, number: &str) {
        let owner = self.merchants.get_mut(merchant);
        let Some(order) = owner.and_then(|owner| owner.orders.get_mut(number)) else { return };
        order.status.set(at, OrderStatus::Relatable);
        self.tell_order(merchant, number);
    }

    pub(super) fn tell_order(&mut self, merchant: &str, number: &str) {
        let order = self.merchants.get(merchant).and_then(|owner| owner.orders.get(number));
        let Some(order) = order else { return };
        let review = OrderReview::new(number, order.status().clone())
            .request_id(order.request_id.as_str())
            .merch_id(merchant);
        self.notify(NotificationKind::OrderReview, merchant, number, &review);
    }
}
