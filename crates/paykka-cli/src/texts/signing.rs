//! What `sign`, `verify` and `diagnose` say.

use crate::frame::texts;

texts! {
    not_signed() "the message can't be signed" "无法签名";
    string_to_sign() "String to sign, line by line:" "待签名字符串（逐行）：";
    line_path() "1 path" "1 路径";
    line_timestamp() "2 timestamp" "2 时间戳";
    line_nonce() "3 nonce" "3 随机串";
    line_merchant() "4 merchant" "4 商户号";
    line_body() "5 body" "5 报文体";
    length() "bytes" "字节数";
    sha256() "SHA-256" "SHA-256";
    json() "JSON before encoding" "编码前的 JSON";
    no_newline() "The last line has no newline at its end." "最后一行末尾没有换行符。";

    valid() "valid" "有效";
    valid_says() "the signature belongs to these bytes under this key, and its time is within the window" "签名与这些字节及该公钥相符，且时间在允许范围内";
    refused() "refused" "拒绝";
    refused_header() "the header isn't the documented object" "Authorization 头不符合文档格式";
    refused_field() "a part can't be signed or accepted" "某个字段不能被签名或接受";
    refused_unknown_key() "the header names another key id than the one given" "头中的密钥编号与指定的不一致";
    refused_signature() "the signature doesn't belong to these bytes under this key" "签名与这些字节及该公钥不符";
    refused_early() "the signature is genuine, and its time is later than the clock here allows" "签名真实，但时间晚于本机时钟允许的范围";
    refused_late() "the signature is genuine, and older than allowed" "签名真实，但已超过允许的时间";
    refused_other() "the message can't be verified" "无法验证";
    detail() "in detail" "详情";
    key_id() "key id" "密钥编号";
    signed_at() "signed at" "签名时间";
    ask_diagnose() "To find out why: the same words with `paykka diagnose`." "要查明原因，请用相同参数运行 `paykka diagnose`。";

    genuine_says() "the message verifies as it is" "报文验签通过";
    explained() "found" "已查明";
    explained_says() "the message verifies when this is undone:" "撤销以下问题后验签通过：";
    unexplained() "not found" "未查明";
    unexplained_says(tried) "no known mistake makes the signature verify ({tried} variants tried)" "没有已知错误能使验签通过（尝试了 {tried} 种变体）";
    besides() "What is wrong besides:" "此外还有以下问题：";
    exhausted() "The search ended before the ideas did: give more of what is known, such as --other-merchant." "搜索在尝试完之前结束了：请提供更多信息，例如 --other-merchant。";
    pss() "PSS with SHA-1, or with a salt of another length than the digest, can't be recognised: ask how it was signed." "SHA-1 的 PSS，或盐长与摘要不同的 PSS 无法识别：请询问对方如何签名。";
    in_english() "in English" "英文说明";
    to_do() "to do" "处理";
    nothing_left() "Give more of what is known: --own-key-file, --other-merchant, --other-path, --host, --query." "请提供更多信息：--own-key-file、--other-merchant、--other-path、--host、--query。";
}
