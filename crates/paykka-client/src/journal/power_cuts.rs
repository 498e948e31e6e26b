//! The log over storage that loses power at every kind of step, a thousand times and more: what returned is there, and of what
//! didn't return at most the one record that was under way.

use std::collections::BTreeMap;

use super::book::{Book, Record};
use super::double::{Chance, Machine};
use super::log::Log;
use super::{
    Attempt, AttemptEnd, Body, ClaimId, Ending, Evidence, Fact, How, Moved, NewClaim, Outcome, Shown,
};

const REWRITE_FROM: usize = 6;

fn id(key: usize) -> ClaimId {
    ClaimId::new("M1", "payment.apply", &format!("key {key}")).unwrap()
}

fn body(text: &str) -> Body {
    Body(text.as_bytes().to_vec().into())
}

/// Something that a client would write next.
fn next_record(chance: &mut Chance, book: &Book, keys: &mut usize) -> Record {
    let open = book.unacknowledged();
    let at = chance.next() >> 20;
    let Some(id) = open.get(chance.up_to(open.len() + 1)).cloned() else {
        *keys += 1;
        let moves = Some(Moved { currency: "USD".to_owned(), amount: "1".to_owned() });
        let (id, request_id) = (id(*keys), format!("R{keys}"));
        return Record::Claim(NewClaim { id, request_id, body: body("{\"amount\":1}"), moves, at });
    };
    let entry = book.entry(&id).unwrap();
    if entry.ending.is_some() && chance.up_to(4) > 0 {
        return Record::Acknowledged { id, at };
    }
    let number = u32::try_from(entry.attempts.len()).unwrap() + 1;
    let ending = |outcome, note: Option<&str>| Ending {
        at,
        outcome,
        status: 200,
        body: body("{}"),
        note: note.map(str::to_owned),
    };
    let fact = match chance.up_to(10) {
        0 => Fact::Before(body("{}")),
        1 => {
            let (timestamp, nonce) = (at.to_string(), "n".repeat(chance.up_to(40)));
            Fact::Attempt(Attempt { number, timestamp, nonce, digest: entry.digest.clone(), ended: None })
        }
        2 => Fact::AttemptEnded(AttemptEnd { at, how: How::Unknown }),
        3 => Fact::Evidence(Evidence { at, is_absent: true }),
        4 => return Record::Shown { settings: "s".to_owned(), shown: Shown::Found },
        5 => Fact::RefusalInDoubt(ending(Outcome::Rejected, None)),
        6 => Fact::Ended(ending(Outcome::VouchedExecuted, Some("case 17"))),
        _ => Fact::Ended(ending(Outcome::Accepted, None)),
    };
    Record::Fact { id, fact }
}

fn shown(book: &Book) -> String {
    serde_json::to_string(&book.rewritten()).unwrap()
}

#[test]
fn what_returned_survives_every_power_cut() {
    let (mut cuts, mut by_step, mut kept_in_flight) = (0, BTreeMap::<_, u32>::new(), 0);
    for seed in 0..300 {
        let (machine, mut chance, mut keys) = (Machine::new(seed), Chance(seed ^ 0xabcd), 0);
        // What must be there.
        let mut written = Book::default();
        let mut in_flight: Option<Record> = None;
        for _ in 0..6 {
            machine.fail_after(u32::try_from(chance.up_to(90)).unwrap());
            // The power may fail while the journal is opened, too.
            if let Ok(mut log) = Log::open(machine.clone(), None, REWRITE_FROM) {
                settle(&log, &mut written, in_flight.take(), &mut kept_in_flight);
                loop {
                    let record = next_record(&mut chance, &written, &mut keys);
                    if log.write(record.clone()).is_err() {
                        in_flight = Some(record);
                        break;
                    }
                    assert!(written.apply(record));
                    if log.rewrite_if_worth_it().is_err() {
                        break;
                    }
                }
                assert!(
                    log.book().unwrap_err().is_closed()
                        && log.write(next_record(&mut chance, &written, &mut keys)).is_err()
                );
            }
            cuts += 1;
            *by_step.entry(machine.failed_in().unwrap()).or_default() += 1;
            machine.restart();
        }
        let log = Log::open(machine, None, REWRITE_FROM).unwrap();
        settle(&log, &mut written, in_flight.take(), &mut kept_in_flight);
    }
    assert!(cuts >= 1_000, "{cuts}");
    for step in ["read", "cut", "append", "sync", "write_beside", "sync_beside", "take_place", "sync_folder"]
    {
        assert!(by_step.get(step).is_some_and(|times| *times >= 3), "{step}: {by_step:?}");
    }
    assert!(kept_in_flight > 20, "{kept_in_flight}: the record under way must survive sometimes");
}

