//! Builds the peers. What a machine lacks is named with its remedy and left out: a table with a hole says more than none.

mod interface;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::machine::{Machine, first_line};
use crate::peer::Variables;
use crate::places;
use crate::report::{Missing, Part};

/// Which peers are wanted.
#[derive(Debug)]
pub(crate) struct Want {
    pub(crate) crypto: bool,
    pub(crate) http: bool,
    pub(crate) growth: bool,
    pub(crate) counted: bool,
}

/// What there is to be measured.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) crypto: Vec<Entry>,
    pub(crate) call: Vec<Entry>,
    pub(crate) webhook: Vec<Entry>,
    pub(crate) missing: Vec<Missing>,
    pub(crate) versions: BTreeMap<String, String>,
    /// Signs beforehand what other programs send, and judges what peers made.
    pub(crate) judge: Option<PathBuf>,
    /// The neutral other side of the calls.
    pub(crate) server: Option<PathBuf>,
    /// For callgrind, with ring.
    pub(crate) counted: Option<PathBuf>,
    /// For what grows.
    pub(crate) ours_http: Option<PathBuf>,
    pub(crate) command_line: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Whose RSA it is; peers with the same have the same floor.
    pub(crate) library: &'static str,
    pub(crate) is_ours: bool,
    pub(crate) start: Start,
}

/// How a peer is started; its own words come behind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Start {
    pub(crate) words: Vec<OsString>,
    pub(crate) variables: Variables,
}

/// Set where everything is meant to be installed, so that nothing is left out unseen.
pub(crate) fn all_are_required() -> bool {
    std::env::var_os("PAYKKA_REQUIRE_ALL").is_some_and(|value| value == "1")
}

pub(crate) fn make(want: &Want) -> Result<Made, String> {
    let mut made = Made::default();
    std::fs::create_dir_all(places::target().join("bin"))
        .map_err(|error| format!("{} can't be made: {error}", places::target().display()))?;
    ours(&mut made, want)?;
    by_hand(&mut made, want);
    if want.crypto {
        interface::make(&mut made);
    }
    python(&mut made, want);
    node(&mut made, want);
    java(&mut made, want);
    go(&mut made, want);
    if want.crypto {
        php(&mut made);
    }
    made.note_version("rustc", Command::new("rustc").arg("--version"));
    made.note_version("OpenSSL of this machine", Command::new("openssl").arg("version"));
    if all_are_required() && !made.missing.is_empty() {
        let all: Vec<_> = made.missing.iter().map(ToString::to_string).collect();
        return Err(format!("peers are missing, and PAYKKA_REQUIRE_ALL is set:\n{}", all.join("\n")));
    }
    Ok(made)
}

/// Without these there is nothing to measure.
fn ours(made: &mut Made, want: &Want) -> Result<(), String> {
    let judge = rust("ours-sign", &["aws-lc-rs"], "ours-sign", "ours-sign-aws-lc-rs")?;
    made.judge = Some(judge.clone());
    let ring = rust("ours-sign", &["ring"], "ours-sign", "ours-sign-ring")?;
    if want.crypto || want.growth {
        let entry = |library, program: &PathBuf| Entry::ours("paykka-sign", library, Start::of([program]));
        made.crypto.extend([entry("aws-lc-rs", &judge), entry("ring", &ring)]);
    }
    if want.counted && first_line(Command::new("valgrind").arg("--version")).is_some() {
        made.counted = Some(ring);
    }
    if want.http || want.growth {
        made.server = Some(rust("server", &[], "server", "server")?);
        for backend in ["aws-lc-rs", "ring"] {
            let program = rust("ours-http", &[backend], "ours-http", &format!("ours-http-{backend}"))?;
            let start = |word: &str| Start::of([program.clone().into_os_string(), word.into()]);
            made.ours_http.get_or_insert_with(|| program.clone());
            made.call.push(Entry::ours("paykka-client", backend, start("call")));
            made.webhook.push(Entry::ours("axum + paykka-webhook", backend, start("webhook")));
        }
    }
    if want.growth {
        cargo(&["build", "--release", "-p", "paykka-cli"], Path::new("."))?;
        made.command_line = Some(kept("paykka", "paykka")?);
    }
    Ok(())
}

