//! What `codes`, `operations` and `completions` say.

use crate::frame::texts;

texts! {
    no_table(name, known) "there is no table {name}; there are {known}" "没有表 {name}；现有：{known}";
    no_table_to_do() "choose one of these; `paykka codes` lists them" "请从中选择；`paykka codes` 可列出全部";
    did_you_mean(name) "did you mean {name}?" "是否想输入 {name}？";
    no_operation(name) "there is no operation {name}" "没有接口 {name}";
    no_operation_to_do() "`paykka operations` lists them" "`paykka operations` 可列出全部";
    nothing_found(word, table) "Nothing in {table} contains \"{word}\"." "{table} 中没有包含“{word}”的条目。";
    unconfirmed() "Origin I: nobody has seen these codes on a page of the platform; confirm them before they count." "来源 I：平台页面上未见过这些代码，使用前请与平台确认。";
    marks() "Marks: D documented by the platform, T seen in a third party's client, I our inference." "标记：D 平台文档；T 第三方客户端中所见；I 本项目的推断。";
    table() "table" "表";
    rows() "rows" "行数";
    wire() "on the wire" "传输类型";
    code() "code" "代码";
    english() "English" "英文";
    chinese() "Chinese" "中文";
    origin() "origin" "来源";
    name() "operation" "接口";
    path() "path" "路径";
    sender() "sent by" "发送方";
    merchant() "you" "商户";
    platform() "platform" "平台";
    effect() "effect" "影响";
    merchant_header() "X-Merch-Id" "X-Merch-Id";
    always() "always" "必须";
    never() "never" "不发送";
    optional() "optional" "可选";
    marks_head() "marks" "标记";
    marks_of_operations() "The four marks are those of path, request, answer and X-Merch-Id." "四个标记依次为路径、请求、应答和 X-Merch-Id 的来源。";
    field() "field" "字段";
    json_type() "type" "类型";
    required() "required" "必填";
    limit() "limit" "限制";
    needed(marks) "required ({marks})" "必填 ({marks})";
    may_be_left_out(marks) "may be left out ({marks})" "可省略 ({marks})";
    request_of(name) "Request of {name}:" "{name} 的请求：";
    answer_of(name) "Answer of {name}:" "{name} 的应答：";
    data_of(name) "Data of {name}:" "{name} 的数据：";
}
