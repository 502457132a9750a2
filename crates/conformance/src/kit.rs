//! A kit of somebody else in a process of its own, asked one question after the other. One that
//! does not answer by the deadline is killed and started again: whatever it does to itself, it
//! does not do to us.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::answer::Answer;

/// How long node may take to start and load a kit, on a machine that is busy with other things.
const START: Duration = Duration::from_secs(60);

/// The driver stops a loop after a third of a second; this is for what it cannot stop.
const ANSWER: Duration = Duration::from_secs(5);

/// Where the driver and the installed kits lie.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) driver: PathBuf,
    pub(crate) modules: PathBuf,
}

impl Place {
    /// A kit by its name in the registry.
    pub(crate) fn kit(&self, name: &str) -> anyhow::Result<Kit> {
        let mut command = Command::new("node");
        command
            // What a loop allocates is bounded with it.
            .arg("--max-old-space-size=512")
            .arg(&self.driver)
            .arg(name)
            .env("NODE_PATH", &self.modules);
        Kit::start(command, ANSWER)
    }
}

pub(crate) struct Kit {
    command: Command,
    patience: Duration,
    running: Running,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Kit {
    fn start(mut command: Command, patience: Duration) -> anyhow::Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let running = Running::start(&mut command)?;
        Ok(Self {
            command,
            patience,
            running,
        })
    }

    pub(crate) fn ask(&mut self, question: &Value) -> anyhow::Result<Answer> {
        // A kit that died cannot be written to; its silence below says the same.
        let _ = writeln!(self.running.input, "{question}");
        match self.running.answers.recv_timeout(self.patience) {
            Ok(line) => Answer::parse(&line),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                self.running = Running::start(&mut self.command)?;
                Ok(Answer::Hangs)
            }
        }
    }
}

impl Running {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .spawn()
            .context("failed to start the kit's driver")?;
        let input = child.stdin.take().context("the driver has no input")?;
        let output = child.stdout.take().context("the driver has no output")?;
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let running = Self {
            child,
            input,
            answers,
        };
        if running.answers.recv_timeout(START).is_err() {
            bail!("the kit's driver did not start");
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shell(script: &str) -> Kit {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Kit::start(command, Duration::from_millis(50)).unwrap()
    }

    #[test]
    fn kit_that_is_silent_or_dies_counts_as_one_that_hangs_and_is_started_again() {
        for script in [
            "echo ready; cat > /dev/null",
            "echo ready; read question; exit 1",
        ] {
            let mut kit = shell(script);
            for _ in 0..2 {
                assert_eq!(kit.ask(&json!({})).unwrap(), Answer::Hangs, "{script}");
            }
        }
    }

    #[test]
    fn kit_that_does_not_start_is_a_fault() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 1"]);
        assert!(Kit::start(command, Duration::from_millis(50)).is_err());
    }
}
