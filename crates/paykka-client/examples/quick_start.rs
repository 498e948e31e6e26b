//! The balance and one payment: what a first program does. Settings come from the environment (`PAYKKA_BASE_URL`,
//! `PAYKKA_KEY_ID`, `PAYKKA_PRIVATE_KEY_FILE`, `PAYKKA_PLATFORM_KEY_FILE`, `PAYKKA_MERCHANT_ID`, …).
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;

use paykka_client::Client;
use paykka_model::{
    BalanceInquiryRequest, Currency, NumberAmount, PaymentApplyFields, PaymentApplyRequest,
    PaymentInquiryRequest, RequestId,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    for account in &client.balance().inquiry(&BalanceInquiryRequest::new()).await?.value().accounts {
        println!("{}: {}", account.currency, account.available_amount);
    }

    // Keep the number before you pay: it is the only handle of the payment.
    let number = RequestId::generate("QS")?;
    let payment = PaymentApplyRequest::new(PaymentApplyFields {
        request_id: number.clone(),
        beneficiary_id: std::env::var("EXAMPLE_BENEFICIARY_ID").unwrap_or_else(|_| "B1".to_owned()),
        currency: Currency::from("USD"),
        amount: NumberAmount::from_integer(250),
        postscript: "Invoice 17".to_owned(),
    });
    match client.payments().apply(&payment).await {
        Ok(accepted) => println!("{number}: {}", accepted.value().status),
        // It may have been made all the same: ask, and don't pay again before you know.
        Err(error) if error.outcome_unknown() => println!("{number}: {error}"),
        Err(error) => return Err(error.into()),
    }

    let inquiry = PaymentInquiryRequest::new(number);
    let state = client.payments().inquiry(&inquiry).wait_until_final().await?;
    println!("in the end: {}", state.value().status);
    Ok(())
}
