//! What can be wrong with what people give.

use crate::frame::texts;

texts! {
    unreadable(file) "{file} can't be read" "无法读取 {file}";
    unreadable_to_do() "check the name and who may read the file" "请检查文件名和读取权限";
    stdin_twice() "two inputs are `-`, and there is one standard input" "有两个输入都写成了 `-`，而标准输入只有一个";
    stdin_twice_to_do() "give one of them as a file" "请将其中一个改为文件";

    secret_flag(name) "there is no {name}: a secret on the command line is seen by every user of this machine" "没有 {name} 选项：命令行上的机密会被本机所有用户看到";
    secret_flag_to_do(instead) "give it by a file, by standard input or by the environment: {instead}; if it was real, make a new one, since the shell's history may hold it" "请通过文件、标准输入或环境变量提供：{instead}。如果它是真实的机密，请重新生成，因为 shell 历史中可能已有记录";
    secret_word() "a word of the command line is a private key" "命令行中有一个参数是私钥";
    secret_word_to_do() "put the key into a file of mode 0600 and give the file's name; this key was seen by whoever lists processes, so make a new one" "请将私钥存入权限为 0600 的文件并给出文件名；能查看进程列表的人都可能看到了这把密钥，请重新生成";

    no_key_id() "no key id is given" "未指定密钥编号 (key id)";
    no_key_id_to_do() "add --key-id with the id that the platform gave your key, or set PAYKKA_KEY_ID" "请用 --key-id 给出平台分配的密钥编号，或设置 PAYKKA_KEY_ID";
    no_private_key() "no private key is given" "未指定私钥";
    no_private_key_to_do() "add --private-key-file, or set PAYKKA_PRIVATE_KEY_FILE; `paykka keys generate` makes a pair" "请用 --private-key-file 指定，或设置 PAYKKA_PRIVATE_KEY_FILE；可用 `paykka keys generate` 生成密钥对";
    two_private_keys() "PAYKKA_PRIVATE_KEY_FILE and PAYKKA_PRIVATE_KEY are both set" "PAYKKA_PRIVATE_KEY_FILE 与 PAYKKA_PRIVATE_KEY 同时存在";
    two_private_keys_to_do() "unset one of them, or add --private-key-file" "请取消其中一个，或使用 --private-key-file";
    unusable_key(name) "the key in {name} can't be used" "{name} 中的密钥无法使用";
    unusable_key_to_do() "give the file that is asked for above, and the passphrase of an encrypted key by --passphrase-file; `paykka keys inspect FILE` says what a file holds" "请按上面的说明提供文件；加密的私钥请用 --passphrase-file 给出口令；`paykka keys inspect FILE` 可显示文件内容的类型";
    empty_passphrase(file) "the passphrase in {file} is empty, and keeps nothing secret" "{file} 中的口令为空，起不到保护作用";
    empty_passphrase_to_do() "write a passphrase into the file's first line, or leave --new-passphrase-file out" "请在文件第一行写入口令，或不用 --new-passphrase-file";
    published_key(name) "the key in {name} is a test key of this project, whose private half everybody knows; never use it with the platform" "{name} 中的密钥是本项目的测试密钥，其私钥是公开的，切勿用于平台";

    exists(file) "{file} exists, and nothing is overwritten unasked" "{file} 已存在，未经允许不会覆盖";
    exists_to_do() "choose another name, or add --force if nobody needs the old file any more" "请换一个名称；若确定不再需要旧文件，可加 --force";
    unwritable(file) "{file} can't be written" "无法写入 {file}";
    unwritable_to_do() "check that the folder exists, that you may write there, and that the disk has room" "请检查目录是否存在、是否有写权限、磁盘是否有空间";

    refused_field(name) "{name} can't be used" "{name} 无法使用";
    refused_field_to_do() "correct it as the line above says" "请按上一行的说明更正";
    no_randomness() "the operating system gives no random bytes" "操作系统未能提供随机数";
    no_randomness_to_do() "try again; if it stays, the machine's randomness source is broken" "请重试；如果仍然失败，说明本机的随机源有故障";
    not_json(line, column, reason) "this isn't JSON: line {line}, column {column}: {reason}" "不是有效的 JSON：第 {line} 行第 {column} 列：{reason}";
    not_json_to_do() "correct it at the mark; comments of a template must be taken off, which `--template --format json` does" "请在标记处更正；模板中的注释须删除，`--template --format json` 输出不带注释的正文";
    field_twice(line, column, name) "line {line}, column {column}: the field {name} is given twice, and nobody can say which one counts" "第 {line} 行第 {column} 列：字段 {name} 重复给出，无法确定以哪个为准";
    field_twice_to_do() "keep the one that is meant, and take the other away" "请保留正确的一个，删除另一个";
    no_object() "this is JSON and no object" "这是 JSON，但不是对象";
    no_object_to_do() "write {{\"name\": value, …}}; `paykka operations OPERATION --template` prints one to begin with" "请写成 {{\"名称\": 值, …}}；`paykka operations 接口 --template` 可输出模板";
    body_not_json(file) "the body in {file} isn't JSON; it is signed as it is" "{file} 中的报文体不是 JSON，将原样签名";

    open_secret(file) "{file} may hold a secret, and is open to other users of this machine: chmod 600 {file}" "{file} 中可能有机密，而本机其他用户可以访问：chmod 600 {file}";
    idle_config() "--config names a file, and no profile in it is named" "--config 指定了文件，却没有指定其中的配置";
    idle_config_to_do() "add --profile NAME, or set PAYKKA_PROFILE" "请加上 --profile 名称，或设置 PAYKKA_PROFILE";
    no_config() "there is no place for a configuration file: neither XDG_CONFIG_HOME nor HOME is an absolute path" "找不到配置文件的位置：XDG_CONFIG_HOME 和 HOME 都不是绝对路径";
    no_config_to_do() "add --config with the file's name" "请用 --config 指定文件";
}
