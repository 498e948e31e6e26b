//! What `paykka listen` says.

use crate::frame::texts;

texts! {
    no_settings() "the settings make no client, so nobody knows whose notifications these are" "设置不完整或有误，无法确定接收谁的通知";
    no_settings_to_do() "correct what is named, or give --public-key-file and --merchant in their place" "请更正上述各项，或改用 --public-key-file 和 --merchant";
    no_receiver() "no receiver can be made of this" "无法据此建立接收端";
    no_receiver_to_do() "correct what is named: --path, --merchant, --tolerance, --public-key-file, or the profile" "请更正所指出的内容：--path、--merchant、--tolerance、--public-key-file 或配置";
    published_to_do() "install the platform's own public key; a test key is taken at a loopback address alone, such as --bind 127.0.0.1" "请安装平台自己的公钥；测试密钥只能用于回环地址，例如 --bind 127.0.0.1";
    no_address(address) "{address} can't be listened on" "无法监听 {address}";
    no_address_to_do() "choose another --port, or 0 for any that is free; check --bind" "请换一个 --port，或用 0 表示任一空闲端口；并检查 --bind";
    production() "these are production's notifications: what is answered 200 here doesn't come again, and nobody handles it; add --forward-to or --record" "这些是生产环境的通知：在此应答 200 后不会重发，也无人处理；请加上 --forward-to 或 --record";

    listening() "listening" "监听中";
    listening_at(url) "{url}; Ctrl-C ends it" "{url}；按 Ctrl-C 结束";
    hands_on(url) "What is genuine goes on to {url}." "真实的通知将转发到 {url}。";
    hands_nothing_on() "What is genuine is shown and answered 200; --forward-to hands it on." "真实的通知将显示并以 200 应答；可用 --forward-to 转发。";

    genuine() "genuine" "真实";
    refused() "refused" "拒绝";
    line(moment, what) "{moment}  {what}" "{moment}  {what}";
    verified() "verified" "验签";
    by(key_id, seconds) "by the key {key_id}, {seconds} s after it was signed" "密钥 {key_id}，签名后 {seconds} 秒";
    merchant() "merchant" "商户号";
    body() "body" "报文体";
    unreadable_body() "genuine, and not of a shape that is known here" "真实，但结构未知";
    receiver() "receiver" "接收方";
    forwarded(status, millis) "answered {status} in {millis} ms" "应答 {status}，用时 {millis} 毫秒";
    named_key() "key id" "密钥编号";
    answered() "answer" "应答";
    detail() "in detail" "详情";
    to_do() "to do" "处理";

    unkept_to_do() "make room on the disk, and check that the file can be written; it was answered 503, and may come again" "请清理磁盘并检查文件能否写入；已应答 503，平台可能重发";
    receiver_refused_to_do() "look into the receiver's log; its signed path must be the one that is listened on here, not its own" "请查看接收方日志；其签名路径须为此处监听的路径，而不是它自己的路径";
    method_to_do() "nothing, unless it is the platform's: notifications are POSTs" "若非平台所发则无需处理：通知均为 POST";
    too_large_to_do() "nothing; no documented notification comes near 1 MiB" "无需处理；文档中的通知远小于 1 MiB";
    too_slow_to_do() "look at the network and the proxy between" "请检查网络和中间的代理";
    header_to_do() "look for a proxy that drops or doubles headers; Authorization and X-Merch-Id must pass as they are" "请检查是否有代理丢弃或重复了头；Authorization 和 X-Merch-Id 必须原样通过";
    encoded_to_do() "switch off compression in the proxy between" "请关闭中间代理的压缩";
    unknown_key_to_do() "ask the platform whether the key id is theirs, and install the key that belongs to it" "请向平台确认该密钥编号，并安装对应的公钥";
    signature_to_do() "see what was found below; else look for a proxy that changes bodies or paths, and check --path and the platform's key" "见下方发现；否则请检查代理是否改动了报文体或路径，并核对 --path 和平台公钥";
    own_key_to_do() "install the platform's public key; two files were probably mixed up" "请安装平台公钥；两个文件可能弄混了";
    foreign_merchant_to_do() "if the merchant is yours, add it with --also-merchant; if it has only applied, take --applicants and the address of the kind" "若该商户属于您，请加 --also-merchant；若仅在进件中，请加 --applicants 并使用该类型的地址";
    unattributed_to_do() "ask the platform why it sends no X-Merch-Id" "请向平台询问为何没有 X-Merch-Id";
    late_to_do() "check this machine's clock; if it is right, this is a replay, or the platform came late" "请检查本机时钟；若无误，则为重放或平台迟到";
    early_to_do() "check this machine's clock" "请检查本机时钟";
    other_to_do() "look the reason up in docs/webhooks.md" "请在 docs/webhooks.md 中查看该原因";

    ended(count) "{count} came." "共收到 {count} 个。";
    outcome() "outcome" "结果";
    count() "count" "数量";
}
