//! The programs that some tests need beside Rust. Tests that need one live in a module `needs_<tool>`, so that a
//! machine without it can run all others and say what it left out, instead of failing or staying silent.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::node::{self, Packages};
use crate::process;
use crate::python::{self, Environment};

/// Something that isn't part of Rust.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The part after `needs_`.
    pub(crate) name: &'static str,
    kind: Kind,
    /// What to install on Debian.
    pub(crate) package: &'static str,
}

#[derive(Debug)]
enum Kind {
    /// A program on the PATH, with an argument with which it ends well.
    Program([&'static str; 2]),
    /// A file at a fixed place, for what isn't a program.
    File(&'static str),
    /// Packages of npm. They lie beside no project, so their tests are told by this variable where they are.
    Node { packages: &'static Packages, variable: &'static str },
    /// A program of a package of this workspace, which is built for it. Its tests are told by this variable where it is.
    Own { package: &'static str, variable: &'static str },
    /// A Python with packages. It isn't on the PATH, so its tests are told by this variable where it is.
    Python { environment: &'static Environment, variable: &'static str },
}

impl Tool {
    pub(crate) fn is_there(&self) -> bool {
        self.found().is_ok()
    }

    /// What its tests are to be told, as a variable; or else how to come by it.
    fn found(&self) -> Result<Option<Variable>, String> {
        match &self.kind {
            Kind::Program([program, argument]) => {
                self.unless_missing(process::answers(process::program(program).arg(argument)))
            }
            Kind::File(path) => self.unless_missing(Path::new(path).is_file()),
            Kind::Node { packages, variable } => {
                packages.find_or_install().map(|folder| Some((*variable, folder)))
            }
            Kind::Own { package, variable } => built(package).map(|program| Some((*variable, program))),
            Kind::Python { environment, variable } => {
                environment.find_or_install().map(|interpreter| Some((*variable, interpreter)))
            }
        }
    }

    fn unless_missing(&self, is_there: bool) -> Result<Option<Variable>, String> {
        let remedy = || format!("install it with `apt-get install {}`", self.package);
        if is_there { Ok(None) } else { Err(remedy()) }
    }

    /// What stands in the path of every test that needs it.
    pub(crate) fn module(&self) -> String {
        format!("needs_{}::", self.name)
    }
}

/// The command line's signatures are the second opinion on ours.
pub(crate) const OPENSSL: Tool = tool("openssl", ["openssl", "version"], "openssl");

/// Opens the site, beside its use in a test.
pub(crate) const CHROMIUM: Tool = tool("chromium", ["chromium", "--version"], "chromium");

/// The compiler of libFuzzer, beside its use in tests.
pub(crate) const CXX: Tool = tool("cxx", ["c++", "--version"], "g++ libc6-dev");

/// The compiler is asked for, since running a source file needs it too.
pub(crate) const JAVA: Tool = tool("java", ["javac", "-version"], "default-jdk-headless");
pub(crate) const NODE: Tool = tool("node", ["node", "--version"], "nodejs");
pub(crate) const PHP: Tool = tool("php", ["php", "--version"], "php-cli");
pub(crate) const PYTHON: Tool = tool("python3", ["python3", "--version"], "python3");

/// What makes virtual environments for Python's packages. Debian splits the second module off Python.
pub(crate) const PYTHON_VENV: Tool =
    tool("python3_venv", ["python3", "-cimport venv, ensurepip"], "python3 python3-venv");

/// The client in Python with which the emulator is checked by other code than ours.
const PYTHON_CLIENT: Tool = Tool {
    name: "python_client",
    kind: Kind::Python { environment: &python::PYTHON_CLIENT, variable: "PAYKKA_PYTHON_CLIENT" },
    package: PYTHON_VENV.package,
};

/// Our own command line, with which other languages' signatures are judged.
const PAYKKA: Tool = Tool {
    name: "paykka",
    kind: Kind::Own { package: "paykka-cli", variable: "PAYKKA_PROGRAM" },
    package: "nothing: it is built",
};

/// With which the guide's example in Python is run.
const PYTEST: Tool = Tool {
    name: "pytest",
    kind: Kind::Python { environment: &python::PYTEST, variable: "PAYKKA_PYTEST" },
    package: PYTHON_VENV.package,
};

/// With which Node calls the C interface.
const KOFFI: Tool = Tool {
    name: "koffi",
    kind: Kind::Node { packages: &node::KOFFI, variable: "PAYKKA_KOFFI" },
    package: node::PACKAGE,
};

/// With which Java calls the C interface, where Debian puts it.
const JNA: Tool = Tool { name: "jna", kind: Kind::File("/usr/share/java/jna.jar"), package: "libjna-java" };

/// With which PHP calls the C interface: a part of it that can be left out.
const PHP_FFI: Tool = tool("php_ffi", ["php", "--ri=FFI"], "php-cli");

pub(crate) const TOOLS: [Tool; 24] = [
    OPENSSL,
    tool("cc", ["cc", "--version"], "gcc libc6-dev"),
    CHROMIUM,
    CXX,
    tool("curl", ["curl", "--version"], "curl"),
    tool("git", ["git", "--version"], "git"),
    tool("go", ["go", "version"], "golang-go gcc libc6-dev"),
    JAVA,
    JNA,
    KOFFI,
    // It has no argument with which it ends well.
    tool("microsocks", ["which", "microsocks"], "microsocks"),
    tool("nginx", ["nginx", "-v"], "nginx-light"),
    NODE,
    PAYKKA,
    PHP,
    PHP_FFI,
    tool("pkg_config", ["pkg-config", "--version"], "pkgconf"),
    PYTHON,
    PYTHON_CLIENT,
    PYTEST,
    PYTHON_VENV,
    tool("redis", ["redis-server", "--version"], "redis-server"),
    tool("tinyproxy", ["tinyproxy", "-v"], "tinyproxy"),
    tool("valgrind", ["valgrind", "--version"], "valgrind"),
];

/// What a look for all tools came to.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub(crate) missing: Vec<Missing>,
    /// For the tests of those that are there.
    pub(crate) variables: Vec<Variable>,
}

#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) tool: &'static Tool,
    /// How to come by it.
    pub(crate) remedy: String,
}

/// Its name and value.
pub(crate) type Variable = (&'static str, PathBuf);

/// Looks for every tool. Packages of Python are installed for it where that can be done.
pub(crate) fn look() -> Look {
    let mut look = Look::default();
    for tool in &TOOLS {
        match tool.found() {
            Ok(variable) => look.variables.extend(variable),
            Err(remedy) => look.missing.push(Missing { tool, remedy }),
        }
    }
    look
}

/// Set where everything is meant to be installed, so that nothing is left out unseen: on CI.
pub(crate) fn all_are_required() -> bool {
    std::env::var_os("PAYKKA_REQUIRE_ALL").is_some_and(|value| value == "1")
}

/// Builds a package's one program; where it is.
fn built(package: &str) -> Result<PathBuf, String> {
    let mut build = process::cargo(&["build", "--quiet", "-p", package, "--message-format", "json"]);
    let messages = process::output(&mut build, b"")?;
    program_of(&messages).ok_or_else(|| format!("cargo doesn't say where it put the program of {package}"))
}

/// Of cargo's messages, a line each.
fn program_of(messages: &[u8]) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let mut objects = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    objects.find_map(|object| object.get("executable")?.as_str().map(PathBuf::from))
}

const fn tool(name: &'static str, probe: [&'static str; 2], package: &'static str) -> Tool {
    Tool { name, kind: Kind::Program(probe), package }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_module_that_needs_a_tool_names_one_of_the_table() {
        let mut found = Vec::new();
        for folder in ["crates", "tests", "xtask"] {
            collect(&process::root().join(folder), &mut found);
        }
        assert!(found.contains(&"openssl".to_owned()), "the search itself is broken: {found:?}");
        for name in found {
            assert!(TOOLS.iter().any(|tool| tool.name == name), "`mod needs_{name}`: add the tool to TOOLS");
        }
    }

    #[test]
    fn a_program_is_found_in_cargos_messages() {
        let messages =
            b"{\"reason\":\"compiler-artifact\",\"executable\":null}\n{\"executable\":\"/t/paykka\"}\n{}\n";
        assert_eq!(program_of(messages), Some("/t/paykka".into()));
        assert_eq!(program_of(b"{\"reason\":\"build-finished\"}\n"), None);
    }

    fn collect(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let modules = text.lines().filter_map(|line| line.trim().strip_prefix("mod needs_"));
                found.extend(modules.map(|rest| rest.trim_end_matches([';', '{', ' ']).to_owned()));
            }
        }
    }
}
