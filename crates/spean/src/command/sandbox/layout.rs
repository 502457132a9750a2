//! The sandbox's folder: keys, configuration files, and where everybody listens.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use sandbox::bakong::Behaviour;
use serde::{Deserialize, Serialize};

use crate::cli::RailFinality;
use crate::command::bakong::{BakongBank, BakongFile};
use crate::command::institution::InstitutionFile;
use crate::config::{
    Cap, Config, Corridor, CustomerFee, Hub, MerchantFee, Notify, Participant, PayerCurrency,
    Settlement,
};
use crate::exit::{self, Exit};

/// Every participant of the story but the house, in the order of their ports.
const INSTITUTIONS: [&str; 5] = ["acleda", "sathapana", "netstars", "fx1", "fx2"];
const HOUSE: &str = "house";
/// Two people who run the hub; they connect nothing and have no accounts.
const OPERATORS: [&str; 2] = ["op1", "op2"];
/// The simulated Bakong: no participant, only what KHQR integrations ask.
pub(crate) const BAKONG: &str = "bakong";
pub(crate) const BAKONG_FILE: &str = "bakong/bakong.toml";
/// Where phase 1 began: 5 July 2025, noon in Osaka.
const PHASE_1: &str = "2025-07-05T03:00:00Z";
/// Phase 2, switched on by its date alone.
const PHASE_2: &str = "2026-01-01T00:00:00Z";

/// Everything that the supervisor knows about its children's places.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) folder: PathBuf,
    pub(crate) ports: BTreeMap<String, u16>,
    /// How the rails end, for an empty journal.
    finality: RailFinality,
    /// For the sandbox on a port that was chosen; one on free ports is found by its folder.
    pointer: Option<PathBuf>,
    /// Held while this sandbox has the folder.
    _lock: File,
}

/// `DIR/sandbox.json`, and the pointer to it for the commands of another terminal.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) simulated: bool,
    pub(crate) folder: PathBuf,
    pub(crate) urls: BTreeMap<String, String>,
    pub(crate) pids: BTreeMap<String, u32>,
    pub(crate) keys: BTreeMap<String, PathBuf>,
}

impl Layout {
    /// Makes what is missing in the folder; what is there is kept, so that the same books go on.
    pub(crate) fn prepare(
        folder: &Path,
        port: u16,
        finality: RailFinality,
    ) -> anyhow::Result<Layout> {
        let lock = lock(folder)?;
        let ports = ports(port)?;
        let pointer = (port > 0).then(|| pointer(port));
        let layout = Layout {
            folder: folder.to_owned(),
            ports,
            finality,
            pointer,
            _lock: lock,
        };
        std::fs::create_dir_all(folder.join("keys")).context("make the folder of keys")?;
        for name in INSTITUTIONS.iter().chain(&[HOUSE, "hub"]).chain(&OPERATORS) {
            if !layout.key(name).exists() {
                crate::command::keys::generate(&folder.join("keys").join(name))?;
            }
        }
        layout.write("hub/hub.toml", &layout.hub_config())?;
        for name in INSTITUTIONS {
            let file = layout.institution(name)?;
            layout.write(&format!("{name}/institution.toml"), &file)?;
        }
        layout.write(BAKONG_FILE, &layout.bakong()?)?;
        Ok(layout)
    }

