//! The fault table: everything that a network or a server can do to a call, with every effect, over TCP and TLS, and
//! over HTTP/2 where that is compiled in.

mod cell;
mod expected;
mod replies;

use std::sync::Arc;
use std::time::Duration;

use paykka_transport::Effect;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::cell::{ATTEMPT, EFFECTS, Sight, measured};
pub(crate) use self::cell::{PATH, transport};
use self::expected::{Cell, Outcome, Row, rows};
pub(crate) use self::replies::{down, down_signed, failure, forged, html_404, paid, paid_unsigned};
use crate::server::Over;

/// So many cells at once: some of them wait for deadlines, and on a machine of two cores the others must not be late.
const AT_ONCE: usize = 8;

struct Measured {
    row: usize,
    over: Over,
    effect: Effect,
    seen: Sight,
    problem: Option<String>,
    /// Whether it was measured twice.
    again: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table() {
    let rows = Arc::new(rows());
    let cells = measure(&rows).await;
    print(&rows, &cells);
    let failed: Vec<_> = cells.iter().filter(|cell| cell.problem.is_some()).collect();
    let slow = cells.iter().filter(|cell| cell.again).count();
    let latest = cells.iter().map(|cell| cell.seen.overshoot).max().unwrap_or_default();
    println!("the latest end was {latest:.1?} after its deadline; {slow} cells were measured twice");
    let unspoken: usize = rows.iter().map(|row| row.over.len() - row.spoken().count()).sum();
    let (passed, skipped) = (cells.len() - failed.len(), unspoken * EFFECTS.len());
    println!("{passed} passed, {} failed, {skipped} skipped", failed.len());
    let whole: usize = rows.iter().map(|row| row.over.len() * EFFECTS.len()).sum();
    assert_eq!(cells.len() + skipped, whole);
    let twice = cells.iter().filter(|cell| rows[cell.row].is_twice(cell.effect, &cell.seen)).count();
    assert_eq!(twice, 0, "calls that change something were received twice");
    assert!(failed.is_empty(), "{} cells differ", failed.len());
}

async fn measure(rows: &Arc<Vec<Row>>) -> Vec<Measured> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for row in 0..rows.len() {
        for over in rows[row].spoken() {
            for effect in EFFECTS {
                let (rows, gate) = (Arc::clone(rows), Arc::clone(&gate));
                running.spawn(async move {
                    let _place = gate.acquire().await.unwrap();
                    one(&rows, row, over, effect).await
                });
            }
        }
    }
    let mut cells = running.join_all().await;
    cells.sort_by_key(|cell| {
        (cell.row, cell.over as u8, EFFECTS.iter().position(|effect| *effect == cell.effect))
    });
    cells
}

/// A cell that differs, and took so long that a deadline had a part in it, is measured once more with ten times the time: a
/// machine under load is the usual cause. What was received twice isn't excused by that.
async fn one(rows: &[Row], row: usize, over: Over, effect: Effect) -> Measured {
    let rule = &rows[row];
    let seen = measured(rule, over, effect, 1).await;
    let problem = rule.differs(effect, &seen);
    let again = problem.is_some() && seen.took >= ATTEMPT && !rule.is_twice(effect, &seen);
    if !again {
        return Measured { row, over, effect, seen, problem, again };
    }
    let seen = measured(rule, over, effect, 10).await;
    let problem = rule.differs(effect, &seen);
    Measured { row, over, effect, seen, problem, again }
}

fn print(rows: &[Row], cells: &[Measured]) {
    println!("\nrequests received in full, attempts, class, whether the outcome is unknown (`?`)\n");
    println!(
        "{:<36} {:<5} {:<6} {:<38} {:<38} {:>9}",
        "fault", "over", "effect", "expected", "seen", "overshoot"
    );
    for cell in cells {
        let row = &rows[cell.row];
        let expected = of_expected(row.cell(cell.effect));
        let mark = cell.problem.as_ref().map_or_else(String::new, |problem| format!("  DIFFERS: {problem}"));
        println!(
            "{:<36} {:<5} {:<6} {expected:<38} {:<38} {:>9}{mark}",
            row.name,
            format!("{:?}", cell.over).to_uppercase(),
            format!("{:?}", cell.effect),
            of_seen(&cell.seen),
            of_overshoot(cell.seen.overshoot),
        );
    }
}

fn of_expected(cell: &Cell) -> String {
    let (low, high) = cell.attempts.clone().into_inner();
    let attempts = if low == high { low.to_string() } else { format!("{low}-{high}") };
    let mark = match cell.outcome {
        Outcome::Known => "",
        Outcome::Unknown => " ?",
        Outcome::ByClass => " ? if sent",
    };
    format!("{} {attempts} {}{mark}", cell.requests, cell.classes.join(" or "))
}

fn of_seen(seen: &Sight) -> String {
    format!("{} {} {}{}", seen.requests, seen.attempts, seen.class, if seen.unknown { " ?" } else { "" })
}

fn of_overshoot(overshoot: Duration) -> String {
    if overshoot.is_zero() { String::new() } else { format!("{overshoot:.1?}") }
}
