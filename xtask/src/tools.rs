//! The programs that some tests need beside Rust. Tests that need one live in a module `needs_<tool>`, so that a
//! machine without it can run all others and say what it left out, instead of failing or staying silent.

use crate::process;

/// A program that isn't part of Rust.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The part after `needs_`.
    pub(crate) name: &'static str,
    probe: [&'static str; 2],
    /// What to install on Debian.
    pub(crate) package: &'static str,
}

impl Tool {
    pub(crate) fn is_there(&self) -> bool {
        let [program, argument] = self.probe;
        process::answers(process::program(program).arg(argument))
    }

    /// What stands in the path of every test that needs it.
    pub(crate) fn module(&self) -> String {
        format!("needs_{}::", self.name)
    }
}

/// The command line's signatures are the second opinion on ours.
pub(crate) const OPENSSL: Tool = tool("openssl", ["openssl", "version"], "openssl");

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

pub(crate) const TOOLS: [Tool; 9] = [
    OPENSSL,
    tool("cc", ["cc", "--version"], "gcc libc6-dev"),
    CXX,
    tool("curl", ["curl", "--version"], "curl"),
    tool("git", ["git", "--version"], "git"),
    JAVA,
    NODE,
    PHP,
    PYTHON,
];

pub(crate) fn missing() -> Vec<&'static Tool> {
    TOOLS.iter().filter(|tool| !tool.is_there()).collect()
}

/// Set where everything is meant to be installed, so that nothing is left out unseen: on CI.
pub(crate) fn all_are_required() -> bool {
    std::env::var_os("PAYKKA_REQUIRE_ALL").is_some_and(|value| value == "1")
}

const fn tool(name: &'static str, probe: [&'static str; 2], package: &'static str) -> Tool {
    Tool { name, probe, package }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_module_that_needs_a_tool_names_one_of_the_table() {
        let mut found = Vec::new();
        collect(&process::root().join("crates"), &mut found);
        assert!(found.contains(&"openssl".to_owned()), "the search itself is broken: {found:?}");
        for name in found {
            assert!(TOOLS.iter().any(|tool| tool.name == name), "`mod needs_{name}`: add the tool to TOOLS");
        }
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
