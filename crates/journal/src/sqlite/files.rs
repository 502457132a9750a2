//! The files round the database: the folder, the file itself before SQLite sees it, the writer's
//! lock, and the sync of the log.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Fault, OpenError};

/// Held by the writer as long as it lives. The file stays behind: removing it would let two
/// writers lock two files of the same name.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    pub(super) fn take(path: &Path) -> Result<WriterLock, OpenError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = private(&mut options)
            .open(beside(path, "-lock"))
            .map_err(Fault::from)?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked(path.to_path_buf())),
            Err(TryLockError::Error(error)) => Err(OpenError::Fault(error.into())),
        }
    }
}

/// SQLite gives some relative names (`:memory:`, the empty one) a meaning of their own; an
/// absolute path has none.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    Ok(std::path::absolute(path).map_err(Fault::from)?)
}

/// The one name of the file. SQLite keeps the log beside the file that a link points to, so the
/// lock and the sync of the log must go there too, whatever name the caller uses.
pub(super) fn resolve(path: PathBuf) -> Result<PathBuf, OpenError> {
    if path.exists() {
        return Ok(path.canonicalize().map_err(Fault::from)?);
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => Ok(folder.canonicalize().map_err(Fault::from)?.join(name)),
        (None, _) | (_, None) => Ok(path),
    }
}

pub(super) fn create_folder(path: &Path) -> Result<(), OpenError> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Fault::from)?;
    if let Some(above) = folder.parent() {
        sync_folder(above)?;
    }
    Ok(())
}

/// Makes the file, so that it and the log beside it (which copies its mode) are never readable by
/// others. A file that exists keeps the mode that somebody gave it.
pub(super) fn create_private(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    match private(&mut options).open(path) {
        Ok(_) => path.parent().map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(OpenError::Fault(error.into())),
    }
}

/// Makes what lies in the log durable, whoever wrote it.
pub(super) fn sync_log(path: &Path) -> Result<(), Fault> {
    match File::open(beside(path, "-wal")) {
        Ok(log) => Ok(log.sync_all()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A new name is durable when its folder is.
fn sync_folder(folder: &Path) -> Result<(), OpenError> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Fault::from)?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
