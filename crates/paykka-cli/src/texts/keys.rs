//! What `paykka keys` says.

use crate::frame::texts;

texts! {
    making(bits) "making a key of {bits} bits" "正在生成 {bits} 位密钥";
    made() "made" "已生成";
    made_pair(bits) "a key pair of {bits} bits" "{bits} 位密钥对";
    private_file() "private key" "私钥";
    public_file() "public key" "公钥";
    keep() "Keep the private key here; hand the public key to the platform, which gives you a key id for it." "私钥请妥善保管在本机；将公钥提交给平台，平台会分配密钥编号 (key id)。";
    compare() "Compare the fingerprint with the platform's people by another way than the file went." "请通过另一渠道与平台人员核对指纹。";
    no_name(name) "{name} is a folder, and files need a name" "{name} 是目录，文件需要名称";
    no_name_to_do() "write what the files' names begin with behind it, such as keys/merchant" "请在其后写上文件名前缀，例如 keys/merchant";
    not_made(bits) "a key of {bits} bits can't be made" "无法生成 {bits} 位密钥";
    not_made_to_do() "try again" "请重试";

    private() "private key: keep it secret" "私钥：请保密";
    public() "public key: may be handed over" "公钥：可以交给对方";
    form() "form" "格式";
    wrapping() "wrapping" "编码";
    bits() "bits" "位数";
    exponent() "exponent" "指数";
    fingerprint() "fingerprint" "指纹";

    written() "written" "已写入";
    written_as(file, form, wrapping) "{file}: {form}, {wrapping}" "{file}：{form}，{wrapping}";
    cannot_convert() "the key can't be written in that form" "无法转换成该格式";
    cannot_convert_to_do() "choose a form that the file can become; `paykka keys inspect FILE` says what it holds" "请选择可行的格式；`paykka keys inspect FILE` 可显示文件内容的类型";
    no_new_passphrase() "an encrypted key needs a new passphrase" "加密私钥需要新的口令";
    no_new_passphrase_to_do() "add --new-passphrase-file" "请加上 --new-passphrase-file";
    idle_passphrase() "--new-passphrase-file belongs to --to encrypted alone; the key would stand there unencrypted" "--new-passphrase-file 只能与 --to encrypted 一起使用，否则密钥将不加密写出";
    idle_passphrase_to_do() "write --to encrypted, or leave --new-passphrase-file out" "请写 --to encrypted，或去掉 --new-passphrase-file";
    no_out() "a private key isn't shown unless that is asked for" "除非明确要求，否则不会显示私钥";
    no_out_to_do() "add --out FILE, or --out - for standard output" "请加上 --out FILE；若要输出到标准输出，请用 --out -";

    pair() "pair" "匹配";
    pair_says() "both keys belong to one pair" "两把密钥属于同一对";
    no_pair() "no pair" "不匹配";
    no_pair_says() "the keys belong to different pairs" "两把密钥不属于同一对";
    first() "first file" "文件一";
    second() "second file" "文件二";
    not_private(file) "{file} holds no private key" "{file} 中没有私钥";
    not_public(file) "{file} holds a private key where the public one is wanted" "{file} 中是私钥，而这里需要公钥";
    match_to_do() "give the private key's file first and the public key's file second" "请先给出私钥文件，再给出公钥文件";
}
