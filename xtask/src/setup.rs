//! The test lane's own set-up. What the tests need beyond rustup's toolchain is listed in
//! `ci/apt.txt`; as root on a Debian-like system it is announced and installed, everywhere else
//! the run goes on without it and says what was left out and how to get it. Clients of others in
//! Python (`ci/pip.txt`) are installed below `target/`, which anybody may. On CI nothing may be
//! left out, because a check that silently did not run is worse than one that failed.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::Notes;

mod python;

/// Where the conformance data lies: vectors and schemas too large or not ours to commit.
const DATA_VARIABLE: &str = "SPEAN_CONFORMANCE_DIR";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Install {
    Allowed,
    Prevented,
    /// The lane uses no package, so a missing one is nothing to report.
    NotNeeded,
}

/// One line of `ci/apt.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Need {
    package: String,
    program: String,
    /// What does not run without it.
    used_for: String,
}

/// What will not run, and how to get it.
#[derive(Debug, PartialEq, Eq)]
struct LeftOut {
    what: String,
    how: String,
}

pub(crate) fn prepare(root: &Path, install: Install) -> anyhow::Result<Notes> {
    let mut left_out = match install {
        Install::Allowed => packages(root, install_missing)?,
        Install::Prevented => packages(root, |_| Ok(()))?,
        Install::NotNeeded => Vec::new(),
    };
    if install != Install::NotNeeded {
        left_out.extend(python::packages(
            root,
            &python::CLIENTS,
            install == Install::Allowed,
        )?);
    }
    left_out.extend(data(env::var_os(DATA_VARIABLE).as_deref())?);
    report(&left_out, crate::is_ci())
}

/// What builds the Python module, installed if need be: the folder, or a remark on what is
/// missing.
pub(crate) fn build_tools(root: &Path) -> anyhow::Result<Result<PathBuf, Notes>> {
    let left_out = python::packages(root, &python::BUILD_TOOLS, true)?;
    match left_out {
        None => Ok(Ok(python::BUILD_TOOLS.folder(root)?)),
        Some(left_out) => Ok(Err(report(&[left_out], crate::is_ci())?)),
    }
}

fn report(left_out: &[LeftOut], is_ci: bool) -> anyhow::Result<Notes> {
    let line = |item: &LeftOut| format!("left out: {}; to have it: {}", item.what, item.how);
    let notes: Notes = left_out.iter().map(line).collect();
    if is_ci && !notes.is_empty() {
        bail!("nothing may be left out when CI=true\n{}", notes.join("\n"));
    }
    Ok(notes)
}

fn packages(
    root: &Path,
    install: impl FnOnce(&[Need]) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<LeftOut>> {
    let path = root.join("ci/apt.txt");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("failed to read `{}`", path.display()))?;
    let missing = missing(&parse(&text)?);
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    install(&missing)?;
    Ok(self::missing(&missing).into_iter().map(without).collect())
}

fn parse(text: &str) -> anyhow::Result<Vec<Need>> {
    let mut needs = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [package, program, used_for] = parts.as_slice() else {
            bail!("failed to read ci/apt.txt: want `package | program | used for` in `{line}`");
        };
        needs.push(Need {
            package: (*package).to_owned(),
            program: (*program).to_owned(),
            used_for: (*used_for).to_owned(),
        });
    }
    Ok(needs)
}

fn missing(needs: &[Need]) -> Vec<Need> {
    needs
        .iter()
        .filter(|need| !is_present(need))
        .cloned()
        .collect()
}

/// The program is looked for first, since that works on every system; dpkg knows about
/// packages whose programs lie outside the search path.
fn is_present(need: &Need) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|folder| folder.join(&need.program).is_file()) {
        return true;
    }
    let answer = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Status}", &need.package])
        .stdin(Stdio::null())
        .output();
    answer.is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

fn without(need: Need) -> LeftOut {
    let how = format!(
        "install `{}` (Debian: apt-get install {})",
        need.program, need.package
    );
    LeftOut {
        what: need.used_for,
        how,
    }
}

/// Does nothing where it may not install; a failed installation is no failure by itself, since
/// what is still missing afterwards is reported as left out.
fn install_missing(missing: &[Need]) -> anyhow::Result<()> {
    if !Path::new("/etc/debian_version").exists() || !is_root() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package.as_str()).collect();
    eprintln!("    will install with apt-get: {}", names.join(" "));
    apt_get(&["update", "--quiet"])?;
    let mut arguments = vec!["install", "--quiet", "--yes", "--no-install-recommends"];
    arguments.extend(names);
    apt_get(&arguments)
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .context("failed to start `apt-get`")?;
    if !status.success() {
        eprintln!("    apt-get {} ended with {status}", arguments.join(" "));
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // The owner of our own process folder is who we are; std has no call for it.
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}

/// A variable that is not set leaves the vectors out; one that points nowhere is a mistake.
fn data(folder: Option<&OsStr>) -> anyhow::Result<Option<LeftOut>> {
    let Some(folder) = folder else {
        return Ok(Some(LeftOut {
            what: "the conformance vectors".to_owned(),
            how: format!("set {DATA_VARIABLE} to the folder that holds `qr/vectors.jsonl`"),
        }));
    };
    if !Path::new(folder).is_dir() {
        bail!("{DATA_VARIABLE} is not a folder `{}`", folder.display());
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(package: &str, program: &str) -> Need {
        let used_for = format!("the tests with {program}");
        Need {
            package: package.to_owned(),
            program: program.to_owned(),
            used_for,
        }
    }

    #[test]
    fn list_of_packages_is_read_strictly() {
        let text = "# why\n\nlibfoo-bin | foo | the tests with foo\n";
        assert_eq!(parse(text).unwrap(), [need("libfoo-bin", "foo")]);
        assert!(parse("libfoo-bin foo").is_err());
        assert!(parse("libfoo-bin | foo").is_err());
    }

    #[test]
    fn committed_list_is_readable() {
        let path = crate::root().unwrap().join("ci/apt.txt");
        parse(&fs::read_to_string(path).unwrap()).unwrap();
    }

    #[test]
    fn only_absent_programs_are_missing() {
        let needs = [
            need("no-such-package", "cargo"),
            need("no-such-package", "no-such-program"),
        ];
        assert_eq!(
            missing(&needs),
            [need("no-such-package", "no-such-program")]
        );
    }

    #[test]
    fn left_out_is_a_remark_for_people_and_a_failure_on_ci() {
        let left_out = [without(need("libfoo-bin", "foo"))];
        let line = "left out: the tests with foo; \
                    to have it: install `foo` (Debian: apt-get install libfoo-bin)";
        assert_eq!(report(&left_out, false).unwrap(), [line]);
        assert!(
            report(&left_out, true)
                .unwrap_err()
                .to_string()
                .contains(line)
        );
        assert_eq!(report(&[], true).unwrap(), Notes::new());
    }

    #[test]
    fn data_folder_is_absent_present_or_wrong() {
        assert!(data(None).unwrap().is_some());
        assert_eq!(
            data(Some(crate::root().unwrap().as_os_str())).unwrap(),
            None
        );
        assert!(data(Some(OsStr::new("no/such/folder"))).is_err());
    }
}