/// The process is killed in any step, another one reads the journal and goes on, and then the power fails: what the second one has
/// read and written is there, though it wasn't the one that wrote or exchanged the file.
#[test]
fn what_was_read_after_a_kill_survives_the_next_power_cut() {
    let mut by_step = BTreeMap::<_, u32>::new();
    for seed in 0..1_500 {
        let (machine, mut chance, mut keys) = (Machine::new(seed), Chance(seed ^ 0x5eed), 0);
        let mut first = Log::open(machine.clone(), None, REWRITE_FROM).unwrap();
        machine.fail_after(u32::try_from(chance.up_to(90)).unwrap());
        let mut book = Book::default();
        loop {
            let record = next_record(&mut chance, &book, &mut keys);
            if first.write(record.clone()).is_err() {
                break;
            }
            book.apply(record);
            if first.rewrite_if_worth_it().is_err() {
                break;
            }
        }
        *by_step.entry(machine.failed_in().unwrap()).or_default() += 1;
        machine.kill();
        // It may do no more than read, and tell somebody.
        let mut second = Log::open(machine.clone(), None, usize::MAX).unwrap();
        if chance.up_to(1) == 0 {
            second.write(next_record(&mut chance, second.book().unwrap(), &mut keys)).unwrap();
        }
        let told = shown(second.book().unwrap());
        machine.restart();
        let third = Log::open(machine, None, usize::MAX).unwrap();
        assert_eq!(shown(third.book().unwrap()), told, "{seed}");
    }
    for step in ["append", "sync", "take_place", "sync_folder"] {
        assert!(by_step.get(step).is_some_and(|times| *times >= 3), "{step}: {by_step:?}");
    }
}

/// The journal that was read back holds what returned, with or without the one record that was under way.
fn settle(log: &Log<Machine>, written: &mut Book, in_flight: Option<Record>, kept_in_flight: &mut u32) {
    let found = shown(log.book().unwrap());
    if found == shown(written) {
        return;
    }
    assert!(written.apply(in_flight.expect("nothing was under way")));
    assert_eq!(found, shown(written));
    *kept_in_flight += 1;
}

fn with_three_records(machine: &Machine) -> Vec<u8> {
    let mut log = Log::open(machine.clone(), None, REWRITE_FROM).unwrap();
    let (mut chance, mut keys) = (Chance(1), 0);
    for _ in 0..3 {
        let record = next_record(&mut chance, &Book::default(), &mut keys);
        log.write(record).unwrap();
    }
    machine.contents()
}

#[test]
fn a_full_disk_closes_the_journal_and_loses_nothing() {
    for space in 0..120 {
        let machine = Machine::new(7);
        let whole = with_three_records(&machine);
        let mut log = Log::open(machine.clone(), None, REWRITE_FROM).unwrap();
        machine.fill_after(space);
        let record = Record::Shown { settings: "x".repeat(200), shown: Shown::Found };
        let error = log.write(record.clone()).unwrap_err();
        assert!(error.is_closed() && error.to_string().contains("appending a record"), "{error}");
        assert!(log.write(record).unwrap_err().to_string().contains("is closed since"));
        assert_eq!(machine.contents().len(), whole.len() + space, "nothing more is written");
        machine.restart();
        let log = Log::open(machine.clone(), None, REWRITE_FROM).unwrap();
        assert_eq!(log.book().unwrap().unacknowledged().len(), 3);
        assert_eq!(machine.contents(), whole);
    }
}

#[test]
fn a_changed_bit_anywhere_is_an_error_with_its_place_and_never_a_shorter_journal() {
    let machine = Machine::new(7);
    let whole = with_three_records(&machine);
    let starts: Vec<usize> = (0..whole.len()).filter(|at| *at == 0 || whole[at - 1] == b'\n').collect();
    for at in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x04;
        machine.put(damaged.clone());
        let error = Log::open(machine.clone(), None, REWRITE_FROM).err().unwrap();
        assert!(error.is_damaged(), "{at}: {error}");
        let start = starts.iter().rev().find(|start| **start <= at).unwrap();
        assert!(error.to_string().contains(&format!("at byte {start}:")), "{at}: {error}");
        assert_eq!(machine.contents(), damaged, "what is damaged is left as it is");
    }
}

