//! What `paykka trigger` says.

use crate::frame::texts;

texts! {
    no_kind(name) "there is no notification {name}" "没有通知 {name}";
    no_kind_to_do(names) "choose one of: {names}" "请选择其一：{names}";
    not_signed() "the notification can't be signed" "通知无法签名";
    no_other_key() "no second key can be made" "无法生成第二把密钥";
    posting() "posting" "正在发送";
    posted(kind, url) "{kind} to {url}" "{kind} 发往 {url}";

    tampered_body() "tampered with: a character of the body was changed after it was signed" "篡改：签名后改动了报文体中的一个字符";
    tampered_reserialised() "tampered with: the body's JSON was written anew after it was signed" "篡改：签名后重新序列化了报文体的 JSON";
    tampered_path() "tampered with: another path was signed" "篡改：签的是另一路径";
    tampered_merchant() "tampered with: X-Merch-Id was changed after it was signed" "篡改：签名后改动了 X-Merch-Id";
    tampered_foreign_merchant() "tampered with: genuine, and for another merchant" "篡改：报文真实，但属于其他商户";
    tampered_late() "tampered with: signed two hours ago" "篡改：签名时间为两小时之前";
    tampered_early() "tampered with: signed two hours from now" "篡改：签名时间为两小时之后";
    tampered_signature() "tampered with: a character of the signature was changed" "篡改：改动了签名中的一个字符";
    tampered_key_id() "tampered with: the header names a key id that nobody has; only a receiver with one key for every id may take it" "篡改：头中的密钥编号不存在；只有以一把密钥接受所有编号的接收方可以接受";
    tampered_other_key() "tampered with: signed with another key under the same id" "篡改：以相同编号用另一密钥签名";
    tampered_no_authorization() "tampered with: without the header Authorization" "篡改：没有 Authorization 头";
    tampered_two_authorizations() "tampered with: the header Authorization twice" "篡改：Authorization 头出现两次";
    tampered_no_merchant() "tampered with: X-Merch-Id was signed and isn't sent" "篡改：签了 X-Merch-Id 却未发送";
    tampered_encoded() "tampered with: the header Content-Encoding, as if a proxy had packed it" "篡改：带 Content-Encoding 头，如同被代理压缩";
    tampered_too_large() "tampered with: genuine, and larger than 1 MiB" "篡改：报文真实，但大于 1 MiB";
}
