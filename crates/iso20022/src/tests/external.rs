//! What we write, judged by validators that others wrote, against the schemas of ISO 20022.
//! Schemas and tools lie outside the repository; what is missing is left out with a line, but
//! never in CI.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::draw::messages;
use crate::Version;

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn left_out(what: &str) {
    assert!(!is_ci(), "CI has {what}");
    eprintln!("left out: messages judged by others, which needs {what}");
}

/// The folder of the schemas.
fn schemas() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("SPEAN_CONFORMANCE_DIR") else {
        left_out("the schemas, set SPEAN_CONFORMANCE_DIR to the folder that holds iso20022/");
        return None;
    };
    Some(PathBuf::from(folder).join("iso20022"))
}

/// Where `cargo xtask test` has put the Python packages of others.
pub(super) fn python() -> Option<PathBuf> {
    let program = std::env::current_exe().unwrap();
    let folders = program
        .ancestors()
        .map(|folder| folder.join("xtask/python"));
    let found = folders
        .into_iter()
        .find(|folder| folder.join("pip.txt").exists());
    if found.is_none() {
        left_out("Python packages, run `cargo xtask test`");
    }
    found
}

/// What a script prints.
pub(super) fn run_python(packages: &Path, script: &str, arguments: &[String]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(script);
    let output = Command::new("python3")
        .arg(script)
        .args(arguments)
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .expect("python3 starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The examples' files, and messages drawn at random and written to files, for each version.
fn write(folder: &Path, seeds: u64) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let example = |version: &Version| {
        let name = version.name();
        (name, vec![golden.join(format!("{name}.xml"))])
    };
    let mut files: BTreeMap<&'static str, Vec<PathBuf>> =
        Version::ALL.iter().map(example).collect();
    for seed in 0..seeds {
        for message in messages(seed) {
            let name = message.version().name();
            let path = folder.join(format!("{name}-{seed}.xml"));
            std::fs::write(&path, message.to_xml().unwrap()).unwrap();
            files.entry(name).or_default().push(path);
        }
    }
    files
}

/// A file that no schema takes: a validator that does not mind it is none.
fn spoilt(folder: &Path) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages/pacs.008.001.09.xml");
    let text = std::fs::read_to_string(golden).unwrap();
    let path = folder.join("spoilt.xml");
    std::fs::write(&path, text.replace("<ChrgBr>SLEV<", "<ChrgBr>NONE<")).unwrap();
    path
}

fn xmllint(schema: &Path, files: &[PathBuf]) -> Result<(), String> {
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args(files)
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = lines
        .lines()
        .filter(|line| !line.ends_with("validates"))
        .collect();
    if output.status.success() {
        Ok(())
    } else {
        Err(errors.join("\n"))
    }
}

#[test]
fn xmllint_finds_every_message_valid() {
    let Some(schemas) = schemas() else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        return left_out("`xmllint` (Debian's libxml2-utils)");
    }
    let folder = tempfile::tempdir().unwrap();
    for (version, files) in write(folder.path(), 40) {
        let schema = schemas.join(format!("{version}.xsd"));
        assert_eq!(xmllint(&schema, &files), Ok(()), "{version}");
    }
    let schema = schemas.join("pacs.008.001.09.xsd");
    let error = xmllint(&schema, &[spoilt(folder.path())]).unwrap_err();
    assert!(error.contains("ChrgBr"), "{error}");
}

#[test]
fn xmlschema_finds_every_message_valid() {
    let (Some(schemas), Some(packages)) = (schemas(), python()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = Vec::new();
    for (version, mut files) in write(folder.path(), 4) {
        if version == "pacs.008.001.09" {
            files.push(spoilt(folder.path()));
        }
        arguments.push(schemas.join(format!("{version}.xsd")).display().to_string());
        arguments.extend(files.iter().map(|file| file.display().to_string()));
        arguments.push("--".to_owned());
    }
    let errors = run_python(&packages, "validate.py", &arguments);
    let files = errors
        .lines()
        .map(|line| line.split_once(".xml ").unwrap().0);
    let spoilt: Vec<&str> = files.filter(|file| file.ends_with("spoilt")).collect();
    assert_eq!(spoilt.len(), errors.lines().count(), "{errors}");
    assert_eq!(spoilt.len(), 1, "{errors}");
}
