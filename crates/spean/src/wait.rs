//! The runtime that network commands share, and the signals that end the long ones.

use std::future::Future;

use anyhow::Context as _;

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    runtime.block_on(work)
}

/// Ends when somebody asks the process to stop: Ctrl-C, or SIGTERM from a supervisor.
pub(crate) async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            // Without the handler the signal still ends the process, only less gently.
            Err(_unavailable) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
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
pub(crate) async fn stop_requested() {
    if std::env::var_os(SUPERVISED).is_none() {
        return stop_signal().await;
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
        () = stop_signal() => {}
        _ = waits => {}
    }
}
