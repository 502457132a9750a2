//! One simulated institution as a process runs it: its files, its address, its endpoints for the
//! hub under `/link`, its desk for wallets and shops beside them, and what it does by itself.

mod callbacks;
mod chores;
mod leaving;
mod teller;

use core::time::Duration;
use std::fs;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use participant::callbacks::CallbackAuth;
use participant::edge::Clock;
use participant::hub::{HubClient, HubSettings};
use tokio::net::TcpListener;
use wire::keys::{Jwks, SigningKey};

#[cfg(feature = "failpoints")]
pub(crate) use chores::publish_if_old;
pub(crate) use chores::publish_once;
pub use leaving::DIED;
pub(crate) use teller::Teller;

use crate::desk;
use crate::faults::{FaultSettings, Faults};
use crate::ledger::Ledger;
use crate::limits::{DRAIN, HUB_DEADLINE, KEY_FILE_BYTES_MAX};
use crate::site::{Kind, Site};
use crate::trouble::{Fault, Trouble};
use crate::world;

/// The path under which the hub calls an institution.
pub const CALLBACK_BASE: &str = "/link";

/// What an institution is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The participant that it is at the hub.
    pub name: String,
    /// What it simulates.
    pub kind: Kind,
    /// Its folder; `ledger.db` lies in it.
    pub data_dir: PathBuf,
    /// A loopback address: the desk takes unsigned requests. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The hub, `http://host:port`.
    pub hub_url: String,
    /// The hub's public keys, a JWKS file.
    pub hub_keys: PathBuf,
    /// The institution's own private key, a PKCS#8 PEM file.
    pub key: PathBuf,
    /// Where it reads the time.
    pub clock: Clock,
    /// Whether its rail credits when it accepts (`immediate` at the hub), not on the outcome.
    pub credits_at_once: bool,
    /// How it misbehaves from the start.
    pub faults: FaultSettings,
}

/// An institution that has its files and its address but does not serve yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    app: Router,
    teller: Arc<Teller>,
}

/// Starts an institution and serves until `shutdown` is over.
///
/// # Errors
/// When its files cannot be used, the address is taken, or the ledger breaks.
pub async fn run(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Fault> {
    bind(config).await?.serve(shutdown).await
}

/// Opens the files and takes the address.
///
/// # Errors
/// When the files cannot be used or the address is taken.
pub async fn bind(config: Config) -> Result<Bound, Fault> {
    if !config.listen.ip().is_loopback() {
        let listen = config.listen;
        return Err(Fault::Broken(format!(
            "the desk is unsigned and not for `{listen}`"
        )));
    }
    let key = Arc::new(read_key(&config.key)?);
    let hub_keys = Arc::new(read_keys(&config.hub_keys)?);
    let in_dir = |source| file(&config.data_dir, source);
    fs::create_dir_all(&config.data_dir).map_err(in_dir)?;
    let ledger = Ledger::open(&config.data_dir.join("ledger.db"))?;
    let site = Site::new(config.name, config.kind, config.clock.clone())
        .crediting_at_once(config.credits_at_once);
    let of = site.clone();
    let imported = ledger.run(move |books| world::import(books, &of)).await;
    imported.map_err(|trouble| match trouble {
        Trouble::Fault(fault) => fault,
        Trouble::Refused(..) | Trouble::Hub(_) => {
            Fault::Broken(format!("import the world: {trouble}"))
        }
    })?;
    let address = |source| Fault::File {
        path: config.listen.to_string(),
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(address)?;
    let address = listener.local_addr().map_err(address)?;
    let hub = HubClient::new(HubSettings {
        url: config.hub_url,
        key: Arc::clone(&key),
        hub_keys: Arc::clone(&hub_keys),
        clock: config.clock.clone(),
        deadline: HUB_DEADLINE,
    });
    let faults = Faults::new(config.faults)
        .map_err(|wrong| Fault::Broken(format!("misbehave as configured: {wrong}")))?;
    let teller = Arc::new(Teller::new(site, ledger, hub, faults));
    let again = leaving::Again {
        key: Arc::clone(&key),
        clock: config.clock.clone(),
    };
    let auth = CallbackAuth {
        key,
        hub_keys,
        authorities: vec![address.to_string(), format!("localhost:{}", address.port())],
        clock: config.clock,
    };
    let endpoints = Arc::new(callbacks::Endpoints(Arc::clone(&teller)));
    let app = participant::callbacks::router(endpoints, auth, CALLBACK_BASE)
        .layer(axum::middleware::from_fn_with_state(again, leaving::layer))
        .merge(desk::router(Arc::clone(&teller)));
    Ok(Bound {
        listener,
        address,
        app,
        teller,
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
        let teller = Arc::clone(&self.teller);
        let chores = async {
            tokio::join!(chores::publish(&teller), chores::reconcile(&teller));
        };
        self.serve_beside(chores, shutdown).await
    }

    /// Serves beside what the institution does by itself; tests do that step by step.
    async fn serve_beside(
        self,
        chores: impl Future<Output = ()>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Fault> {
        let Bound {
            listener,
            address,
            app,
            teller,
        } = self;
        let (stop, stopping) = tokio::sync::watch::channel(());
        let mut stopped = stopping.clone();
        let app = app.into_make_service_with_connect_info::<leaving::On>();
        let server =
            axum::serve(leaving::Lines(listener), app).with_graceful_shutdown(async move {
                // The sender is dropped to say stop.
                drop(stopped.changed().await);
            });
        tracing::info!(participant = teller.site.me(), %address, simulated = true, "serving");
        let server = async { server.await };
        tokio::pin!(server, chores, shutdown);
        let ended = tokio::select! {
            ended = &mut server => Some(ended),
            () = &mut chores => None,
            () = &mut shutdown => None,
        };
        drop(stopping);
        drop(stop);
        let ended = match ended {
            Some(ended) => ended,
            // Whoever is still being served gets this long; the books are safe either way.
            None => drained(server, DRAIN).await,
        };
        tracing::info!(participant = teller.site.me(), "stopped");
        ended.map_err(|source| Fault::File {
            path: address.to_string(),
            source,
        })
    }
}

async fn drained(
    server: impl Future<Output = Result<(), std::io::Error>>,
    at_most: Duration,
) -> Result<(), std::io::Error> {
    tokio::time::timeout(at_most, server)
        .await
        .unwrap_or(Ok(()))
}

fn read_key(path: &Path) -> Result<SigningKey, Fault> {
    let pem = read_file(path)?;
    let unfit = || Fault::Broken(format!("no private key in `{}`", path.display()));
    let pem = core::str::from_utf8(&pem).map_err(|_text| unfit())?;
    SigningKey::from_pem(pem).map_err(|_key| unfit())
}

fn read_keys(path: &Path) -> Result<Jwks, Fault> {
    let document = read_file(path)?;
    let unfit = |_error| Fault::Broken(format!("no key set in `{}`", path.display()));
    Jwks::parse(&document).map_err(unfit)
}

fn read_file(path: &Path) -> Result<Vec<u8>, Fault> {
    let opened = fs::File::open(path).map_err(|source| file(path, source))?;
    let mut bytes = Vec::new();
    let read = opened.take(KEY_FILE_BYTES_MAX).read_to_end(&mut bytes);
    read.map_err(|source| file(path, source))?;
    Ok(bytes)
}

fn file(path: &Path, source: std::io::Error) -> Fault {
    Fault::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests;
