//! Who gets which fault. A plan's choice is a pure function of seed, operation, owner, key and attempt, so that it doesn't
//! depend on which request came first: one seed, one run.

use std::collections::HashMap;

use paykka_model::{OPERATIONS, Role};
use serde::{Deserialize, Serialize};

use super::{Fault, FaultSet};
use crate::Error;
use crate::world::mixed;

/// A fault for the requests of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The operation's name, such as `payment.apply`; every one where it isn't said.
    #[serde(default)]
    pub operation: Option<String>,
    /// What goes wrong.
    pub fault: Fault,
    /// For how many requests; for all where it isn't said.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Faults by chance, the same chance in every run of one seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// Another seed is another run.
    pub seed: u64,
    /// What may happen.
    pub faults: Vec<Chance>,
}

/// One fault of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chance {
    /// The operation's name; every one where it isn't said.
    #[serde(default)]
    pub operation: Option<String>,
    /// What goes wrong.
    pub fault: Fault,
    /// Of 1,000 requests so many.
    pub per_mille: u16,
}

impl FaultRule {
    /// Whether it can ever do something: a misspelt name would never be met, and nobody would notice.
    ///
    /// # Errors
    /// [`Error`] for an operation that there isn't, a fault that can't befall it or whose number can't be had, or no times at
    /// all; `source()` names the field and what may stand there.
    pub fn check(&self) -> Result<(), Error> {
        check(self.operation.as_deref(), self.fault).map_err(|problem| unusable(&problem))?;
        if self.times == Some(0) {
            return Err(unusable("`times`: must be 1 at least; leave it out for every request"));
        }
        Ok(())
    }
}

impl FaultPlan {
    /// Whether each of its faults can ever happen; see [`FaultRule::check`].
    ///
    /// # Errors
    /// [`Error`] for an operation that there isn't, a fault that can't befall it or whose number can't be had, or a chance of
    /// more than 1,000 per mille; `source()` names the field and what may stand there.
    pub fn check(&self) -> Result<(), Error> {
        for (index, chance) in self.faults.iter().enumerate() {
            let within = |problem: &str| unusable(&problem.replacen('`', &format!("`faults[{index}]."), 1));
            check(chance.operation.as_deref(), chance.fault).map_err(|problem| within(&problem))?;
            if chance.per_mille > 1000 {
                return Err(within("`per_mille`: must be 0..1000"));
            }
        }
        Ok(())
    }
}

fn check(operation: Option<&str>, fault: Fault) -> Result<(), String> {
    fault.possible().map_err(|error| format!("`fault`: {error}"))?;
    let Some(operation) = operation else { return Ok(()) };
    let Some(known) = OPERATIONS.iter().find(|known| known.name == operation) else {
        let names: Vec<_> = OPERATIONS.iter().map(|known| known.name).collect();
        return Err(format!("`operation`: is none of {}", names.join(", ")));
    };
    if known.role == Role::Notification && fault.of_notice().is_none() {
        let names = names_of_notices().collect::<Vec<_>>().join(", ");
        return Err(format!("`fault`: {fault} can't befall a notification; there are {names}"));
    }
    Ok(())
}

/// Each under its shortest name.
fn names_of_notices() -> impl Iterator<Item = &'static str> {
    let is_of_notices = |name: &&str| {
        let fault = name.replace("=N", "=1").parse::<Fault>().ok();
        fault.is_some_and(|fault| fault.of_notice() == Some(fault))
    };
    Fault::NAMES.iter().copied().filter(is_of_notices)
}

fn unusable(problem: &str) -> Error {
    Error::new("the fault can't be used", problem)
}

