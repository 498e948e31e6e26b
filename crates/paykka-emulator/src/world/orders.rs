//! Orders: the contracts that explain receipts.

use std::collections::BTreeMap;

use paykka_model::{
    Currency, FileId, LogisticsInfo, NotificationKind, OrderCreate, OrderCreateRequest, OrderCreateResponse,
    OrderInquiry, OrderInquiryRequest, OrderReview, OrderState, OrderStatus, OrderSupplement,
    OrderSupplementRequest, OrderSupplementResponse, OrderUpdate, OrderUpdateRequest, OrderUpdateResponse,
    RequestId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::history::History;
use super::merchant::Merchant;
use super::onboarding::json;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    request_id: String,
    /// What was handed in last; a repeat of it is no new order.
    body: Value,
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
}

impl Play for OrderCreate {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderCreateRequest,
    ) -> Result<OrderCreateResponse, Failure> {
        let body = json(&request)?;
        let number =
            world.ids.number("CO", &[call.merchant.unwrap_or_default(), request.request_id.as_str()]);
        let merchant = world.merchant_of(call)?;
        let known = by_request(&merchant.orders, request.request_id.as_str());
        if let Some((number, known)) = known.filter(|_| !call.behaviour.no_dedupe) {
            return if known.body == body && !call.behaviour.repeat_is_error {
                Ok(OrderCreateResponse::new(number.as_str(), known.status().clone()))
            } else {
                Err(Failure::reused("$.request_id"))
            };
        }
        files_exist(merchant, "contract_file_ids", &request.contract_file_ids)?;
        files_exist(merchant, "invoice_file_ids", &request.invoice_file_ids)?;
        let order = Order {
            request_id: request.request_id.to_string(),
            body,
            buyer_name: request.buyer_name,
            currency: request.currency,
            logistics: request.logistics_info,
            status: History::new(call.now, OrderStatus::Pending),
        };
        merchant.orders.insert(number.clone(), order);
        world.later(call.now, Due::Order(call.merchant.unwrap_or_default().to_owned(), number.clone()));
        Ok(OrderCreateResponse::new(number, OrderStatus::Pending))
    }
}

impl Play for OrderUpdate {
    /// The number is the create's: it selects the order (I), which is reviewed anew.
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderUpdateRequest,
    ) -> Result<OrderUpdateResponse, Failure> {
        let body = json(&request)?;
        let merchant = world.merchant_of(call)?;
        let known = by_request(&merchant.orders, request.request_id.as_str());
        let number = known.ok_or_else(|| Failure::not_found("$.request_id"))?.0.clone();
        files_exist(merchant, "contract_file_ids", &request.contract_file_ids)?;
        files_exist(merchant, "invoice_file_ids", &request.invoice_file_ids)?;
        let order = merchant.orders.get_mut(&number).ok_or_else(|| Failure::not_found("$.request_id"))?;
        if order.body != body {
            order.body = body;
            order.buyer_name = request.buyer_name;
            order.currency = request.currency;
            order.logistics = request.logistics_info;
            order.status.set(call.now, OrderStatus::Pending);
            let due = Due::Order(call.merchant.unwrap_or_default().to_owned(), number.clone());
            world.tell(call.now, &due);
            world.later(call.now, due);
        }
        let status = world.merchant_of(call)?.orders.get(&number).map(|order| order.status().clone());
        Ok(OrderUpdateResponse::new(number, status.unwrap_or(OrderStatus::Pending)))
    }
}

impl Play for OrderInquiry {
    fn play(world: &mut World, call: &Call<'_>, request: OrderInquiryRequest) -> Result<OrderState, Failure> {
        let orders = &world.merchant_of(call)?.orders;
        let found = match (&request.contract_order_no, request.request_id.as_ref().map(RequestId::as_str)) {
            (Some(number), _) => orders.get_key_value(number),
            (None, Some(request_id)) => by_request(orders, request_id),
            (None, None) => {
                return Err(Failure::invalid("$: request_id or contract_order_no must be there"));
            }
        };
        let (number, order) = found.ok_or_else(|| Failure::not_found("the order"))?;
        let status = order.status.at(call.seen_at()).ok_or_else(|| Failure::not_found("the order"))?;
        Ok(OrderState::new(number.as_str(), status.clone()))
    }
}

impl Play for OrderSupplement {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OrderSupplementRequest,
    ) -> Result<OrderSupplementResponse, Failure> {
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
        if *order.status() != OrderStatus::Pending {
            return;
        }
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

fn by_request<'a>(orders: &'a BTreeMap<String, Order>, request_id: &str) -> Option<(&'a String, &'a Order)> {
    orders.iter().find(|(_, order)| order.request_id == request_id)
}

fn files_exist(merchant: &Merchant, field: &str, files: &[FileId]) -> Result<(), Failure> {
    match files.iter().position(|file| !merchant.files.contains_key(&file.0)) {
        Some(index) => Err(Failure::not_found(&format!("$.{field}[{index}]"))),
        None => Ok(()),
    }
}
