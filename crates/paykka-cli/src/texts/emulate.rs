//! What `paykka emulate` says before it runs. Its log is the emulator's own, in English.

use crate::frame::texts;

texts! {
    unusable(option, file) "{option} {file} can't be used" "{option} {file} 无法使用";
    key_to_do() "give a file with the key that the option asks for, private or public, unencrypted; `paykka keys inspect FILE` says what a file holds" "请提供该选项所需的密钥文件（私钥或公钥，未加密）；`paykka keys inspect 文件` 可显示文件内容的类型";
    text_to_do() "give a text file in UTF-8" "请提供 UTF-8 文本文件";
    plan_to_do() "correct what is named above; docs/emulator.md has the form of a plan" "请更正上面所述内容；计划的格式见 docs/emulator.md";
    uneven(merchants, key_ids, keys) "--merchant is there {merchants} times, --merchant-key-id {key_ids} times, --merchant-key {keys} times" "--merchant 出现 {merchants} 次，--merchant-key-id 出现 {key_ids} 次，--merchant-key 出现 {keys} 次";
    uneven_to_do() "say them equally often: the first of each belong together, then the second, and so on" "三者次数须相同：各自的第一个属于同一商户，第二个同理，依此类推";
    nobody(option, merchant) "{option} {merchant}: no such merchant is registered" "{option} {merchant}：没有登记该商户";
    nobody_to_do() "say --merchant with it and its key, too, or correct the number" "请同时用 --merchant 给出该商户及其密钥，或更正商户号";
    three_parts() "write three parts with `:` between them and none of them empty" "请写成以 `:` 分隔的三段，每段不得为空";
    balance() "write the balance as a whole number of minor units, such as 1000000" "余额请写成最小货币单位的整数，例如 1000000";
    currency() "write the currency in three capital letters, such as USD" "币种请写成三个大写字母，例如 USD";
    no_key() "a key can't be made" "无法生成密钥";
    no_port(option) "{option}: the port can't be had" "{option}：无法使用该端口";
    no_port_to_do(port, address) "where it is in use, end who has it, or take another {port}: 0 is any that is free; where the address isn't this machine's, correct {address}" "若端口已被占用，请结束占用者，或换一个 {port}：0 表示任意空闲端口；若地址不属于本机，请更正 {address}";
    no_start() "the emulator can't be started" "模拟器无法启动";
    no_start_to_do() "correct what the line above names" "请更正上一行所述内容";
    no_end() "the emulator didn't end well" "模拟器未能正常结束";
    no_end_to_do() "look at what the line above names; what it would have kept may be missing" "请检查上一行所述内容；本应保存的内容可能缺失";
    no_answer() "the line that says that it is ready can't be written" "无法写出就绪信息";
}
