//! `--faults`: what goes wrong, by a seed, and how the merchant gets over it: what only reads is asked again, what changes
//! something is looked up before it is sent again, and money is left to the engine.

use paykka_client::{Client, Error, Response};
use paykka_emulator::{Chance, Fault, FaultPlan};
use paykka_model::{ForexConfirm, OPERATIONS, Operation, Role};

use super::report::BoxError;
use super::tape::Tape;
use super::world::World;
use crate::texts::demo as texts;

/// Of 1,000 calls so many, where the call isn't carried out.
const BEFORE: [(Fault, u16); 2] = [(Fault::ResetBefore, 100), (Fault::Status(503), 80)];

/// The same, where it is.
const AFTER: [(Fault, u16); 4] =
    [(Fault::ResetAfter, 130), (Fault::Truncate, 90), (Fault::NotifyLost, 120), (Fault::NotifyTwice, 200)];

pub(crate) fn plan(seed: u64) -> FaultPlan {
    let calls = OPERATIONS.iter().filter(|known| known.role == Role::Call);
    let faults = calls.flat_map(|known| {
        // An exchange that wasn't carried out stays unknown until its quote has expired, for which nobody would wait here.
        let is_exchange = known.name == ForexConfirm::INFO.name;
        let before = BEFORE.into_iter().filter(move |_| !is_exchange);
        before.chain(AFTER).map(|(fault, per_mille)| {
            let operation = Some(known.name.to_owned());
            Chance { operation, fault, per_mille }
        })
    });
    FaultPlan { seed, faults: faults.collect() }
}

/// How often something is tried; more would be a loop.
const TRIES: u32 = 8;

impl World {
    /// A call that only reads, or leaves something harmless: asked again where things go wrong.
    pub(crate) async fn ask<O: Operation>(
        &self,
        request: &O::Request,
    ) -> Result<Response<O::Response>, BoxError>
    where
        O::Request: Sync,
        O::Response: Send,
    {
        for _ in 1..self.tries() {
            match self.client.call::<O>(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.is_not_found() => return Err(error.into()),
                Err(_) => self.tape.recovered(texts::asked_again(&O::INFO.name)),
            }
        }
        Ok(self.client.call::<O>(request).await?)
    }

    /// A call that changes something. Where its answer is lost, its inquiry says whether it was carried out.
    pub(crate) async fn change<O: Operation, I: Operation>(
        &self,
        request: &O::Request,
        inquiry: &I::Request,
    ) -> Result<(), BoxError>
    where
        O::Request: Sync,
        O::Response: Send,
        I::Request: Sync,
        I::Response: Send,
    {
        for _ in 1..self.tries() {
            match self.client.call::<O>(request).await {
                Ok(_) => return Ok(()),
                Err(error) if error.outcome_unknown() => {
                    if is_there::<I>(&self.client, &self.tape, inquiry).await? {
                        self.tape.recovered(texts::was_found(&O::INFO.name, &I::INFO.name));
                        return Ok(());
                    }
                    self.tape.recovered(texts::sent_again(&O::INFO.name, &I::INFO.name));
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.client.call::<O>(request).await?;
        Ok(())
    }

    /// Where nothing is meant to go wrong, nothing is tried again.
    pub(crate) const fn tries(&self) -> u32 {
        if self.is_troubled { TRIES } else { 1 }
    }
}

async fn is_there<I: Operation>(client: &Client, tape: &Tape, inquiry: &I::Request) -> Result<bool, Error>
where
    I::Request: Sync,
    I::Response: Send,
{
    let mut tries = 1;
    loop {
        match client.call::<I>(inquiry).await {
            Ok(_) => return Ok(true),
            Err(error) if error.is_not_found() => return Ok(false),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => tape.recovered(texts::asked_again(&I::INFO.name)),
        }
        tries += 1;
    }
}
