//! `spean institution`: one simulated institution in a process of its own.

use std::path::Path;

use anyhow::Context as _;
use participant::edge::Clock;
use sandbox::institution::Config;
use sandbox::{Kind, standing_rates};
use serde::{Deserialize, Serialize};

use crate::cli::InstitutionArgs;
use crate::exit::Exit;
use crate::wait;

/// What `DIR/<participant>/institution.toml` says. Paths are meant from where it lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstitutionFile {
    pub(crate) name: String,
    /// What stands behind the `@` of its accounts, for a bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bank: Option<String>,
    pub(crate) listen: String,
    pub(crate) hub_url: String,
    pub(crate) hub_keys: String,
    pub(crate) key: String,
}

pub(super) fn run(args: &InstitutionArgs) -> anyhow::Result<Exit> {
    wait::start_logging();
    let file = read(&args.config)?;
    let folder = args.config.parent().unwrap_or(Path::new("."));
    let config = config(file, folder)?;
    wait::block_on(async {
        let signal = wait::StopSignal::listen()?;
        Box::pin(sandbox::institution::run(
            config,
            wait::stop_requested(signal),
        ))
        .await
        .context("run the institution")
    })?;
    Ok(Exit::Done)
}

/// Reads an institution's configuration file.
pub(super) fn read(path: &Path) -> anyhow::Result<InstitutionFile> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("read the configuration `{}`", path.display()))?;
    toml::from_str(&text).context("understand the configuration")
}

/// What an institution whose file lies in `folder` is started with.
pub(super) fn config(file: InstitutionFile, folder: &Path) -> anyhow::Result<Config> {
    let kind = match (file.bank, standing_rates(&file.name)) {
        (Some(suffix), _) => Kind::Bank { suffix },
        (None, Some(rates)) => Kind::Fx { rates },
        (None, None) => Kind::JapaneseSwitch,
    };
    let listen = file
        .listen
        .parse()
        .with_context(|| format!("listen on `{}`", file.listen))?;
    Ok(Config {
        name: file.name,
        kind,
        data_dir: folder.to_owned(),
        listen,
        hub_url: file.hub_url,
        hub_keys: folder.join(file.hub_keys),
        key: folder.join(file.key),
        clock: Clock::system(),
    })
}
