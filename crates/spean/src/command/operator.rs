//! Who operates: an operator of the sandbox, or whoever has a key.

use std::path::Path;

use anyhow::Context as _;
use participant::edge::Clock;
use participant::http::CallError;
use participant::hub::HubClient;
use wire::keys::SigningKey;

use super::site::Site;
use crate::cli::Operator;
use crate::exit::{self, Exit};

/// A client of the hub with the operator's key.
pub(super) fn client(operator: &Operator) -> anyhow::Result<HubClient> {
    match (&operator.name, &operator.key) {
        (Some(name), _) => Site::at(operator.sandbox.as_deref())?.hub(name),
        (None, Some(key)) => {
            let url = operator.hub.as_deref().context("know where the hub is")?;
            let keys = operator.hub_keys.as_deref();
            let keys = keys.context("know the hub's public keys")?;
            super::sandbox::client(key, keys, url, Clock::system())
        }
        (None, None) => Err(exit::error(
            Exit::Usage,
            "know who operates: give --as NAME or --key FILE",
        )),
    }
}

/// What the holder of a key file is called where nobody gave a name: the key's own id.
pub(super) fn key_name(key: &Path) -> anyhow::Result<String> {
    let pem = std::fs::read_to_string(key)
        .with_context(|| format!("read the key `{}`", key.display()))?;
    let key = SigningKey::from_pem(&pem).context("understand the key")?;
    Ok(key.kid().to_string())
}

/// The hub's no is a clear no; silence is something else.
pub(super) fn no(doing: &str, error: &CallError) -> anyhow::Error {
    let words = format!("{doing}: {error}");
    match error.problem() {
        Some(problem) => exit::refused(words, problem),
        None => exit::error(Exit::Unreachable, words),
    }
}
