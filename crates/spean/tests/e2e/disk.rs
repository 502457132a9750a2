//! A disk that takes nothing more: the hub stops deciding, says so, and loses nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use participant::edge;
use participant::hub::HubClient;

use crate::network::{Up, client, house, json, wait};

/// Lets the process write no file beyond `bytes`; what it has stays as it is.
fn limit(pid: &str, bytes: &str) {
    let set = Command::new("prlimit")
        .args(["--pid", pid, &format!("--fsize={bytes}:")])
        .output()
        .expect("prlimit (util-linux) starts");
    assert!(set.status.success(), "{set:?}");
}

/// The status of a plain GET.
fn status(url: &str, path: &str) -> String {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {address}\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Cancels an id that nobody used, which is the smallest thing that must be written.
async fn write_something(client: &HubClient) -> Result<String, String> {
    let id = edge::payment_id();
    match client.cancel(&id).await {
        Ok(_cancelled) => Ok(id),
        Err(error) => {
            let problem = error.problem().expect("a problem");
            Err(problem.code().as_str().to_owned())
        }
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[test]
fn a_full_disk_stops_decisions_and_nothing_else() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI has prlimit");
        eprintln!("left out: a full disk, which needs `prlimit` (Debian's util-linux)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start_deaf_to_limits(folder.path());
    let hub = up.url("hub");
    let pid = up.description()["pids"]["hub"].to_string();
    let acleda = client(folder.path(), &hub, "acleda");
    let kept = wait(write_something(&acleda)).expect("the disk is well");
    assert_eq!(status(&hub, "/readyz"), "200");

    let log = size(&folder.path().join("hub/journal.db-wal"));
    let file = size(&folder.path().join("hub/journal.db"));
    limit(&pid, &log.max(file).to_string());
    // The log may have a little room left inside of its last page.
    let refused = (0..1_000).find_map(|_| wait(write_something(&acleda)).err());
    assert_eq!(refused.as_deref(), Some("journal_unavailable"));
    assert_eq!(status(&hub, "/readyz"), "503");
    assert_eq!(status(&hub, "/healthz"), "200");
    let audit = wait(house(folder.path(), &hub).audit()).expect("it can be read");
    assert!(audit.identities.iter().all(|identity| identity.holds));
    let seen = wait(acleda.payment(&kept)).expect("what was written is shown");
    assert_eq!(seen.payment_id, kept);

    limit(&pid, "unlimited");
    let deadline = Instant::now() + Duration::from_secs(30);
    while status(&hub, "/readyz") != "200" {
        assert!(Instant::now() < deadline, "it never finds out");
    }
    let after = wait(write_something(&acleda)).expect("the disk is well again");
    let folder = up.kill();
    let report = json(&["audit", "verify", "--json", &folder.to_string_lossy()]);
    assert_eq!(report["sound"], true, "{report}");
    let up = Up::start(&folder);
    let acleda = client(&folder, &up.url("hub"), "acleda");
    for id in [kept, after] {
        assert!(wait(acleda.payment(&id)).is_ok(), "acknowledged is kept");
    }
}
