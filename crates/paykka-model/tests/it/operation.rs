//! The operation table is complete and consistent.

use paykka_model::{
    Effect, Encoding, Event, MerchantRule, OPERATIONS, Operation, OperationInfo, OperationVisitor, Origin,
    Role, visit_operations,
};

#[test]
fn there_are_24_calls_and_9_notifications() {
    let count = |role| OPERATIONS.iter().filter(|row| row.role == role).count();
    assert_eq!((count(Role::Call), count(Role::Notification)), (24, 9));
}

#[test]
fn names_and_paths_are_unique_and_well_formed() {
    for (index, row) in OPERATIONS.iter().enumerate() {
        assert!(
            row.path.starts_with("/api/") && row.path.bytes().all(|b| b.is_ascii_graphic()),
            "{}",
            row.name
        );
        assert!(row.name.split_once('.').is_some(), "{}", row.name);
        for other in &OPERATIONS[index + 1..] {
            assert!(row.name != other.name && row.path != other.path, "{} and {}", row.name, other.name);
        }
    }
}

#[test]
fn what_moves_money_is_resolved_by_a_read_of_the_table() {
    let mut money = Vec::new();
    for row in OPERATIONS {
        if let Effect::Money { key, resolved_by } = row.effect {
            let resolver = OPERATIONS.iter().find(|other| other.name == resolved_by).unwrap();
            assert_eq!((resolver.effect, resolver.role), (Effect::Read, Role::Call));
            assert!(
                resolver.request.field(key).is_some_and(|field| field.required),
                "{resolved_by} by {key}"
            );
            money.push(row.name);
        }
        if let Effect::Money { key, .. } | Effect::Write { key } = row.effect {
            assert!(row.request.field(key).is_some_and(|field| field.required), "{}: {key}", row.name);
        }
    }
    assert_eq!(money, ["trade_settle.apply", "forex.confirm", "payment.apply"]);
}

#[test]
fn marks_rules_and_effects_are_those_of_the_specification() {
    let rows: Vec<String> = OPERATIONS
        .iter()
        .map(|row| {
            let origins = [row.origin.path, row.origin.request, row.origin.response, row.origin.merchant];
            let marks: String = origins.map(Origin::mark).iter().collect();
            let merchant = match row.merchant {
                MerchantRule::Never => "never",
                MerchantRule::Required => "always",
                MerchantRule::Optional => "maybe",
            };
            let effect = match row.effect {
                Effect::Write { key } => format!("write {key}"),
                Effect::Money { key, .. } => format!("money {key}"),
                other => format!("{other:?}").to_lowercase(),
            };
            format!("{} {} {marks} {merchant} {effect}", row.name, row.path)
        })
        .collect();
    // Path, request or data, answer, merchant's rule.
    let expected = [
        "onboarding.apply /api/v2/merch/onboard/apply DDTD never write request_id",
        "onboarding.update /api/v2/merch/onboard/update DDID never write request_id",
        "onboarding.inquiry /api/v2/merch/onboard/inquiry ITIT never read",
        "onboarding.notification /api/v2/merch/onboard/notify IDII always notice",
        "assessment.submit /api/v2/merch/assessment/apply TTTT never write request_id",
        "assessment.update /api/v2/merch/assessment/update TTTT always write request_id",
        "assessment.result /api/v2/merch/assessment/result TTTT always read",
        "assessment.notification /api/v2/merch/assessment/notify TTIT maybe notice",
        "va.apply /api/v2/merch/va/apply IIII always write request_id",
        "va.inquiry /api/v2/merch/va/inquiry DDID always read",
        "va.notification /api/v2/merch/va/notify DDDD always notice",
        "remittance.notification /api/v2/merch/remittance/notify IIII always notice",
        "order.create /api/v2/merch/contract/create DDDD always write request_id",
        "order.update /api/v2/merch/contract/update DDID always write request_id",
        "order.inquiry /api/v2/merch/contract/inquiry IIII always read",
        "order.supplement /api/v2/merch/contract/supplement IIII always write contract_order_no",
        "trade_settle.apply /api/v2/trade-settle/apply DDDD always money recv_order_no",
        "trade_settle.inquiry /api/v2/trade-settle/inquiry DDID always read",
        "trade_settle.notification /api/v2/trade-settle/notify IIII always notice",
        "balance.inquiry /api/v2/merch/account/balance IIII always read",
        "payee.create /api/v2/merch/beneficiary/create IIII always write request_id",
        "payee.update /api/v2/merch/beneficiary/update DDII always write request_id",
        "payee.inquiry /api/v2/merch/beneficiary/inquiry IIII always read",
        "payee.notification /api/v2/merch/beneficiary/notify IIII always notice",
        "forex.pre_order /api/v2/fx/conversion/preorder DDDD always spare",
        "forex.confirm /api/v2/fx/conversion/confirm IIII always money order_no",
        "forex.inquiry /api/v2/fx/conversion/inquiry IIII always read",
        "forex.notification /api/v2/fx/conversion/notify IIII always notice",
        "payment.apply /api/v2/merch/pay/apply DDDD always money request_id",
        "payment.inquiry /api/v2/merch/pay/inquiry IIII always read",
        "payment.notification /api/v2/merch/pay/notify IIII always notice",
        "file.upload /api/file/upload TITT always spare",
        "order.notification /api/v2/merch/contract/notify IDII always notice",
    ];
    assert_eq!(rows, expected);
    let multipart: Vec<_> = OPERATIONS.iter().filter(|row| row.encoding == Encoding::Multipart).collect();
    assert_eq!(multipart.iter().map(|row| row.name).collect::<Vec<_>>(), ["file.upload"]);
}

