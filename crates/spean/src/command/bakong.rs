//! `spean bakong`: the simulated Bakong's open interface in a process of its own.

use std::path::Path;

use anyhow::Context as _;
use participant::edge::Clock;
use sandbox::bakong::{Bank, Behaviour, Config, bind};
use serde::{Deserialize, Serialize};

use crate::cli::InstitutionArgs;
use crate::exit::Exit;
use crate::wait;

/// What `DIR/bakong/bakong.toml` says. Paths are meant from where it lies. The sandbox writes
/// `listen` and `banks` at every start and keeps `behaviour`, which is the user's.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BakongFile {
    pub(crate) listen: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) banks: Vec<BakongBank>,
}

/// A bank whose movements it knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BakongBank {
    pub(crate) name: String,
    pub(crate) ledger: String,
}

impl BakongFile {
    pub(crate) fn read(path: &Path) -> anyhow::Result<BakongFile> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("read the configuration `{}`", path.display()))?;
        toml::from_str(&text)
            .with_context(|| format!("understand the configuration `{}`", path.display()))
    }
}

pub(super) fn run(args: &InstitutionArgs) -> anyhow::Result<Exit> {
    wait::start_logging();
    let file = BakongFile::read(&args.config)?;
    let folder = args.config.parent().unwrap_or(Path::new("."));
    let listen = file
        .listen
        .parse()
        .with_context(|| format!("listen on `{}`", file.listen))?;
    let bank = |bank: BakongBank| Bank {
        ledger: folder.join(bank.ledger),
        name: bank.name,
    };
    let config = Config {
        data_dir: folder.to_owned(),
        listen,
        banks: file.banks.into_iter().map(bank).collect(),
        behaviour: file.behaviour,
        clock: Clock::system(),
    };
    wait::block_on(async {
        let signal = wait::StopSignal::listen()?;
        let bound = bind(config).await.context("start the simulated Bakong")?;
        let served = bound.serve(wait::stop_requested(signal)).await;
        served.context("run the simulated Bakong")
    })?;
    Ok(Exit::Done)
}
