//! The bodies that the demo sends, as JSON: people know them from the platform's pages in that form.

use paykka_model::decode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::report::BoxError;

/// A typed request out of its JSON.
pub(crate) fn request<T: DeserializeOwned>(body: &Value) -> Result<T, BoxError> {
    Ok(decode(body.to_string().as_bytes())?)
}

pub(crate) const APPLICATION: &str = "DEMO-ONBOARDING-1";
pub(crate) const ACCOUNT: &str = "DEMO-VA-1";
pub(crate) const ORDER: &str = "DEMO-ORDER-1";
pub(crate) const PAYEE: &str = "DEMO-PAYEE-1";

/// What lands, in minor units of USD.
pub(crate) const LANDED: i64 = 1_250_000;
/// What of it is exchanged for EUR.
pub(crate) const EXCHANGED: i64 = 500_000;
/// What of that is paid to the payee.
pub(crate) const PAID: i64 = 125_000;

pub(crate) fn application(passport: &Value) -> Value {
    let address = json!({ "address1": "No. 1 Example Road" });
    json!({
        "request_id": APPLICATION,
        "contact_person": { "phone_prefix": "86", "phone": "13800000000", "email": "office@example.com" },
        "license": {
            "region": "CN",
            "ent_name": "示例贸易有限公司",
            "ent_name_en": "Example Trading Co., Ltd.",
            "found_date": "2015-06-30",
            "registered_currency": "USD",
            "registered_capital": 100_000_000,
            "address": address,
        },
        "business": {
            "industry": 52,
            "employee_number": "10-50",
            "address": address,
            "export_country": ["US"],
            "export_type": ["16"],
            "trade_volume": "1000000-5000000",
        },
        "stakeholder_list": [{
            "identity_type": "LEGAL_PERSON",
            "name": "李四",
            "nationality": "CN",
            "birth_date": "1990-01-01",
            "doc_type": "PASSPORT",
            "id_number": "E00000000",
            "doc_portrait_side_file_id": passport,
            "eff_date_start": "2020-01-01",
            "resident_address": address,
        }],
    })
}

pub(crate) fn account() -> Value {
    json!({ "request_id": ACCOUNT, "currencies": ["USD"], "country_code": "US", "type": "LOCAL" })
}

pub(crate) fn order(contract: &Value) -> Value {
    json!({
        "request_id": ORDER,
        "buyer_name": "ACME GmbH",
        "buyer_country": "US",
        "amount": LANDED,
        "currency": "USD",
        "contract_no": "C-2026-17",
        "contract_file_ids": [contract],
        "goods_info": { "category": 85, "name": "Desk lamp", "quantity": 120 },
        "invoice_file_ids": [contract],
        "order_date": "2026-11-24",
    })
}

pub(crate) fn settlement(receipt: &str, order: &str) -> Value {
    let related = json!([{ "contract_order_no": order, "amount": LANDED }]);
    json!({ "recv_order_no": receipt, "relate_list": related })
}

pub(crate) fn quote() -> Value {
    json!({ "sell_currency": "USD", "buy_currency": "EUR", "sell_amount": EXCHANGED })
}

pub(crate) fn payee() -> Value {
    json!({
        "request_id": PAYEE,
        "type": "PERSONAL",
        "beneficiary": {
            "purpose": "PFG",
            "purpose_desc": "payment for goods",
            "country": "DE",
            "nick_name": "ACME",
            "first_name": "Erika",
            "last_name": "Mustermann",
            "address": { "address1": "No. 1 Example Road" },
            "bank_account": {
                "currency": "EUR",
                "country_code": "DE",
                "bank_name": "First Example Bank",
                "account_no": "DE00000000000000000000",
                "account_name": "Erika Mustermann",
                "bic_swift_code": "EXAMDE33",
            },
        },
    })
}

pub(crate) fn payment(payee: &str) -> Value {
    json!({
        "request_id": "DEMO-ANY-NUMBER",
        "beneficiary_id": payee,
        "currency": "EUR",
        "amount": PAID,
        "postscript": "INV 17",
    })
}