fn by_hand(made: &mut Made, want: &Want) {
    if want.crypto {
        let program = rust("by-hand", &["rsa"], "by-hand-rsa", "by-hand-rsa");
        made.take("crypto", "Rust by hand, rsa", "rsa", program.map(|program| Start::of([program])));
        let program = on_openssl("openssl", "by-hand-openssl");
        made.take("crypto", "Rust by hand, openssl", "openssl", program.map(|program| Start::of([program])));
    }
    if want.http {
        let program = on_openssl("call", "by-hand-call").map(|program| Start::of([program]));
        made.take("call", "Rust by hand, reqwest + openssl", "openssl", program);
    }
}

fn on_openssl(feature: &str, program: &str) -> Result<PathBuf, String> {
    let found = Command::new("pkg-config").args(["--exists", "openssl"]).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return Err("OpenSSL's headers are missing; `apt-get install libssl-dev pkgconf` brings them".into());
    }
    rust("by-hand", &[feature], program, program)
}

fn python(made: &mut Made, want: &Want) {
    let script = |name: &str| places::absolute(&places::peers().join("python").join(name));
    let peers = [
        (want.crypto, "Python, cryptography", "crypto.py"),
        (want.http, "Python, aiohttp + cryptography", "call.py"),
        (want.http, "Python, FastAPI on uvicorn + cryptography", "webhook.py"),
    ];
    let interpreter = python_interpreter();
    for (is_wanted, name, file) in peers {
        if is_wanted {
            let start = interpreter.as_ref().map(|interpreter| Start::of([interpreter, &script(file)]));
            made.take(file, name, "Python", start.map_err(Clone::clone));
        }
    }
    if let Ok(interpreter) = interpreter {
        made.note_version("Python", Command::new(&interpreter).arg("--version"));
        let asked = "from cryptography.hazmat.backends.openssl.backend import backend; import cryptography; \
                     print(cryptography.__version__, 'with', backend.openssl_version_text())";
        made.note_version("cryptography", Command::new(&interpreter).args(["-c", asked]));
    }
}

/// xtask makes the environment, since that is what it does for tests, too.
fn python_interpreter() -> Result<PathBuf, String> {
    if let Some(interpreter) = std::env::var_os("PAYKKA_BENCH_PYTHON") {
        return Ok(interpreter.into());
    }
    let why = std::env::var("PAYKKA_BENCH_PYTHON_LACKING");
    Err(why.unwrap_or_else(|_| "`cargo xtask bench peers` makes the environment that it needs".into()))
}

fn node(made: &mut Made, want: &Want) {
    let folder = places::target().join("node");
    let sources = places::peers().join("node");
    let copied = copy_all(&sources, &folder).and_then(|()| answers("node", &["--version"], "nodejs"));
    if want.crypto {
        made.take_script("crypto.mjs", "Node, crypto", "Node", &folder, copied.clone());
    }
    if want.http {
        let installed = copied.and_then(|()| npm_packages(&folder));
        made.take_script("call.mjs", "Node, undici + crypto", "Node", &folder, installed.clone());
        made.take_script("webhook.mjs", "Node, Fastify + crypto", "Node", &folder, installed);
    }
    made.note_version("Node", Command::new("node").arg("--version"));
    made.note_version("OpenSSL of Node", Command::new("node").args(["-p", "process.versions.openssl"]));
}

/// By the lock file that lies there.
fn npm_packages(folder: &Path) -> Result<(), String> {
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    succeed(npm.current_dir(folder), "npm")
}

fn java(made: &mut Made, want: &Want) {
    let classes = places::target().join("java");
    let sources =
        ["Signing", "Crypto", "Call", "Webhook"].map(|name| format!("bench/peers/java/{name}.java"));
    let built = succeed(Command::new("javac").arg("-d").arg(&classes).args(sources), "default-jdk-headless");
    let start = |class: &str| {
        let words = ["java".into(), "-cp".into(), classes.clone().into_os_string(), class.into()];
        built.clone().map(|()| Start::of(words))
    };
    if want.crypto {
        made.take("crypto", "Java, Signature", "Java", start("Crypto"));
    }
    if want.http {
        made.take("call", "Java, HttpClient + Signature", "Java", start("Call"));
        made.take("webhook", "Java, HttpServer + Signature", "Java", start("Webhook"));
    }
    made.note_version("Java", Command::new("java").arg("-version"));
}

fn go(made: &mut Made, want: &Want) {
    let program = bin("go-peer");
    let mut build = Command::new("go");
    build.args(["build", "-buildvcs=false", "-o"]).arg(&program).arg(".");
    let built = succeed(build.current_dir(places::peers().join("go")), "golang-go");
    let start =
        |word: &str| built.clone().map(|()| Start::of([program.clone().into_os_string(), word.into()]));
    if want.crypto {
        made.take("crypto", "Go, crypto/rsa", "Go", start("crypto"));
    }
    if want.http {
        made.take("call", "Go, net/http + crypto/rsa", "Go", start("call"));
        made.take("webhook", "Go, net/http + crypto/rsa", "Go", start("webhook"));
    }
    made.note_version("Go", Command::new("go").arg("version"));
}

