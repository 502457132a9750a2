//! A network of six processes that a test starts, kills, starts again and whose time it moves.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use participant::edge::{self, Clock};
use participant::hub::{HubClient, HubSettings};
use sandbox::desk::api::CustomerRequest;
use sandbox::desk::client::DeskClient;
use sandbox::institution::DIED;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use wire::api::{Rate, ReferencePut};
use wire::keys::{Jwks, SigningKey};

use crate::control;
use crate::flow::{TO_CAMBODIA, TO_JAPAN};

/// Everybody, in the order of the ports.
pub(crate) const ALL: [&str; 6] = ["hub", "acleda", "sathapana", "netstars", "fx1", "fx2"];
/// Whoever moves its clock before the hub.
pub(crate) const INSTITUTIONS: [&str; 5] = ["acleda", "sathapana", "netstars", "fx1", "fx2"];

/// No case may wait for longer, whatever it waits for.
pub(crate) const BOUND: Duration = Duration::from_secs(60);
const DAY_MS: i64 = 86_400_000;
/// 2026-11-23, noon UTC.
const BEGIN_MS: i64 = 1_795_435_200_000;

/// How the rails end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finality {
    Confirm,
    Immediate,
}

impl Finality {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Finality::Confirm => "confirm",
            Finality::Immediate => "immediate",
        }
    }
}

pub(crate) struct Network {
    pub(crate) finality: Finality,
    pub(crate) folder: TempDir,
    first_port: u16,
    children: BTreeMap<&'static str, Child>,
    /// The time that everybody has, or is about to have.
    pub(crate) clock: Clock,
    pub(crate) house: HubClient,
    pub(crate) desks: BTreeMap<&'static str, DeskClient>,
    /// How often a process was started again after it died as it was asked to.
    pub(crate) revived: u32,
}

impl Network {
    /// Six processes that are ready to pay.
    pub(crate) async fn start(finality: Finality, from_port: u16) -> Network {
        let folder = tempfile::tempdir().expect("a folder");
        let first_port = prepare(&folder, finality, from_port);
        let clock = Clock::manual(BEGIN_MS);
        let url = |name: &str| format!("http://127.0.0.1:{}", port_of(first_port, name));
        let house = hub_client(&folder, "house", first_port, &clock);
        let desks = INSTITUTIONS.map(|name| (name, DeskClient::new(&url(name))));
        let mut network = Network {
            finality,
            folder,
            first_port,
            children: BTreeMap::new(),
            clock,
            house,
            desks: desks.into(),
            revived: 0,
        };
        for name in ALL {
            network.spawn(name);
        }
        tokio::time::timeout(BOUND, network.get_ready())
            .await
            .expect("the network comes up in time");
        network
    }

    async fn get_ready(&mut self) {
        while self
            .control("hub", "GET", "/control", json!({}))
            .await
            .is_none()
        {
            self.bury();
            tokio::task::yield_now().await;
        }
        let reference = ReferencePut {
            version: 1,
            valid_until: edge::rfc3339(BEGIN_MS + 365 * DAY_MS),
            rate: Rate {
                base: "JPY".into(),
                quote: "KHR".into(),
                value: "26.5".into(),
            },
        };
        self.house
            .put_reference(&reference)
            .await
            .expect("the reference rate");
        for name in INSTITUTIONS {
            self.until_ready(name).await;
        }
        let rich = |name: &str, balance: &str| CustomerRequest {
            name: name.into(),
            currency: None,
            balance: Some(balance.into()),
            tourist: false,
        };
        // `rich@aclb` by the rule that makes accounts of names.
        let wanted = rich("Rich", "500000000");
        let opened = self.desk("acleda").open_customer(&wanted).await;
        assert_eq!(opened.expect("an account").account, TO_JAPAN.account);
        let wanted = rich("Wealthy", "20000000");
        let opened = self.desk("netstars").open_customer(&wanted).await;
        assert_eq!(opened.expect("a wallet").account, TO_CAMBODIA.account);
    }

