//! Which room may know which. A room is defined by what it must not know; the table below is
//! that definition, and cargo's own reading of the manifests is what it is held against. Only
//! what a room is built of counts: a test may use whatever it needs.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use serde_json::Value;

use super::Complaint;

struct Room {
    name: &'static str,
    /// Rooms of ours; each stands above in the table.
    may_know: &'static [&'static str],
    crates: Crates,
}

/// Other people's crates.
enum Crates {
    Only(&'static [&'static str]),
    Not(&'static [&'static str]),
}

/// From the most ignorant to the one that knows all. Before a row grows, say what the room still
/// must not know.
const ROOMS: &[Room] = &[
    // Bakong names a payment by the MD5 of its code, customers' codes are Base64; nobody writes
    // either of his own.
    Room {
        name: "emvqr",
        may_know: &[],
        crates: Crates::Only(&["base64", "md-5"]),
    },
    // Sees the codec as an integrator does, and the kits of others as processes.
    Room {
        name: "conformance",
        may_know: &["emvqr"],
        crates: Crates::Only(&["anyhow", "serde_json"]),
    },
    // Text and shapes on pages: it knows no other room, and only here are the crates that shape
    // text and write PDF.
    Room {
        name: "typeset",
        may_know: &[],
        crates: Crates::Only(&["krilla", "rustybuzz", "thiserror"]),
    },
    // Only here is the crate that writes Parquet, which is heavy to build.
    Room {
        name: "parquet-out",
        may_know: &[],
        crates: Crates::Only(&["parquet", "thiserror"]),
    },
    // Pictures of texts: it does not know what a payload means, and only here are the crates that
    // draw and read pictures.
    Room {
        name: "qr-image",
        may_know: &["typeset"],
        crates: Crates::Only(&[
            "png",
            "qrcodegen",
            "rxing",
            "thiserror",
            "tiny-skia",
            "zune-core",
            "zune-jpeg",
        ]),
    },
    Room {
        name: "failpoint",
        may_know: &[],
        crates: Crates::Only(&[]),
    },
    Room {
        name: "money",
        may_know: &[],
        crates: Crates::Only(&[]),
    },
    // Two countries' days, without a clock: dates are computed by whoever keeps that best.
    Room {
        name: "calendar",
        may_know: &[],
        crates: Crates::Only(&["jiff"]),
    },
    Room {
        name: "ledger",
        may_know: &["money"],
        crates: Crates::Only(&[]),
    },
    // What messages say, and nothing of what becomes of them.
    Room {
        name: "iso20022",
        may_know: &["money"],
        crates: Crates::Only(&["jiff", "quick-xml", "thiserror"]),
    },
    Room {
        name: "switch",
        may_know: &["money", "calendar", "ledger"],
        crates: Crates::Only(&[]),
    },
    // It plays the hub's surroundings, and asks the real table what the hub does.
    Room {
        name: "model",
        may_know: &["switch"],
        crates: Crates::Only(&["stateright"]),
    },
    Room {
        name: "wire",
        may_know: &[],
        crates: Crates::Not(&["axum", "hyper", "hyper-util", "maud", "rusqlite", "tokio"]),
    },
    Room {
        name: "journal",
        may_know: &[],
        crates: Crates::Not(&["axum", "hyper", "maud", "serde", "serde_json", "utoipa"]),
    },
    Room {
        name: "projection",
        may_know: &["money", "calendar", "ledger", "switch", "journal"],
        crates: Crates::Not(&["axum", "hyper", "maud", "tokio", "utoipa"]),
    },
    Room {
        name: "engine",
        may_know: &[
            "failpoint",
            "money",
            "ledger",
            "switch",
            "journal",
            "projection",
        ],
        crates: Crates::Not(&[
            "axum",
            "hyper",
            "hyper-util",
            "maud",
            "utoipa",
            "utoipa-axum",
        ]),
    },
    // Everything of the hub that has no socket, in one thread.
    Room {
        name: "sim",
        may_know: &[
            "money",
            "calendar",
            "ledger",
            "switch",
            "journal",
            "projection",
            "engine",
        ],
        crates: Crates::Only(&[]),
    },
    Room {
        name: "telling",
        may_know: &[],
        crates: Crates::Only(&["rusqlite", "thiserror"]),
    },
    // It reads what the hub made and writes only its own file.
    Room {
        name: "backoffice",
        may_know: &[
            "money",
            "calendar",
            "ledger",
            "iso20022",
            "switch",
            "journal",
            "projection",
            "typeset",
            "wire",
        ],
        crates: Crates::Not(&["axum", "hyper", "hyper-util", "maud", "tokio", "utoipa"]),
    },
    // Makes up a year through the engine itself; nothing listens and nothing is signed.
    Room {
        name: "history",
        may_know: &[
            "money",
            "calendar",
            "iso20022",
            "switch",
            "journal",
            "projection",
            "engine",
            "backoffice",
        ],
        crates: Crates::Only(&["jiff", "thiserror"]),
    },
    Room {
        name: "participant",
        may_know: &["emvqr", "failpoint", "money", "wire"],
        crates: Crates::Not(&[]),
    },
    Room {
        name: "sandbox",
        may_know: &[
            "emvqr",
            "failpoint",
            "money",
            "calendar",
            "iso20022",
            "wire",
            "participant",
        ],
        crates: Crates::Not(&[]),
    },
    // It plays the hub, and must not know it: what it asks for follows from the wire alone.
    Room {
        name: "certify",
        may_know: &["money", "wire", "participant"],
        crates: Crates::Not(&["axum", "maud", "rusqlite"]),
    },
    Room {
        name: "server",
        may_know: &[
            "emvqr",
            "failpoint",
            "money",
            "calendar",
            "iso20022",
            "backoffice",
            "ledger",
            "iso20022",
            "switch",
            "wire",
            "journal",
            "projection",
            "engine",
            "telling",
            "backoffice",
            "participant",
            "backoffice",
        ],
        crates: Crates::Not(&["rusqlite", "tokio-postgres"]),
    },
    Room {
        name: "spean",
        may_know: &[
            "emvqr",
            "failpoint",
            "money",
            "calendar",
            "iso20022",
            "backoffice",
            "ledger",
            "switch",
            "wire",
            "journal",
            "projection",
            "engine",
            "history",
            "sim",
            "telling",
            "participant",
            "sandbox",
            "certify",
            "server",
            "qr-image",
            "typeset",
            "parquet-out",
            "backoffice",
        ],
        crates: Crates::Not(&["krilla", "png", "rustybuzz", "rxing"]),
    },
    // The bindings: leaves in a workspace of their own, which know the codec and nothing else.
    Room {
        name: "emvqr-common",
        may_know: &["emvqr"],
        crates: Crates::Only(&["jiff", "serde_json"]),
    },
    Room {
        name: "emvqr-c",
        may_know: &["emvqr", "emvqr-common"],
        crates: Crates::Only(&["serde_json"]),
    },
    Room {
        name: "emvqr-python",
        may_know: &["emvqr", "emvqr-common"],
        crates: Crates::Only(&["pyo3", "serde_json"]),
    },
    Room {
        name: "emvqr-no-std",
        may_know: &["emvqr"],
        crates: Crates::Only(&[]),
    },
    Room {
        name: "xtask",
        may_know: &[],
        crates: Crates::Only(&["anyhow", "serde_json"]),
    },
];

