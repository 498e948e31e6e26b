//! All that is wrong is found at once, with path, limit and length, and stops the call only where the platform says so.

use paykka_model::{
    Amount, BankAccount, BankAccountFields, Beneficiary, Code, Country, Currency, Date, FileId,
    ForexPreOrderFields, ForexPreOrderRequest, GoodsInfo, NumberAmount, OrderCreateFields,
    OrderCreateRequest, OrderInquiryRequest, OrderUpdateFields, OrderUpdateRequest, Origin,
    PayeeCreateRequest, PayeeType, PaymentApplyFields, PaymentApplyRequest, Problem, RelatedOrder, RequestId,
    TradeSettleApplyRequest, decode, unconfirmed,
};

#[test]
fn every_violation_is_found_with_its_path_and_without_its_value() {
    let goods = GoodsInfo::new(Code::given(85), "").url("u".repeat(300));
    let request = OrderUpdateRequest::new(OrderUpdateFields {
        request_id: id("R1"),
        buyer_name: format!(" {} ", "SECRET".repeat(40)),
        buyer_country: Country::De,
        amount: Amount::from_wire(1),
        currency: Currency::Usd,
        contract_no: "C\u{202e}-1\n".into(),
        contract_file_ids: vec![],
        goods_info: goods,
        invoice_file_ids: vec![FileId(1); 11],
        order_date: decode(b"\"2026-02-30\"").unwrap(),
    });
    let found = request.validate();
    assert_eq!(
        found.to_string(),
        "\
$.buyer_name: has 242 UTF-16 units; 1 to 128 are allowed (D)
$.buyer_name: begins or ends with white space; trim it (our own rule)
$.contract_no: has a control character, such as a line feed; take it out (our own rule)
$.contract_file_ids: is empty; 1 to 10 are allowed (D)
$.goods_info.name: is empty; 1 to 128 are allowed (D)
$.goods_info.url: has 300 UTF-16 units; 1 to 256 are allowed (D)
$.invoice_file_ids: has 11 items; 1 to 10 are allowed (D)
$.order_date: is not a date; write YYYY-MM-DD (D)"
    );
    assert!(!found.is_ok() && !format!("{found:?}").contains("SECRET"));
    assert_eq!(*found.all()[0].problem(), Problem::Length { is: 242, min: 1, max: 128 });
    assert_eq!(request.validate().into_result(), Err(found));
}

/// The limits of `order.create` are allowed over from `order.update`, and a guess stops nobody.
#[test]
fn a_limit_that_is_not_documented_is_a_warning() {
    let request = OrderCreateRequest::new(OrderCreateFields {
        request_id: id("R1"),
        buyer_name: "b".repeat(200),
        buyer_country: Country::De,
        amount: Amount::from_wire(1),
        currency: Currency::Usd,
        contract_no: "C-1".into(),
        contract_file_ids: vec![FileId(1)],
        goods_info: GoodsInfo::new(Code::given(85), "n".repeat(129)),
        invoice_file_ids: vec![FileId(1)],
        order_date: Date::new(2026, 2, 28).unwrap(),
    });
    let found = request.validate();
    assert_eq!(
        found.to_string(),
        "\
warning: $.buyer_name: has 200 UTF-16 units; 1 to 128 are allowed (I)
warning: $.goods_info.name: has 129 UTF-16 units; 1 to 128 are allowed (I)"
    );
    assert!(found.is_ok() && found.stopping().count() == 0 && found.warnings().count() == 2);
    assert_eq!(found.into_result(), Ok(()));
}

#[test]
fn lengths_count_utf_16_units() {
    // Each is one character and two units.
    let name = |count: usize| GoodsInfo::new(Code::given(1), "𠀀".repeat(count)).validate();
    assert!(name(64).all().is_empty());
    assert_eq!(*name(65).all()[0].problem(), Problem::Length { is: 130, min: 1, max: 128 });
}

#[test]
fn texts_that_mislead_stop_a_payment() {
    let payment = |postscript: &str| {
        PaymentApplyRequest::new(PaymentApplyFields {
            request_id: id("R1"),
            beneficiary_id: "B1".into(),
            currency: Currency::Usd,
            amount: NumberAmount::from_integer(1),
            postscript: postscript.into(),
        })
        .validate()
    };
    assert!(payment("INV 17, für Müller & 张三").all().is_empty());
    for (text, problem) in [
        ("INV\t17", Problem::ControlCharacter),
        ("INV\u{0}17", Problem::ControlCharacter),
        ("INV\u{85}17", Problem::ControlCharacter),
        ("INV \u{202e}71", Problem::InvisibleMark),
        ("INV\u{2067}17", Problem::InvisibleMark),
        ("\u{200f}INV 17", Problem::InvisibleMark),
        ("INV\u{200b}17", Problem::InvisibleMark),
        ("INV 17\u{feff}", Problem::InvisibleMark),
        ("INV\u{2028}17", Problem::InvisibleMark),
        (" INV 17", Problem::BlankAtEnd),
        ("INV 17\u{3000}", Problem::BlankAtEnd),
        ("INV 17\u{a0}", Problem::BlankAtEnd),
    ] {
        let found = payment(text);
        assert_eq!((found.all().len(), found.all()[0].problem()), (1, &problem), "{text:?}");
        assert!(found.all()[0].stops() && found.all()[0].origin().is_none());
    }
}

