//! What `--help` says, in Chinese, by its English words, which stand where the arguments are declared. A test holds both
//! together.

/// The Chinese words for a text of the command line.
pub(crate) fn in_chinese(english: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == english).map(|(_, chinese)| *chinese)
}

/// The English words that are known here.
#[cfg(test)]
pub(crate) fn english() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(english, _)| *english)
}

/// An example is a command, which is the same in every language.
pub(crate) fn example_in_chinese(english: &str) -> String {
    let sentences = SENTENCES.iter();
    sentences.fold(english.replace("Example: ", "示例："), |text, (english, chinese)| {
        text.replace(english, chinese)
    })
}

pub(crate) const COMMANDS: &str = "命令";
pub(crate) const ARGUMENTS: &str = "参数";
pub(crate) const OPTIONS: &str = "选项";
pub(crate) const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";

/// What stands below examples.
const SENTENCES: &[(&str, &str)] = &[
    (
        "What is genuine and in time is handed on, byte for byte and with the headers that came, and the status of the answer is handed\nback; 503 if there is none. Without --forward-to it is answered 200. All else is shown, recorded, refused, and goes nowhere.\nIt runs until Ctrl-C or SIGTERM, and then says how many came, by reason.",
        "真实且及时的通知将逐字节、连同原有的头一起转发，并交回应答状态；没有应答则为 503。不加 --forward-to 时以 200 应答。\n其余的只显示、记录并拒绝，不转发。运行到 Ctrl-C 或 SIGTERM 为止，结束时按原因给出数量。",
    ),
    (
        "The key is one of your own that plays the platform's: the receiver must have its public half, under the same id. What is\ntampered with must be refused. Exit status: 0 if each answer is as it should be, 1 if not.",
        "该密钥由您自己生成，用来扮演平台：接收方须以相同编号配置其公钥。被篡改的通知必须被拒绝。\n退出状态：0 每个应答都正确；1 有不正确的。",
    ),
    (
        "Deliveries keep the signatures that they came with, so those that are older than the receiver allows are refused, which is as it\nshould be. Exit status: 0 if each answer is as it should be, 1 if not.",
        "投递保留原有的签名，因此超出接收方时限的会被拒绝，这是正确的。退出状态：0 每个应答都正确；1 有不正确的。",
    ),
    (
        "A call that moves money asks for the amount before it is sent; `paykka submit` makes a payment that can be run again. Exit\nstatus: 0 if the answer is verified and says yes, 1 if the platform refuses, 5 if nobody knows what became of the call.",
        "资金操作在发送前须输入金额；`paykka submit` 可发起能够重复运行的付款。\n退出状态：0 应答已验证且成功；1 平台拒绝；5 结果未知。",
    ),
    (
        "The number in the answer is for the fields whose names end in file_id.",
        "应答中的编号用于名称以 file_id 结尾的字段。",
    ),
    (
        "The same key and body, run again, comes to the same payment; the body's request_id is replaced by one made of the key. Exit\nstatus: 0 if the platform took it or carried it out, 1 if it was refused, 5 if nobody knows yet: run it again, or `recover`.",
        "相同的键和请求体重复运行仍是同一笔付款；请求体中的 request_id 会替换为由键生成的编号。\n退出状态：0 平台已受理或已执行；1 被拒；5 尚不可知：请重新运行或执行 `recover`。",
    ),
    (
        "Nothing is sent but inquiries. Exit status: 0 if it is known what became of each call, 5 if it isn't of one.",
        "只发送查询。退出状态：0 各操作的结果均已得知；5 仍有结果未知。",
    ),
    (
        "Nobody checks what you vouch for: who says that a payment wasn't made that was, and makes another one, pays twice.",
        "您的认定不会再核实：若把已付的款认定为未付并另行付款，就会重复支付。",
    ),
    (
        "Exit status: 0 if the message is valid, 1 if it is refused and something was found, 2 if nothing was found.",
        "退出状态：0 有效；1 被拒且已查明问题；2 被拒但未查明。",
    ),
    (
        "It asks for the merchant's balance, which changes nothing. Exit status: 0 if everything is in order, 1 if not.",
        "它只查询商户余额，不会改变任何数据。退出状态：0 一切正常；1 有问题。",
    ),
    (
        "When it is ready it prints one JSON line to standard output, and nothing more: `http`, `https`, `control`,\n`control_token`, `key_id`, `public_key_pem`, `ca_pem_file`. Its log goes to standard error. docs/emulator.md\nsays what the control port answers.",
        "就绪时它只向标准输出打印一行 JSON：`http`、`https`、`control`、`control_token`、`key_id`、`public_key_pem`、`ca_pem_file`。\n日志写到标准错误。控制端口的说明见 docs/emulator.md。",
    ),
];

