//! `spean serve`: the hub.

use anyhow::Context as _;
use participant::edge::Clock;
use server::Config;
use tokio::net::TcpListener;

use crate::cli::ServeArgs;
use crate::exit::Exit;
use crate::{config, wait};

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    wait::start_logging();
    let resolved = config::load(&args.config)?;
    std::fs::create_dir_all(&resolved.data)
        .with_context(|| format!("make the folder `{}`", resolved.data.display()))?;
    wait::block_on(async {
        let listener = TcpListener::bind(resolved.listen)
            .await
            .with_context(|| format!("listen on `{}`", resolved.listen))?;
        let config = Config {
            data: resolved.data,
            key: resolved.key,
            authorities: Vec::new(),
            clock: Clock::system(),
            bootstrap: resolved.bootstrap,
        };
        let running = server::start(config, listener)
            .await
            .context("start the hub")?;
        wait::stop_requested().await;
        running.stop().await;
        Ok(Exit::Done)
    })
}
