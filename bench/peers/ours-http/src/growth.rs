//! What should cost the same however much there is of it: claims of notifications, and codes in tables.

use std::hint::black_box;
use std::time::{Duration, Instant};

use paykka_model::unconfirmed::{Industry, ProvinceCity};
use paykka_model::{CodeTable, Country, Currency};
use paykka_webhook::{Claim, Claims, DeliveryId, MemoryClaims};
use protocol::{answer_lines, seconds};

pub(crate) fn serve() {
    let runtime = crate::runtime();
    answer_lines(|words| match words {
        ["claims", entries, count] => {
            let number = |text: &str| text.parse().expect("a number");
            runtime.block_on(claims(number(entries), number(count)))
        }
        ["lookups", "currency", count] => lookups::<Currency>(count),
        ["lookups", "industry", count] => lookups::<Industry>(count),
        ["lookups", "country", count] => lookups::<Country>(count),
        ["lookups", "province_city", count] => lookups::<ProvinceCity>(count),
        _ => "unknown".into(),
    });
}

/// The time for so many more claims, begun and done, where `entries` are remembered already.
async fn claims(entries: u64, count: u64) -> String {
    let claims = MemoryClaims::new(usize::try_from(entries + count).expect("a number that fits"));
    fill(&claims, 0..entries).await;
    let start = Instant::now();
    fill(&claims, entries..entries + count).await;
    format!("{:.9}", start.elapsed().as_secs_f64())
}

async fn fill(claims: &MemoryClaims, numbers: std::ops::Range<u64>) {
    for number in numbers {
        // Spread as digests are.
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
        let id = DeliveryId::from_bytes(bytes);
        let Ok(Claim::New(ticket)) = claims.begin(id, Duration::from_secs(600)).await else {
            panic!("{number} is claimed already")
        };
        claims.done(id, ticket).await.expect("room");
    }
}

/// How many rows there are, and the time for so many codes, taken in turns from all over the table.
fn lookups<T: CodeTable>(count: &str) -> String {
    let mut rows = T::ALL.iter().cycle();
    let seconds = seconds(count, || {
        let code = rows.next().expect("a table has rows").code();
        black_box(T::by_code(black_box(code)).expect("the row of a code"));
    });
    format!("{} {seconds}", T::ALL.len())
}
