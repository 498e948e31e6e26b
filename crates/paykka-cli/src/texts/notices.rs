//! What `listen`, `trigger` and `replay` say of receivers and records.

use crate::frame::texts;

texts! {
    bad_url(flag, url) "the URL behind {flag} can't be used: {url}" "{flag} 的 URL 无法使用：{url}";
    url_with_user(flag) "the URL behind {flag} can't be used: it holds a user" "{flag} 的 URL 无法使用：其中含有用户名";
    bad_url_to_do() "give http:// or https://, a host and a path, without user, password and #; plain http goes to this machine alone" "请给出 http:// 或 https://、主机和路径，不含用户名、密码和 #；明文 http 只能发往本机";
    no_trust() "TLS can't be set up" "无法设置 TLS";
    no_trust_to_do() "give --ca-file a PEM file with certificates, or install this machine's (Debian: ca-certificates)" "请用 --ca-file 给出 PEM 证书文件，或安装系统证书（Debian：ca-certificates）";

    not_trusted() "the receiver's certificate isn't trusted; nothing was sent" "接收方的证书不可信，未发送任何内容";
    not_trusted_to_do() "if it is signed by a CA of your own, name that with --ca-file" "若由自有 CA 签发，请用 --ca-file 指定";
    not_connected() "no connection to the receiver" "无法连接接收方";
    not_connected_to_do() "start the receiver, and check host and port; plain http goes to this machine alone" "请启动接收方并检查主机与端口；明文 http 只能发往本机";
    broken_off() "the receiver broke the connection off before it answered" "接收方在应答前断开了连接";
    broken_off_to_do() "look into the receiver's log: it may have crashed, or refused the size" "请查看接收方日志：可能已崩溃，或因大小而拒绝";
    no_answer_in_time(seconds) "the receiver didn't answer within {seconds} s" "接收方未在 {seconds} 秒内应答";
    no_answer_in_time_to_do() "acknowledge first and work later, with an inbox (docs/inbox.md)" "请先应答再处理，可使用收件箱（docs/inbox.md）";

    right() "right" "正确";
    look() "look" "注意";
    wrong() "wrong" "不对";
    number(number) "no. {number}" "第 {number} 次";
    answer() "answer" "应答";
    answered(status, millis) "{status} in {millis} ms" "{status}，用时 {millis} 毫秒";
    says() "says" "说明";
    detail() "in detail" "详情";
    to_do() "to do" "处理";

    acknowledged() "acknowledged" "已确认";
    other_body() "acknowledged, with another body than {{}}" "已确认，但应答体不是 {{}}";
    other_body_to_do() "answer with the body {{}}, which is the documented one" "请以文档规定的 {{}} 作为应答体";
    refused_genuine() "refused, though it is genuine and in time" "报文真实且及时，却被拒绝";
    refused_genuine_to_do() "check that the receiver has this key under this id, this merchant, and the signed path; `paykka listen` in its place shows why" "请确认接收方配置了该编号的公钥、该商户号以及所签名的路径；用 `paykka listen` 代替它可显示原因";
    not_acknowledged() "not acknowledged, so the platform would have to come again" "未确认，平台需要重发";
    not_acknowledged_to_do() "answer 200 with the body {{}}, at this address, once it is handled or stored; the receiver's log says why it didn't" "处理或保存后，应在该地址以 200 和 {{}} 应答；原因见接收方日志";
    refused_rightly() "refused, as it should be" "已拒绝，符合预期";
    refused_for_its_time() "refused for its time, as it should be: late or early ones may be replays" "因时间被拒，符合预期：过晚或过早的报文可能是重放";
    took_bad() "taken, though it isn't genuine or not for this merchant" "报文不真实或不属于该商户，却被接受";
    took_bad_to_do() "verify the raw bytes before anything else, and refuse with 401 (docs/webhooks.md)" "请先对原始字节验签，不通过则以 401 拒绝（docs/webhooks.md）";
    took_late() "taken, though its time isn't now" "时间不符，却被接受";
    took_late_to_do() "refuse what is out of time with 401; only an inbox, which marks what is late, may keep it" "时间不符应以 401 拒绝；只有会标记迟到报文的收件箱可以保留";
    neither_taken() "not taken, and not refused: the platform would come again" "既未接受也未拒绝，平台会重发";
    neither_taken_to_do() "answer 401; another status says that it is the receiver that isn't well" "请应答 401；其他状态表示接收方自身有问题";

    torn(file) "the last delivery in {file} wasn't written whole; it is left out" "{file} 中最后一条未写完整，已忽略";
    cut(file) "the last delivery in {file} wasn't written whole; it was cut off" "{file} 中最后一条未写完整，已截去";
    record_in_use(file) "another process records into {file}" "另一进程正在写入 {file}";
    record_in_use_to_do() "end that one, or name another file" "请结束该进程，或换一个文件";
    no_record(file) "{file} holds something else than recorded deliveries; it wasn't touched" "{file} 不是投递记录文件，未作改动";
    no_record_to_do() "name a new file, or one that `paykka listen --record` made" "请换一个新文件，或由 `paykka listen --record` 生成的文件";
    bad_line(file, number, why) "line {number} of {file} isn't a recorded delivery: {why}" "{file} 第 {number} 行不是投递记录：{why}";
    bad_line_to_do() "give a file that `paykka listen --record` made, or correct the line; docs/webhooks.md has its form" "请使用 `paykka listen --record` 生成的文件，或更正该行；格式见 docs/webhooks.md";
}