/// The folder of the other workspace.
pub(crate) const BINDINGS: &str = "bindings";

/// A crate of a workspace of ours, as its manifest says.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// Paths are relative to the repository's root.
    pub(super) manifest: String,
    /// The first file of the library and of every binary.
    pub(super) fronts: Vec<String>,
    /// What it is built of; dependencies of its tests are left out.
    pub(super) dependencies: Vec<String>,
}

pub(super) fn check(packages: &[Package]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in packages {
        let Some(room) = ROOMS.iter().find(|room| room.name == package.name) else {
            complaints.push(unknown_room(package));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.as_str();
            let is_room = packages.iter().any(|package| package.name == name);
            let is_allowed = match (is_room, &room.crates) {
                (true, _) => room.may_know.contains(&name),
                (false, Crates::Only(names)) => names.contains(&name),
                (false, Crates::Not(names)) => !names.contains(&name),
            };
            if !is_allowed {
                complaints.push(forbidden_edge(package, name));
            }
        }
    }
    complaints
}

pub(crate) fn target_folder(root: &Path) -> anyhow::Result<PathBuf> {
    let metadata = metadata(root)?;
    Ok(PathBuf::from(text(&metadata, "target_directory")?))
}

/// Those of both workspaces.
pub(super) fn packages(root: &Path) -> anyhow::Result<Vec<Package>> {
    let ours = metadata(root)?;
    let workspace = text(&ours, "workspace_root")?;
    let bindings = metadata(&root.join(BINDINGS))?;
    let packages = list(&ours, "packages")?.iter();
    packages
        .chain(list(&bindings, "packages")?)
        .map(|package| read(package, workspace))
        .collect()
}

fn unknown_room(package: &Package) -> Complaint {
    let what = "room has no row in xtask/src/tidy/rooms.rs: say what it may know";
    Complaint {
        path: package.manifest.clone(),
        line: 0,
        what: what.to_owned(),
    }
}

fn forbidden_edge(package: &Package, dependency: &str) -> Complaint {
    let what = format!("room must not know `{dependency}`");
    Complaint {
        path: package.manifest.clone(),
        line: 0,
        what,
    }
}

