//! `spean keys`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use wire::keys::{Jwks, PublicKey, SigningKey};

use crate::cli::KeysCommand;
use crate::exit::Exit;
use crate::out;

pub(super) fn run(command: KeysCommand) -> anyhow::Result<Exit> {
    let KeysCommand::Generate { file } = command;
    let public = generate(&file)?;
    out::data(&public.kid().to_string());
    out::talk(&format!(
        "private: {}",
        file.with_extension("pem").display()
    ));
    out::talk(&format!(
        "public:  {}",
        file.with_extension("jwks").display()
    ));
    Ok(Exit::Done)
}

/// Makes a key pair beside each other; a private key that exists is never written over.
pub(super) fn generate(file: &Path) -> anyhow::Result<PublicKey> {
    let key = SigningKey::generate().context("make a key")?;
    let pem = file.with_extension("pem");
    let mut private = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&pem)
        .with_context(|| format!("write `{}`", pem.display()))?;
    private.write_all(key.to_pem().context("write a key")?.as_bytes())?;
    private.sync_all()?;
    write_jwks(&file.with_extension("jwks"), key.public())?;
    Ok(key.public())
}

fn write_jwks(path: &Path, key: PublicKey) -> anyhow::Result<()> {
    let document = Jwks::new([key]).context("write a public key")?.document();
    let text = serde_json::to_string_pretty(&document)?;
    std::fs::write(path, text + "\n").with_context(|| format!("write `{}`", path.display()))
}
