//! `spean events`: a participant's own events, as its systems would follow them.

use std::time::Duration;

use participant::http::CallError;
use participant::hub::HubClient;
use wire::api::Event;

use super::show::money;
use super::site::Site;
use crate::cli::EventsArgs;
use crate::exit::{self, Exit};
use crate::wait::StopSignal;
use crate::{out, wait};

/// How long to wait before a line that broke is opened again: what the hub's stream asks for.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

pub(super) fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    let hub = Site::find(&args.at)?.hub(&args.by)?;
    let json = args.at.json;
    wait::block_on(async {
        if !args.follow {
            return all(&hub, args.after.unwrap_or(0), json).await;
        }
        let signal = StopSignal::listen()?;
        tokio::select! {
            followed = follow(&hub, args.after, json) => followed,
            () = signal.heard() => Ok(Exit::Done),
        }
    })
}

/// What there is now, and no more.
async fn all(hub: &HubClient, after: u64, json: bool) -> anyhow::Result<Exit> {
    let mut stream = hub.events(Some(after)).await.map_err(|error| no(&error))?;
    let mut position = after;
    while position < stream.last() {
        let Some(event) = stream.next().await.map_err(|error| no(&error))? else {
            let words = "read the events to their end: the hub ended the stream";
            return Err(exit::error(Exit::Unreachable, words));
        };
        position = event.data.outcome_sequence;
        show(&event, json)?;
    }
    Ok(Exit::Done)
}

/// What comes, over as many streams as it takes. Only what the hub refuses ends it.
async fn follow(hub: &HubClient, after: Option<u64>, json: bool) -> anyhow::Result<Exit> {
    let mut position = after;
    loop {
        if let Err(error) = read_one(hub, &mut position, json).await? {
            if error.problem().is_some() {
                return Err(no(&error));
            }
            out::talk(&format!("the stream broke ({error}) and is opened again"));
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

/// Reads a stream to its end; the inner error is the line's, the outer one ours.
async fn read_one(
    hub: &HubClient,
    position: &mut Option<u64>,
    json: bool,
) -> anyhow::Result<Result<(), CallError>> {
    let mut stream = match hub.events(*position).await {
        Ok(stream) => stream,
        Err(error) => return Ok(Err(error)),
    };
    // From here on nothing is missed, even if the line breaks before the first event.
    position.get_or_insert(stream.last());
    loop {
        match stream.next().await {
            Ok(Some(event)) => {
                *position = Some(event.data.outcome_sequence);
                show(&event, json)?;
            }
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
}

fn no(error: &CallError) -> anyhow::Error {
    let words = format!("follow events: {error}");
    match error.problem() {
        Some(problem) => exit::refused(words, problem),
        None => exit::error(Exit::Unreachable, words),
    }
}

fn show(event: &Event, json: bool) -> anyhow::Result<()> {
    if json {
        return out::json(event);
    }
    let kind = serde_json::to_value(event.kind)?;
    let data = &event.data;
    let line = format!(
        "{:>6}  {}  {:<18} {}  {}",
        data.outcome_sequence,
        event.timestamp,
        kind.as_str().unwrap_or_default(),
        data.id,
        money(&data.amount),
    );
    out::data(&out::safe(&line));
    Ok(())
}