/// A file from before refusals were doubted and people vouched: what it says is what it said then, and it goes on.
#[test]
fn a_journal_of_the_first_form_is_read() {
    let machine = Machine::new(7);
    machine.put(include_bytes!("first_form.journal").to_vec());
    let mut log = Log::open(machine.clone(), None, usize::MAX).unwrap();
    let key = |key: &str| ClaimId::new("M1", "payment.apply", key).unwrap();
    log.write(Record::Shown { settings: "s".to_owned(), shown: Shown::NotFound }).unwrap();
    drop(log);
    let log = Log::open(machine, None, usize::MAX).unwrap();
    let book = log.book().unwrap();
    assert_eq!(book.unacknowledged(), [key("open")]);
    let open = book.entry(&key("open")).unwrap();
    assert!(open.is_unknown() && !open.was_seen() && open.attempts.len() == 1 && open.in_doubt.is_none());
    for (of, outcome) in [("rewritten", Outcome::Accepted), ("done", Outcome::Executed)] {
        let entry = book.entry(&key(of)).unwrap();
        assert!(entry.acknowledged_at.is_some() && entry.ending.as_ref().unwrap().outcome == outcome, "{of}");
        let again = NewClaim { body: body("{\"amount\":1}"), ..entry.claim.clone() };
        assert!(book.plan_claim(again).unwrap_err().is_acknowledged());
        assert!(
            book.plan_claim(NewClaim { body: body("{}"), ..entry.claim.clone() })
                .unwrap_err()
                .is_other_body()
        );
    }
    assert!(book.proof("s").is_whole());
}

#[test]
fn lines_that_are_lost_or_moved_are_noticed() {
    let machine = Machine::new(7);
    let whole = with_three_records(&machine);
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for (lines, what) in [
        (vec![lines[0], lines[2], lines[3]], "lost"),
        (vec![lines[0], lines[2], lines[1], lines[3]], "moved"),
        (vec![lines[0], lines[1], lines[1], lines[2]], "doubled"),
        (vec![lines[1], lines[2]], "without its head"),
    ] {
        machine.put(lines.concat());
        assert!(Log::open(machine.clone(), None, REWRITE_FROM).err().unwrap().is_damaged(), "{what}");
    }
}

#[test]
fn a_file_of_somebody_elses_is_left_alone() {
    for other in ["notes", "notes\nmore\n", "0123456789012345678901234567890 j {}"] {
        let machine = Machine::new(7);
        machine.put(other.into());
        assert!(Log::open(machine.clone(), None, REWRITE_FROM).err().unwrap().is_damaged());
        assert_eq!(machine.contents(), other.as_bytes());
    }
}

#[test]
fn acknowledged_claims_are_rewritten_shorter_and_keep_their_keys() {
    let machine = Machine::new(7);
    let mut log = Log::open(machine.clone(), None, REWRITE_FROM).unwrap();
    let mut longest = 0;
    for key in 0..50 {
        let claim = NewClaim {
            id: id(key),
            request_id: format!("R{key}"),
            body: body(&"x".repeat(200)),
            moves: None,
            at: 1,
        };
        log.write(Record::Claim(claim)).unwrap();
        let ending = Ending { at: 2, outcome: Outcome::Executed, status: 200, body: body("{}"), note: None };
        for fact in [Fact::Evidence(Evidence { at: 1, is_absent: true }), Fact::Ended(ending)] {
            log.write(Record::Fact { id: id(key), fact }).unwrap();
        }
        log.write(Record::Acknowledged { id: id(key), at: 3 }).unwrap();
        log.rewrite_if_worth_it().unwrap();
        longest = longest.max(machine.contents().iter().filter(|byte| **byte == b'\n').count());
    }
    let lines = machine.contents().iter().filter(|byte| **byte == b'\n').count();
    assert!(lines < 120 && longest < 130, "{lines} {longest}: 201 were written");
    drop(log);
    let log = Log::open(machine, None, REWRITE_FROM).unwrap();
    let book = log.book().unwrap();
    for key in 0..50 {
        let entry = book.entry(&id(key)).unwrap();
        assert_eq!(entry.ending.as_ref().unwrap().outcome, Outcome::Executed);
        let again = NewClaim { body: body(&"x".repeat(200)), ..entry.claim.clone() };
        assert!(book.plan_claim(again).unwrap_err().is_acknowledged());
    }
}