#[test]
fn exactly_one_amount_of_a_quote_is_given() {
    let fields = ForexPreOrderFields { sell_currency: Currency::Usd, buy_currency: Currency::Eur };
    let quote = ForexPreOrderRequest::new(fields);
    let ten = || NumberAmount::from_integer(10);
    assert!(quote.clone().sell_amount(ten()).validate().all().is_empty());
    assert!(quote.clone().buy_amount(ten()).validate().all().is_empty());
    for (are, wrong) in [(0, quote.clone()), (2, quote.sell_amount(ten()).buy_amount(ten()))] {
        let found = wrong.validate();
        let problem = Problem::ExactlyOne { of: &["sell_amount", "buy_amount"], are };
        assert_eq!(*found.all()[0].problem(), problem);
        assert!(found.all()[0].stops() && found.all()[0].path() == "$", "{found}");
    }
}

#[test]
fn an_inquiry_by_nothing_is_warned_of() {
    let found = OrderInquiryRequest::new().validate();
    assert!(found.is_ok() && found.warnings().count() == 1, "{found}");
}

#[test]
fn codes_of_our_own_tables_are_warned_of_and_given_ones_are_not() {
    let payee = |bank: Code<unconfirmed::Bank>| {
        let account = BankAccount::new(BankAccountFields {
            currency: Currency::Cny,
            country_code: Country::Cn,
            bank_name: "ICBC".into(),
            account_no: "6222000000000000000".into(),
            account_name: "Example".into(),
        });
        let payee = Beneficiary::new().bank_account(account.bank_code(bank));
        PayeeCreateRequest::new(id("R1"), PayeeType::Company, payee).validate()
    };
    let found = payee(unconfirmed::Bank::Icbc.into());
    assert_eq!(found.all().len(), 1);
    assert_eq!(found.all()[0].path(), "$.beneficiary.bank_account.bank_code");
    assert_eq!(*found.all()[0].problem(), Problem::Unconfirmed { table: "bank" });
    assert!(found.is_ok() && found.all()[0].origin() == Some(Origin::Inferred));
    assert!(payee(Code::given("102")).all().is_empty(), "the caller's own word");
}

/// A key that stood there twice would mean one thing to one reader and another to the next.
#[test]
fn an_extra_key_may_not_repeat_a_field() {
    let payee =
        PayeeCreateRequest::new(id("R1"), PayeeType::Company, Beneficiary::new().extra("nick_name", "x"));
    let found = payee.extra("request_id", "R2").extra("channel", "x").validate();
    assert_eq!(
        found.to_string(),
        "\
$.beneficiary.nick_name: stands in `extra` beside the field of that name; set the field (our own rule)
$.request_id: stands in `extra` beside the field of that name; set the field (our own rule)"
    );
}

#[test]
fn items_of_arrays_are_named_by_their_place() {
    let body = br#"{"request_id":"R","contact_person":{"phone_prefix":"86","phone":"1","email":"a@example.com"},
        "license":{"region":"CHN","ent_name":"a","ent_name_en":"a","found_date":"2020-01-01",
            "registered_currency":"CNY","registered_capital":1.50,"address":{"address1":"x"}},
        "business":{"industry":52,"employee_number":"1","address":{"address1":"x "},"export_country":["US"],
            "export_type":["16"],"trade_volume":"1"},
        "stakeholder_list":[{"identity_type":"DIRECTOR","name":"a","nationality":"CN","birth_date":"1990-01-01",
            "doc_type":"PASSPORT","id_number":"1","doc_portrait_side_file_id":1,"eff_date_start":"2020-1-1",
            "resident_address":{"address1":"x"}}]}"#;
    let request: paykka_model::OnboardingApplyRequest = decode(body).unwrap();
    assert_eq!(
        request.validate().to_string(),
        "\
$.license.region: has 3 UTF-16 units; at most 2 are allowed (D)
warning: $.license.region: is none of the values that are known here; check it for a typing error (I)
$.business.address.address1: begins or ends with white space; trim it (our own rule)
warning: $.stakeholder_list[0].eff_date_start: is not a date; write YYYY-MM-DD (T)"
    );
    // What a third party alone has shown stops nobody.
    let request: paykka_model::AssessmentSubmitRequest = decode(body).unwrap();
    let found = request.validate();
    assert_eq!(found.stopping().count(), 1);
    assert!(
        found
            .to_string()
            .contains("warning: $.license.region: has 3 UTF-16 units; at most 2 are allowed (T)")
    );
}

/// What no page speaks of is a warning, even where it looks absurd: the platform decides.
#[test]
fn what_is_likely_a_mistake_is_warned_of() {
    let request = TradeSettleApplyRequest::new("R1", []);
    assert_eq!(request.validate().to_string(), "warning: $.relate_list: is empty (I)");
    let related = RelatedOrder::new("CO1", Amount::from_wire(0));
    let request = TradeSettleApplyRequest::new("R1\n", [related]);
    assert_eq!(
        request.validate().to_string(),
        "\
$.recv_order_no: has a control character, such as a line feed; take it out (our own rule)
warning: $.relate_list[0].amount: is not above zero (I)"
    );
    let request = PaymentApplyRequest::new(PaymentApplyFields {
        request_id: id("R1"),
        beneficiary_id: "B1".into(),
        currency: "usd".into(),
        amount: NumberAmount::from_wire("-0.50").unwrap(),
        postscript: "p".into(),
    });
    assert_eq!(
        request.validate().to_string(),
        "\
warning: $.currency: is none of the values that are known here; check it for a typing error (I)
warning: $.amount: is not above zero (I)"
    );
    let payee = PayeeCreateRequest::new(id("R1"), PayeeType::from("FIRM"), Beneficiary::new());
    assert_eq!(payee.validate().warnings().count(), 1);
}

#[test]
fn nothing_is_wrong_with_what_is_right() {
    let request = TradeSettleApplyRequest::new("R1", [RelatedOrder::new("CO1", Amount::from_wire(1))]);
    assert_eq!(request.validate().to_string(), "nothing is wrong with it");
}

fn id(text: &str) -> RequestId {
    text.parse().unwrap()
}
