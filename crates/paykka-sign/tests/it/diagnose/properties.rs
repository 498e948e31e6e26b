//! Whatever is received, a diagnosis ends, within its budget.

use paykka_sign::diagnose::{Budget, Case};
use paykka_sign::{Parts, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Message, Pair, public, ring};
use crate::properties::header_like;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_makes_it_panic(
        header in prop_oneof![header_like(), damaged_header()],
        path in ".{0,40}|https?://[a-z/?%]{0,30}|[/?%a2]{0,20}",
        merchant in option::of(".{0,20}"),
        body in prop_oneof![vec(any::<u8>(), 0..60), "(\u{feff}|[ \r\n\\{\\}\\[\\]\",:\\\\u0aé]){0,40}".prop_map(String::into_bytes)],
        other in ".{0,20}",
        now in 0..=9_999_999_999_999_999_u64,
        verifications in 0..40_usize,
    ) {
        let parts = Parts { path: &path, merchant: merchant.as_deref(), body: &body[..] };
        let now = Timestamp::from_unix_millis(now).unwrap();
        let (ring, own, others) = (ring(), [public(Pair::Merchant)], [other.as_str()]);
        let diagnosis = Case::new(&header, parts, &ring, now)
            .own_keys(&own)
            .merchants(&others)
            .paths(&others)
            .host(&other)
            .query(&other)
            .method(&other)
            .whole_body(other.as_bytes())
            .budget(Budget::new(verifications, 1 << 20))
            .diagnose();
        prop_assert!(diagnosis.tried() <= verifications && !diagnosis.is_genuine());
        let text = diagnosis.to_string();
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", text);
        prop_assert_eq!(text.lines().count(), 1 + diagnosis.findings().len());
    }
}

/// A genuine header with something wrong in it, so that the search begins.
fn damaged_header() -> impl Strategy<Value = Vec<u8>> {
    let genuine = Message::genuine().header().into_bytes();
    (any::<usize>(), 0..4_usize, vec(any::<u8>(), 0..3)).prop_map(move |(start, len, with)| {
        let mut header = genuine.clone();
        let start = start % header.len();
        let end = (start + len).min(header.len());
        header.splice(start..end, with);
        header
    })
}