#[test]
fn the_visitor_sees_the_table() {
    #[derive(Default)]
    struct Rows(Vec<OperationInfo>);

    impl OperationVisitor for Rows {
        fn call<O: Operation>(&mut self) {
            self.0.push(O::INFO);
        }

        fn event<E: Event>(&mut self) {
            assert_eq!(E::KIND.info(), E::INFO);
            self.0.push(E::INFO);
        }
    }

    let mut rows = Rows::default();
    visit_operations(&mut rows);
    assert_eq!(rows.0, OPERATIONS);
}

/// The platform's signature doesn't say which request an answer belongs to.
#[test]
fn an_answer_must_name_what_was_asked_for() {
    use paykka_model::{
        AccountBalance, AccountBalanceFields, Amount, BalanceInquiry, BalanceInquiryRequest,
        BalanceInquiryResponse, PayeeInquiry, PayeeInquiryRequest, PayeeState, PayeeStatus, VaApply,
        VaApplyRequest, VaApplyResponse,
    };

    let asked = PayeeInquiryRequest::new().beneficiary_id("B1");
    assert!(PayeeInquiry::answers(&asked, &PayeeState::new("B1", PayeeStatus::Pass)));
    assert!(!PayeeInquiry::answers(&asked, &PayeeState::new("B2", PayeeStatus::Pass)));
    let asked = PayeeInquiryRequest::new().request_id("R1".parse::<paykka_model::RequestId>().unwrap());
    assert!(PayeeInquiry::answers(&asked, &PayeeState::new("B2", PayeeStatus::Pass)), "it names no request");
    assert!(!PayeeInquiry::answers(&asked, &PayeeState::new("B2", PayeeStatus::Pass).request_id("R2")));

    let account = |currency: &str| {
        let none = Amount::from_wire(0);
        let fields =
            AccountBalanceFields { currency: currency.into(), balance: none, available_amount: none };
        BalanceInquiryResponse::new([AccountBalance::new(fields)])
    };
    let asked = BalanceInquiryRequest::new().currency("USD");
    assert!(BalanceInquiry::answers(&asked, &account("USD")));
    assert!(!BalanceInquiry::answers(&asked, &account("EUR")));
    assert!(BalanceInquiry::answers(&BalanceInquiryRequest::new(), &account("EUR")));

    let asked = VaApplyRequest::new("R1".parse::<paykka_model::RequestId>().unwrap(), ["USD".into()], "US");
    assert!(VaApply::answers(&asked, &VaApplyResponse::new()));
    assert!(!VaApply::answers(&asked, &VaApplyResponse::new().request_id("R2")));
}
