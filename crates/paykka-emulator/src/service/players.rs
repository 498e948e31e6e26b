//! Which function plays which operation. The table of operations says what there is; a call of it that nobody plays is a
//! failed test, not a surprise at run time.

use std::collections::HashMap;
use std::sync::LazyLock;

use paykka_model::{
    AssessmentResult, AssessmentSubmit, AssessmentUpdate, BalanceInquiry, FileUpload, ForexConfirm,
    ForexInquiry, ForexPreOrder, OnboardingApply, OnboardingInquiry, OnboardingUpdate, Operation,
    OperationInfo, OrderCreate, OrderInquiry, OrderSupplement, OrderUpdate, PayeeCreate, PayeeInquiry,
    PayeeUpdate, PaymentApply, PaymentInquiry, TradeSettleApply, TradeSettleInquiry, VaApply, VaInquiry,
};

use crate::world::{Play, Player, player};

/// An operation and how it is played.
#[derive(Clone, Copy)]
pub(super) struct Route {
    pub(super) operation: OperationInfo,
    pub(super) plays: Plays,
}

#[derive(Clone, Copy)]
pub(super) enum Plays {
    Json(Player),
    Upload,
}

/// What is served at a path.
pub(super) fn find(path: &str) -> Option<&'static Route> {
    ROUTES.get(path)
}

static ROUTES: LazyLock<HashMap<&'static str, Route>> = LazyLock::new(|| {
    let upload = Route { operation: FileUpload::INFO, plays: Plays::Upload };
    [
        json::<OnboardingApply>(),
        json::<OnboardingUpdate>(),
        json::<OnboardingInquiry>(),
        json::<AssessmentSubmit>(),
        json::<AssessmentUpdate>(),
        json::<AssessmentResult>(),
        json::<VaApply>(),
        json::<VaInquiry>(),
        json::<OrderCreate>(),
        json::<OrderUpdate>(),
        json::<OrderInquiry>(),
        json::<OrderSupplement>(),
        json::<TradeSettleApply>(),
        json::<TradeSettleInquiry>(),
        json::<BalanceInquiry>(),
        json::<PayeeCreate>(),
        json::<PayeeUpdate>(),
        json::<PayeeInquiry>(),
        json::<ForexPreOrder>(),
        json::<ForexConfirm>(),
        json::<ForexInquiry>(),
        json::<PaymentApply>(),
        json::<PaymentInquiry>(),
        upload,
    ]
    .into_iter()
    .map(|route| (route.operation.path, route))
    .collect()
});

fn json<O: Play>() -> Route {
    Route { operation: <O as Operation>::INFO, plays: Plays::Json(player::<O>()) }
}

#[cfg(test)]
mod tests {
    use paykka_model::{Encoding, OPERATIONS, Role};

    use super::*;

    #[test]
    fn every_call_of_the_table_is_served_at_its_path() {
        let calls: Vec<_> = OPERATIONS.iter().filter(|operation| operation.role == Role::Call).collect();
        for operation in &calls {
            let route = find(operation.path).unwrap_or_else(|| panic!("{} isn't served", operation.name));
            assert_eq!(route.operation, **operation);
            let is_upload = matches!(route.plays, Plays::Upload);
            assert_eq!(is_upload, operation.encoding == Encoding::Multipart, "{}", operation.name);
        }
        assert_eq!(ROUTES.len(), calls.len());
    }
}
