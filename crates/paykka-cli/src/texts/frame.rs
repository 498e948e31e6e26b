//! Words around all texts.

use crate::frame::texts;

texts! {
    error() "error:" "错误：";
    to_do() "to do:" "处理：";
    warning() "warning:" "警告：";
    no_output() "the answer can't be written to standard output" "无法写入标准输出";
    no_output_to_do() "look at where standard output leads: a full disk, a closed file" "请检查标准输出的去向：磁盘是否已满，文件是否已关闭";
    yes() "yes" "是";
    no() "no" "否";

    unknown_option(word) "there is no option {word}" "没有选项 {word}";
    too_many_words(word) "{word} is one word too many" "{word} 是多余的参数";
    unknown_command(word) "there is no command {word}" "没有命令 {word}";
    no_value(option) "{option} needs a value" "{option} 需要一个值";
    no_choice(option, value, choices) "{option} can't be {value}; it can be: {choices}" "{option} 不能是 {value}，可选：{choices}";
    bad_value(option, value) "{option} can't be {value}" "{option} 不能是 {value}";
    missing(options) "needed, and not given: {options}" "缺少必需的参数：{options}";
    conflict(one, other) "{one} and {other} can't go together" "{one} 与 {other} 不能同时使用";
    twice(option) "{option} is given twice" "{option} 重复给出";
    bad_command_line() "the command line can't be understood" "无法理解该命令行";
    did_you_mean(near, command) "did you mean {near}? `{command} --help` lists what there is" "是否想输入 {near}？`{command} --help` 可查看全部用法";
    see_help(command) "correct it; `{command} --help` says what each word means" "请更正；`{command} --help` 可查看各参数的含义";
    write_so(usage, command) "write: {usage}; `{command} --help` says what each word means" "请写成：{usage}；`{command} --help` 可查看各参数的含义";
}
