//! The hub's configuration file: as typed (TOML) → as it will be used.
//!
//! The file bootstraps participants, corridors and caps into an empty journal, once. From then
//! on they are records, changed by signed actions and kept with every version that ever was; the
//! file is read again only for the `[hub]` section. `docs/CONFIG.md` describes every key.

mod resolve;
mod typed;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

pub(crate) use typed::{
    Cap, Config, Corridor, CustomerFee, Hub, MerchantFee, Notify, Participant, PayerCurrency,
    Settlement,
};

/// The configuration as the hub uses it.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// Where the hub listens.
    pub(crate) listen: SocketAddr,
    /// The names under which it is called; a request signed for another is refused.
    pub(crate) authorities: Vec<String>,
    /// Where journal, tables and keys of the parties' data are.
    pub(crate) data: PathBuf,
    /// The hub's private key.
    pub(crate) key: PathBuf,
    /// How participants are notified beside the protocol.
    pub(crate) notify: server::NotifySettings,
    /// What goes into an empty journal, in order.
    pub(crate) bootstrap: Vec<switch::Input>,
}

/// Reads, overrides from the environment, and resolves a configuration file.
pub(crate) fn load(path: &Path) -> anyhow::Result<Resolved> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("read the configuration `{}`", path.display()))?;
    let environment = std::env::vars().filter(|(name, _)| name.starts_with("SPEAN_"));
    let config = typed::parse(&text, environment)
        .with_context(|| format!("understand the configuration `{}`", path.display()))?;
    // Paths in the file are meant from where the file lies, not from where it is used.
    let folder = path.parent().unwrap_or(Path::new("."));
    resolve::resolve(&config, folder)
}
