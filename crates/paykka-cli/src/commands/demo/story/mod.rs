//! The story: a company applies, gets an account, is paid, settles, exchanges and pays. It stops at the first step that isn't
//! verified.

mod collecting;
mod joining;
mod spending;

use std::collections::BTreeMap;

use paykka_model::{BalanceInquiry, BalanceInquiryRequest, FileId};
use serde_json::json;

use super::report::{BoxError, Facts, Report, Stopped};
use super::world::World;
use crate::texts::demo as texts;

pub(crate) async fn tell(world: &mut World, report: &mut Report) -> Result<(), Stopped> {
    joining::tell(world, report).await?;
    collecting::tell(world, report).await?;
    spending::tell(world, report).await
}

/// What is there to spend, by currency.
pub(crate) async fn balances(world: &World) -> Result<BTreeMap<String, i64>, BoxError> {
    let answer = world.ask::<BalanceInquiry>(&BalanceInquiryRequest::new()).await?;
    let accounts = answer.value().accounts.iter();
    Ok(accounts.map(|it| (it.currency.code().to_owned(), it.available_amount.to_wire())).collect())
}

/// The balances, which must be these.
async fn balance(world: &World, expected: &[(&str, i64)]) -> Result<(Facts, ()), BoxError> {
    let found = balances(world).await?;
    let is_expected =
        |(currency, amount): &(&str, i64)| found.get(*currency).copied().unwrap_or_default() == *amount;
    if !expected.iter().all(is_expected) {
        return Err("the balances aren't what came in less what went out".into());
    }
    let shown = found.iter().map(|(currency, amount)| format!("{currency} {amount}"));
    let facts = Facts::new(texts::balances(&shown.collect::<Vec<_>>().join(", "))).result(json!(found));
    Ok((facts, ()))
}

/// Uploads a paper; a repeat leaves a harmless second one.
async fn upload(world: &World, name: &str) -> Result<(Facts, FileId), BoxError> {
    let mut tries = 1;
    let id = loop {
        let content = format!("%PDF-1.7 {name}").into_bytes();
        match world.client.files().upload(name, content).await {
            Ok(answer) => break answer.into_value().file_id,
            Err(error) if tries >= world.tries() => return Err(error.into()),
            Err(_) => world.tape.recovered(texts::asked_again(&"file.upload")),
        }
        tries += 1;
    };
    let facts = Facts::new(texts::uploaded(&name, &json!(id))).result(json!({ "file_id": id }));
    Ok((facts, id))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use paykka_sign::{KeyRing, SigningKey};

    use super::*;
    use crate::commands::demo::keys::{Keys, PLATFORM_KEY_ID, handed_over};
    use crate::frame::{Console, Format, Lang, Status};

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The demo's failure must show: here the merchant was handed a key that isn't the platform's.
    #[tokio::test]
    async fn an_answer_that_is_not_verified_stops_the_story_and_fails_it() {
        let (_, keys) = Keys::generate().unwrap();
        let (_, strangers) = Keys::generate().unwrap();
        let stranger: SigningKey = strangers.platform().unwrap();
        let wrong = KeyRing::new([(PLATFORM_KEY_ID, handed_over(&stranger).unwrap())]).unwrap();
        let (_, mut world) = World::start_trusting(&keys, None, wrong).await.unwrap();

        let written = Buffer::default();
        let console = Console { lang: Lang::En, format: Format::Json };
        let mut report = Report::new(console, Box::new(written.clone()));
        report.listen(&world.tape);
        assert!(tell(&mut world, &mut report).await.is_err());
        report.end(&world).await;
        assert_eq!(report.heard().unwrap(), Status::No);

        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> =
            written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["step"], &lines[0]["ok"]), (&"papers".into(), &false.into()));
        assert!(lines[0]["error"].as_str().unwrap().contains("the signature is wrong"), "{written}");
        assert_eq!((&lines[1]["step"], &lines[1]["ok"]), (&"summary".into(), &false.into()));
        assert_eq!((lines.len(), &lines[1]["answers_verified"]), (2, &0.into()));
    }
}
