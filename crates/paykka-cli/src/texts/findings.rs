//! What `diagnose` finds, in Chinese, by the codes of `paykka_sign::diagnose`, whose own words are English. A test holds this
//! list to that module's.

/// What is wrong, and what to do.
pub(crate) fn in_chinese(code: &str) -> Option<(&'static str, &'static str)> {
    let (_, what, fix) = FINDINGS.iter().find(|(known, _, _)| *known == code)?;
    Some((what, FIXES.iter().find(|(name, _)| name == fix).map_or(*fix, |(_, text)| *text)))
}

/// Advice that several share.
const FIXES: &[(&str, &str)] = &[
    ("FORM", "请按文档格式生成：五个字段的 JSON，整体百分号编码一次，不加前缀"),
    ("MILLIS", "请写 Unix 毫秒：13 位数字"),
    ("CLOCK", "毫秒时间只取一次，待签名字符串与头中使用同一文本"),
    ("PATH", "请对线上实际发送的路径签名：以 / 开头，不含协议、主机和查询串"),
    ("MERCHANT", "第四行签实际发送的 X-Merch-Id；不发送时签空行"),
    ("JOIN", "各行之间用一个换行符 (0x0A) 连接"),
    ("ONCE", "只序列化一次，保留字节，对其签名并原样发送；接收时先对原始字节验签再解析"),
    ("BYTES", "对线上字节签名和验签，中间不要编辑、去空白或按文本读取"),
    ("UTF8", "凡文本转字节处都指定 UTF-8，例如 getBytes(StandardCharsets.UTF_8)"),
    ("NO_BODY", "不发送报文体时只签四行；发送什么就签什么"),
    ("BODY", "第五行签实际发送的报文体"),
    ("ALGORITHM", "请用 SHA256withRSA（RSASSA-PKCS1-v1_5 与 SHA-256）签名"),
    ("BASE64", "签名用标准 Base64：标准字母表、带填充、单行"),
    ("RECEIVED", "请原样传入收到的内容"),
];

