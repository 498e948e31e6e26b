//! Which inquiries tell where something stands, and which notifications are news about it.

use paykka_model::{
    AssessmentResult, Disposition, ForexInquiry, ForexStatus, Notification, OnboardingInquiry,
    OnboardingStatus, Operation, OrderInquiry, OrderStatus, PayeeInquiry, PayeeStatus, PaymentInquiry,
    PaymentStatus, ReceiptStatus, RequestId, TradeSettleInquiry, VaInquiry, VaStatus,
};

/// An inquiry after something that is decided at some time.
pub trait Awaited: Operation {
    /// Where it stands. What isn't recognised isn't decided.
    fn disposition(response: &Self::Response) -> Disposition;

    /// Whether a notification is about what is asked for, as far as either names it.
    fn is_told_by(request: &Self::Request, notification: &Notification) -> bool;
}

/// Each inquiry with its notification, and how the two name one object.
macro_rules! awaited {
    ($($operation:ident stands as $status:ident, by $kind:ident |$request:ident, $data:ident| $same:expr;)+) => {$(
        impl Awaited for $operation {
            fn disposition(response: &Self::Response) -> Disposition {
                // Some bodies may leave it out; then nothing is decided.
                Option::<&$status>::from(&response.status).map_or(Disposition::Pending, $status::disposition)
            }

            fn is_told_by($request: &Self::Request, notification: &Notification) -> bool {
                match notification {
                    Notification::$kind($data) => $same,
                    _ => false,
                }
            }
        }
    )+};
}

awaited! {
    OnboardingInquiry stands as OnboardingStatus, by Onboarding |request, data| Self::answers(request, data);
    AssessmentResult stands as OnboardingStatus, by Assessment |request, data| Self::answers(request, data);
    VaInquiry stands as VaStatus, by Va |request, data| Self::answers(request, data);
    OrderInquiry stands as OrderStatus, by OrderReview |request, data| {
        let by_number = request.contract_order_no.as_deref() == Some(data.contract_order_id.as_str());
        let asked = request.request_id.as_ref().map(RequestId::as_str);
        by_number || (asked.is_some() && asked == data.request_id.as_deref())
    };
    TradeSettleInquiry stands as ReceiptStatus, by TradeSettle |request, data| request.recv_order_no == data.recv_order_no;
    PayeeInquiry stands as PayeeStatus, by Payee |request, data| Self::answers(request, data);
    ForexInquiry stands as ForexStatus, by Forex |request, data| Self::answers(request, data);
    PaymentInquiry stands as PaymentStatus, by Payment |request, data| Self::answers(request, data);
}
