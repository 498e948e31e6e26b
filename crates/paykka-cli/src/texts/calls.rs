//! What calls by hand say.

use crate::frame::texts;

texts! {
    bad_set(text) "--set {text} can't be understood" "无法理解 --set {text}";
    bad_set_to_do() "write PATH=VALUE, such as amount=125000, beneficiary.nick_name=Ann, relate_list[0].amount=1" "请写成 PATH=VALUE，例如 amount=125000、beneficiary.nick_name=Ann、relate_list[0].amount=1";
    no_place(text) "--set {text} has no place: something on its path is no object or array" "--set {text} 无处可放：路径上有非对象、非数组的值";
    no_field(name) "the request has no field {name}" "请求中没有字段 {name}";
    nearest_field(name) "did you mean {name}?" "是否想输入 {name}？";
    no_field_to_do() "`paykka operations OPERATION` lists the fields; what they don't name can be written with -d" "`paykka operations 接口` 可列出字段；未列出的字段可用 -d 给出";
    no_array(step) "{step} stands behind something that is no array" "{step} 之前的字段不是数组";

    no_call(name) "{name} is a notification: the platform sends it" "{name} 是通知，由平台发送";
    no_call_to_do(name) "`paykka operations {name}` shows its fields; `paykka call --list` lists what can be called" "`paykka operations {name}` 可显示其字段；`paykka call --list` 列出可调用的接口";
    is_upload(name) "{name} sends a file, not JSON" "{name} 发送的是文件，不是 JSON";
    is_upload_to_do() "`paykka upload FILE` sends one" "请使用 `paykka upload FILE`";
    bad_body(name) "{name}: the body can't be right; nothing was sent" "{name}：请求体有误，未发送";
    bad_body_to_do(name) "correct what the lines above name; `paykka operations {name}` lists fields and limits; --unchecked sends it all the same" "请更正以上各项；`paykka operations {name}` 列出字段与限制；加 --unchecked 可照样发送";
    advice(line) "{line}" "{line}";
    of_nobody(name) "{name} belongs to no merchant, and --merchant names one" "{name} 不属于任何商户，却指定了 --merchant";
    of_nobody_to_do() "leave --merchant out" "请去掉 --merchant";
    no_merchant(name) "{name} belongs to a merchant, and none is named" "{name} 属于某个商户，却未指定商户号";
    no_merchant_to_do() "add --merchant, or merchant_id to the profile, or set PAYKKA_MERCHANT_ID" "请用 --merchant 指定，或在配置中加上 merchant_id，或设置 PAYKKA_MERCHANT_ID";

    moves_money() "This moves money:" "此操作将动用资金：";
    payee() "payee" "收款人";
    amount() "amount" "金额";
    receipt() "receipt" "收款单号";
    quote() "quote" "报价单号";
    buys() "for" "换入";
    type_amount(amount) "Type the amount ({amount}) to go on, anything else to stop:" "请输入金额（{amount}）以继续，输入其他内容则停止：";
    no_amount() "nobody knows how much this moves, so nobody can agree to it; nothing was sent" "无法得知金额，因此无法确认；未发送";
    no_amount_to_do() "look at the body, and at the quote or receipt that it names; --yes sends it all the same" "请检查请求体及其中的报价单或收款单；加 --yes 可照样发送";
    unconfirmed() "this moves money, and there is no terminal on which to agree; nothing was sent" "此操作将动用资金，但没有可供确认的终端；未发送";
    unconfirmed_to_do() "look at the facts above; add --yes if it is meant" "请核对以上信息；确认无误后加 --yes";
    stopped() "stopped: what was typed isn't the amount; nothing was sent" "已停止：输入的内容不是该金额；未发送";
    stopped_to_do() "run it again if it is meant" "如确需执行，请重新运行";

    unsent() "This would be signed and sent; nothing was:" "以下内容将被签名并发送，但这次没有发送：";
    request_headers() "Headers of the request:" "请求头：";
    answer_headers() "Headers of the answer, which no signature covers:" "应答头（不受签名保护）：";
    genuine() "genuine" "真实";
    verified(status, key_id, millis, attempts) "{status}, signed by {key_id}; {millis} ms, attempts: {attempts}" "{status}，由 {key_id} 签名；{millis} 毫秒，尝试次数：{attempts}";
    odd_answer(error) "the verified answer isn't of the known shape: {error}" "已验证的应答与已知结构不符：{error}";
    other_object() "the verified answer speaks of another object than the one asked for" "已验证的应答所述对象与请求的不同";

    unknown(name) "{name}: NOBODY KNOWS WHAT BECAME OF IT. It was sent, and may have been carried out" "{name}：结果未知。请求已发出，可能已经执行";
    unknown_money(inquiry, key, number) "don't send it again: ask `paykka call {inquiry} --set {key}={number}` until it says what became of it; `paykka submit` keeps a journal that does this by itself" "请勿重发：用 `paykka call {inquiry} --set {key}={number}` 查询，直到得知结果；`paykka submit` 借助日志可自动完成";
    unknown_write(key, number) "don't take another number: ask the inquiry by {key} {number} before it is sent again" "请勿更换编号：重发之前请先按 {key} {number} 查询";
    unknown_other() "ask the inquiry before it is sent again" "重发之前请先查询";
    refused(name, code) "{name}: the platform refuses, with ret_code {code}; its signature is right" "{name}：平台拒绝，ret_code 为 {code}；应答签名有效";
    parameters_to_do() "correct the field that the platform's text names" "请更正平台文字所指的字段";
    not_found_to_do() "check the number and the merchant; what was just sent may be shown later" "请检查编号和商户号；刚发送的对象可能稍后才能查到";
    too_many_to_do() "call again in a while; nothing was done" "请稍后再试；平台未做处理";
    state_to_do() "ask the inquiry how the object stands; after an attempt of unknown outcome it may say no more than that the first one arrived" "请查询对象当前状态；若之前有结果未知的请求，这可能只说明前一次已到达";
    too_large_to_do() "send a smaller file" "请发送较小的文件";
    permission_to_do() "ask the platform whether this key and merchant may make this call" "请向平台确认该密钥和商户是否有权调用";
    code_to_do() "see the platform's text above, and the codes in docs/client.md" "请看上面的平台文字以及 docs/client.md 中的代码";
    unmade(name) "{name} can't be made; nothing was sent" "无法发起 {name}；未发送";
    unmade_to_do() "correct what the line above names" "请更正上一行所述内容";
}