/// The rules and the plan in force.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
    plan: Option<FaultPlan>,
    /// How often each key of each operation was tried, by their digest.
    attempts: HashMap<u64, u64>,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<(), Error> {
        rule.check()?;
        self.rules.push(rule);
        Ok(())
    }

    pub(crate) fn set_plan(&mut self, plan: Option<FaultPlan>) -> Result<(), Error> {
        plan.as_ref().map_or(Ok(()), FaultPlan::check)?;
        self.plan = plan;
        self.attempts.clear();
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn rules(&self) -> &[FaultRule] {
        &self.rules
    }

    pub(crate) const fn plan(&self) -> Option<&FaultPlan> {
        self.plan.as_ref()
    }

    /// The faults of one request, or `None` where `admits` doesn't take it in with them: then it uses up no rule and counts
    /// as no attempt.
    pub(crate) fn of_call(
        &mut self,
        about: &About<'_>,
        admits: impl FnOnce(&FaultSet) -> bool,
    ) -> Option<FaultSet> {
        let faults = self.drawn(about, false).into();
        admits(&faults).then(|| {
            self.use_up(about, false);
            faults
        })
    }

    /// The faults of one notification: only those that name its operation, since the others are the calls'.
    pub(crate) fn of_notice(&mut self, about: &About<'_>) -> FaultSet {
        let faults = self.drawn(about, true);
        self.use_up(about, true);
        faults.into_iter().filter_map(Fault::of_notice).collect::<Vec<_>>().into()
    }

    /// What rules and plan have for the next attempt.
    fn drawn(&self, about: &About<'_>, must_name: bool) -> Vec<Fault> {
        let fits = |rule: &&FaultRule| fits(rule.operation.as_deref(), about.operation, must_name);
        let mut faults: Vec<Fault> = self.rules.iter().filter(fits).map(|rule| rule.fault).collect();
        if let Some(plan) = &self.plan {
            let attempt = self.attempts.get(&about.digest(0)).map_or(1, |tried| tried + 1);
            faults.extend(plan.of(about, attempt, must_name));
        }
        faults
    }

    fn use_up(&mut self, about: &About<'_>, must_name: bool) {
        for rule in &mut self.rules {
            if let Some(times) = &mut rule.times
                && fits(rule.operation.as_deref(), about.operation, must_name)
            {
                *times = times.saturating_sub(1);
            }
        }
        self.rules.retain(|rule| rule.times != Some(0));
        if self.plan.is_some() {
            let tried = about.digest(0);
            if self.attempts.len() >= MAX_ATTEMPTS && !self.attempts.contains_key(&tried) {
                self.attempts.clear();
            }
            *self.attempts.entry(tried).or_insert(0) += 1;
        }
    }
}

impl FaultPlan {
    /// Each fault has a lot of its own, so that none is rarer for standing behind others.
    fn of(&self, about: &About<'_>, attempt: u64, must_name: bool) -> impl Iterator<Item = Fault> {
        let thing = about.digest(self.seed);
        let fits = move |(_, chance): &(usize, &Chance)| {
            fits(chance.operation.as_deref(), about.operation, must_name)
        };
        let drawn = move |(index, chance): &(usize, &Chance)| {
            digest(thing, &[&attempt.to_le_bytes(), &index.to_le_bytes()]) % 1000
                < u64::from(chance.per_mille)
        };
        self.faults.iter().enumerate().filter(fits).filter(drawn).map(|(_, chance)| chance.fault)
    }
}

/// What a request or a notification is about: all that its lot depends on, beside the seed and how often it was tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) operation: &'a str,
    pub(crate) owner: Owner<'a>,
    /// What names the change or the object. Two owners may have the same.
    pub(crate) key: &'a str,
}

/// Whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner<'a> {
    Merchant(&'a str),
    /// Of what belongs to no merchant, the key that signed it.
    KeyId(&'a str),
}

impl About<'_> {
    fn digest(&self, seed: u64) -> u64 {
        let (kind, owner): (&[u8], _) = match self.owner {
            Owner::Merchant(merchant) => (b"merchant", merchant),
            Owner::KeyId(key_id) => (b"key id", key_id),
        };
        digest(seed, &[self.operation.as_bytes(), kind, owner.as_bytes(), self.key.as_bytes()])
    }
}

/// How many keys' attempts are counted; beyond, counting begins anew, so that a long load test doesn't fill the memory.
const MAX_ATTEMPTS: usize = 1_000_000;

fn digest(seed: u64, parts: &[&[u8]]) -> u64 {
    parts.iter().fold(mixed(seed), |digest, bytes| {
        mixed(bytes.iter().fold(digest, |digest, byte| mixed(digest ^ u64::from(*byte))))
    })
}

