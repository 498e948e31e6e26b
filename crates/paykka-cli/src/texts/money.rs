//! What is said of money calls and their journal.

use crate::frame::texts;

texts! {
    no_journal(file) "there is no journal {file}" "没有日志 {file}";
    no_journal_to_do() "name the folder that was given to `paykka submit`; a new journal would know of no call" "请指定 `paykka submit` 所用的目录；新日志中没有任何操作记录";
    key() "key" "键";
    number() "number" "编号";
    operation() "operation" "接口";
    merchant() "merchant" "商户号";
    details() "in detail" "详情";
    to_do() "to do" "处理";
    note() "note" "备注";
    state() "state" "状态";
    attempts() "attempts" "次数";
    attempt(number) "attempt {number}" "第 {number} 次";
    claimed() "claimed" "登记时间";
    known() "known since" "得知时间";
    acknowledged() "acknowledged" "确认时间";
    inquiry() "inquiry" "查询";
    found() "found, and undecided" "已找到，尚无定论";
    not_found() "not found" "未找到";
    is_open() "not acknowledged yet" "尚未确认";
    is_acknowledged() "acknowledged; its key stays taken" "已确认；该键不可再用";
    nothing_kept() "The journal has no call yet." "日志中还没有操作。";
    nothing_open() "Every call of the journal is acknowledged." "日志中的操作均已确认。";

    word_accepted() "accepted" "已受理";
    word_rejected() "rejected" "被拒";
    word_executed() "executed" "已执行";
    word_refused() "refused" "未成";
    word_conflict() "conflict" "冲突";
    word_put_away_executed() "put away: executed" "人工认定：已执行";
    word_put_away_not_executed() "put away: not executed" "人工认定：未执行";
    word_unknown() "unknown" "未知";
    word_not_executed() "not executed" "未执行";
    word_failed() "failed" "失败";

    accepted() "the platform took it; accepted isn't paid: follow its status" "平台已受理；受理不等于已付，请跟踪其状态";
    executed() "its own answer was lost; the inquiry shows that it was carried out" "本次应答丢失；查询表明已执行";
    rejected(code) "the platform refused it with ret_code {code} and did nothing" "平台以 ret_code {code} 拒绝，未做处理";
    not_executed() "nothing was done" "未做任何处理";
    came_to_nothing() "the inquiry shows that it came to nothing and won't come to anything" "查询表明未成功，且不会再成功";
    conflict() "something else stands under its number" "该编号下是另一笔业务";
    put_away_executed(note) "by a person's word it was carried out: {note}" "人工认定已执行：{note}";
    put_away_not_executed(note) "by a person's word it was not carried out: {note}" "人工认定未执行：{note}";
    other_outcome() "it ended in a way that this program doesn't know" "以本程序未知的方式结束";
    settled_to_do(key) "book it, then `paykka journal ack {key}`" "入账后执行 `paykka journal ack {key}`";
    rejected_to_do(key) "correct the request and take a new key; then `paykka journal ack {key}`" "更正请求并换用新的键；然后执行 `paykka journal ack {key}`";
    not_executed_to_do() "run it again with the same key and body" "用相同的键和请求体重新运行";
    conflict_to_do() "look who else uses these numbers; give each system a --prefix of its own" "请查明谁还在使用这些编号；为每个系统设置不同的 --prefix";

    unknown(key) "{key}: NOBODY KNOWS YET WHAT BECAME OF IT. It was sent, and may have been carried out" "{key}：结果尚不可知。请求已发出，可能已经执行";
    unknown_to_do() "run it again with the same key and body, or `paykka recover`; take no other key. If it stays so, ask the platform's support, and put it away by `paykka journal put-away`" "用相同的键和请求体重新运行，或执行 `paykka recover`；不要换键。若一直未知，请询问平台客服，再用 `paykka journal put-away` 处理";
    prove_to_do() "no \"not found\" of its inquiry counts yet: `paykka doctor --prove --journal DIR`, then run it again or `paykka recover`; take no other key" "其查询的“未找到”尚不能作准：先运行 `paykka doctor --prove --journal DIR`，再重新运行或 `paykka recover`；不要换键";
    unrecorded() "the journal failed after something had been sent, so nobody knows what became of it" "请求发出后日志出错，结果未知";
    unrecovered(key) "{key}: it couldn't be found out" "{key}：未能查明";
    unproven() "no answer of the platform was verified under these settings, so no money moves; nothing was sent" "在此设置下尚未验证过平台的应答，因此不动用资金；未发送";
    unproven_to_do() "`paykka doctor` says what is wrong" "`paykka doctor` 可指出问题所在";
    under_way() "it may still be on its way, so nobody can vouch for it yet" "请求可能仍在途中，暂时无人能够认定";
    under_way_to_do() "wait until 15 minutes have passed since its last attempt, and end what else has it in hand" "请等到距最后一次尝试满 15 分钟，并结束正在处理它的其他进程";
    unusable() "the call can't be made so; nothing was sent" "无法这样发起；未发送";
    unusable_to_do() "correct what the line above names" "请更正上一行所述内容";
    other_body_to_do() "this key was used for another body: give that one again, or take a new key for a new payment" "该键已用于另一个请求体：请使用原请求体，或为新付款换用新键";
    acknowledged_to_do() "this payment is done and acknowledged; take a new key for a new payment" "该付款已完成并确认；新付款请换用新键";
    unmade() "the call wasn't made; nothing was sent" "未能发起；未发送";

    no_entry(key) "the journal has no call {key} of this operation and merchant" "日志中没有该接口、该商户的 {key}";
    no_entry_to_do() "`paykka journal list --all` lists what there is" "`paykka journal list --all` 列出全部操作";
    many_entries(key) "several merchants have an open call {key}" "多个商户都有未确认的 {key}";
    many_entries_to_do() "add --merchant" "请用 --merchant 指定";
    no_result(key) "{key} has no result to acknowledge: nobody knows what became of it" "{key} 没有可确认的结果：结果未知";
    unreadable() "the journal can't be read or written" "无法读写日志";
    unreadable_to_do() "see the line above; don't begin a new journal: what it forgets would be paid again" "请看上一行；不要改用新日志：被遗忘的付款会再次支付";
    vouch_executed() "You vouch that the platform said it WAS carried out. Nobody checks this:" "您将认定：平台称此操作已执行。此认定不会再核实：";
    vouch_not_executed() "You vouch that the platform said it was NOT carried out and won't be. Nobody checks this:" "您将认定：平台称此操作未执行且不会执行。此认定不会再核实：";

    uploading(name) "uploading {name}" "正在上传 {name}";
    uploaded(name, bytes, id) "{name}, {bytes} bytes: file_id {id}" "{name}，{bytes} 字节：file_id {id}";
    no_file(file) "{file} can't be uploaded" "无法上传 {file}";
    no_file_to_do() "name a regular file that you may read; of what comes from a pipe, - and --filename" "请指定可读取的普通文件；来自管道的内容请用 - 和 --filename";
    no_filename() "the file has no name to tell the platform" "缺少告知平台的文件名";
    no_filename_to_do() "add --filename" "请用 --filename 指定";
}
