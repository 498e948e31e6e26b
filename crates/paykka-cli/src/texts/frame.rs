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
    unknown_argument() "there is no such option" "没有这个选项，详情如下：";
    unknown_command() "there is no such command" "没有这个命令，详情如下：";
    bad_value() "an option's value can't be used" "选项的值无效，详情如下：";
    missing() "something that is needed is missing" "缺少必需的参数，详情如下：";
    conflict() "these options can't go together" "这些选项不能同时使用，详情如下：";
    bad_command_line() "the command line can't be understood" "无法理解该命令行，详情如下：";
}
