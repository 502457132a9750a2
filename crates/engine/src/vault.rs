//! Keys for what the journal must not hold: the parties' data and the payers' pseudonyms.
//!
//! # Doctrine
//!
//! * The journal keeps commitments; the parties' data stands beside it, sealed under a key for
//!   its participant and month. Destroying the key file erases the data of that month, and the
//!   chain still verifies, because nothing in the chain changes.
//! * A key is durable before the first row that it seals, or a crash would leave rows that
//!   nobody can ever open. It is written under another name, synced, linked to its own, and the
//!   folder is synced: a crash leaves a whole key or none, and no key is ever written over.
//! * The item's id is part of what is sealed, so that a row cannot be moved to another payment.
//! * A payer's pseudonym is keyed by a stable key of its participant that never leaves this
//!   folder: limits replay and payers can be counted, and nobody can go back from it by trying
//!   all account numbers.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hmac, rand};
use journal::PartyRow;

use crate::limits::VAULT_KEYS_MAX;

const KEY_BYTES: usize = 32;

/// Why data could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The folder or a key file could not be used.
    #[error("use the key folder")]
    Folder(#[from] std::io::Error),
    /// A key file is not 32 bytes.
    #[error("read a key of the wrong length")]
    Length,
    /// The key was destroyed: the data is erased.
    #[error("open data whose key was destroyed")]
    Erased,
    /// The data was changed, or is of another item.
    #[error("open data that was changed")]
    Changed,
    /// The system gave no randomness, or the cipher failed.
    #[error("seal data")]
    Cipher,
}

/// The keys, by file name.
#[derive(Debug)]
pub struct Vault {
    folder: PathBuf,
    keys: Mutex<BTreeMap<String, [u8; KEY_BYTES]>>,
}

impl Vault {
    /// Opens the folder of keys; makes it, for its owner only, if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        if !folder.is_dir() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            keys: Mutex::default(),
        })
    }

    /// Seals the data of an item's parties under the key of a participant and month (202611).
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn seal(
        &self,
        item: [u8; 16],
        participant: u16,
        month: u32,
        plain: &[u8],
    ) -> Result<PartyRow, VaultError> {
        let key = self.key(&party_file(participant, month), Missing::Make)?;
        let mut text = plain.to_vec();
        let nonce = cipher(&key)?
            .seal_in_place_append_tag(Aad::from(item), &mut text)
            .map_err(|_unspecified| VaultError::Cipher)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(PartyRow {
            item,
            participant,
            month,
            sealed,
        })
    }

    /// Opens what [`Vault::seal`] made.
    ///
    /// # Errors
    /// [`VaultError::Erased`] when the key was destroyed, [`VaultError::Changed`] when the row
    /// is not as it was sealed.
    pub fn unseal(&self, row: &PartyRow) -> Result<Vec<u8>, VaultError> {
        let key = self.key(&party_file(row.participant, row.month), Missing::Refuse)?;
        let (nonce, text) = row
            .sealed
            .split_at_checked(NONCE_LEN)
            .ok_or(VaultError::Changed)?;
        let nonce =
            Nonce::try_assume_unique_for_key(nonce).map_err(|_unspecified| VaultError::Changed)?;
        let mut text = text.to_vec();
        let plain = cipher(&key)?
            .open_in_place(nonce, Aad::from(row.item), &mut text)
            .map_err(|_unspecified| VaultError::Changed)?;
        Ok(plain.to_vec())
    }

    /// The pseudonym of a payer's account at its participant.
    ///
    /// # Errors
    /// When the participant's key can be neither read nor made.
    pub fn pseudonym(&self, participant: u16, account: &str) -> Result<u128, VaultError> {
        self.half(participant, "payer", account)
    }

    /// The pseudonym of a shop, by its store id or account, at the participant that answers for
    /// it. Never the payer's of the same account: who shops where one also sells is not told.
    ///
    /// # Errors
    /// As [`Vault::pseudonym`].
    pub fn shop_pseudonym(&self, participant: u16, shop: &str) -> Result<u128, VaultError> {
        self.half(participant, "shop", shop)
    }

    fn half(&self, participant: u16, what: &str, name: &str) -> Result<u128, VaultError> {
        let tag = self.keyed(participant, what, name.as_bytes())?;
        let half = tag.first_chunk::<16>().copied().ok_or(VaultError::Cipher)?;
        Ok(u128::from_be_bytes(half))
    }

    /// A keyed hash of what identifies a request. The plain hash of a request with a name in it
    /// would tell whoever has the journal and a list of names whose it was.
    ///
    /// # Errors
    /// As [`Vault::pseudonym`].
    pub fn request_digest(
        &self,
        participant: u16,
        plain: &[u8; 32],
    ) -> Result<[u8; 32], VaultError> {
        self.keyed(participant, "request", plain)
    }

    fn keyed(&self, participant: u16, what: &str, bytes: &[u8]) -> Result<[u8; 32], VaultError> {
        let key = self.key(&format!("{participant}-payers.key"), Missing::Make)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let mut context = hmac::Context::with_key(&key);
        // The uses have names of which none begins another and a byte between, so that no
        // account can be a request, and none a shop.
        context.update(what.as_bytes());
        context.update(&[0]);
        context.update(bytes);
        context
            .sign()
            .as_ref()
            .try_into()
            .map_err(|_length| VaultError::Cipher)
    }

    fn key(&self, name: &str, missing: Missing) -> Result<[u8; KEY_BYTES], VaultError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(name);
        // The file is asked every time: destroying it must work while the hub runs.
        // A folder that cannot be read is not a key that is not there: making one then would put a
        // new key in the place of a good one.
        if !path.try_exists()? {
            keys.remove(name);
            match missing {
                Missing::Refuse => return Err(VaultError::Erased),
                Missing::Make => make_key(&self.folder, &path)?,
            }
        }
        if let Some(key) = keys.get(name) {
            return Ok(*key);
        }
        let bytes = fs::read(&path)?;
        let key: [u8; KEY_BYTES] = bytes.try_into().map_err(|_length| VaultError::Length)?;
        if keys.len() >= VAULT_KEYS_MAX {
            keys.pop_first();
        }
        keys.insert(name.to_owned(), key);
        Ok(key)
    }
}