/// The manifests alone are read: no network, no lock file, nothing is built.
fn metadata(root: &Path) -> anyhow::Result<Value> {
    let output = crate::cargo()
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .context("failed to start `cargo metadata`")?;
    if !output.status.success() {
        bail!(
            "`cargo metadata` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    serde_json::from_slice(&output.stdout).context("failed to read what `cargo metadata` printed")
}

fn read(package: &Value, workspace: &str) -> anyhow::Result<Package> {
    let mut dependencies = Vec::new();
    for dependency in list(package, "dependencies")? {
        if dependency.get("kind").and_then(Value::as_str) != Some("dev") {
            dependencies.push(text(dependency, "name")?.to_owned());
        }
    }
    let mut fronts = Vec::new();
    for target in list(package, "targets")? {
        let is_front = |kind: &Value| kind == "lib" || kind == "bin";
        if list(target, "kind")?.iter().any(is_front) {
            fronts.push(relative(text(target, "src_path")?, workspace)?);
        }
    }
    Ok(Package {
        name: text(package, "name")?.to_owned(),
        manifest: relative(text(package, "manifest_path")?, workspace)?,
        fronts,
        dependencies,
    })
}

fn relative(path: &str, workspace: &str) -> anyhow::Result<String> {
    let path = Path::new(path)
        .strip_prefix(workspace)
        .context("package is outside the root")?;
    let parts = path.iter().map(|part| part.to_string_lossy());
    Ok(parts.collect::<Vec<_>>().join("/"))
}

fn text<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    let found = value.get(key).and_then(Value::as_str);
    found.with_context(|| format!("no text in cargo's metadata `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a Vec<Value>> {
    let found = value.get(key).and_then(Value::as_array);
    found.with_context(|| format!("no list in cargo's metadata `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            fronts: vec![],
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
        }
    }

    fn check(name: &str, dependencies: &[&str], forbidden: &[&str]) {
        let mut packages = vec![package(name, dependencies)];
        let others = ROOMS.iter().filter(|room| room.name != name);
        packages.extend(others.map(|room| package(room.name, &[])));
        let actual: Vec<String> = super::check(&packages)
            .iter()
            .map(|complaint| complaint.what.clone())
            .collect();
        let expected: Vec<String> = forbidden
            .iter()
            .map(|name| format!("room must not know `{name}`"))
            .collect();
        assert_eq!(actual, expected, "{name}");
    }

    #[test]
    fn forbidden_edges_are_found() {
        check("switch", &["money", "ledger"], &[]);
        check("switch", &["serde", "journal"], &["serde", "journal"]);
        check("emvqr", &["money"], &["money"]);
        check("iso20022", &["money", "jiff", "switch"], &["switch"]);
        check("model", &["switch", "stateright", "engine"], &["engine"]);
        check(
            "journal",
            &["rusqlite", "serde", "money"],
            &["serde", "money"],
        );
        check(
            "engine",
            &["switch", "tokio", "axum", "wire"],
            &["axum", "wire"],
        );
        check("telling", &["rusqlite", "tokio"], &["tokio"]);
        check("qr-image", &["png", "emvqr", "jiff"], &["emvqr", "jiff"]);
        check("sandbox", &["wire", "axum", "switch"], &["switch"]);
        check(
            "certify",
            &["wire", "server", "sandbox"],
            &["server", "sandbox"],
        );
        check("server", &["engine", "axum", "rusqlite"], &["rusqlite"]);
        check("spean", &["server", "clap"], &[]);
        check("xtask", &["anyhow", "clap"], &["clap"]);
    }

    #[test]
    fn room_without_a_row_is_found() {
        let complaints = super::check(&[package("cellar", &[])]);
        assert_eq!(complaints.len(), 1);
        assert!(super::check(&[package("money", &[])]).is_empty());
    }

    #[test]
    fn rooms_know_only_rooms_above_them() {
        for (index, room) in ROOMS.iter().enumerate() {
            for known in room.may_know {
                let is_above = ROOMS[..index].iter().any(|above| above.name == *known);
                assert!(is_above, "{} stands above {known}", room.name);
            }
        }
    }

    #[test]
    fn every_row_has_its_room() {
        let packages = packages(&crate::root().unwrap()).unwrap();
        for room in ROOMS {
            assert!(
                packages.iter().any(|package| package.name == room.name),
                "{}",
                room.name
            );
        }
        let xtask = packages
            .iter()
            .find(|package| package.name == "xtask")
            .unwrap();
        assert_eq!(xtask.manifest, "xtask/Cargo.toml");
        assert_eq!(xtask.fronts, ["xtask/src/main.rs"]);
        assert_eq!(xtask.dependencies, ["anyhow", "serde_json"]);
    }
}
