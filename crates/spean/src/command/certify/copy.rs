//! A simulated institution of a running sandbox, and a copy of it to be certified in its place.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use certify::Scheme;
use rusqlite::{Connection, OpenFlags};
use sandbox::desk::client::DeskClient;
use sandbox::institution::CALLBACK_BASE;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::known::{self, Known};
use crate::cli::CertifyArgs;
use crate::command::institution::{self, InstitutionFile};
use crate::command::sandbox::{Description, pointer};
use crate::exit::{self, Exit};

/// One that the description of a sandbox names.
pub(super) struct Simulated {
    name: String,
    url: String,
    folder: PathBuf,
    file: InstitutionFile,
}

/// A copy that is served by this process.
pub(super) struct Copy {
    url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    /// Dropping it removes the copied books.
    _folder: tempfile::TempDir,
}

impl Simulated {
    /// The institution whose address was typed, if a sandbox that we know of runs it.
    pub(super) fn find(args: &CertifyArgs) -> anyhow::Result<Option<Simulated>> {
        let Some(text) = description(args)? else {
            return Ok(None);
        };
        let description: Description =
            serde_json::from_str(&text).context("understand the sandbox's description")?;
        let is_meant = |url: &str| {
            let rest = args.participant.strip_prefix(url);
            rest.is_some_and(|rest| ["", CALLBACK_BASE].contains(&rest.trim_end_matches('/')))
        };
        let mut urls = description.urls.iter();
        let Some((name, url)) = urls.find(|(name, url)| *name != "hub" && is_meant(url)) else {
            return Ok(None);
        };
        let config = description.folder.join(name).join("institution.toml");
        let file = institution::read(&config)?;
        if sandbox::standing_rates(name).is_some() {
            let words = format!("certify `{name}`: an FX provider is never asked to credit");
            return Err(exit::error(Exit::Usage, words));
        }
        Ok(Some(Simulated {
            name: name.clone(),
            url: url.clone(),
            folder: description.folder,
            file,
        }))
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Where the hub would call it, were it at `url`.
    pub(super) fn callbacks(&self, url: &str) -> String {
        format!("{url}{CALLBACK_BASE}")
    }

    /// What need not be typed, asked of the desk at `url`.
    pub(super) async fn known(&self, url: &str) -> anyhow::Result<Known> {
        let scheme = match self.file.bank {
            Some(_) => Scheme::Khqr,
            None => Scheme::Jpqr,
        };
        let known = known::ask(&DeskClient::new(url), scheme.currency()).await?;
        Ok(Known {
            name: Some(self.name.clone()),
            scheme: Some(scheme),
            key: Some(self.key("hub.pem")),
            keys: Some(self.key(&format!("{}.jwks", self.name))),
            ..known
        })
    }

    /// Serves a copy of its books. It has no hub: it asks for nothing and tells nothing.
    pub(super) async fn copy(&self) -> anyhow::Result<Copy> {
        let folder = tempfile::Builder::new()
            .prefix("spean-certify-")
            .tempdir()
            .context("make a temporary folder")?;
        let books = self.folder.join(&self.name).join("ledger.db");
        copy_books(&books, &folder.path().join("ledger.db"))
            .with_context(|| format!("copy the books `{}`", books.display()))?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let file = InstitutionFile {
            listen: "127.0.0.1:0".to_owned(),
            hub_url: "http://127.0.0.1:0".to_owned(),
            hub_keys: text(self.key("hub.jwks")),
            key: text(self.key(&format!("{}.pem", self.name))),
            ..self.file.clone()
        };
        let config = institution::config(file, folder.path())?;
        let bound = sandbox::institution::bind(config)
            .await
            .context("serve the copy")?;
        let url = format!("http://{}", bound.address());
        let (stop, stopping) = oneshot::channel();
        let served = tokio::spawn(async move {
            let until = async {
                // Either it is told to stop or whoever would tell it is gone.
                let _told = stopping.await;
            };
            // What breaks shows in the report: the participant stops answering.
            let _ended = Box::pin(bound.serve(until)).await;
        });
        Ok(Copy {
            url,
            stop,
            served,
            _folder: folder,
        })
    }

    fn key(&self, file: &str) -> PathBuf {
        self.folder.join("keys").join(file)
    }
}

impl Copy {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it before its folder goes.
    pub(super) async fn close(self) {
        drop(self.stop);
        let _ended = self.served.await;
    }
}

/// The description that was named, or that beside the key, or that of the sandbox on port 7400.
fn description(args: &CertifyArgs) -> anyhow::Result<Option<String>> {
    if let Some(path) = &args.at.sandbox {
        let path = if path.is_dir() {
            path.join("sandbox.json")
        } else {
            path.clone()
        };
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("read `{}`", path.display()))?;
        return Ok(Some(text));
    }
    let key = args.key.as_deref().and_then(Path::parent);
    let beside = key
        .and_then(Path::parent)
        .map(|folder| folder.join("sandbox.json"));
    let places = beside.into_iter().chain([pointer(7400)]);
    // None of them has to be there: most participants are not simulated.
    Ok(places
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .next())
}

/// SQLite copies what is committed, whoever writes meanwhile.
fn copy_books(from: &Path, to: &Path) -> anyhow::Result<()> {
    let books = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    books.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}