fn fits(wanted: Option<&str>, operation: &str, must_name: bool) -> bool {
    wanted.map_or(!must_name, |wanted| wanted == operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> FaultPlan {
        FaultPlan { seed, faults: vec![Chance { operation: None, fault: Fault::ResetAfter, per_mille: 250 }] }
    }

    fn about<'a>(operation: &'a str, owner: Owner<'a>, key: &'a str) -> About<'a> {
        About { operation, owner, key }
    }

    fn payment(key: &str) -> About<'_> {
        about("payment.apply", Owner::Merchant("M1"), key)
    }

    fn of_call(faults: &mut Faults, about: &About<'_>) -> Vec<Fault> {
        faults.of_call(about, |_| true).unwrap().list().to_vec()
    }

    #[test]
    fn a_plan_depends_on_nothing_but_seed_operation_key_and_attempt() {
        let run = |seed, keys: &[usize]| {
            let mut faults = Faults::default();
            faults.set_plan(Some(plan(seed))).unwrap();
            let mut all: Vec<_> =
                keys.iter().map(|key| (*key, of_call(&mut faults, &payment(&key.to_string())))).collect();
            all.sort_by_key(|(key, _)| *key);
            all
        };
        let forwards: Vec<usize> = (0..400).collect();
        let backwards: Vec<usize> = (0..400).rev().collect();
        assert_eq!(run(1, &forwards), run(1, &backwards));
        assert_ne!(run(1, &forwards), run(2, &forwards));
        let hit = run(1, &forwards).iter().filter(|(_, faults)| !faults.is_empty()).count();
        assert!((60..140).contains(&hit), "{hit} of 400 at 250 per mille");
    }

    #[test]
    fn owners_that_use_the_same_keys_have_lots_of_their_own() {
        let owners = [Owner::Merchant("1"), Owner::Merchant("2"), Owner::KeyId("1")];
        let chance = Chance {
            operation: Some("payment.notification".to_owned()),
            fault: Fault::NotifyLost,
            per_mille: 250,
        };
        let mut mixed = plan(1);
        mixed.faults.push(chance);
        // What each owner meets at 200 keys, by a call and by a notification, in an order of owners.
        let run = |order: [usize; 3]| {
            let mut faults = Faults::default();
            faults.set_plan(Some(mixed.clone())).unwrap();
            let mut met = [const { Vec::new() }; 3];
            for key in 0..200 {
                let key = key.to_string();
                for owner in order {
                    met[owner].push(of_call(&mut faults, &about("payment.apply", owners[owner], &key)));
                    let notice = about("payment.notification", owners[owner], &key);
                    met[owner].push(faults.of_notice(&notice).list().to_vec());
                }
            }
            met
        };
        let first = run([0, 1, 2]);
        assert!([[1, 0, 2], [2, 1, 0]].into_iter().all(|order| run(order) == first));
        assert!(first[0] != first[1] && first[1] != first[2] && first[0] != first[2]);
    }

    #[test]
    fn what_is_not_admitted_uses_up_nothing() {
        let mut faults = Faults::default();
        faults.set_plan(Some(plan(1))).unwrap();
        faults.add(FaultRule { operation: None, fault: Fault::Gzip, times: Some(1) }).unwrap();
        let mut seen = None;
        let refused = faults.of_call(&payment("R1"), |drawn| {
            seen = Some(drawn.has(Fault::Gzip));
            false
        });
        assert_eq!((refused, seen), (None, Some(true)), "whoever judges knows the faults");
        assert!(faults.rules().len() == 1 && faults.attempts.is_empty());
        assert!(of_call(&mut faults, &payment("R1")).contains(&Fault::Gzip));
        assert!(faults.rules().is_empty() && faults.attempts.len() == 1);
    }

    #[test]
    fn each_fault_of_a_plan_is_drawn_by_itself() {
        let chance = |fault| Chance { operation: None, fault, per_mille: 500 };
        let plan = FaultPlan { seed: 1, faults: vec![chance(Fault::Php), chance(Fault::ExtraFields)] };
        let drawn = |key: usize| plan.of(&payment(&key.to_string()), 1, false).collect::<Vec<_>>();
        for expected in
            [vec![], vec![Fault::Php], vec![Fault::ExtraFields], vec![Fault::Php, Fault::ExtraFields]]
        {
            let count = (0..1_000).filter(|key| drawn(*key) == expected).count();
            assert!((200..300).contains(&count), "{expected:?}: {count} of 1,000");
        }
    }

    #[test]
    fn attempts_are_counted_for_so_many_keys_alone() {
        let mut faults = Faults::default();
        faults.set_plan(Some(plan(1))).unwrap();
        faults.attempts.extend((0..1_000_000).map(|key| (key, 1)));
        of_call(&mut faults, &payment("one more"));
        assert_eq!(faults.attempts.len(), 1);
        of_call(&mut faults, &payment("one more"));
        assert_eq!(faults.attempts.values().copied().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_rule_lasts_for_its_times_and_its_operation() {
        let mut faults = Faults::default();
        let rule =
            |operation: &str, fault, times| FaultRule { operation: Some(operation.into()), fault, times };
        faults.add(rule("payment.apply", Fault::Gzip, Some(2))).unwrap();
        faults.add(rule("balance.inquiry", Fault::Php, None)).unwrap();
        assert!(faults.add(rule("payment.aply", Fault::Php, None)).is_err());
        assert!(faults.add(rule("payment.apply", Fault::HttpStatus(204), None)).is_err());
        let of =
            |faults: &mut Faults, operation| of_call(faults, &about(operation, Owner::Merchant("M1"), ""));
        assert_eq!(of(&mut faults, "payment.apply"), [Fault::Gzip]);
        assert_eq!(of(&mut faults, "balance.inquiry"), [Fault::Php]);
        assert_eq!(of(&mut faults, "payment.apply"), [Fault::Gzip]);
        assert!(of(&mut faults, "payment.apply").is_empty() && faults.rules().len() == 1);
    }
}
