//! The back office of the story: it takes what the simulated settlement bank wrote, matches it
//! with the hub's tables, and reports the payouts.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use backoffice::desk::Desk;
use backoffice::reconcile::Person;
use sandbox::story::{Network, Reconciled, Story};

use crate::command::reconcile::{SIMULATED, accounts, files, report};
use crate::exit::{self, Exit};

/// How long the tables may lag behind the instructed window.
const TABLES_MAX: Duration = Duration::from_secs(10);

/// How often they are looked at meanwhile.
const TABLES_PAUSE: Duration = Duration::from_millis(25);

pub(super) async fn reconcile(
    folder: &Path,
    network: &Network,
    story: &Story,
) -> anyhow::Result<Reconciled> {
    let (tables, file) = files(folder);
    wait_for_tables(&tables, story.instructed.window.id).await?;
    let opened = Desk::open(&tables, &file, accounts(SIMULATED));
    let mut desk = opened.context("open the back office of the story")?;
    let by = Person::new("op1").context("name the operator")?;
    let at_ns = network.clock.now_ms().saturating_mul(1_000_000);
    // By number: tables that lag behind show a payout again that was reported a moment ago.
    let mut matched = BTreeSet::new();
    for statement in &story.instructed.statements {
        let name = format!("camt.053-{}-{}.xml", statement.currency, statement.day);
        keep(folder, &name, &statement.xml)?;
        let bytes = statement.xml.as_bytes();
        let taken = desk.take_camt((bytes, &name), (&by, at_ns), statement.day);
        let taken = taken.map_err(|error| {
            let words = format!("take the bank's statement: {error} ({})", error.code());
            exit::error(Exit::No, words)
        })?;
        let [operator, _] = &network.operators;
        let own = taken
            .payouts
            .iter()
            .filter(|shown| shown.window == story.instructed.window.id);
        matched.extend(own.map(|shown| shown.number));
        let reported = report(operator, &taken.payouts).await?;
        if let Some(refused) = reported.refused.first() {
            return Err(exit::error(Exit::No, format!("report a payout: {refused}")));
        }
    }
    let open = desk.store().register().open().count();
    Ok(Reconciled {
        matched: u64::try_from(matched.len()).unwrap_or(u64::MAX),
        breaks: u64::try_from(open).unwrap_or(u64::MAX),
    })
}

/// Kept beside the books, so that it can be looked at and imported again.
fn keep(folder: &Path, name: &str, xml: &str) -> anyhow::Result<()> {
    let bank = folder.join("bank");
    std::fs::create_dir_all(&bank).context("make the bank's folder")?;
    std::fs::write(bank.join(name), xml).context("keep the bank's statement")?;
    Ok(())
}

/// The projection follows the journal a moment later.
async fn wait_for_tables(tables: &Path, window: u64) -> anyhow::Result<()> {
    let until = tokio::time::Instant::now() + TABLES_MAX;
    loop {
        let tables = projection::Tables::open_to_read(tables).context("open the hub's tables")?;
        let known = tables.window(switch::WindowId(window));
        let known = known.context("read the hub's tables")?;
        if known.is_some_and(|window| window.settlement.is_some()) {
            return Ok(());
        }
        if tokio::time::Instant::now() >= until {
            let words = "see the window in the hub's tables: they lag behind";
            return Err(exit::error(Exit::Machine, words.to_owned()));
        }
        tokio::time::sleep(TABLES_PAUSE).await;
    }
}
