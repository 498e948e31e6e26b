//! Between the lines: separators, more lines, another order, a hash instead of the string.

use base64ct::{Base64, Encoding};

use super::{Message, Mistake, check, codes, hex, mistake, sha256};

pub(super) const FAMILY: &[Mistake] = &[
    mistake("separator", "lines-joined-by-literal", |m| m.separator = "\\n"),
    mistake("separator", "lines-joined-by-crlf", |m| m.separator = "\r\n"),
    mistake("separator", "lines-joined-by-nothing", |m| m.separator = ""),
    mistake("method", "method-line", |m| m.method = Some("POST")),
    mistake("order", "field-order", |m| m.order = vec![0, 2, 1, 3, 4]),
    mistake("order", "field-order", |m| m.order = vec![0, 1, 2, 4, 3]),
    mistake("order", "field-order", |m| m.order = vec![4, 3, 2, 0, 1]),
    mistake("digest", "hash-signed", |m| m.digest = |string| hex(&sha256(string)).into()),
    mistake("digest", "hash-signed", |m| {
        m.digest = |string| hex(&sha256(string)).to_ascii_uppercase().into();
    }),
    mistake("digest", "hash-signed", |m| m.digest = |string| sha256(string)),
    mistake("digest", "hash-signed", |m| m.digest = |string| Base64::encode_string(&sha256(string)).into()),
];

#[test]
fn each_is_found() {
    check(FAMILY);
}

#[test]
fn every_order_of_the_fields_is_found() {
    let mut found = 0;
    for number in 1..120 {
        let mut left: Vec<usize> = (0..5).collect();
        let mut message = Message::genuine();
        message.order = [24, 6, 2, 1, 1].map(|size| left.remove(number / size % left.len())).to_vec();
        let diagnosis = message.diagnosis();
        assert_eq!(codes(&diagnosis), ["field-order"], "{:?}: {diagnosis}", message.order);
        found += 1;
    }
    println!("{found} orders found");
}

#[test]
fn a_line_feed_at_the_end_is_found_with_a_body_and_without() {
    check(&[mistake("", "final-newline", |m| m.tail = "\n")]);
    check(&[mistake("", "empty-body-line", |m| {
        m.tail = "\n";
        m.signed.body = None;
        m.received.body = None;
    })]);
}

#[test]
fn the_string_of_wechat_pay_is_known() {
    check(&[
        mistake("", "wechat-form", |m| {
            m.method = Some("POST");
            m.signed.merchant = None;
            m.tail = "\n";
        }),
        mistake("", "wechat-form", |m| {
            m.order = vec![1, 2, 4];
            m.tail = "\n";
        }),
    ]);
}
