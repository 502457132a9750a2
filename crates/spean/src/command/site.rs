//! Where the sandbox is, for the commands that talk to its institutions.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use participant::edge::Clock;
use participant::hub::HubClient;
use sandbox::desk::client::{DeskClient, DeskError};

use super::sandbox::{BAKONG, Description, pointer};
use crate::cli::At;
use crate::exit::{self, Exit};

/// The sandbox that a command talks to.
pub(super) struct Site {
    description: Description,
}

impl Site {
    /// Reads the sandbox's description: the file given, or that of the default port.
    pub(super) fn find(at: &At) -> anyhow::Result<Site> {
        Self::at(at.sandbox.as_deref())
    }

    pub(super) fn at(sandbox: Option<&Path>) -> anyhow::Result<Site> {
        let path = match sandbox {
            Some(path) if path.is_dir() => path.join("sandbox.json"),
            Some(path) => path.to_owned(),
            None => pointer(7400),
        };
        let text = std::fs::read_to_string(&path).map_err(|_missing| {
            let words = format!(
                "find a running sandbox at `{}`: start one with `spean sandbox`, or name its \
                 sandbox.json with --sandbox",
                path.display()
            );
            exit::error(Exit::Unreachable, words)
        })?;
        let description = serde_json::from_str(&text)
            .with_context(|| format!("understand `{}`", path.display()))?;
        Ok(Site { description })
    }

    /// Where its books are.
    pub(super) fn folder(&self) -> &Path {
        &self.description.folder
    }

    /// The desk of an institution.
    pub(super) fn desk(&self, institution: &str) -> anyhow::Result<DeskClient> {
        let url = self
            .description
            .urls
            .get(institution)
            .filter(|_| is_institution(institution));
        let known: Vec<&str> = self.institutions().collect();
        let url = url.with_context(|| {
            format!(
                "find the institution `{institution}`; there are: {}",
                known.join(", ")
            )
        })?;
        Ok(DeskClient::new(url))
    }

    fn institutions(&self) -> impl Iterator<Item = &str> {
        self.description
            .urls
            .keys()
            .map(String::as_str)
            .filter(|name| is_institution(name))
    }

    /// The institution that an account belongs to: by the bank behind the `@`, or the one that
    /// has wallets with numbers.
    pub(super) fn institution_of(account: &str) -> &'static str {
        match account.rsplit_once('@').map(|(_, bank)| bank) {
            Some("aclb") => "acleda",
            Some("sthp") => "sathapana",
            Some(_) | None => "netstars",
        }
    }

    /// A client of the hub with a participant's key of this sandbox.
    pub(super) fn hub(&self, by: &str) -> anyhow::Result<HubClient> {
        if !self.description.keys.contains_key(by) || by == "hub" {
            let keys = self.description.keys.keys().map(String::as_str);
            let known: Vec<&str> = keys.filter(|name| *name != "hub").collect();
            let words = format!("ask as `{by}`; there are: {}", known.join(", "));
            return Err(exit::error(Exit::Usage, words));
        }
        let url = self
            .description
            .urls
            .get("hub")
            .context("find the hub's address")?;
        client(&self.description.folder, by, url, Clock::system())
    }
}

/// The hub and the simulated Bakong have no desk.
fn is_institution(name: &str) -> bool {
    name != "hub" && name != BAKONG
}

/// A client of the hub with one of the keys in a sandbox's folder.
pub(super) fn client(
    folder: &Path,
    name: &str,
    url: &str,
    clock: Clock,
) -> anyhow::Result<HubClient> {
    let key: PathBuf = folder.join("keys").join(format!("{name}.pem"));
    super::sandbox::client(&key, &folder.join("keys/hub.jwks"), url, clock)
}

/// A desk's no is a clear no; silence is something else.
pub(super) fn desk_error(doing: &str, error: &DeskError) -> anyhow::Error {
    let words = format!("{doing}: {error}");
    match error {
        DeskError::Problem(problem) => exit::refused(words, problem),
        DeskError::Unreachable(_)
        | DeskError::Deadline
        | DeskError::Malformed
        | DeskError::Unusable => exit::error(Exit::Unreachable, words),
    }
}
