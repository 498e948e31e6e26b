//! What goes wrong on the lines between path and body and between the lines: another time or merchant, more lines or
//! fewer, another order, another separator.

use super::search::{Change, Digest, Facts, Line, MerchantLine, Mistake, ORDER};
use super::shown;

/// What is likely enough to be tried together with another mistake.
pub(super) fn common<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let mut all = merchant(facts);
    all.extend(timestamp(facts));
    all.extend(layout(facts));
    all.extend(COMMON_ORDERS.iter().zip(4..).map(|(order, weight)| order_mistake(weight, order.to_vec())));
    all.extend(digests());
    all
}

/// The orders that nobody chooses: tried alone.
pub(super) fn rare<'c>() -> Vec<Mistake<'c>> {
    (1..120).map(|number| order_mistake(9, permutation(number))).collect()
}

fn merchant<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let fix = "sign as fourth line the `X-Merch-Id` that is sent, and an empty line when none is sent";
    let mut all = vec![Mistake::new(
        1,
        "merchant-line-dropped",
        "the merchant's line was left out: four lines, not five",
        fix,
        Change::Merchant(MerchantLine::Dropped),
    )];
    if facts.merchant.is_some() {
        let what = "`X-Merch-Id` was sent, but an empty line was signed for it";
        let change = Change::Merchant(MerchantLine::Text(""));
        all.push(Mistake::new(1, "merchant-not-signed", what, fix, change));
    }
    all.extend(["null", "None", "undefined"].map(|word| {
        let what =
            format!("the word `{word}` was signed as the merchant, as a program writes what isn't there");
        Mistake::new(3, "merchant-literal", what, fix, Change::Merchant(MerchantLine::Text(word)))
    }));
    all.extend(facts.case.merchants.iter().filter(|other| Some(**other) != facts.merchant).map(|other| {
        let signed = shown(other);
        let (code, what) = match facts.merchant {
            Some(sent) => {
                ("other-merchant", format!("merchant `{signed}` was signed, `{}` is at hand", shown(sent)))
            }
            None => (
                "merchant-not-sent",
                format!("merchant `{signed}` was signed, but no `X-Merch-Id` is at hand"),
            ),
        };
        Mistake::new(1, code, what, fix, Change::Merchant(MerchantLine::Text(other)))
    }));
    all
}

fn timestamp<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let text = facts.timestamp;
    let mut all = Vec::new();
    if let Some(seconds) = text.get(..text.len().saturating_sub(3)).filter(|_| text.len() == 13) {
        all.push(time_mistake(
            2,
            "timestamp-signed-in-seconds",
            "the header has milliseconds, but seconds were signed",
            seconds.to_owned(),
        ));
        let what = "the header has milliseconds, but whole seconds (`…000`) were signed";
        all.push(time_mistake(3, "timestamp-other", what, [seconds, "000"].concat()));
    } else {
        let what = "the header has seconds, but milliseconds were signed";
        all.push(time_mistake(2, "timestamp-signed-in-milliseconds", what, [text, "000"].concat()));
    }
    all.extend(shifts(facts).take(2));
    all
}

/// A clock that was read twice, once for the header and once for the string, nearer times first.
pub(super) fn shifts<'c>(facts: &Facts<'c>) -> impl Iterator<Item = Mistake<'c>> + use<'c> {
    let millis = facts.timestamp.parse::<u64>().ok();
    (1..=MAX_SHIFT).flat_map(move |apart| {
        let before = millis.and_then(|millis| millis.checked_sub(apart)).map(|signed| (signed, "less"));
        let after = millis.and_then(|millis| millis.checked_add(apart)).map(|signed| (signed, "more"));
        before.into_iter().chain(after).map(move |(signed, word)| {
            let what = format!("another timestamp than the header's was signed, {apart} ms {word}");
            time_mistake(5, "timestamp-other", what, signed.to_string())
        })
    })
}

/// In milliseconds: as long as a slow call between two readings of the clock may take.
const MAX_SHIFT: u64 = 1_500;

fn time_mistake<'c>(weight: u8, code: &'static str, what: impl Into<String>, signed: String) -> Mistake<'c> {
    let fix =
        "read the clock once, in milliseconds, and put the same text into the string and into the header";
    Mistake::new(weight, code, what, fix, Change::Timestamp(signed))
}

