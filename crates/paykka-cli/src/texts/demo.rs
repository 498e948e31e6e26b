//! What the demo tells.

use crate::frame::texts;

texts! {
    keys() "two RSA-2048 key pairs made; each private half stays with its side" "已生成两对 RSA-2048 密钥；私钥各自保留";
    started() "public keys exchanged; two TLS servers listen on this machine alone" "已交换公钥；两个 TLS 服务器仅在本机监听";
    platform() "platform" "平台";
    endpoint() "endpoint" "通知地址";
    uploaded(name, id) "{name} uploaded: file_id {id}" "已上传 {name}：file_id {id}";
    applied(merchant) "the company has applied; its merchant number will be {merchant}" "公司已提交进件；商户号为 {merchant}";
    accepted(status) "the platform accepts the company: {status}" "平台已通过进件：{status}";
    account(number) "a virtual account for USD: {number}" "美元虚拟账户：{number}";
    landed(amount, receipt) "a buyer's USD {amount} landed: receipt {receipt}" "买家汇入 USD {amount}：收款单 {receipt}";
    order(number, status) "the order behind it, with its contract: {number} is {status}" "对应的订单及合同：{number} 为 {status}";
    settled(receipt, order) "receipt {receipt} settled by order {order}" "收款单 {receipt} 已由订单 {order} 结算";
    balances(list) "to spend, in minor units: {list}" "可用余额（最小货币单位）：{list}";
    proven() "the engine has seen a verified answer, before which it moves no money" "资金引擎已见到已验签的应答，此前不动用资金";
    quoted(sold, bought, rate) "USD {sold} would buy EUR {bought}, at {rate}" "USD {sold} 可换 EUR {bought}，汇率 {rate}";
    exchanged(quote, status) "quote {quote} taken: {status}" "已确认报价 {quote}：{status}";
    payee(id, status) "payee {id} is {status}" "收款人 {id} 为 {status}";
    payment(amount, payee, number) "EUR {amount} to {payee}: accepted as {number}, which is made of the key \"invoice 17\"" "向 {payee} 付款 EUR {amount}：已受理，编号 {number} 由键“invoice 17”生成";
    paid(number, status) "{number} is {status}" "{number} 为 {status}";

    signed() "signed" "签名";
    verified() "verified" "验签";
    notified() "notified" "通知";
    recovered() "RECOVERED" "已恢复";
    call(path, merchant, len, key_id, when) "POST {path} for {merchant}, {len}-byte body, by {key_id} at {when}" "POST {path}，商户 {merchant}，报文体 {len} 字节，{key_id} 于 {when}";
    answer(status, key_id, when, attempts) "genuine, {status}, by {key_id} at {when}; attempts: {attempts}" "真实，{status}，{key_id} 于 {when}；尝试次数：{attempts}";
    notification(kind, path, key_id, when) "genuine, {kind} at {path}, by {key_id} at {when}" "真实，{kind}，地址 {path}，{key_id} 于 {when}";
    asked_again(name) "{name}: no answer that counts; it only reads, or leaves a harmless second object, so it is asked again" "{name}：没有可信的应答；该接口只读或重复无害，因此再次请求";
    tried(path, attempts) "{path}: answered at attempt {attempts}; the client tried again by itself" "{path}：第 {attempts} 次得到应答；客户端已自动重试";
    was_found(name, inquiry) "{name}: its answer was lost; {inquiry} shows that it was carried out, so it isn't sent again" "{name}：应答丢失；{inquiry} 表明已执行，不再重发";
    sent_again(name, inquiry) "{name}: its answer was lost; {inquiry} doesn't find it, so it is sent again under the same number" "{name}：应答丢失；{inquiry} 未找到，以相同编号重发";
    money_found() "the money call's answer was lost; the inquiry shows that it was carried out" "资金操作的应答丢失；查询表明已执行";
    money_again() "the money call came to no outcome yet; it is taken up again by the same key" "资金操作尚无结果；以相同的键继续";
    proven_again() "no answer was verified yet, before which no money moves; asked again" "尚未验证到应答，因此不动用资金；再次查询";

    currency() "currency" "币种";
    balance() "balance" "余额";
    what() "what" "项目";
    count() "count" "次数";
    signatures() "requests signed and sent" "签名并发送的请求";
    answers() "answers verified" "已验签的应答";
    notifications() "notifications verified" "已验签的通知";
    faults() "requests that went wrong on purpose" "人为出错的请求";
    redelivered() "notifications that were sent again" "重发的通知";
    recoveries() "recoveries" "恢复次数";
    ok() "OK:" "成功：";
    failed() "FAILED:" "失败：";
    failure(step, error) "{step}: {error}" "{step}：{error}";
    all_verified(took) "every answer and notification that counted was verified, and the books agree; {took}" "所有作准的应答和通知均已验签，账目相符；{took}";
    not_all(took) "the story ended early, or the books don't agree; {took}" "流程提前结束或账目不符；{took}";

    kept() "The emulator stays until Ctrl-C; in another terminal:" "模拟器继续运行，按 Ctrl-C 结束；在另一个终端中：";
    control() "control" "控制端口";
    token_file() "its token" "令牌文件";
    try_this() "try" "可尝试";
}
