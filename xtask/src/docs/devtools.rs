//! A headless Chromium that is told what to do over a pipe, in the protocol of its developer tools: JSON, each message ended by a
//! zero byte. No driver, no port and no library stands between.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process;

/// One browser with one page. Ends with it.
pub(super) struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    last_id: u64,
    /// What came unasked, since it was last taken.
    events: Vec<Value>,
}

impl Browser {
    pub(super) fn start(profile: &Path) -> Result<Self, String> {
        // The shell puts the pipes where Chromium looks for them. The pages are ours, and its sandbox isn't to be had in a container.
        let line = "exec chromium --headless=new --remote-debugging-pipe --no-sandbox --disable-gpu --disable-dev-shm-usage \
                    --no-first-run --disable-background-networking --disable-component-update --disable-sync \
                    --host-resolver-rules='MAP * ~NOTFOUND' --window-size=1200,900 --user-data-dir=\"$0\" \
                    3<&0 4>&1 </dev/null >/dev/null 2>/dev/null";
        let mut command = process::program("sh");
        command.args(["-c", line]).arg(profile).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| process::not_started(&command, &error))?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("chromium has no pipes".into());
        };
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            let mut answers = BufReader::new(answers);
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|length| length > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if sender.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self { child, commands, messages, session: None, last_id: 0, events: Vec::new() };
        browser.attach()?;
        Ok(browser)
    }

    fn attach(&mut self) -> Result<(), String> {
        let target = self.ask("Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": target.get("targetId"), "flatten": true });
        let session = self.ask("Target.attachToTarget", &attach)?;
        self.session = session.get("sessionId").and_then(Value::as_str).map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            self.ask(domain, &json!({}))?;
        }
        Ok(())
    }

    /// What it answers. Events that come meanwhile are kept.
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let (Some(session), Some(message)) = (&self.session, message.as_object_mut()) {
            message.insert("sessionId".into(), session.as_str().into());
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let sent = self.commands.write_all(&bytes).and_then(|()| self.commands.flush());
        sent.map_err(|error| format!("chromium doesn't take {method}: {error}"))?;
        loop {
            let mut message = self.next(method)?;
            if message.get("id").and_then(Value::as_u64) != Some(id) {
                self.events.push(message);
            } else if let Some(problem) = message.get("error") {
                return Err(format!("chromium refuses {method}: {problem}"));
            } else {
                return Ok(message.get_mut("result").map(Value::take).unwrap_or_default());
            }
        }
    }

    /// The page's value of an expression, after its promise has been kept.
    pub(super) fn value(&mut self, expression: &str) -> Result<Value, String> {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.ask("Runtime.evaluate", &params)?;
        match answer.get("exceptionDetails") {
            Some(problem) => Err(format!("`{expression}` failed in the page: {problem}")),
            None => Ok(answer.pointer("/result/value").cloned().unwrap_or_default()),
        }
    }

    /// Waits for an event, and takes all that came until then.
    pub(super) fn until(&mut self, event: &str) -> Result<Vec<Value>, String> {
        let is_it = |message: &Value| message.get("method").is_some_and(|method| method == event);
        while !self.events.iter().any(is_it) {
            let message = self.next(event)?;
            self.events.push(message);
        }
        Ok(self.taken())
    }

    pub(super) fn taken(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }

    fn next(&self, waits_for: &str) -> Result<Value, String> {
        let message = self.messages.recv_timeout(PATIENCE);
        message.map_err(|error| format!("chromium says nothing more, and {waits_for} is due: {error}"))
    }
}

/// For a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

impl Drop for Browser {
    fn drop(&mut self) {
        // Where it has gone by itself there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
