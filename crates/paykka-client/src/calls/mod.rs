//! The calls by domain, so that an editor's completion shows what there is.

mod generated;

pub use generated::{Assessment, Balance, Forex, Onboarding, Orders, Payees, Payments, TradeSettle, Va};
