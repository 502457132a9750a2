//! `spean serve`: the hub.

use std::time::Duration;

use anyhow::Context as _;
use participant::edge::Clock;
use server::{Config, Running};
use tokio::net::TcpListener;

use crate::cli::ServeArgs;
use crate::exit::{self, Exit};
use crate::wait::StopSignal;
use crate::{config, wait};

/// How often the threads are looked at; requests get `busy` meanwhile.
const WRITER_LOOK: Duration = Duration::from_secs(1);

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    wait::start_logging();
    let resolved = config::load(&args.config)?;
    std::fs::create_dir_all(&resolved.data)
        .with_context(|| format!("make the folder `{}`", resolved.data.display()))?;
    wait::block_on(async {
        let signal = StopSignal::listen()?;
        let listener = TcpListener::bind(resolved.listen)
            .await
            .with_context(|| format!("listen on `{}`", resolved.listen))?;
        let config = Config {
            data: resolved.data,
            key: resolved.key,
            authorities: resolved.authorities,
            clock: Clock::system(),
            bootstrap: resolved.bootstrap,
            notify: resolved.notify,
        };
        let running = server::start(config, listener)
            .await
            .context("start the hub")?;
        let ended = tokio::select! {
            () = wait::stop_requested(signal) => Ok(Exit::Done),
            () = threads_end(&running) => Err(exit::error(Exit::Machine, "keep the threads alive")),
        };
        running.stop().await;
        ended
    })
}

/// A hub without its threads answers nothing that matters for long: whoever supervises it starts
/// it again.
async fn threads_end(running: &Running) {
    while running.is_whole() {
        tokio::time::sleep(WRITER_LOOK).await;
    }
}