const FINDINGS: &[(&str, &str, &str)] = &[
    ("header-empty", "Authorization 头为空", "FORM"),
    ("header-too-long", "Authorization 头过长", "FORM"),
    ("header-not-encoded", "Authorization 头没有百分号编码", "FORM"),
    ("header-partly-encoded", "Authorization 头只有部分字符做了百分号编码", "FORM"),
    ("header-encoded-twice", "Authorization 头被百分号编码了不止一次", "FORM"),
    ("header-scheme-word", "Authorization 头前面有前缀（如 Bearer）", "FORM"),
    ("header-not-json", "Authorization 头解码后不是 JSON 对象", "FORM"),
    ("header-trailing-text", "JSON 对象后面还有内容", "FORM"),
    ("header-key-missing", "缺少字段", "FORM"),
    ("header-key-twice", "同一字段出现了两次", "FORM"),
    ("header-key-name", "字段名写法不对", "五个字段名按文档书写：小写，用下划线连接"),
    ("header-value-type", "字段值的类型不对", "五个值都写成带引号的 JSON 字符串"),
    ("header-refused", "Authorization 头无法接受", "FORM"),
    ("sign-type", "sign_type 不是 SHA256_WITH_RSA", "ALGORITHM"),
    ("nonce-out-of-bounds", "随机串长度或字符不符合要求", "请用 6 到 32 个可见 ASCII 字符"),
    ("key-id-out-of-bounds", "密钥编号长度或字符不符合要求", "请使用平台分配的密钥编号"),
    ("signature-url-safe", "签名用了 URL 安全的 Base64 字母表", "BASE64"),
    ("signature-unpadded", "签名的 Base64 缺少填充", "BASE64"),
    ("signature-wrapped", "签名的 Base64 被折成多行", "BASE64"),
    ("signature-plus-lost", "签名中的加号变成了空格", "请对整个 JSON 做百分号编码，使加号成为 %2B"),
    ("signature-hex", "签名写成了十六进制", "BASE64"),
    ("signature-encoded", "签名在放入 JSON 前被单独编码过", "签名以 Base64 原样放入 JSON，再整体编码一次"),
    ("signature-not-base64", "签名不是 Base64", "BASE64"),
    ("signature-length", "签名长度与密钥不符", "请确认签名没有被截断，再核对密钥位数"),
    (
        "clock-skew",
        "签名时间与本机时钟相差过大",
        "请用 NTP 校准双方时钟并使用 UTC；若时钟无误，则报文过旧或被重放",
    ),
    ("timestamp-malformed", "时间戳格式不对", "MILLIS"),
    ("timestamp-in-seconds", "头中的时间戳是秒，不是毫秒", "MILLIS"),
    ("timestamp-in-microseconds", "头中的时间戳是微秒，不是毫秒", "MILLIS"),
    ("timestamp-in-nanoseconds", "头中的时间戳是纳秒，不是毫秒", "MILLIS"),
    ("timestamp-signed-in-seconds", "头中是毫秒，签名用的却是秒", "CLOCK"),
    ("timestamp-signed-in-milliseconds", "头中是秒，签名用的却是毫秒", "CLOCK"),
    ("timestamp-other", "签名用的时间戳与头中的不同", "CLOCK"),
    ("path-with-host", "签名时路径前带了主机", "PATH"),
    ("path-without-host", "现有路径带主机，签名时没有", "PATH"),
    ("path-with-query", "签名时路径带了查询串", "PATH"),
    ("path-without-query", "现有路径带查询串，签名时没有", "PATH"),
    ("path-trailing-slash", "路径末尾的斜杠不一致", "PATH"),
    ("path-leading-slash", "路径开头的斜杠不一致", "PATH"),
    ("path-decoded", "签名前路径被解码了", "PATH"),
    ("path-encoded", "签名前路径被编码了", "PATH"),
    ("path-encoded-twice", "签名前路径被再次编码了", "PATH"),
    ("path-prefix", "现有路径的前缀没有参与签名（可能由代理添加）", "PATH"),
    ("path-other", "签名的是另一个路径", "PATH"),
    ("path-refused", "路径无法接受", "RECEIVED"),
    ("merchant-line-dropped", "缺少商户号一行：只有四行而不是五行", "MERCHANT"),
    ("merchant-not-signed", "发送了 X-Merch-Id，签名时却是空行", "MERCHANT"),
    ("merchant-not-sent", "签名时有商户号，却没有发送 X-Merch-Id", "MERCHANT"),
    ("merchant-literal", "商户号一行签成了 null、None 或 undefined", "MERCHANT"),
    ("merchant-empty", "X-Merch-Id 存在但为空，与没有该头无法区分", "没有商户号时请不要发送该头"),
    ("merchant-refused", "商户号无法接受", "RECEIVED"),
    ("other-merchant", "签名的是另一个商户号", "MERCHANT"),
    ("final-newline", "末尾多了一个换行符", "换行符只放在各行之间，最后一行之后不加；按发送的字节签名"),
    (
        "empty-body-line",
        "没有报文体，字符串末尾却多了一个换行符",
        "没有报文体时只签四行，最后一行之后不加换行符",
    ),
    ("lines-joined-by-literal", "各行之间用了反斜杠加 n 两个字符", "JOIN"),
    ("lines-joined-by-crlf", "各行之间用了 CRLF", "JOIN"),
    ("lines-joined-by-nothing", "各行之间没有换行符", "JOIN"),
    ("method-line", "前面多签了一行 HTTP 方法", "从路径开始；方法不参与签名"),
    ("field-order", "各行的顺序不对", "顺序为：路径、时间戳、随机串、商户号、报文体"),
    (
        "wechat-form",
        "按微信支付的格式拼接：没有商户号一行，报文体后有换行符",
        "请用 PayKKa 的五行：路径、时间戳、随机串、商户号、报文体，末尾不加换行符",
    ),
    (
        "hash-signed",
        "签的是字符串的 SHA-256，而不是字符串本身",
        "把字符串本身交给签名函数，SHA256withRSA 会做摘要",
    ),
    ("body-reformatted", "报文体在签名之后被重新序列化", "ONCE"),
    ("body-sorted", "签名时报文体的键是排序过的", "ONCE"),
    ("body-escaped", "签名时报文体的字符转义方式不同", "ONCE"),
    ("body-newline-cut", "收到的报文体末尾有未签名的换行符", "BYTES"),
    ("body-blanks", "收到的报文体两端有未签名的空白", "BYTES"),
    ("body-line-ends", "报文体的换行方式不一致（CRLF 与 LF）", "BYTES"),
    ("body-bom", "报文体的字节顺序标记 (BOM) 不一致", "BYTES"),
    ("body-charset", "签名时报文体不是 UTF-8", "UTF8"),
    ("body-not-signed", "发送了报文体，却没有签名", "BODY"),
    ("body-undefined-signed", "报文体一行签成了 undefined", "BODY"),
    ("body-hash-signed", "签的是报文体的摘要，而不是报文体", "BODY"),
    ("body-stringified", "报文体在签名前被序列化了两次", "ONCE"),
    ("empty-json-signed", "报文体为空，却签了空的 JSON 值", "NO_BODY"),
    (
        "whole-body-signed",
        "签的是整个 multipart 报文，而不是 meta 部分",
        "上传时只签 meta 部分的 JSON 文本，按发送的字节",
    ),
    ("key-id-unknown", "头中的密钥编号未知", "请安装该编号的密钥，或更正头中或安装时的编号"),
    ("other-key", "头中的密钥编号与实际签名的密钥不符", "请写实际签名的密钥的编号，或用该编号的密钥签名"),
    (
        "own-key",
        "签名来自本方自己的密钥，而不是对方的",
        "请检查设置中双方密钥是否颠倒，或是否收到了自己发出的报文",
    ),
    ("algorithm-sha1", "签名用的是 SHA-1", "ALGORITHM"),
    ("algorithm-sha384", "签名用的是 SHA-384", "ALGORITHM"),
    ("algorithm-sha512", "签名用的是 SHA-512", "ALGORITHM"),
    ("algorithm-pss", "签名用的是 RSA-PSS", "ALGORITHM"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The module's list reads `header-empty`, `-too-long`: what begins with a hyphen goes on from the first word before it.
    fn codes() -> BTreeSet<String> {
        let module = include_str!("../../../paykka-sign/src/diagnose/mod.rs");
        let list = module.split_once("//! # Codes").unwrap().1.split_once("//! PSS").unwrap().0;
        let mut codes = BTreeSet::new();
        let mut family = String::new();
        for code in list.split('`').skip(1).step_by(2) {
            if code.starts_with('-') {
                codes.insert(format!("{family}{code}"));
            } else {
                let is_long = code.starts_with("lines-joined-by-");
                let cut = if is_long { code.rsplit_once('-') } else { code.split_once('-') };
                family = cut.map_or(code, |(family, _)| family).to_owned();
                codes.insert(code.to_owned());
            }
        }
        codes
    }

    #[test]
    fn every_code_has_its_chinese_words() {
        let known: BTreeSet<String> = FINDINGS.iter().map(|(code, _, _)| (*code).to_owned()).collect();
        let codes = codes();
        assert_eq!(known.len(), FINDINGS.len(), "one stands there twice");
        assert_eq!(known.difference(&codes).collect::<Vec<_>>(), Vec::<&String>::new(), "unknown");
        assert_eq!(codes.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "without words");
        for (code, _, _) in FINDINGS {
            let (what, fix) = in_chinese(code).unwrap();
            assert!(!what.is_ascii() && !fix.is_ascii(), "{code}: {fix}");
        }
    }
}
