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
    bad_command_line() "the command line can't be understood; what is wrong stands below" "无法理解该命令行，问题如下：";
}