    fn write(&self, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).context("make a folder of the sandbox")?;
        }
        let text = toml::to_string_pretty(value).context("write a configuration")?;
        std::fs::write(&path, text).with_context(|| format!("write `{}`", path.display()))
    }

    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.folder.join("keys").join(format!("{name}.pem"))
    }

    pub(crate) fn hub_url(&self) -> String {
        self.url("hub")
    }

    pub(crate) fn url(&self, name: &str) -> String {
        let port = self.ports.get(name).copied().unwrap_or_default();
        format!("http://127.0.0.1:{port}")
    }

    /// Where the hub calls an institution; empty for whoever is none.
    pub(crate) fn callback_url(&self, name: &str) -> String {
        let base = ::sandbox::institution::CALLBACK_BASE;
        match INSTITUTIONS.contains(&name) {
            true => format!("{}{base}", self.url(name)),
            false => String::new(),
        }
    }

    /// Names and addresses of the institutions.
    pub(crate) fn institutions(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        INSTITUTIONS.into_iter().map(|name| (name, self.url(name)))
    }

    /// Writes down where everybody is, for other terminals.
    pub(crate) fn remember(&self, pids: BTreeMap<String, u32>) -> anyhow::Result<()> {
        let names = INSTITUTIONS.iter().chain(&["hub"]);
        let description = Description {
            simulated: true,
            folder: self.folder.clone(),
            urls: names
                .clone()
                .chain(&[BAKONG])
                .map(|name| ((*name).to_owned(), self.url(name)))
                .collect(),
            pids,
            keys: names
                .chain(&[HOUSE])
                .chain(&OPERATORS)
                .map(|name| ((*name).to_owned(), self.key(name)))
                .collect(),
        };
        let text = serde_json::to_string_pretty(&description)? + "\n";
        let path = self.folder.join("sandbox.json");
        std::fs::write(&path, &text).with_context(|| format!("write `{}`", path.display()))?;
        let Some(pointer) = &self.pointer else {
            return Ok(());
        };
        std::fs::write(pointer, &text).with_context(|| format!("write `{}`", pointer.display()))
    }

    /// Takes the pointer away: nobody is here any more.
    pub(crate) fn forget(&self) {
        // Whether it was there or not, it is not there now.
        let _gone = self.pointer.as_ref().map(std::fs::remove_file);
    }

    fn hub_config(&self) -> Config {
        let keys = |name: &str| format!("../keys/{name}.jwks");
        let mut participants: Vec<Participant> = INSTITUTIONS
            .iter()
            .map(|name| Participant {
                name: (*name).to_owned(),
                scheme: scheme(name).to_owned(),
                roles: roles(name),
                finality: self.finality_of(name).to_owned(),
                keys: keys(name),
                callback_url: self.callback_url(name),
                banks: suffix(name).into_iter().map(str::to_owned).collect(),
            })
            .collect();
        participants.push(Participant {
            name: HOUSE.to_owned(),
            scheme: "HOUSE".to_owned(),
            roles: vec!["house".to_owned(), "operator".to_owned()],
            finality: "confirm".to_owned(),
            keys: keys(HOUSE),
            callback_url: String::new(),
            banks: Vec::new(),
        });
        participants.extend(OPERATORS.iter().map(|name| Participant {
            name: (*name).to_owned(),
            scheme: "OPERATORS".to_owned(),
            roles: vec!["operator".to_owned()],
            finality: "confirm".to_owned(),
            keys: keys(name),
            callback_url: String::new(),
            banks: Vec::new(),
        }));
        Config {
            hub: Hub {
                listen: format!(
                    "127.0.0.1:{}",
                    self.ports.get("hub").copied().unwrap_or_default()
                ),
                authorities: Vec::new(),
                data: ".".to_owned(),
                key: "../keys/hub.pem".to_owned(),
            },
            // Everything here is on the loopback.
            notify: Notify {
                private_targets: true,
                ..Notify::default()
            },
            settlement: Settlement::default(),
            participants,
            corridors: vec![to_japan(), to_cambodia()],
            caps: caps(),
            references: Vec::new(),
        }
    }

    /// FX providers have no rail: nothing is credited there.
    fn finality_of(&self, name: &str) -> &'static str {
        match self.finality {
            RailFinality::Immediate if scheme(name) != "FX" => "immediate",
            RailFinality::Confirm | RailFinality::Immediate => "confirm",
        }
    }

    /// Addresses are written anew; how it misbehaves is whoever edited the file's own.
    fn institution(&self, name: &str) -> anyhow::Result<InstitutionFile> {
        let path = self.folder.join(name).join("institution.toml");
        let before: Option<InstitutionFile> = match std::fs::read_to_string(&path) {
            Ok(text) => Some(
                toml::from_str(&text)
                    .with_context(|| format!("understand `{}`", path.display()))?,
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("read `{}`", path.display())),
        };
        // The rail is what the journal's first record says it is, whatever is wanted now.
        let wanted = self.finality_of(name) == "immediate";
        let (credits_at_once, magic_amounts, faults) = match before {
            Some(before) => (before.credits_at_once, before.magic_amounts, before.faults),
            None => (wanted, true, Vec::new()),
        };
        Ok(InstitutionFile {
            name: name.to_owned(),
            bank: suffix(name).map(str::to_owned),
            listen: self.url(name).trim_start_matches("http://").to_owned(),
            hub_url: self.hub_url(),
            hub_keys: "../keys/hub.jwks".to_owned(),
            key: format!("../keys/{name}.pem"),
            credits_at_once,
            magic_amounts,
            faults,
        })
    }
}

impl Layout {
    /// What the simulated Bakong is started with. Its settings are the user's: what stands in the
    /// folder already is kept.
    fn bakong(&self) -> anyhow::Result<BakongFile> {
        let path = self.folder.join(BAKONG_FILE);
        let behaviour = if path.exists() {
            BakongFile::read(&path)?.behaviour
        } else {
            Behaviour::default()
        };
        let bank = |name: &&str| BakongBank {
            name: (*name).to_owned(),
            ledger: format!("../{name}/ledger.db"),
        };
        let banks = INSTITUTIONS.iter().filter(|name| suffix(name).is_some());
        Ok(BakongFile {
            listen: self.url(BAKONG).trim_start_matches("http://").to_owned(),
            behaviour,
            banks: banks.map(bank).collect(),
        })
    }
}

