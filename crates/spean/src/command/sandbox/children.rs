//! The children: started, waited for, and ended together with their parent, however it ends.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use sandbox::desk::client::DeskClient;
use sandbox::story::Network;
use tokio::process::{Child, Command};

use super::layout::{BAKONG, BAKONG_FILE, Layout};
use crate::exit::{self, Exit};
use crate::wait::SUPERVISED;

/// How long the network may take to come up; a cold start on a busy machine takes about two.
const READY_MAX: Duration = Duration::from_secs(30);
const READY_PAUSE: Duration = Duration::from_millis(50);
/// How long a child may take to end by itself before it is killed.
const STOP_MAX: Duration = Duration::from_secs(10);

/// Lines of a dead child's log that are shown.
const LOG_LINES_SHOWN: usize = 5;

/// The running children, by name.
#[derive(Debug)]
pub(super) struct Children {
    running: BTreeMap<String, Child>,
    logs: BTreeMap<String, std::path::PathBuf>,
}

impl Children {
    /// Starts the hub and the institutions. Each has the read end of a pipe as standard input
    /// and ends when it closes: even a supervisor that was killed leaves nobody behind.
    pub(super) fn start(layout: &Layout) -> anyhow::Result<Children> {
        let mut children = Children {
            running: BTreeMap::new(),
            logs: BTreeMap::new(),
        };
        children.spawn(layout, "hub", &["serve", "--config"], "hub/hub.toml")?;
        for (name, _) in layout.institutions() {
            let config = format!("{name}/institution.toml");
            children.spawn(layout, name, &["institution", "--config"], &config)?;
        }
        children.spawn(layout, BAKONG, &["bakong", "--config"], BAKONG_FILE)?;
        Ok(children)
    }

    fn spawn(
        &mut self,
        layout: &Layout,
        name: &str,
        words: &[&str],
        config: &str,
    ) -> anyhow::Result<()> {
        let binary = std::env::current_exe().context("find this program")?;
        let log = layout.folder.join(name).join("log.jsonl");
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("open the log `{}`", log.display()))?;
        let child = Command::new(binary)
            .args(words)
            .arg(layout.folder.join(config))
            .env(SUPERVISED, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(file)
            // A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then
            // ends everybody in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start `{name}`"))?;
        self.running.insert(name.to_owned(), child);
        self.logs.insert(name.to_owned(), log);
        Ok(())
    }

    pub(super) fn pids(&self) -> BTreeMap<String, u32> {
        let pid = |(name, child): (&String, &Child)| Some((name.clone(), child.id()?));
        self.running.iter().filter_map(pid).collect()
    }

    /// Waits until the hub answers.
    pub(super) async fn wait_ready(
        &mut self,
        layout: &Layout,
        network: &Network,
    ) -> anyhow::Result<()> {
        let hub = layout.hub_url();
        self.until("the hub", async || network.house.keys().await.is_ok())
            .await
            .with_context(|| format!("wait for the hub at {hub}"))
    }

    /// Waits until every institution has published what payments need.
    pub(super) async fn wait_desks(&mut self, network: &Network) -> anyhow::Result<()> {
        for (name, desk) in &network.desks {
            self.wait_desk(name, desk).await?;
        }
        Ok(())
    }

    /// Waits until one of them says that it is ready.
    pub(super) async fn wait_desk(&mut self, name: &str, desk: &DeskClient) -> anyhow::Result<()> {
        self.until(name, async || {
            desk.health().await.is_ok_and(|health| health.ready)
        })
        .await
    }

    async fn until(&mut self, who: &str, ready: impl AsyncFn() -> bool) -> anyhow::Result<()> {
        let waiting = async {
            while !ready().await {
                if let Some(dead) = self.dead() {
                    return Err(self.obituary(&dead));
                }
                tokio::time::sleep(READY_PAUSE).await;
            }
            Ok(())
        };
        match tokio::time::timeout(READY_MAX, waiting).await {
            Ok(ended) => ended,
            Err(_elapsed) => {
                let words = format!("start {who} within {} s", READY_MAX.as_secs());
                Err(exit::error(Exit::Machine, words))
            }
        }
    }

    fn dead(&mut self) -> Option<String> {
        for (name, child) in &mut self.running {
            if matches!(child.try_wait(), Ok(Some(_))) {
                return Some(name.clone());
            }
        }
        None
    }

    fn obituary(&self, name: &str) -> anyhow::Error {
        let log = self
            .logs
            .get(name)
            .and_then(|path| std::fs::read_to_string(path).ok());
        let log = log.unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(LOG_LINES_SHOWN).collect();
        let lines: Vec<&str> = lines.into_iter().rev().collect();
        let words = format!(
            "keep `{name}` running; its last words:\n{}",
            lines.join("\n")
        );
        exit::error(Exit::Machine, words)
    }

    /// Returns when a child has ended by itself, with its name.
    pub(super) async fn first_to_die(&mut self) -> String {
        loop {
            if let Some(dead) = self.dead() {
                return dead;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Closes everybody's standard input, institutions first, and waits; whoever does not end is
    /// killed.
    pub(super) async fn stop(&mut self) {
        for child in self.running.values_mut() {
            drop(child.stdin.take());
        }
        for child in self.running.values_mut() {
            if tokio::time::timeout(STOP_MAX, child.wait()).await.is_err() {
                // It ignores us; the journal is safe against that.
                let _killed = child.kill().await;
            }
        }
    }
}
