//! Starting and ending the sandbox, and asking its files and its parties.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use participant::edge::Clock;
use participant::hub::{HubClient, HubSettings};
use sandbox::desk::client::DeskClient;
use serde_json::Value;
use wire::keys::{Jwks, SigningKey};

/// The binary under test.
pub(crate) fn spean(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spean"))
        .args(words)
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts")
}

/// Its JSON, after it said that all is well.
pub(crate) fn json(words: &[&str]) -> Value {
    let output = spean(words);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{words:?}: {:?}\n{stderr}\n{stdout}",
        output.status
    );
    serde_json::from_slice(&output.stdout).expect("one JSON object on stdout")
}

/// Holds a printed object against its schema in the documentation.
pub(crate) fn check_schema(printed: &Value, name: &str) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let text = std::fs::read_to_string(docs.join(name)).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator
        .iter_errors(printed)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// A sandbox that stays up, or the processes that are left of it.
pub(crate) struct Up {
    folder: PathBuf,
    supervisor: Child,
    /// Held so that the supervisor never writes into a closed pipe.
    _talk: (BufReader<ChildStdout>, ChildStderr),
    pub(crate) printed: String,
}

impl Up {
    /// Starts a sandbox on free ports and waits until it has printed what to try next.
    pub(crate) fn start(folder: &Path) -> Up {
        Up::start_as(Command::new(env!("CARGO_BIN_EXE_spean")), folder)
    }

    /// Processes that hear of a file's limit by an error, as of a full disk, and are not killed.
    pub(crate) fn start_deaf_to_limits(folder: &Path) -> Up {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
        shell.arg(env!("CARGO_BIN_EXE_spean"));
        Up::start_as(shell, folder)
    }

    fn start_as(mut command: Command, folder: &Path) -> Up {
        let mut supervisor = command
            .args(["sandbox", "--port", "0", "--data"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let stderr = supervisor.stderr.take().expect("stderr is piped");
        let mut stdout = BufReader::new(supervisor.stdout.take().expect("stdout is piped"));
        let mut printed = String::new();
        while !printed.contains("Interface for institutions") {
            let read = stdout.read_line(&mut printed).expect("stdout is text");
            assert!(read > 0, "the sandbox ended early:\n{printed}");
        }
        let folder = folder.canonicalize().expect("the folder is there");
        Up {
            folder,
            supervisor,
            _talk: (stdout, stderr),
            printed,
        }
    }

    pub(crate) fn description(&self) -> Value {
        let text = std::fs::read_to_string(self.folder.join("sandbox.json")).expect("written");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) fn sandbox_file(&self) -> String {
        self.folder
            .join("sandbox.json")
            .to_string_lossy()
            .into_owned()
    }

    pub(crate) fn url(&self, name: &str) -> String {
        self.description()["urls"][name]
            .as_str()
            .expect("an address")
            .to_owned()
    }

    pub(crate) fn desks(&self) -> BTreeMap<String, DeskClient> {
        ["acleda", "sathapana", "netstars", "fx1", "fx2"]
            .into_iter()
            .map(|name| (name.to_owned(), DeskClient::new(&self.url(name))))
            .collect()
    }

    /// The processes of hub and institutions.
    pub(crate) fn pids(&self) -> Vec<String> {
        let description = self.description();
        let pids = description["pids"].as_object().expect("process ids");
        pids.values().map(Value::to_string).collect()
    }

    pub(crate) fn supervisor_pid(&self) -> String {
        self.supervisor.id().to_string()
    }

    /// Waits for the supervisor to end by itself.
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.supervisor.wait().expect("the supervisor ends")
    }

    /// Kills every process at once, as a power cut would.
    pub(crate) fn kill(mut self) -> PathBuf {
        let pids = self.pids();
        self.supervisor.kill().expect("the supervisor is ours");
        for pid in pids {
            // A child may have noticed its parent's death already; then there is nobody to kill.
            let _gone = Command::new("kill").args(["-9", &pid]).output();
        }
        self.supervisor.wait().expect("the supervisor ends");
        self.folder.clone()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // Children end when their parent's pipe closes.
        let _ended = self.supervisor.kill();
        let _waited = self.supervisor.wait();
    }
}

/// One process of a sandbox's folder, started again by itself.
pub(crate) struct Alone {
    child: Child,
}

impl Alone {
    pub(crate) fn start(folder: &Path, name: &str) -> Alone {
        let (command, config) = match name {
            "hub" => ("serve", folder.join("hub/hub.toml")),
            name => ("institution", folder.join(name).join("institution.toml")),
        };
        let child = Command::new(env!("CARGO_BIN_EXE_spean"))
            .args([command, "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the process starts");
        Alone { child }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

/// A client of the hub with the operator's key of a sandbox.
pub(crate) fn house(folder: &Path, url: &str) -> HubClient {
    client(folder, url, "house")
}

/// A client of the hub with a participant's key of a sandbox.
pub(crate) fn client(folder: &Path, url: &str, name: &str) -> HubClient {
    let pem = folder.join(format!("keys/{name}.pem"));
    let pem = std::fs::read_to_string(pem).expect("the key is there");
    let keys = std::fs::read(folder.join("keys/hub.jwks")).expect("the keys are there");
    HubClient::new(HubSettings {
        url: url.to_owned(),
        key: SigningKey::from_pem(&pem).expect("a key").into(),
        hub_keys: Jwks::parse(&keys).expect("keys").into(),
        clock: Clock::system(),
        deadline: std::time::Duration::from_secs(10),
    })
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