fn layout<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let join = "join the lines by one line feed each (0x0A)";
    let last = match facts.body.is_empty() {
        true => Mistake::new(
            1,
            "empty-body-line",
            "there is no body, but the string ended in a line feed, as if an empty body were one",
            "without a body sign four lines, and no line feed after the last",
            Change::LastBreak,
        ),
        false => Mistake::new(
            1,
            "final-newline",
            "a line feed stood after the body: at the end of the string, or at the end of the body before it was sent",
            "put line feeds between the lines and none after the last; sign the body's bytes as they are sent",
            Change::LastBreak,
        ),
    };
    let method = |weight, text: String| {
        Mistake::new(
            weight,
            "method-line",
            "a line with the HTTP method was signed in front",
            "begin with the path; the method isn't signed",
            Change::Method(text),
        )
    };
    let wechat = |weight, lines: &[Line]| {
        Mistake::new(
            weight,
            "wechat-form",
            "the string was put together as for WeChat Pay: no merchant's line, and a line feed after the body",
            "use PayKKa's five lines: path, timestamp, nonce, merchant, body, without a line feed at the end",
            Change::Order(lines.to_vec()),
        )
    };
    vec![
        last,
        Mistake::new(
            2,
            "lines-joined-by-literal",
            "the lines were joined by a backslash and an `n`",
            join,
            Change::Separator("\\n"),
        ),
        Mistake::new(
            2,
            "lines-joined-by-crlf",
            "the lines were joined by CRLF",
            join,
            Change::Separator("\r\n"),
        ),
        Mistake::new(
            2,
            "lines-joined-by-nothing",
            "the lines were joined by nothing",
            join,
            Change::Separator(""),
        ),
        method(2, facts.case.method.to_ascii_uppercase()),
        method(6, facts.case.method.to_ascii_lowercase()),
        wechat(3, &[Line::Method, Line::Path, Line::Timestamp, Line::Nonce, Line::Body, Line::End]),
        wechat(3, &[Line::Timestamp, Line::Nonce, Line::Body, Line::End]),
    ]
}

fn order_mistake<'c>(weight: u8, order: Vec<Line>) -> Mistake<'c> {
    let names: Vec<_> = order.iter().map(name).collect();
    let what = format!("the fields were signed in another order: {}", names.join(", "));
    let fix = "sign path, timestamp, nonce, merchant, body, in this order";
    Mistake::new(weight, "field-order", what, fix, Change::Order(order))
}

const COMMON_ORDERS: [[Line; 5]; 8] = {
    use Line::{Body, Merchant, Nonce, Path, Timestamp};
    [
        [Path, Nonce, Timestamp, Merchant, Body],
        [Path, Timestamp, Nonce, Body, Merchant],
        [Merchant, Path, Timestamp, Nonce, Body],
        [Path, Merchant, Timestamp, Nonce, Body],
        [Timestamp, Nonce, Path, Merchant, Body],
        [Timestamp, Path, Nonce, Merchant, Body],
        [Body, Merchant, Nonce, Path, Timestamp],
        [Path, Timestamp, Merchant, Nonce, Body],
    ]
};

fn name(line: &Line) -> &'static str {
    match line {
        Line::Path => "path",
        Line::Timestamp => "timestamp",
        Line::Nonce => "nonce",
        Line::Merchant => "merchant",
        Line::Body => "body",
        Line::Method => "method",
        Line::End => "nothing",
    }
}

/// The orders of five lines, numbered; 0 is the right one.
fn permutation(mut number: usize) -> Vec<Line> {
    let mut left = ORDER.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let at = number % left.len();
        number /= left.len();
        order.push(left.remove(at));
    }
    order
}

fn digests<'c>() -> Vec<Mistake<'c>> {
    [
        (2, "in hexadecimal", Digest::HexLower),
        (4, "in hexadecimal with capitals", Digest::HexUpper),
        (3, "as its 32 bytes", Digest::Raw),
        (4, "in Base64", Digest::Base64),
    ]
    .map(|(weight, form, digest)| {
        let what = format!("the SHA-256 of the string, {form}, was signed instead of the string");
        let fix = "give the string itself to the signing function: SHA256withRSA hashes it";
        Mistake::new(weight, "hash-signed", what, fix, Change::Digest(digest))
    })
    .into()
}