fn php(made: &mut Made) {
    let script = places::absolute(&places::peers().join("php/crypto.php"));
    let there = answers("php", &["-r", "exit(function_exists('openssl_sign') ? 0 : 1);"], "php-cli");
    let start = there.map(|()| Start::of([OsString::from("php"), script.into()]));
    made.take("crypto", "PHP, openssl", "PHP", start);
    made.note_version("PHP", Command::new("php").arg("--version"));
}

impl Made {
    /// What a part came to, with whoever lacked in it.
    pub(crate) fn part<T>(
        &self,
        name: &str,
        started: &Machine,
        unproved: Vec<Missing>,
        rounds: usize,
        figures: T,
    ) -> Part<T> {
        let missing = self.missing.iter().filter(|missing| missing.part == name).cloned().chain(unproved);
        Part { machine: started.until_now(&self.versions), missing: missing.collect(), rounds, figures }
    }

    fn lacks(&mut self, part: &str, peer: &str, why: String) {
        self.missing.push(Missing { part: part.into(), peer: peer.into(), why });
    }

    /// By the name of its file.
    fn take(&mut self, file: &str, name: &str, library: &'static str, start: Result<Start, String>) {
        let part = file.split('.').next().unwrap_or(file);
        match (start, part) {
            (Err(why), _) => self.lacks(part, name, why),
            (Ok(start), "call") => self.call.push(Entry::other(name, library, start)),
            (Ok(start), "webhook") => self.webhook.push(Entry::other(name, library, start)),
            (Ok(start), _) => self.crypto.push(Entry::other(name, library, start)),
        }
    }

    fn take_script(
        &mut self,
        file: &str,
        name: &str,
        library: &'static str,
        folder: &Path,
        ready: Result<(), String>,
    ) {
        let start = ready.map(|()| Start::of([OsString::from("node"), folder.join(file).into()]));
        self.take(file, name, library, start);
    }

    fn note_version(&mut self, of: &str, command: &mut Command) {
        if let Some(version) = first_line(command) {
            self.versions.insert(of.into(), version);
        }
    }
}

impl Entry {
    fn ours(name: &str, library: &'static str, start: Start) -> Self {
        Self { name: format!("{name}, {library}"), library, is_ours: true, start }
    }

    fn other(name: &str, library: &'static str, start: Start) -> Self {
        Self { name: name.into(), library, is_ours: false, start }
    }
}

impl Start {
    pub(crate) fn of<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Self {
        // Who installed what for himself alone is no part of the peers.
        let variables = Variables::from([("PYTHONNOUSERSITE".to_owned(), "1".into())]);
        Self { words: words.into_iter().map(Into::into).collect(), variables }
    }
}

/// Builds one program with these features alone, and keeps it under a name of its own: the next build has the same name.
fn rust(package: &str, features: &[&str], program: &str, name: &str) -> Result<PathBuf, String> {
    let features = features.join(",");
    let arguments = ["build", "--release", "-p", package, "--features", &features, "--bin", program];
    cargo(&arguments, &places::peers())?;
    kept(program, name)
}

fn cargo(arguments: &[&str], folder: &Path) -> Result<(), String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).arg("--quiet").arg("--target-dir").arg(places::target()).current_dir(folder);
    succeed(&mut cargo, "nothing; it is built")
}

fn kept(built: &str, name: &str) -> Result<PathBuf, String> {
    let (from, to) = (places::target().join("release").join(built), bin(name));
    std::fs::copy(&from, &to).map_err(|error| format!("{} can't be kept: {error}", from.display()))?;
    Ok(to)
}

fn bin(name: &str) -> PathBuf {
    places::target().join("bin").join(name)
}

fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copy().map_err(|error| format!("{} can't be copied: {error}", from.display()))
}

fn answers(program: &str, words: &[&str], package: &str) -> Result<(), String> {
    succeed(Command::new(program).args(words), package)
}

/// What it prints is shown if it fails.
fn succeed(command: &mut Command, package: &str) -> Result<(), String> {
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("{program}: {error}; `apt-get install {package}` brings it"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let tail: Vec<&str> = said.trim().lines().rev().take(5).collect();
    Err(format!("{program} failed: {}", tail.into_iter().rev().collect::<Vec<_>>().join(" / ")))
}
