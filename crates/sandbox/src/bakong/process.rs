//! The simulated Bakong as a process runs it: its folder with the token in it, its address.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use participant::edge::Clock;
use tokio::net::TcpListener;

use super::api::{Files, Office, router};
use super::banks::Banks;
use super::behaviour::{Behaviour, Rules};
use super::tokens::Tokens;
use crate::limits::{BAKONG_TOKEN_REST_MS, DRAIN, KEY_FILE_BYTES_MAX};
use crate::trouble::{Fault, broken_plainly};

/// What it is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its folder; `bakong.db` and `token` lie in it.
    pub data_dir: PathBuf,
    /// A loopback address. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The banks whose movements it knows.
    pub banks: Vec<Bank>,
    /// What it does where the real one is not known for certain.
    pub behaviour: Behaviour,
    /// Where it reads the time.
    pub clock: Clock,
}

/// A bank on the simulated Bakong.
#[derive(Clone, Debug)]
pub struct Bank {
    /// Its name.
    pub name: String,
    /// Its books.
    pub ledger: PathBuf,
}

/// It has its files and its address but does not serve yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    app: Router,
}

/// Opens the files, writes the token down and takes the address.
///
/// # Errors
/// When a setting makes no sense, a file cannot be used or the address is taken.
pub async fn bind(config: Config) -> Result<Bound, Fault> {
    let Config {
        data_dir,
        listen,
        banks,
        behaviour,
        clock,
    } = config;
    if !listen.ip().is_loopback() {
        return Err(broken_plainly(format!(
            "it is simulated and not for `{listen}`"
        )));
    }
    let rules = behaviour.checked()?;
    fs::create_dir_all(&data_dir).map_err(|source| file(&data_dir, source))?;
    let mut tokens = Tokens::open(&data_dir.join("bakong.db"))?;
    tokens.register(&rules.settings.integrators)?;
    keep_token(&data_dir.join("token"), &mut tokens, clock.now_ms(), &rules)?;
    let address = |source| Fault::File {
        path: listen.to_string(),
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(address)?;
    let address = listener.local_addr().map_err(address)?;
    let files = Files {
        tokens,
        banks: Banks::new(banks),
    };
    let app = router(Arc::new(Office::new(rules, clock, files)));
    Ok(Bound {
        listener,
        address,
        app,
    })
}

impl Bound {
    /// The address that it has.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is over and the calls under way are answered, at most a few
    /// seconds longer.
    ///
    /// # Errors
    /// When the server cannot go on.
    pub async fn serve(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Fault> {
        let address = self.address;
        let (stop, mut stopping) = tokio::sync::watch::channel(());
        let server = axum::serve(self.listener, self.app).with_graceful_shutdown(async move {
            // The sender is dropped to say stop.
            drop(stopping.changed().await);
        });
        tracing::info!(%address, simulated = true, "the simulated Bakong serves");
        let server = async { server.await };
        tokio::pin!(server);
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = shutdown => {
                drop(stop);
                tokio::time::timeout(DRAIN, server).await.unwrap_or(Ok(()))
            }
        };
        ended.map_err(|source| Fault::File {
            path: address.to_string(),
            source,
        })
    }
}

/// Leaves a token for the first address in the folder, unless a good one is there.
fn keep_token(path: &Path, tokens: &mut Tokens, now_ms: i64, rules: &Rules) -> Result<(), Fault> {
    let Some(email) = rules.settings.integrators.first() else {
        return Ok(());
    };
    let mut written = String::new();
    if let Ok(opened) = fs::File::open(path) {
        let read = opened.take(KEY_FILE_BYTES_MAX).read_to_string(&mut written);
        read.map_err(|source| file(path, source))?;
    }
    let rest_ms = BAKONG_TOKEN_REST_MS.min(rules.life_ms().div_euclid(2));
    let end_ms = tokens.end(written.trim())?;
    if end_ms.is_some_and(|end_ms| end_ms.saturating_sub(rest_ms) > now_ms) {
        return Ok(());
    }
    let Some(token) = tokens.issue(email, now_ms, rules)? else {
        return Ok(());
    };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let write = |mut opened: fs::File| opened.write_all(format!("{token}\n").as_bytes());
    let written = options.open(path).and_then(write);
    written.map_err(|source| file(path, source))
}

fn file(path: &Path, source: std::io::Error) -> Fault {
    Fault::File {
        path: path.display().to_string(),
        source,
    }
}
