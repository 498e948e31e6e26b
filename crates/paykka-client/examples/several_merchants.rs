//! Several merchants through one client, which they share with its connections, keys and budget. Settings come from the
//! environment, as in `quick_start`; the merchants are named as arguments.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;

use paykka_client::Client;
use paykka_model::BalanceInquiryRequest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let request = BalanceInquiryRequest::new();

    // A clone for each, which costs nothing, for whoever makes many calls for one merchant …
    let mut asked = Vec::new();
    for merchant in std::env::args().skip(1) {
        let client = client.as_merchant(&merchant);
        let request = request.clone();
        asked.push(tokio::spawn(async move {
            let balance = client.balance().inquiry(&request).await?;
            Ok::<_, paykka_client::Error>((merchant, balance.into_value().accounts.len()))
        }));
    }
    for asked in asked {
        let (merchant, accounts) = asked.await??;
        println!("{merchant} has {accounts} accounts");
    }

    // … or said of one call.
    if let Some(merchant) = std::env::args().nth(1) {
        let balance = client.balance().inquiry(&request).as_merchant(merchant).await?;
        println!("signed for {:?}", balance.verified().merchant());
    }
    Ok(())
}
