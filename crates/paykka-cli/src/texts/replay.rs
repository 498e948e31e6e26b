//! What `paykka replay` says.

use crate::frame::texts;

texts! {
    empty(file) "there is no delivery in {file}" "{file} 中没有投递记录";
    empty_to_do() "record some with `paykka listen --record FILE`" "请用 `paykka listen --record FILE` 记录";
    delivery(number, received_at, path) "no. {number}  {received_at}  {path}" "第 {number} 条  {received_at}  {path}";
    in_time() "genuine when it came, and still in time: it should be acknowledged" "收到时真实，且仍在时限内：应被确认";
    out_of_time() "genuine when it came, and out of time by now: it should be refused" "收到时真实，但现已超出时限：应被拒绝";
    was_refused(reason) "refused when it came ({reason}): it should be refused again" "收到时已被拒绝（{reason}）：应再次被拒绝";
    ended(right, wrong, left) "{right} as they should be, {wrong} otherwise, {left} not posted." "{right} 个符合预期，{wrong} 个不符，{left} 个未发送。";
}
