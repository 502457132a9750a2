//! `spean sandbox --history`: a made-up year is written into a new folder, and nothing is started.

use std::path::Path;

use anyhow::Context as _;
use engine::Vault;
use history::{HistoryError, Names, Range, Settings, Summary};
use serde_json::{Value, json};
use switch::{ParticipantId, PayerKey, ShopKey};
use wire::keys::Jwks;

use super::layout::Layout;
use crate::cli::{HistoryArgs, SandboxArgs};
use crate::exit::{self, Exit};
use crate::out;

/// Lies in a folder that holds a history.
const FILE: &str = "history.json";

/// Where the hub of a sandbox keeps the keys of what it seals.
const VAULT: &str = "hub/party-keys";

pub(super) fn run(args: &SandboxArgs, of: &HistoryArgs, range: &str) -> anyhow::Result<Exit> {
    let mut settings = Settings::new(Range::parse(range)?, of.payments, of.seed)?;
    if let Some(day) = &of.reverse_from {
        let read = || format!("read the day `{day}`: it is written 2026-01-15");
        settings.reverse_from = day.parse().with_context(read)?;
    }
    let (folder, _temporary) = super::folder(args)?;
    let journal = folder.join("hub/journal.db");
    if journal.exists() {
        // Before the layout writes anything into somebody's folder.
        let words = format!("begin a history: `{}` is there already", journal.display());
        return Err(exit::error(Exit::Usage, words));
    }
    let layout = Layout::prepare(&folder, args.port, args.finality)?;
    let names = FolderNames {
        vault: Vault::open(&folder.join(VAULT)).context("open the hub's vault")?,
        layout,
    };
    let mut month = None;
    let written = history::write(&settings, &names, &folder, |day, payments| {
        let this = (day.year(), day.month());
        if month.replace(this) != Some(this) {
            out::talk(&format!("{}  {payments} payments", day.strftime("%Y-%m")));
        }
    });
    let summary = written.with_context(|| {
        let folder = folder.display();
        format!("write the history; what lies in `{folder}` is of no use")
    })?;
    keep(&folder, &settings, &summary)?;
    out::data(summary.to_string().trim_end());
    next(&folder);
    Ok(if summary.holds() {
        Exit::Done
    } else {
        Exit::No
    })
}

/// The sandbox's institutions have books of their own, and those know nothing of a history: the
/// story over it would find them wrong.
pub(super) fn refuse_to_go_on(folder: &Path) -> anyhow::Result<()> {
    if !folder.join(FILE).exists() {
        return Ok(());
    }
    let folder = folder.display();
    let words = format!(
        "tell the story in `{folder}`: it holds a history, which the institutions' own books do \
         not know; `spean serve --config {folder}/hub/hub.toml` shows it"
    );
    Err(exit::error(Exit::Usage, words))
}

fn next(folder: &Path) {
    let folder = folder.display();
    out::talk("");
    out::talk("Nothing is running. To look at it:");
    out::talk(&format!("  spean audit verify {folder}"));
    out::talk(&format!("  spean serve --config {folder}/hub/hub.toml"));
}

fn keep(folder: &Path, settings: &Settings, summary: &Summary) -> anyhow::Result<()> {
    let checks: Vec<Value> = summary
        .checks
        .iter()
        .map(|(name, holds)| json!({ "name": name, "holds": holds }))
        .collect();
    let document = json!({
        "simulated": true,
        "days": summary.days,
        "payments": settings.payments,
        "seed": settings.seed,
        "completed": summary.tally.payments.completed_sum(),
        "cancelled": summary.tally.payments.cancelled_sum(),
        "refused": summary.tally.payments.refused_sum(),
        "refunds_completed": summary.tally.refunds.completed_sum(),
        "batches": summary.batches,
        "head": summary.head,
        "checks": checks,
    });
    let text = serde_json::to_string_pretty(&document)? + "\n";
    let path = folder.join(FILE);
    std::fs::write(&path, text).with_context(|| format!("write `{}`", path.display()))
}

/// Keys and pseudonyms as the hub that will be started in this folder makes them, so that its
/// statements find the shops of the history.
struct FolderNames {
    vault: Vault,
    layout: Layout,
}

impl FolderNames {
    fn read_keys(&self, participant: &str) -> anyhow::Result<Vec<[u8; 32]>> {
        let path = self.layout.key(participant).with_extension("jwks");
        let document = std::fs::read(&path)
            .with_context(|| format!("read the public keys `{}`", path.display()))?;
        let keys = Jwks::parse(&document).context("understand the public keys")?;
        Ok(keys.keys().map(|key| *key.as_bytes()).collect())
    }
}

impl Names for FolderNames {
    fn keys(&self, participant: &str) -> Result<Vec<[u8; 32]>, HistoryError> {
        let keys = self.read_keys(participant);
        keys.map_err(|error| HistoryError::Names(format!("{error:#}")))
    }

    fn callback_url(&self, participant: &str) -> String {
        self.layout.callback_url(participant)
    }

    fn payer(&self, participant: ParticipantId, account: &str) -> Result<PayerKey, HistoryError> {
        let key = self.vault.pseudonym(participant.0, account);
        key.map(PayerKey)
            .map_err(|error| HistoryError::Names(error.to_string()))
    }

    fn shop(&self, participant: ParticipantId, shop: &str) -> Result<ShopKey, HistoryError> {
        let key = self.vault.shop_pseudonym(participant.0, shop);
        key.map(ShopKey)
            .map_err(|error| HistoryError::Names(error.to_string()))
    }
}
