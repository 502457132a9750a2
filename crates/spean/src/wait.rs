//! The runtime that network commands share, and the signals that end the long ones.

use std::future::Future;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    runtime.block_on(work)
}

/// Somebody asks the process to stop: Ctrl-C, or SIGTERM from a supervisor. Heard from the
/// moment at which this is made, so make it before anything that would have to be cleaned up.
#[derive(Debug)]
pub(crate) struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignal {
    /// Begins to listen; must be called within the runtime.
    pub(crate) fn listen() -> anyhow::Result<StopSignal> {
        let interrupt = signal(SignalKind::interrupt()).context("listen to Ctrl-C")?;
        let terminate = signal(SignalKind::terminate()).context("listen to SIGTERM")?;
        Ok(StopSignal {
            interrupt,
            terminate,
        })
    }

    /// Ends when either came.
    pub(crate) async fn heard(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Structured logs on stderr, one JSON object a line; `SPEAN_LOG` sets what is shown.
pub(crate) fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SPEAN_LOG")
        .unwrap_or_else(|_unset| tracing_subscriber::EnvFilter::new("info"));
    // A second subscriber would be a bug of ours, and the first one still logs.
    let _already_set = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Set by a supervisor that holds the other end of our standard input.
pub(crate) const SUPERVISED: &str = "SPEAN_SUPERVISED";

/// Ends on a signal, or, for a supervised process, when standard input closes: that is what the
/// death of the supervisor looks like from here, even when it was killed.
pub(crate) async fn stop_requested(signal: StopSignal) {
    if std::env::var_os(SUPERVISED).is_none() {
        return signal.heard().await;
    }
    let (gone, waits) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: a read of standard input cannot be cancelled, and the runtime would
    // wait for it at the end.
    std::thread::spawn(move || {
        let mut sink = std::io::sink();
        let _closed = std::io::copy(&mut std::io::stdin().lock(), &mut sink);
        // Nobody listens any more when a signal came first.
        let _nobody = gone.send(());
    });
    tokio::select! {
        () = signal.heard() => {}
        _ = waits => {}
    }
}
