//! What is done to the world from outside its calls: an object is put into a state, and the world says what it says of
//! every change.

use paykka_model::{
    ForexStatus, NotificationKind, OnboardingStatus, OrderStatus, PayeeStatus, PaymentStatus, ReceiptStatus,
    VaStatus,
};

use super::applications::Applications;
use super::schedule::Due;
use super::{Failure, Millis, World};

impl World {
    /// Puts an object into a status, known or not, moves the money that goes with it, and notifies.
    pub(crate) fn set_status(
        &mut self,
        at: Millis,
        kind: NotificationKind,
        merchant: &str,
        object: &str,
        status: &str,
    ) -> Result<(), Failure> {
        let (m, o) = (merchant.to_owned(), object.to_owned());
        let due = match kind {
            NotificationKind::Onboarding => Due::Onboarding(
                set_application_status(&mut self.onboardings, at, (merchant, object), status)?,
                o,
            ),
            NotificationKind::Assessment => Due::Assessment(
                set_application_status(&mut self.assessments, at, (merchant, object), status)?,
                o,
            ),
            NotificationKind::Payment => {
                return self.set_payment_status(at, merchant, object, PaymentStatus::from(status));
            }
            NotificationKind::Remittance | NotificationKind::TradeSettle => {
                self.set_receipt_status(at, merchant, object, ReceiptStatus::from(status))?;
                Due::Receipt(m, o)
            }
            NotificationKind::Forex => {
                self.set_exchange_status(at, merchant, object, ForexStatus::from(status))?;
                Due::Exchange(m, o)
            }
            _ => {
                let owner = self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("merchant"))?;
                match kind {
                    NotificationKind::Va => {
                        let account = owner.virtual_accounts.get_mut(object).ok_or_else(no_object)?;
                        account.set_status(at, VaStatus::from(status));
                        Due::Va(m, o)
                    }
                    NotificationKind::OrderReview => {
                        let order = owner.orders.get_mut(object).ok_or_else(no_object)?;
                        order.set_status(at, OrderStatus::from(status));
                        Due::Order(m, o)
                    }
                    NotificationKind::Payee => {
                        let payee = owner.payees.get_mut(object).ok_or_else(no_object)?;
                        payee.set_status(at, PayeeStatus::from(status));
                        Due::Payee(m, o)
                    }
                    _ => return Err(Failure::invalid("kind: has no status to set")),
                }
            }
        };
        self.tell(at, &due);
        Ok(())
    }

    /// Notifies what an object's state is.
    pub(super) fn tell(&mut self, at: Millis, due: &Due) {
        match due {
            Due::Onboarding(merchant, _) => self.tell_onboarding(at, merchant),
            Due::Assessment(merchant, _) => self.tell_assessment(at, merchant),
            Due::Va(merchant, id) => self.tell_va(at, merchant, id),
            Due::Order(merchant, id) => self.tell_order(merchant, id),
            Due::Receipt(merchant, id) => self.tell_receipt(merchant, id),
            Due::Payee(merchant, id) => self.tell_payee(at, merchant, id),
            Due::Exchange(merchant, id) | Due::Quote(merchant, id) => self.tell_exchange(at, merchant, id),
            Due::Payment(merchant, id, _) => self.tell_payment(at, merchant, id),
        }
    }

    /// Settling brings the money; what was settled stays so.
    fn set_receipt_status(
        &mut self,
        at: Millis,
        merchant: &str,
        object: &str,
        status: ReceiptStatus,
    ) -> Result<(), Failure> {
        let owner = self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("merchant"))?;
        let receipt = owner.receipts.get_mut(object).ok_or_else(no_object)?;
        if *receipt.status() == ReceiptStatus::Settled {
            return Err(Failure::state("status: the receipt's money is on the balance already"));
        }
        if status == ReceiptStatus::Settled {
            owner.ledger.post(receipt.settlement(at, object))?;
        }
        receipt.set_status(at, status);
        Ok(())
    }

    /// Before it was confirmed an exchange may be anything but done; after that money has moved, and it may not be undone.
    fn set_exchange_status(
        &mut self,
        at: Millis,
        merchant: &str,
        object: &str,
        status: ForexStatus,
    ) -> Result<(), Failure> {
        let owner = self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("merchant"))?;
        let exchange = owner.exchanges.get_mut(object).ok_or_else(no_object)?;
        let moves = matches!(status, ForexStatus::Processing | ForexStatus::Success);
        let undoes = matches!(status, ForexStatus::Quoted | ForexStatus::Expired | ForexStatus::Failed);
        if (exchange.is_executed() && undoes) || (!exchange.is_executed() && moves) {
            return Err(Failure::state(
                "status: doesn't go with where the exchange's money is; confirm it by its call",
            ));
        }
        exchange.set_status(at, status);
        Ok(())
    }
}

/// Two callers may have used one number: the named merchant's application is meant, or else the newest. The merchant.
fn set_application_status(
    applications: &mut Applications,
    at: Millis,
    (merchant, request_id): (&str, &str),
    status: &str,
) -> Result<String, Failure> {
    let newest = applications.asked_under(request_id).next();
    let named = applications.asked_under(request_id).find(|known| *known == merchant);
    let merch_id = named.or(newest).ok_or_else(no_object)?.to_owned();
    let application = applications.get_mut(&merch_id).ok_or_else(no_object)?;
    application.status.set(at, OnboardingStatus::from(status));
    Ok(merch_id)
}

fn no_object() -> Failure {
    Failure::not_found("the object")
}
