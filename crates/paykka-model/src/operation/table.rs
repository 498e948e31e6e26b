//! The rows: 24 calls and 9 notifications, in the order of the platform's list.

use super::{
    Effect, Encoding, Event, MerchantRule, Operation, OperationInfo, OperationVisitor, Origins, Role,
};
use crate::domain::*;
use crate::schema::marks::{D, I, T};
use crate::{Currency, Notification, NotificationKind, WireObject};

/// Declares the table: a type for each operation with its row, the table of all rows, and the visitor. Each row reads:
/// name, path with its mark, merchant's rule with its mark, and the bodies with theirs. What stands behind `same` is
/// named by request and answer, and must be equal where both name it.
macro_rules! operations {
    (
        $(
            $(#[$meta:meta])*
            $kind:ident $name:ident $row:tt
        )+
    ) => {
        $(operations! { @$kind $(#[$meta])* $name $row })+

        /// Every operation, in the order of the platform's list.
        pub const OPERATIONS: &[OperationInfo] = &[$(operations!(@info $kind $name)),+];

        /// Shows every operation with its types to `visitor`, in the order of [`OPERATIONS`].
        pub fn visit_operations(visitor: &mut impl OperationVisitor) {
            $(operations!(@visit $kind visitor $name);)+
        }
    };

    (@call $(#[$meta:meta])* $name:ident {
        $wire_name:literal, $path:literal by $path_mark:ident, merchant $merchant:ident by $merchant_mark:ident,
        $effect:ident $(($key:literal $(, $resolved_by:literal)?))?, $encoding:ident,
        $request:ident by $request_mark:ident => $response:ident by $response_mark:ident
        $(, same |$asked:ident, $answered:ident| $($one:expr => $other:expr),+)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Operation for $name {
            const INFO: OperationInfo = OperationInfo {
                name: $wire_name,
                path: $path,
                role: Role::Call,
                origin: Origins {
                    path: $path_mark,
                    request: $request_mark,
                    response: $response_mark,
                    merchant: $merchant_mark,
                },
                merchant: MerchantRule::$merchant,
                effect: operations!(@effect $effect $($key $($resolved_by)?)?),
                encoding: Encoding::$encoding,
                request: &<$request as WireObject>::SCHEMA,
                response: Some(&<$response as WireObject>::SCHEMA),
            };
            type Request = $request;
            type Response = $response;

            fn answers(_request: &$request, _response: &$response) -> bool {
                $(
                    let ($asked, $answered) = (_request, _response);
                    return $(same($one, $other))&&+;
                )?
                #[allow(unreachable_code, reason = "not every answer names what was asked for")]
                true
            }
        }
    };

    (@notice $(#[$meta:meta])* $name:ident {
        $wire_name:literal, $path:literal by $path_mark:ident, merchant $merchant:ident by $merchant_mark:ident,
        $kind:ident($data:ident) by $data_mark:ident, reply by $reply_mark:ident
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Event for $name {
            const INFO: OperationInfo = OperationInfo {
                name: $wire_name,
                path: $path,
                role: Role::Notification,
                origin: Origins {
                    path: $path_mark,
                    request: $data_mark,
                    response: $reply_mark,
                    merchant: $merchant_mark,
                },
                merchant: MerchantRule::$merchant,
                effect: Effect::Notice,
                encoding: Encoding::Json,
                request: &<$data as WireObject>::SCHEMA,
                response: None,
            };
            const KIND: NotificationKind = NotificationKind::$kind;
            type Data = $data;

            fn notification(data: $data) -> Notification {
                Notification::$kind(data)
            }
        }
    };

    (@info call $name:ident) => { <$name as Operation>::INFO };
    (@info notice $name:ident) => { <$name as Event>::INFO };
    (@visit call $visitor:ident $name:ident) => { $visitor.call::<$name>() };
    (@visit notice $visitor:ident $name:ident) => { $visitor.event::<$name>() };
    (@effect Read) => { Effect::Read };
    (@effect Spare) => { Effect::Spare };
    (@effect Write $key:literal) => { Effect::Write { key: $key } };
    (@effect Money $key:literal $resolved_by:literal) => {
        Effect::Money { key: $key, resolved_by: $resolved_by }
    };
}

/// Whether two names of a thing are the same, as far as both are there.
fn same<T: PartialEq>(asked: Option<T>, answered: Option<T>) -> bool {
    match (asked, answered) {
        (Some(asked), Some(answered)) => asked == answered,
        _ => true,
    }
}

/// A currency that wasn't asked for, if the answer names one.
fn other_currency<'a>(
    asked: &BalanceInquiryRequest,
    answered: &'a BalanceInquiryResponse,
) -> Option<&'a Currency> {
    let mut named = answered.accounts.iter().map(|account| &account.currency);
    named.find(|named| asked.currency.as_ref().is_some_and(|asked| asked != *named))
}

operations! {
    /// `onboarding.apply`: a company applies to become a merchant. Path D, request D, answer T.
    call OnboardingApply {
        "onboarding.apply", "/api/v2/merch/onboard/apply" by D, merchant Never by D,
        Write("request_id"), Json,
        OnboardingApplyRequest by D => OnboardingApplyResponse by T
    }
    /// `onboarding.update`: an application is corrected. Path D, request D, answer I.
    call OnboardingUpdate {
        "onboarding.update", "/api/v2/merch/onboard/update" by D, merchant Never by D,
        Write("request_id"), Json,
        OnboardingUpdateRequest by D => OnboardingUpdateResponse by I, same |request, response|
            request.merch_id.as_deref() => response.merch_id.as_deref()
    }
    /// `onboarding.inquiry`: where an application stands (a third party guesses `…/onboard/status`). Path I, request T, answer I.
    call OnboardingInquiry {
        "onboarding.inquiry", "/api/v2/merch/onboard/inquiry" by I, merchant Never by T,
        Read, Json,
        OnboardingInquiryRequest by T => OnboardingState by I, same |request, response|
            request.merch_id.as_deref() => response.merch_id.as_deref(),
            request.request_id.as_ref().map(RequestId::as_str) => response.request_id.as_deref()
    }
    /// `onboarding.notification`: an application changed. Path I, data D.
    notice OnboardingNotification {
        "onboarding.notification", "/api/v2/merch/onboard/notify" by I, merchant Required by I,
        Onboarding(OnboardingState) by D, reply by I
    }
    /// `assessment.submit`: a company hands itself in to be assessed. Path T, request T, answer T.
    call AssessmentSubmit {
        "assessment.submit", "/api/v2/merch/assessment/apply" by T, merchant Never by T,
        Write("request_id"), Json,
        AssessmentSubmitRequest by T => AssessmentSubmitResponse by T
    }
    /// `assessment.update`: an assessment is corrected. Path T, request T, answer T.
    call AssessmentUpdate {
        "assessment.update", "/api/v2/merch/assessment/update" by T, merchant Required by T,
        Write("request_id"), Json,
        AssessmentUpdateRequest by T => AssessmentSubmitResponse by T, same |request, response|
            Some(request.merch_id.as_str()) => Some(response.merch_id.as_str())
    }
    /// `assessment.result`: what came of an assessment. Path T, request T, answer T.
    call AssessmentResult {
        "assessment.result", "/api/v2/merch/assessment/result" by T, merchant Required by T,
        Read, Json,
        AssessmentResultRequest by T => AssessmentState by T, same |request, response|
            Some(request.merch_id.as_str()) => response.merch_id.as_deref()
    }
    /// `assessment.notification`: an assessment changed. Path T, data T.
    notice AssessmentNotification {
        "assessment.notification", "/api/v2/merch/assessment/notify" by T, merchant Optional by T,
        Assessment(AssessmentState) by T, reply by I
    }
    /// `va.apply`: an account for buyers' money is applied for. Path I, request I, answer I.
    call VaApply {
        "va.apply", "/api/v2/merch/va/apply" by I, merchant Required by I,
        Write("request_id"), Json,
        VaApplyRequest by I => VaApplyResponse by I, same |request, response|
            Some(request.request_id.as_str()) => response.request_id.as_deref()
    }
    /// `va.inquiry`: where an account stands. Path D, request D, answer I.
    call VaInquiry {
        "va.inquiry", "/api/v2/merch/va/inquiry" by D, merchant Required by D,
        Read, Json,
        VaInquiryRequest by D => VaState by I, same |request, response|
            Some(request.request_id.as_str()) => Some(response.request_id.as_str())
    }
    /// `va.notification`: an account changed. Path D, data D.
    notice VaNotification {
        "va.notification", "/api/v2/merch/va/notify" by D, merchant Required by D,
        Va(VaState) by D, reply by D
    }
    /// `remittance.notification`: money has landed. Path I, data I: four of its keys stand on a schema page that is this one's
    /// or `trade_settle.notification`'s.
    notice RemittanceNotification {
        "remittance.notification", "/api/v2/merch/remittance/notify" by I, merchant Required by I,
        Remittance(Remittance) by I, reply by I
    }
    /// `order.create`: a contract is handed in. Path D, request D, answer D.
    call OrderCreate {
        "order.create", "/api/v2/merch/contract/create" by D, merchant Required by D,
        Write("request_id"), Json,
        OrderCreateRequest by D => OrderCreateResponse by D
    }
    /// `order.update`: a contract is corrected. Path D, request D, answer I.
    call OrderUpdate {
        "order.update", "/api/v2/merch/contract/update" by D, merchant Required by D,
        Write("request_id"), Json,
        OrderUpdateRequest by D => OrderUpdateResponse by I
    }
    /// `order.inquiry`: where a contract stands. Path I, request I, answer I.
    call OrderInquiry {
        "order.inquiry", "/api/v2/merch/contract/inquiry" by I, merchant Required by I,
        Read, Json,
        OrderInquiryRequest by I => OrderState by I, same |request, response|
            request.contract_order_no.as_deref() => Some(response.contract_order_no.as_str())
    }
    /// `order.supplement`: how the goods travel is handed in later. Path I, request I, answer I.
    call OrderSupplement {
        "order.supplement", "/api/v2/merch/contract/supplement" by I, merchant Required by I,
        Write("contract_order_no"), Json,
        OrderSupplementRequest by I => OrderSupplementResponse by I, same |request, response|
            Some(request.contract_order_no.as_str()) => response.contract_order_no.as_deref()
    }
    /// `trade_settle.apply`: a receipt is related to its contracts and becomes balance. **Moves money.** Path D, request D, answer D.
    call TradeSettleApply {
        "trade_settle.apply", "/api/v2/trade-settle/apply" by D, merchant Required by D,
        Money("recv_order_no", "trade_settle.inquiry"), Json,
        TradeSettleApplyRequest by D => TradeSettleApplyResponse by D
    }
    /// `trade_settle.inquiry`: where a receipt stands. Path D, request D, answer I.
    call TradeSettleInquiry {
        "trade_settle.inquiry", "/api/v2/trade-settle/inquiry" by D, merchant Required by D,
        Read, Json,
        TradeSettleInquiryRequest by D => TradeSettleReceipt by I, same |request, response|
            Some(request.recv_order_no.as_str()) => response.recv_order_no.as_deref()
    }
    /// `trade_settle.notification`: a receipt changed. Path I, data I: its keys stand on a schema page that is this one's or
    /// `remittance.notification`'s.
    notice TradeSettleNotification {
        "trade_settle.notification", "/api/v2/trade-settle/notify" by I, merchant Required by I,
        TradeSettle(TradeSettleState) by I, reply by I
    }
    /// `balance.inquiry`: what stands on the merchant's accounts. Path I, request I, answer I.
    call BalanceInquiry {
        "balance.inquiry", "/api/v2/merch/account/balance" by I, merchant Required by I,
        Read, Json,
        BalanceInquiryRequest by I => BalanceInquiryResponse by I, same |request, response|
            request.currency.as_ref() => other_currency(request, response)
    }
    /// `payee.create`: a payee is handed in. Path I, request I, answer I.
    call PayeeCreate {
        "payee.create", "/api/v2/merch/beneficiary/create" by I, merchant Required by I,
        Write("request_id"), Json,
        PayeeCreateRequest by I => PayeeCreateResponse by I, same |request, response|
            Some(request.request_id.as_str()) => response.request_id.as_deref()
    }
    /// `payee.update`: a payee is corrected. Path D, request D, answer I.
    call PayeeUpdate {
        "payee.update", "/api/v2/merch/beneficiary/update" by D, merchant Required by I,
        Write("request_id"), Json,
        PayeeUpdateRequest by D => PayeeUpdateResponse by I, same |request, response|
            Some(request.request_id.as_str()) => response.request_id.as_deref()
    }
    /// `payee.inquiry`: where a payee stands. Path I, request I, answer I.
    call PayeeInquiry {
        "payee.inquiry", "/api/v2/merch/beneficiary/inquiry" by I, merchant Required by I,
        Read, Json,
        PayeeInquiryRequest by I => PayeeState by I, same |request, response|
            request.beneficiary_id.as_deref() => Some(response.beneficiary_id.as_str()),
            request.request_id.as_ref().map(RequestId::as_str) => response.request_id.as_deref()
    }
    /// `payee.notification`: a payee changed. Path I, data I.
    notice PayeeNotification {
        "payee.notification", "/api/v2/merch/beneficiary/notify" by I, merchant Required by I,
        Payee(PayeeState) by I, reply by I
    }
    /// `forex.pre_order`: a rate is quoted. Path D, request D, answer D.
    call ForexPreOrder {
        "forex.pre_order", "/api/v2/fx/conversion/preorder" by D, merchant Required by D,
        Spare, Json,
        ForexPreOrderRequest by D => ForexPreOrderResponse by D, same |request, response|
            Some(request.sell_currency.code()) => Some(response.sell_currency.code()),
            Some(request.buy_currency.code()) => Some(response.buy_currency.code()),
            request.sell_amount.as_ref() => Some(&response.sell_amount),
            request.buy_amount.as_ref() => Some(&response.buy_amount)
    }
    /// `forex.confirm`: money is exchanged at the quoted rate. **Moves money.** Path I, request I, answer I.
    call ForexConfirm {
        "forex.confirm", "/api/v2/fx/conversion/confirm" by I, merchant Required by I,
        Money("order_no", "forex.inquiry"), Json,
        ForexConfirmRequest by I => ForexConfirmResponse by I, same |request, response|
            Some(request.order_no.as_str()) => response.order_no.as_deref()
    }
    /// `forex.inquiry`: where an exchange stands. Path I, request I, answer I.
    call ForexInquiry {
        "forex.inquiry", "/api/v2/fx/conversion/inquiry" by I, merchant Required by I,
        Read, Json,
        ForexInquiryRequest by I => ForexState by I, same |request, response|
            Some(request.order_no.as_str()) => Some(response.order_no.as_str())
    }
    /// `forex.notification`: an exchange changed. Path I, data I.
    notice ForexNotification {
        "forex.notification", "/api/v2/fx/conversion/notify" by I, merchant Required by I,
        Forex(ForexState) by I, reply by I
    }
    /// `payment.apply`: pay a beneficiary. **Moves money.** Path D, request D, answer D.
    call PaymentApply {
        "payment.apply", "/api/v2/merch/pay/apply" by D, merchant Required by D,
        Money("request_id", "payment.inquiry"), Json,
        PaymentApplyRequest by D => PaymentApplyResponse by D
    }
    /// `payment.inquiry`: what became of a payment. Path I, request I, answer I.
    call PaymentInquiry {
        "payment.inquiry", "/api/v2/merch/pay/inquiry" by I, merchant Required by I,
        Read, Json,
        PaymentInquiryRequest by I => PaymentState by I, same |request, response|
            Some(request.request_id.as_str()) => Some(response.request_id.as_str())
    }
    /// `payment.notification`: a payment changed. Path I, data I.
    notice PaymentNotification {
        "payment.notification", "/api/v2/merch/pay/notify" by I, merchant Required by I,
        Payment(PaymentState) by I, reply by I
    }
    /// `file.upload`: a file is uploaded. Path T, request I, answer T.
    call FileUpload {
        "file.upload", "/api/file/upload" by T, merchant Required by T,
        Spare, Multipart,
        FileMeta by I => FileUploadResponse by T
    }
    /// `order.notification`: a contract was reviewed. Path I, data D.
    notice OrderNotification {
        "order.notification", "/api/v2/merch/contract/notify" by I, merchant Required by I,
        OrderReview(OrderReview) by D, reply by I
    }
}