/// Where the description of the sandbox on a port lies, if there is one.
pub(crate) fn pointer(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("spean-sandbox-{port}.json"))
}

fn scheme(name: &str) -> &'static str {
    match name {
        "acleda" | "sathapana" => "KHQR",
        "netstars" => "JPQR",
        _ => "FX",
    }
}

fn suffix(name: &str) -> Option<&'static str> {
    match name {
        "acleda" => Some("aclb"),
        "sathapana" => Some("sthp"),
        _ => None,
    }
}

fn roles(name: &str) -> Vec<String> {
    let roles: &[&str] = if scheme(name) == "FX" {
        &["fx"]
    } else {
        &["payer", "payee"]
    };
    roles.iter().map(|role| (*role).to_owned()).collect()
}

/// A folder belongs to one sandbox at a time, from before its first file is written: a second
/// one would change the configuration under the first.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("sandbox.lock");
    let file = File::create(&path).with_context(|| format!("write `{}`", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let words = format!(
                "use `{}`: another sandbox is running there",
                folder.display()
            );
            Err(exit::error(Exit::Machine, words))
        }
        Err(TryLockError::Error(error)) => Err(error).context("lock the folder"),
    }
}

/// The hub's port and those after it, or free ones for 0.
fn ports(first: u16) -> anyhow::Result<BTreeMap<String, u16>> {
    let names = ["hub"].into_iter().chain(INSTITUTIONS).chain([BAKONG]);
    // Free ports are held together, so that the system gives seven different ones.
    let mut held = Vec::new();
    let mut ports = BTreeMap::new();
    for (at, name) in (0_u16..).zip(names) {
        let port = match first {
            0 => 0,
            first => first
                .checked_add(at)
                .ok_or_else(|| anyhow!("find seven ports from `{first}` on"))?,
        };
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("use port {port} for `{name}` (try --port 0)"))?;
        ports.insert(name.to_owned(), listener.local_addr()?.port());
        held.push(listener);
    }
    Ok(ports)
}

fn caps() -> Vec<Cap> {
    let each = |participant: &&str| {
        [
            ("KHR", "2000000000", "2500000000"),
            ("JPY", "75000000", "90000000"),
        ]
        .map(|(currency, amount, liquidity)| Cap {
            participant: (*participant).to_owned(),
            currency: currency.to_owned(),
            amount: amount.to_owned(),
            // More than the cap, so that settling a window leaves the caps covered.
            liquidity: Some(liquidity.to_owned()),
        })
    };
    INSTITUTIONS.iter().flat_map(each).collect()
}

fn to_japan() -> Corridor {
    Corridor {
        name: "KH-JP".to_owned(),
        payer_scheme: "KHQR".to_owned(),
        payee_scheme: "JPQR".to_owned(),
        payer_currencies: vec![PayerCurrency {
            currency: "KHR".to_owned(),
            day_max: "40000000".to_owned(),
            switch_fee: "100".to_owned(),
            customer_fees: vec![CustomerFee {
                participant: "acleda".to_owned(),
                amount: "400".to_owned(),
            }],
        }],
        payee_currency: "JPY".to_owned(),
        active_from: PHASE_1.to_owned(),
        amount_min: "1".to_owned(),
        amount_max: "1000000".to_owned(),
        payer_utc_offset_minutes: 420,
        rounding: "up".to_owned(),
        fee_rounding: "half_even".to_owned(),
        quote_ttl_s: 300,
        ask_timeout_s: 20,
        doubt_timeout_s: 3_600,
        doubt_decision: "cancel".to_owned(),
        loss_bearer: "payee_participant".to_owned(),
        refund_period_days: 180,
        refund_wait_s: 86_400,
        refund_fees: "kept".to_owned(),
        merchant_fee: MerchantFee {
            total_bp: 120,
            issuer_bp: 40,
            switch_bp: 10,
        },
    }
}

fn to_cambodia() -> Corridor {
    Corridor {
        name: "JP-KH".to_owned(),
        payer_scheme: "JPQR".to_owned(),
        payee_scheme: "KHQR".to_owned(),
        payer_currencies: vec![PayerCurrency {
            currency: "JPY".to_owned(),
            day_max: "1000000".to_owned(),
            switch_fee: "5".to_owned(),
            customer_fees: Vec::new(),
        }],
        payee_currency: "KHR".to_owned(),
        active_from: PHASE_2.to_owned(),
        amount_min: "100".to_owned(),
        amount_max: "26000000".to_owned(),
        payer_utc_offset_minutes: 540,
        merchant_fee: MerchantFee {
            total_bp: 60,
            issuer_bp: 0,
            switch_bp: 10,
        },
        ..to_japan()
    }
}