#[derive(Clone, Copy)]
enum Missing {
    Make,
    Refuse,
}

fn party_file(participant: u16, month: u32) -> String {
    format!("{participant}-{month}.key")
}

fn cipher(key: &[u8; KEY_BYTES]) -> Result<RandomizedNonceKey, VaultError> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_unspecified| VaultError::Cipher)
}

fn make_key(folder: &Path, path: &Path) -> Result<(), VaultError> {
    let mut key = [0_u8; KEY_BYTES];
    rand::fill(&mut key).map_err(|_unspecified| VaultError::Cipher)?;
    let draft = path.with_extension("draft");
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // A link is made only where nothing is: a key is never written over.
    fs::hard_link(&draft, path)?;
    fs::remove_file(&draft)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: [u8; 16] = [7; 16];

    #[test]
    fn sealed_data_opens_for_its_item_only_and_not_after_erasing() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("keys")).unwrap();
        let row = vault.seal(ITEM, 3, 202_611, b"Sokha, 012").unwrap();
        assert!(!row.sealed.windows(5).any(|window| window == b"Sokha"));
        assert_eq!(vault.unseal(&row).unwrap(), b"Sokha, 012");
        let moved = PartyRow {
            item: [8; 16],
            ..row.clone()
        };
        assert!(matches!(vault.unseal(&moved), Err(VaultError::Changed)));
        let mut bent = row.clone();
        bent.sealed[20] ^= 1;
        assert!(matches!(vault.unseal(&bent), Err(VaultError::Changed)));
        let short = PartyRow {
            sealed: vec![1; 5],
            ..row.clone()
        };
        assert!(matches!(vault.unseal(&short), Err(VaultError::Changed)));
        let again = Vault::open(&folder.path().join("keys")).unwrap();
        assert_eq!(again.unseal(&row).unwrap(), b"Sokha, 012");
        fs::remove_file(folder.path().join("keys/3-202611.key")).unwrap();
        assert!(matches!(vault.unseal(&row), Err(VaultError::Erased)));
        assert!(matches!(again.unseal(&row), Err(VaultError::Erased)));
    }

    #[test]
    fn a_pseudonym_is_stable_for_an_account_and_differs_by_participant() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let one = vault.pseudonym(1, "sokha@aclb").unwrap();
        let again = Vault::open(folder.path())
            .unwrap()
            .pseudonym(1, "sokha@aclb")
            .unwrap();
        assert_eq!(one, again);
        assert_ne!(one, vault.pseudonym(2, "sokha@aclb").unwrap());
        assert_ne!(one, vault.pseudonym(1, "dara@aclb").unwrap());
        let shop = vault.shop_pseudonym(1, "sokha@aclb").unwrap();
        assert_ne!(
            one, shop,
            "a payer that is also a shop is not seen to be one"
        );
        assert_eq!(shop, vault.shop_pseudonym(1, "sokha@aclb").unwrap());
        assert_ne!(shop, vault.shop_pseudonym(2, "sokha@aclb").unwrap());
    }

    #[test]
    fn a_request_is_recognised_again_and_cannot_be_guessed_without_the_key() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let vault = Vault::open(here.path()).unwrap();
        let one = vault.request_digest(1, &[7; 32]).unwrap();
        assert_eq!(one, vault.request_digest(1, &[7; 32]).unwrap());
        assert_ne!(one, vault.request_digest(1, &[8; 32]).unwrap());
        assert_ne!(one, vault.request_digest(2, &[7; 32]).unwrap());
        let other = Vault::open(there.path()).unwrap();
        assert_ne!(one, other.request_digest(1, &[7; 32]).unwrap());
    }

    #[test]
    fn a_folder_that_cannot_be_read_makes_no_new_key() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        // A name that no file system takes stands for a disk that does not answer.
        let name = format!("{}.key", "x".repeat(300));
        assert!(matches!(
            vault.key(&name, Missing::Make),
            Err(VaultError::Folder(_))
        ));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
