//! `spean sandbox`: one supervising process that starts the hub and every institution as children
//! of the same binary, tells the story, and stays up to be tried.

mod children;
mod history;
mod layout;
mod reference;
mod settle;
mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use participant::edge::Clock;
use participant::hub::{HubClient, HubSettings};
use sandbox::desk::client::DeskClient;
use sandbox::story::{Network, tell};
use wire::keys::{Jwks, SigningKey};

use crate::cli::SandboxArgs;
use crate::exit::{self, Exit};
use crate::{out, wait};

use self::children::Children;
use self::layout::Layout;
pub(super) use self::layout::{BAKONG, Description, pointer};

/// A call of the supervisor to the hub.
const CALL_MAX: Duration = Duration::from_secs(10);

pub(super) fn run(args: &SandboxArgs) -> anyhow::Result<Exit> {
    if let Some(range) = &args.history.range {
        return history::run(args, &args.history, range);
    }
    wait::block_on(supervise(args))
}

async fn supervise(args: &SandboxArgs) -> anyhow::Result<Exit> {
    let signal = wait::StopSignal::listen()?;
    // Kept until the end: dropping it removes the temporary folder.
    let (folder, _temporary) = folder(args)?;
    history::refuse_to_go_on(&folder)?;
    let layout = Layout::prepare(&folder, args.port, args.finality)?;
    if args.prepare {
        layout.remember(BTreeMap::new())?;
        layout.forget();
        return Ok(Exit::Done);
    }
    let mut children = Children::start(&layout, &args.clock.words(&[]))?;
    let ended = tokio::select! {
        told = run_story(args, &layout, &mut children) => told,
        () = signal.heard() => Ok(Exit::Done),
    };
    children.stop().await;
    layout.forget();
    ended
}

fn folder(args: &SandboxArgs) -> anyhow::Result<(PathBuf, Option<tempfile::TempDir>)> {
    match &args.data {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("make the folder `{}`", folder.display()))?;
            let folder = folder.canonicalize().context("find the data folder")?;
            Ok((folder, None))
        }
        None => {
            let temporary = tempfile::Builder::new()
                .prefix("spean-sandbox-")
                .tempdir()
                .context("make a temporary folder")?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}

async fn run_story(
    args: &SandboxArgs,
    layout: &Layout,
    children: &mut Children,
) -> anyhow::Result<Exit> {
    if !args.json {
        show::opening(layout);
    }
    let network = network(layout)?;
    children.wait_ready(layout, &network).await?;
    reference::publish(&layout.folder, &network).await?;
    children.wait_desks(&network).await?;
    children
        .wait_desk(BAKONG, &DeskClient::new(&layout.url(BAKONG)))
        .await?;
    layout.remember(children.pids())?;
    let mut story = Box::pin(tell(&network))
        .await
        .map_err(|error| exit::error(Exit::No, format!("tell the story: {error}")))?;
    let reconciled = settle::reconcile(&layout.folder, &network, &story).await?;
    story
        .end(&network, reconciled)
        .await
        .map_err(|error| exit::error(Exit::No, format!("settle the story: {error}")))?;
    if args.json {
        out::json(&story.report())?;
    } else {
        show::story(&story);
    }
    if args.once {
        return Ok(if story.holds() { Exit::Done } else { Exit::No });
    }
    show::next(layout, &story);
    stay(args, layout, &network, children).await
}

/// Stays up, keeps the reference rate fresh, and notices when a child dies: one that was asked to
/// is started again with its books, any other ends the sandbox.
async fn stay(
    args: &SandboxArgs,
    layout: &Layout,
    network: &Network,
    children: &mut Children,
) -> anyhow::Result<Exit> {
    let mut wait = reference::EVERY;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {
                wait = reference::refresh(&layout.folder, network).await;
            }
            dead = children.first_to_die() => {
                let others: Vec<String> = layout
                    .institutions()
                    .map(|(_, url)| url)
                    .chain([layout.hub_url()])
                    .collect();
                if !children.revive(&dead, &args.clock.words(&others))? {
                    return Err(exit::error(Exit::Machine, format!("keep `{dead}` running")));
                }
                layout.remember(children.pids())?;
                out::talk(&format!("`{dead}` died as it was asked to, and is started again"));
            }
        }
    }
}

fn network(layout: &Layout) -> anyhow::Result<Network> {
    let clock = Clock::system();
    let house = house_client(&layout.folder, &layout.hub_url(), clock.clone())?;
    let desks = layout
        .institutions()
        .map(|(name, url)| (name.to_owned(), DeskClient::new(&url)));
    let operator =
        |name| super::site::client(&layout.folder, name, &layout.hub_url(), clock.clone());
    Ok(Network {
        house,
        operators: [operator("op1")?, operator("op2")?],
        desks: desks.collect::<BTreeMap<_, _>>(),
        clock,
    })
}

/// A client of the hub with the operator's key of this sandbox.
fn house_client(folder: &Path, url: &str, clock: Clock) -> anyhow::Result<HubClient> {
    super::site::client(folder, "house", url, clock)
}

/// Who asks the hub as a participant: its key, and the hub's public keys.
pub(super) fn client(
    key: &Path,
    hub_keys: &Path,
    url: &str,
    clock: Clock,
) -> anyhow::Result<HubClient> {
    let pem = std::fs::read_to_string(key)
        .with_context(|| format!("read the key `{}`", key.display()))?;
    let key = SigningKey::from_pem(&pem).context("understand the key")?;
    let document = std::fs::read(hub_keys)
        .with_context(|| format!("read the hub's keys `{}`", hub_keys.display()))?;
    let hub_keys = Jwks::parse(&document).context("understand the hub's keys")?;
    Ok(HubClient::new(HubSettings {
        url: url.to_owned(),
        key: Arc::new(key),
        hub_keys: Arc::new(hub_keys),
        clock,
        deadline: CALL_MAX,
    }))
}
