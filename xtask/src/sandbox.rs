//! Plays the sandbox's story as a newcomer would, with the release binary, and believes nothing
//! but what it prints: exit code 0, one JSON object, payments in it, every identity holding.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::tidy::rooms;

/// The story takes a few seconds; a machine with both cores busy needs ten times as long, and
/// after twice that again nobody is going to answer.
const STORY_SECONDS_MAX: u64 = 120;
const POLL: Duration = Duration::from_millis(50);

pub(crate) fn play(root: &Path, run: &str) -> anyhow::Result<()> {
    let target = rooms::target_folder(root)?;
    let folder = target.join("xtask/sandbox").join(run);
    if folder.exists() {
        fs::remove_dir_all(&folder).context("failed to remove the last run's folder")?;
    }
    fs::create_dir_all(&folder).context("failed to create the run's folder")?;
    // A file rather than a pipe: nobody has to drain it while we wait.
    let story = folder.join("story.json");
    let mut command = Command::new(target.join("release/spean"));
    command
        .args(["sandbox", "--once", "--json", "--data"])
        .arg(folder.join("data"))
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(File::create(&story).context("failed to create the story's file")?);
    let status = finish(&mut command)?;
    if !status.success() {
        bail!(
            "sandbox ended with {status}; its data is in `{}`",
            folder.display()
        );
    }
    judge(&fs::read_to_string(&story).context("failed to read the story")?)?;
    fs::remove_dir_all(&folder).context("failed to remove the run's folder")
}

fn finish(command: &mut Command) -> anyhow::Result<ExitStatus> {
    let deadline = Instant::now() + Duration::from_secs(STORY_SECONDS_MAX);
    let mut child = command.spawn().context("failed to start the sandbox")?;
    loop {
        if let Some(status) = child.try_wait().context("failed to wait for the sandbox")? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill().context("failed to stop the sandbox")?;
            child.wait().context("failed to wait for the sandbox")?;
            bail!("sandbox did not end within {STORY_SECONDS_MAX} s");
        }
        thread::sleep(POLL);
    }
}

fn judge(story: &str) -> anyhow::Result<()> {
    let story: Value = serde_json::from_str(story).context("sandbox printed no JSON object")?;
    let list = |key: &str| {
        let items = story.get(key).and_then(Value::as_array);
        items
            .filter(|items| !items.is_empty())
            .with_context(|| format!("story has no `{key}`"))
    };
    list("payments")?;
    let broken: Vec<&str> = list("identities")?
        .iter()
        .filter(|identity| identity.get("holds") != Some(&Value::Bool(true)))
        .map(|identity| {
            identity
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or("without a name")
        })
        .collect();
    if !broken.is_empty() {
        bail!("identities do not hold `{}`", broken.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(story: &str, expected: Result<(), &str>) {
        let actual = judge(story).map_err(|error| error.to_string());
        assert_eq!(actual, expected.map_err(str::to_owned), "{story}");
    }

    #[test]
    fn story_needs_payments_and_identities_that_hold() {
        let one = r#""payments": [{}], "identities""#;
        check(
            &format!(r#"{{{one}: [{{"name": "a", "holds": true}}]}}"#),
            Ok(()),
        );
        check(
            &format!(
                r#"{{{one}: [{{"name": "a", "holds": true}}, {{"name": "b", "holds": false}}]}}"#
            ),
            Err("identities do not hold `b`"),
        );
        check(
            &format!(r#"{{{one}: [{{"name": "c"}}]}}"#),
            Err("identities do not hold `c`"),
        );
        check(&format!(r"{{{one}: []}}"), Err("story has no `identities`"));
        check(r#"{"payments": []}"#, Err("story has no `payments`"));
        check("", Err("sandbox printed no JSON object"));
        check("{} {}", Err("sandbox printed no JSON object"));
    }
}