    async fn until_ready(&mut self, name: &'static str) {
        let is_ready =
            |standing: Option<Value>| standing.is_some_and(|standing| standing["ready"] == true);
        while !is_ready(self.control(name, "GET", "/control", json!({})).await) {
            self.bury();
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn desk(&self, name: &str) -> &DeskClient {
        &self.desks[name]
    }

    pub(crate) fn port(&self, name: &str) -> u16 {
        port_of(self.first_port, name)
    }

    /// Whoever holds a participant's key.
    pub(crate) fn participant(&self, name: &str) -> HubClient {
        hub_client(&self.folder, name, self.first_port, &self.clock)
    }

    pub(crate) async fn control(
        &self,
        name: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Option<Value> {
        control::call(self.port(name), method, path, &body).await
    }

    fn spawn(&mut self, name: &'static str) {
        let (command, config) = match name {
            "hub" => ("serve", "hub/hub.toml".to_owned()),
            name => ("institution", format!("{name}/institution.toml")),
        };
        let log = self.folder.path().join(name).join("log.jsonl");
        let log = File::options().create(true).append(true).open(log);
        let child = Command::new(env!("CARGO_BIN_EXE_spean"))
            .args([command, "--config"])
            .arg(self.folder.path().join(config))
            .arg("--clock")
            .arg(format!("manual:{}", edge::rfc3339(self.clock.now_ms())))
            .env("SPEAN_LOG", "warn")
            // It ends when this pipe closes, so nobody outlives a test that fails.
            .env("SPEAN_SUPERVISED", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log.expect("a log"))
            .kill_on_drop(true)
            .spawn()
            .expect("the process starts");
        self.children.insert(name, child);
    }

    /// Starts again who died as it was asked to; any other death ends the test.
    pub(crate) fn bury(&mut self) -> bool {
        let mut dead = Vec::new();
        for (name, child) in &mut self.children {
            let Some(status) = child.try_wait().expect("a child") else {
                continue;
            };
            let asked_to = [Some(DIED), Some(failpoint::EXIT_STATUS)];
            assert!(
                asked_to.contains(&status.code()),
                "`{name}` died of itself: {status}\n{}",
                last_words(&self.folder.path().join(name).join("log.jsonl"))
            );
            dead.push(*name);
        }
        for name in &dead {
            self.spawn(name);
            self.revived += 1;
        }
        !dead.is_empty()
    }

    /// The end of somebody's log.
    pub(crate) fn last_words(&self, name: &str) -> String {
        last_words(&self.folder.path().join(name).join("log.jsonl"))
    }

    /// Moves everybody's time, the hub's last: whoever is woken finds the others there already.
    /// `None` while somebody is not there.
    pub(crate) async fn advance(&self, by_ms: i64) -> Option<Standing> {
        self.clock.advance_ms(by_ms);
        let mut open = 0;
        let mut is_ready = true;
        for name in INSTITUTIONS.into_iter().chain(["hub"]) {
            let standing = self.advance_one(name).await?;
            if name == "hub" {
                let count = |key: &str| standing[key].as_u64().expect("a count");
                return Some(Standing {
                    is_quiet: open + count("open_items") + count("untold_outcomes") == 0
                        && is_ready,
                    next_deadline_ms: standing["next_deadline_ms"].as_i64(),
                    look_ups: ["look_up failed", "look_up answered"]
                        .map(|call| standing["calls"][call].as_u64().unwrap_or(0))
                        .iter()
                        .sum(),
                    whole: standing,
                });
            }
            open += standing["open"].as_u64().expect("a count");
            is_ready &= standing["ready"] == true;
        }
        None
    }

    /// Brings one process to the network's time; one that was started again may have it already.
    async fn advance_one(&self, name: &str) -> Option<Value> {
        let standing = self.control(name, "GET", "/control", json!({})).await?;
        let behind_ms = self.clock.now_ms() - standing["now_ms"].as_i64().expect("a time");
        let by = json!({ "advance_ms": behind_ms });
        self.control(name, "POST", "/control/clock", by).await
    }

    /// The journal as an auditor finds it.
    pub(crate) async fn audit_verify(&self) -> Result<(), String> {
        let output = Command::new(env!("CARGO_BIN_EXE_spean"))
            .args(["audit", "verify", "--json"])
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .output();
        let output = output.await.expect("the audit runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("audit verify: {said}"))
        }
    }
}

/// How the network stands after everybody was woken.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) is_quiet: bool,
    pub(crate) next_deadline_ms: Option<i64>,
    /// Look-ups at participants that ended, since the hub began.
    pub(crate) look_ups: u64,
    /// The hub's own words, for when something differs.
    pub(crate) whole: Value,
}

fn port_of(first: u16, name: &str) -> u16 {
    let at = ALL
        .iter()
        .position(|known| *known == name)
        .expect("a known name");
    first + u16::try_from(at).expect("six")
}

/// Writes the folder for the first six ports in a row that are free.
fn prepare(folder: &TempDir, finality: Finality, from_port: u16) -> u16 {
    for first in (from_port..).step_by(10).take(50) {
        let port = first.to_string();
        let words = [
            "sandbox",
            "--prepare",
            "--port",
            &port,
            "--finality",
            finality.name(),
            "--data",
        ];
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_spean"))
            .args(words)
            .arg(folder.path())
            .output()
            .expect("the binary starts");
        match output.status.code() {
            Some(0) => return first,
            // A port is taken.
            Some(4) => {}
            _ => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
    panic!("no free ports")
}

fn hub_client(folder: &TempDir, name: &str, first_port: u16, clock: &Clock) -> HubClient {
    HubClient::new(HubSettings {
        url: format!("http://127.0.0.1:{first_port}"),
        key: key(folder, name).into(),
        hub_keys: keys(folder, "hub").into(),
        clock: clock.clone(),
        deadline: Duration::from_secs(10),
    })
}

pub(crate) fn key(folder: &TempDir, name: &str) -> SigningKey {
    let path = folder.path().join("keys").join(format!("{name}.pem"));
    let pem = std::fs::read_to_string(path).expect("the key is there");
    SigningKey::from_pem(&pem).expect("a key")
}

pub(crate) fn keys(folder: &TempDir, name: &str) -> Jwks {
    let path = folder.path().join("keys").join(format!("{name}.jwks"));
    Jwks::parse(&std::fs::read(path).expect("the keys are there")).expect("keys")
}

fn last_words(log: &Path) -> String {
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