const TEXTS: &[(&str, &str)] = &[
    (
        "File with certificates, as PEM, that vouch for the receiver beside those that this machine trusts",
        "PEM 证书文件，在本机信任之外为接收方作证",
    ),
    (
        "Take notifications, verify and show each, and hand on what is genuine, until SIGTERM or Ctrl-C",
        "接收通知，逐个验签并显示，转发真实的通知，直到 SIGTERM 或 Ctrl-C",
    ),
    (
        "Sign a notification as the platform would, post it, and say whether the answer is as it should be",
        "像平台一样签名并发送一个通知，并判断应答是否正确",
    ),
    (
        "Post recorded notifications again, byte for byte, and say what came back",
        "逐字节重发已记录的通知，并显示应答",
    ),
    (
        "Hand on what is genuine to this URL; what comes to the address of one kind goes to that path below it",
        "将真实的通知转发到该 URL；发到某一类地址的转到其下的相同路径",
    ),
    (
        "Append each delivery to this file, to be posted again by `paykka replay`",
        "将每次投递追加到该文件，供 `paykka replay` 重发",
    ),
    (
        "Address at which notifications are taken; other than loopback's alone it must be said, and refuses published test keys",
        "接收通知的监听地址；非本机回环地址须明确指定，且此时拒绝公开的测试密钥",
    ),
    (
        "File with the platform's public key, or - for standard input, in the place of settings",
        "平台公钥文件，代替设置；- 表示标准输入",
    ),
    ("A further merchant whose notifications are taken", "另一个接收其通知的商户号"),
    (
        "Take onboardings and assessments of other merchants, too, who have no number here yet; at the address of their kind, where the body doesn't tell it",
        "同时接收其他商户（尚未在此登记）的进件与评估通知；报文体不能说明类型时，须发到该类型的地址",
    ),
    (
        "The path that the platform calls, and signs; below it each kind's documented path is served, too",
        "平台调用并签名的路径；其下各类通知的文档路径也可接收",
    ),
    (
        "How far a signed time may be from this machine's clock, in seconds to both sides",
        "签名时间与本机时钟允许的偏差，前后各多少秒",
    ),
    (
        "The kind, such as payment.notification or payment; `paykka operations` lists them",
        "通知类型，例如 payment.notification 或 payment；`paykka operations` 列出全部",
    ),
    ("The receiver's URL", "接收方的 URL"),
    (
        "File with the private key that plays the platform's, or - for standard input",
        "扮演平台的私钥文件；- 表示标准输入",
    ),
    (
        "The notification's data: JSON, @FILE, or - for standard input; an example's without it. A whole body, with type and data, is sent as it is",
        "通知数据：JSON、@文件，或 - 表示标准输入；不指定则用示例。带 type 和 data 的完整报文体按原样发送",
    ),
    ("The path that is signed; the URL's without it", "所签名的路径；不指定则为 URL 的路径"),
    ("The merchant whom it is for", "通知所属的商户号"),
    ("How often it is posted in all, byte for byte the same", "总共发送的次数，逐字节相同"),
    (
        "Sign it anew each time, as the platform may when it comes again",
        "每次重新签名，如同平台重发时可能的做法",
    ),
    ("Make it wrong, so that a receiver must refuse it", "使其有误，接收方必须拒绝"),
    (
        "File with deliveries, as `paykka listen --record` writes it, or - for standard input",
        "`paykka listen --record` 写入的投递文件；- 表示标准输入",
    ),
    ("Post each to the path that it came to, below the URL", "将每条发到 URL 之下其原来的路径"),
    (
        "How far the receiver lets a signed time be from now, in seconds to both sides",
        "接收方允许签名时间与当前的偏差，前后各多少秒",
    ),
    (
        "Run a merchant's whole journey, signed and verified, on the embedded emulator",
        "在内置模拟器上完整运行商户流程，全程签名并验签",
    ),
    (
        "Let things go wrong on the way: lost answers, cut connections, lost and doubled notifications; and show the recoveries",
        "途中制造故障：应答丢失、连接中断、通知丢失或重复；并显示如何恢复",
    ),
    ("Which things go wrong when; another seed is another run", "决定何时出何种故障；不同种子即不同过程"),
    (
        "Leave the emulator running until SIGTERM or Ctrl-C, and print how to go on",
        "结束后保留模拟器运行，直到 SIGTERM 或 Ctrl-C，并输出后续操作方法",
    ),
    ("Make a call, and show its verified answer", "调用接口，并显示已验证的应答"),
    ("Send a file to the platform", "向平台上传文件"),
    ("Make a call that moves money so that it can be run again", "以可重复运行的方式发起资金操作"),
    ("Make a payment at most once, with a journal of what was asked", "发起最多执行一次的付款，并记入日志"),
    ("Find out what became of the calls in the journal", "查明日志中各操作的结果"),
    ("Read and keep the journal of money calls", "查看和维护资金操作日志"),
    ("List those that were acknowledged, too", "也列出已确认的操作"),
    ("List the calls that nobody has acknowledged, or all", "列出尚未确认的操作，或全部操作"),
    ("Show all that is known of a call", "显示某个操作的全部记录"),
    (
        "Acknowledge a call whose outcome stands in your books; its key stays taken",
        "确认结果已入账的操作；其键不可再用",
    ),
    (
        "Put a call away that stays unknown, by your word for what the platform said of it",
        "依据平台的答复，人工认定一直未知的操作",
    ),
    ("The call, such as balance.inquiry", "接口名，例如 balance.inquiry"),
    ("List the calls", "列出可调用的接口"),
    (
        "The request's body: JSON, @ and a file's name, or - for standard input; {} without it",
        "请求体：JSON、@ 加文件名，或 - 表示标准输入；不指定则为 {}",
    ),
    (
        "Set a field of the body, such as amount=125000 or beneficiary.bank_account.currency=EUR or relate_list[0].amount=1",
        "设置请求体中的字段，例如 amount=125000、beneficiary.bank_account.currency=EUR、relate_list[0].amount=1",
    ),
    ("Show what would be sent, and send nothing", "只显示将要发送的内容，不发送"),
    ("Send also what the schema says can't be right", "即使不符合已知结构也照样发送"),
    ("Show the headers of request and answer, with signatures masked", "显示请求头和应答头，签名已遮蔽"),
    (
        "Show signatures whole; whoever sees one can repeat the message while its time holds",
        "完整显示签名；在有效期内，看到签名的人可以重放该报文",
    ),
    ("Print the answer's body byte for byte; escaped on a terminal", "逐字节输出应答正文；在终端上则转义"),
    (
        "Move money without asking; needed where there is no terminal",
        "动用资金时不再询问；没有终端时必须指定",
    ),
    (
        "Your own name for this payment, such as the invoice's number; it is used once and forever",
        "这笔付款的自定键，例如发票号；永久只用一次",
    ),
    (
        "Folder of the journal of money calls, or a journal's file (docs/exactly-once.md)",
        "资金操作日志所在目录，或日志文件（docs/exactly-once.md）",
    ),
    (
        "How long to ask what became of a call whose answer was lost, in seconds",
        "应答丢失时查询结果的最长时间，秒",
    ),
    (
        "What numbers begin with that are made of keys: 1..6 of A..Z and 0..9, another one for each system of the same merchant",
        "由键生成的编号的前缀：1 到 6 个 A..Z、0..9；同一商户的每个系统各用一个",
    ),
    ("The merchant, where several have a call of this key", "商户号；多个商户都有此键的操作时需要"),
    (
        "Show the bodies of request and answer, which may name payees",
        "显示请求与应答正文，其中可能含收款人信息",
    ),
    ("Your own name for the call", "该操作的自定键"),
    ("The operation that was called", "所调用的接口"),
    ("The platform said that it was carried out", "平台称已执行"),
    ("The platform said that it was not carried out and won't be", "平台称未执行且不会执行"),
    (
        "One line: who asked the platform, when, and what it said",
        "一行文字：谁在何时询问了平台，平台如何答复",
    ),
    ("The file, or - for standard input", "文件；- 表示标准输入"),
    ("The name that the platform is told; the file's own without it", "告知平台的文件名；不指定则用原文件名"),
    (
        "Print a request body to begin with: all fields, with limits and marks as comments, or as plain JSON with --format json",
        "输出可供修改的请求体：全部字段，限制和标记作为注释；加 --format json 则为纯 JSON",
    ),
    ("6..32 visible characters; random ones without it", "6 到 32 个可见字符；不指定则随机生成"),
    (
        "A further name by which the control port may be asked for, such as a container's: NAME or NAME:PORT",
        "控制端口可用的其他名称，例如容器名：NAME 或 NAME:PORT",
    ),
    ("A merchant number that may have been signed instead", "可能被误签的其他商户号"),
    (
        "A merchant's number; each comes with a key id and a key, in the same order",
        "商户号；每个商户号按相同顺序对应一个密钥编号和一把密钥",
    ),
    (
        "A path that may have been signed instead, such as the one before a proxy",
        "可能被误签的其他路径，例如代理之前的路径",
    ),
    ("A payee who has passed, such as M1:B1:USD", "已通过审核的收款人，例如 M1:B1:USD"),
    (
        "Address at which HTTP and TLS are served; other than loopback's alone it must be said, and refuses published test keys",
        "HTTP 与 TLS 服务的监听地址；非本机回环地址须明确指定，且此时拒绝公开的测试密钥",
    ),
    (
        "Address of the control port; who reaches it and has the token controls the emulator",
        "控制端口的监听地址；能连到它并持有令牌的人可控制模拟器",
    ),
    (
        "An account with its balance in minor units, such as M1:USD:1000000",
        "账户及其余额（最小货币单位），例如 M1:USD:1000000",
    ),
    ("Another seed gives other numbers", "不同的种子产生不同的编号"),
    ("Bits of the modulus", "模数位数"),
    (
        "Check keys, clock, TLS, proxy and reachability, and ask the platform something harmless",
        "检查密钥、时钟、TLS、代理和连通性，并向平台做一次无害查询",
    ),
    (
        "Configuration file; without it paykka/config.toml in XDG_CONFIG_HOME or in ~/.config",
        "配置文件；默认为 XDG_CONFIG_HOME 或 ~/.config 下的 paykka/config.toml",
    ),
    (
        "Encrypt the private key with the passphrase in this file, or - for standard input",
        "用该文件中的口令加密私钥；- 表示标准输入",
    ),
    ("Enforce inferred rules about X-Merch-Id, too", "同时执行关于 X-Merch-Id 的推断规则"),
    ("File with a key in any form, or - for standard input", "任意格式的密钥文件；- 表示标准输入"),
    (
        "File with a key that signs on the receiving side, to see keys that were swapped",
        "接收方自己的签名密钥文件，用于发现双方密钥颠倒",
    ),
    (
        "File with faults by chance, as the control port's PUT /faults/plan takes them",
        "随机故障计划文件，格式同控制端口的 PUT /faults/plan",
    ),
    ("File with that certificate's private key", "该证书的私钥文件"),
    ("File with that value, or - for standard input", "含该值的文件；- 表示标准输入"),
    (
        "File with the body, byte for byte, or - for standard input; of an upload the text of the part meta. No body without it",
        "报文体文件，逐字节使用；- 表示标准输入；上传时为 meta 部分的文本。不指定则没有报文体",
    ),
    (
        "File with the certificate that the TLS port shows, and its chain; without it one is made",
        "TLS 端口出示的证书及其证书链；不指定则自动生成",
    ),
    (
        "File with the control port's token, 16..128 visible characters; a random one without it",
        "控制端口令牌文件，16 到 128 个可见字符；不指定则随机生成",
    ),
    ("File with the merchant's public key", "商户公钥文件"),
    (
        "File with the passphrase of --to encrypted, or - for standard input",
        "--to encrypted 所用的口令文件；- 表示标准输入",
    ),
    ("File with the platform's RSA private key; a new one without it", "平台的 RSA 私钥文件；不指定则新生成"),
    (
        "File with the private key's passphrase, or - for standard input; without it PAYKKA_PASSPHRASE",
        "私钥口令文件；- 表示标准输入；不指定则用 PAYKKA_PASSPHRASE",
    ),
    ("File with the private key, or - for standard input", "私钥文件；- 表示标准输入"),
    ("File with the public key of who signed, or - for standard input", "签名方的公钥文件；- 表示标准输入"),
    ("File with the public key, or - for standard input", "公钥文件；- 表示标准输入"),
    (
        "File with your private key, or - for standard input; without it PAYKKA_PRIVATE_KEY_FILE, or the text in PAYKKA_PRIVATE_KEY",
        "本方私钥文件；- 表示标准输入；不指定则用 PAYKKA_PRIVATE_KEY_FILE，或 PAYKKA_PRIVATE_KEY 中的文本",
    ),
    (
        "Folder for ca.pem, which vouches for the TLS port; a temporary one without it",
        "存放 ca.pem（为 TLS 端口作证）的目录；不指定则用临时目录",
    ),
    (
        "How far a signed time may be from the machine's, in milliseconds to both sides",
        "签名时间与本机时间允许的偏差，前后各多少毫秒",
    ),
    ("How far the signed time may be from it, in seconds to both sides", "签名时间允许的偏差，前后各多少秒"),
    ("How long a quote holds, in milliseconds of the business clock", "报价有效期，业务时钟毫秒"),
    (
        "How long each step of a state takes, in milliseconds of the business clock",
        "每个状态步骤的时长，业务时钟毫秒",
    ),
    ("Id of the merchant's key", "商户密钥的编号"),
    ("Id under which the platform signs", "平台签名所用的密钥编号"),
    ("Keep the state in this folder from one run to the next", "将状态保存在该目录，供下次运行使用"),
    ("Language of texts for people; the locale's without it", "显示语言；不指定则按系统区域设置"),
    (
        "Let a key hand in applications, which signs for no merchant yet: its id, and a file with the public key",
        "允许尚未属于任何商户的密钥提交进件：密钥编号与公钥文件",
    ),
    ("Let the business clock stand still; only the control port moves it", "业务时钟静止，只由控制端口推进"),
    (
        "Look codes up in the platform's tables, with where each row comes from",
        "查询平台的代码表，并显示每行的来源",
    ),
    (
        "Make an RSA key pair: NAME.private.pem, which only you can read, and NAME.public.pem",
        "生成 RSA 密钥对：NAME.private.pem（仅本人可读）与 NAME.public.pem",
    ),
    ("Make, inspect, convert and compare keys", "生成、查看、转换和比对密钥"),
    ("Of an upload: file with the whole multipart body", "上传时：整个 multipart 报文的文件"),
    ("Overwrite a file that is there", "覆盖已有文件"),
    ("Overwrite files that are there", "覆盖已有的两个文件"),
    (
        "Play the platform on loopback ports until SIGTERM or Ctrl-C; one JSON line says when it is ready",
        "在本机回环端口上模拟平台，直到 SIGTERM 或 Ctrl-C；就绪时输出一行 JSON",
    ),
    ("Port for TLS; 0 for any that is free", "TLS 端口；0 表示任一空闲端口"),
    ("Port for control; 0 for any that is free", "控制端口；0 表示任一空闲端口"),
    ("Port for plain HTTP; 0 for any that is free", "明文 HTTP 端口；0 表示任一空闲端口"),
    ("Post all notifications to this URL", "将所有通知发送到该 URL"),
    ("Post each notification to its documented path under this URL", "将各类通知发送到该 URL 下的文档路径"),
    ("Print a script that completes this command's words in a shell", "输出用于 shell 的命令补全脚本"),
    ("Print help", "显示帮助"),
    ("Print the Authorization header for a message", "输出报文的 Authorization 头"),
    ("Print this message or the help of the given subcommand(s)", "显示本帮助或指定命令的帮助"),
    ("Print this reference: docs/cli.md, or man pages", "输出本参考：docs/cli.md 或 man 页面"),
    ("Print version", "显示版本"),
    (
        "Print what would be started as JSON, without keys and token, and end",
        "以 JSON 输出将要启动的配置（不含密钥和令牌）后结束",
    ),
    (
        "Profile of the configuration file; without it PAYKKA_PROFILE, or else the variables PAYKKA_*",
        "配置文件中的配置名；不指定则用 PAYKKA_PROFILE，否则用环境变量 PAYKKA_*",
    ),
    (
        "Prove the inquiries of money calls, and keep the proof in this journal (docs/exactly-once.md)",
        "证明资金操作的查询可靠，并将证明保存在该日志中（docs/exactly-once.md）",
    ),
    (
        "Repeat a notification byte for byte, with the signature of its first attempt",
        "重发通知时逐字节重复，沿用首次的签名",
    ),
    (
        "Say what a key file holds: form, bits, exponent, fingerprint, and whether it is private",
        "显示密钥文件的内容：格式、位数、指数、指纹，以及是否为私钥",
    ),
    (
        "Say whether a message is genuine; status 0 if it is, 1 if not",
        "验证报文是否真实；真实则退出状态为 0，否则为 1",
    ),
    (
        "Say whether a private and a public key belong together; status 0 if they do, 1 if not",
        "判断私钥与公钥是否成对；成对则退出状态为 0，否则为 1",
    ),
    (
        "Say why a signature is refused, likeliest first, with the fix",
        "说明签名被拒的原因及处理办法，最可能的在前",
    ),
    ("Show on standard error what is signed, line by line", "在标准错误上逐行显示待签名内容"),
    ("Show on standard error what was signed, line by line", "在标准错误上逐行显示已签名内容"),
    ("Show only rows whose code or name contains this", "只显示代码或名称包含该文本的行"),
    ("Show the fields of this operation", "显示该接口的字段"),
    (
        "Show the platform's calls and notifications, with how sure each is; and the fields of one",
        "列出平台的接口与通知及其可信程度；或显示其中一个的字段",
    ),
    ("Text for people, or JSON for programs", "text 供人阅读，json 供程序读取"),
    ("The HTTP method", "HTTP 方法"),
    (
        "The form: pkcs8, pkcs1 and encrypted are private, spki and pkcs1-public are public",
        "格式：pkcs8、pkcs1、encrypted 为私钥，spki、pkcs1-public 为公钥",
    ),
    ("The host that was called, with its port if the address had one", "所调用的主机；地址带端口时一并给出"),
    (
        "The id that the platform gave your key; without it PAYKKA_KEY_ID",
        "平台分配的密钥编号；不指定则用 PAYKKA_KEY_ID",
    ),
    ("The key id that the header must name; any without it", "头中必须出现的密钥编号；不指定则任意"),
    ("The largest file of an upload", "上传文件的最大字节数"),
    ("The merchant whose calls these are, in the place of the settings' one", "代替设置中的商户号"),
    (
        "The moment at which it is judged, in Unix milliseconds; now without it",
        "验签所依据的时刻，Unix 毫秒；不指定则为当前时间",
    ),
    ("The path on the wire, from /, without host", "线上路径，以 / 开头，不含主机"),
    ("The query that was sent, without ?", "发送的查询串，不含 ?"),
    ("The shell", "shell 名称"),
    ("The table; without it the tables are listed", "表名；不指定则列出所有表"),
    (
        "The value of Authorization, as received; the whole line is taken, too",
        "收到的 Authorization 值；也可给出整行",
    ),
    ("Tools for the PayKKa OpenAPI", "PayKKa OpenAPI 工具"),
    ("What is around it", "编码方式"),
    (
        "What is sent as X-Merch-Id; left out where that header is",
        "作为 X-Merch-Id 发送的商户号；不发送该头时不指定",
    ),
    ("What the files' names begin with; a folder may stand before it", "文件名前缀，可带目录"),
    ("What the log on standard error holds", "标准错误上的日志级别"),
    ("When it is signed, in Unix milliseconds; now without it", "签名时刻，Unix 毫秒；不指定则为当前时间"),
    (
        "Where it stands at a first start, in Unix milliseconds; at the machine's time without it",
        "首次启动时业务时钟的时刻，Unix 毫秒；不指定则为本机时间",
    ),
    (
        "Where to write it; - for standard output, where public keys go without it",
        "写入的文件；- 表示标准输出，公钥默认输出到那里",
    ),
    ("Write a key in another form", "将密钥写成另一种格式"),
    (
        "Write man pages into this folder, instead of printing docs/cli.md",
        "将 man 页面写入该目录，而不是输出 docs/cli.md",
    ),
];
