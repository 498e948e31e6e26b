//! What `paykka doctor` says.

use crate::frame::texts;

texts! {
    settings() "settings" "设置";
    from_profile(name, file) "profile {name} of {file}" "{file} 中的配置 {name}";
    from_environment() "the variables PAYKKA_*" "环境变量 PAYKKA_*";
    settings_bad() "the settings make no client" "设置不完整或有误";
    variables_to_do() "set what is named, or name a profile of the configuration file with --profile; docs/client.md lists all settings" "请设置上述各项，或用 --profile 指定配置文件中的配置；全部设置见 docs/client.md";
    settings_to_do() "correct what is named; docs/client.md lists all settings" "请更正上述各项；全部设置见 docs/client.md";
    environment() "environment" "环境";
    environment_unsaid() "not said: add `environment` to the profile" "未注明：请在配置中加上 environment";
    address() "address" "地址";
    merchant() "merchant" "商户号";
    own_key() "own key" "本方密钥";
    platform_key() "platform's key" "平台密钥";
    any_id() "any id" "任意编号";

    file() "config file" "配置文件";
    key_file() "key file" "密钥文件";
    file_open(file) "{file} is open to other users of this machine, and may hold a secret" "本机其他用户可以访问 {file}，而其中可能有机密";
    file_to_do(file) "chmod 600 {file}" "chmod 600 {file}";
    file_good() "its owner's alone" "仅所有者可读";

    reach() "reach" "连通";
    reach_good() "the server answers" "服务器有应答";
    reach_bad() "no connection" "无法连接";
    reach_to_do() "check host and port, DNS, firewall and proxy; it is safe to try again" "请检查主机与端口、DNS、防火墙和代理；可以放心重试";
    reach_slow() "no whole answer came in time" "未在限定时间内收到完整应答";
    tls() "TLS" "TLS";
    tls_good() "the certificate is trusted" "证书可信";
    tls_plain() "not used: this is plain HTTP on this machine" "未使用：本机上的明文 HTTP";
    tls_bad() "the certificate isn't trusted" "证书不可信";
    tls_to_do() "if it is signed by a CA of your own, name that in ca_file; else somebody may stand in between" "若由自有 CA 签发，请在 ca_file 中指定；否则中间可能有人";
    proxy() "proxy" "代理";
    proxy_good(address) "the way through {address} is open" "经由 {address} 可以通过";
    proxy_direct() "none is set; the way is straight" "未设置，直接连接";
    proxy_unused(name) "none is set; the variable {name} counts only with proxy = \"env\"" "未设置；变量 {name} 仅在 proxy = \"env\" 时生效";
    proxy_bad() "the proxy opens no way" "代理拒绝或无法连通";
    proxy_to_do() "check the proxy's address, user and password, and that it lets the host through" "请检查代理的地址、用户名和密码，以及是否放行该主机";
    clock() "clock" "时钟";
    clock_good(seconds) "{seconds} s from the server's Date" "与服务器 Date 相差 {seconds} 秒";
    clock_bad(seconds) "{seconds} s from the server's Date; more than the tolerance" "与服务器 Date 相差 {seconds} 秒，超出允许范围";
    clock_to_do() "set this machine's clock by NTP" "请用 NTP 校准本机时钟";
    clock_unknown() "the answer names no Date" "应答中没有 Date";
    unasked() "not found out" "未能查明";

    inquiry() "inquiry" "查询";
    inquiry_good(operation, key_id) "{operation}: signed by us, answered, and the answer's signature by {key_id} is genuine" "{operation}：本方已签名，平台已应答，且 {key_id} 的应答签名有效";
    inquiry_refused() "the platform refused our signature and did nothing" "平台拒绝了本方的签名，未做任何处理";
    inquiry_refused_to_do() "check key id, private key, clock and merchant; the public key must be installed at the platform; `paykka sign --explain` shows what is signed" "请检查密钥编号、私钥、时钟和商户号；公钥须已在平台登记；`paykka sign --explain` 可显示待签名内容";
    inquiry_unsigned() "the answer carries no signature, so it proves nothing" "应答没有签名，不能说明任何问题";
    inquiry_unsigned_to_do() "look whether a proxy or a wrong address answered; if headers are named above, one may be the response_header to set" "请查看是否为代理或错误地址的应答；若上面列出了头名称，其中之一可能需要设为 response_header";
    inquiry_wrong() "the answer's signature can't be verified" "应答的签名无法通过验证";
    inquiry_wrong_to_do() "check that platform_key is the platform's key of this environment; else treat it as an attack or a broken proxy" "请确认 platform_key 是该环境的平台公钥；否则应视为攻击或代理故障";
    inquiry_failure(code) "the signatures are right on both sides; the platform answers with ret_code {code}" "双方签名均正确；平台返回 ret_code {code}";
    inquiry_failure_to_do() "look the code up in docs/client.md; the merchant may lack the permission" "请在 docs/client.md 中查看该代码；商户可能没有权限";
    inquiry_other() "the answer can't be used" "应答无法使用";
    inquiry_other_to_do() "see the detail; try again" "请看详情并重试";

    proof() "proof" "证明";
    proof_good(inquiries) "\"not found\" counts from now on for: {inquiries}" "以下查询的“未找到”从现在起可作为依据：{inquiries}";
    proof_part() "an answer was verified, so money may move; no inquiry is proven yet, since none has said both \"found\" and \"not found\"" "已验证应答，可以进行资金操作；尚无查询得到证明，因为还没有查询同时给出过“找到”与“未找到”";
    proof_part_to_do() "make a payment under this journal, and prove again before you acknowledge it" "请在该日志下做一笔付款，并在确认之前再次证明";
    proof_bad() "no answer was verified, so no money moves" "没有验证到应答，不能进行资金操作";
    proof_bad_to_do() "see to the inquiry above first" "请先解决上面的查询问题";
    journal_unusable(file) "the journal {file} can't be used" "日志 {file} 无法使用";
    journal_to_do() "end the process that holds it, or name another file" "请结束占用它的进程，或换一个文件";

    good() "ok" "正常";
    bad() "wrong" "有误";
    doubtful() "look" "注意";
    quiet() "-" "-";
    asking() "asking the platform" "正在查询平台";
    all_good() "Everything is in order." "一切正常。";
    not_good(count) "{count} to mend." "有 {count} 项需要处理。";
    detail() "in detail" "详情";
    to_do() "to do" "处理";
    no_runtime() "no thread can be started" "无法启动线程";
    no_runtime_to_do() "look at this machine's limits" "请检查本机的资源限制";
}
