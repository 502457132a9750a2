//! The calls that the hub makes: asking whether a participant can credit, and telling outcomes.
//!
//! # Doctrine
//!
//! 1. **Calls are a function of state.** There is no outbox: what is to be asked and told is read
//!    from the core before every round, so a restart goes on where the state says, and nothing
//!    is called for that was not durable before.
//! 2. **One courier for each participant**, so that one that does not answer delays nobody else.
//!    It is woken by its bell, which the writer's hook rings, and by its own pauses.
//!    A courier that dies of a bug of ours is replaced after a pause: it holds nothing that the
//!    state does not say again.
//! 3. **Which call is next, and when again, is [`engine::calls`]'s to say**: asks beside each other
//!    but never two for one id, outcomes one at a time and in order, pauses that grow. The
//!    simulator runs the same.
//! 4. **Only a verified answer counts.** Silence, a broken line, an unsigned page and a problem
//!    all mean that nothing is known: the call is made again after a pause, until it is answered
//!    or the state no longer asks for it. An ask ends with its time, an outcome never.
//! 5. **Doubt is asked about, not guessed.** An item in doubt is looked up at the participant;
//!    only what it knows for certain is evidence. `not_found` decides nothing: the ask may still
//!    be under way to it.
//! 6. Whatever is in flight when the hub stops is dropped. It may have been carried out; the same
//!    call follows from the same state after the restart, and the participant knows its id.

mod ask;
mod courier;
mod crew;
mod outcome;

use failpoint::Point;
use http::{Method, Uri};
use participant::http::{Answer, Call, CallError};
use switch::ParticipantId;
use tokio::sync::watch;
use wire::error::Problem;

use crate::hub::Hub;
use crate::serve::stopped;

pub(crate) use outcome::outcome_view;

use courier::Courier;
use crew::Crew;

/// Why a call has to be made again.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("call the participant: {0}")]
    Call(#[from] CallError),
    #[error("understand what the participant says of another id or position")]
    Other,
    #[error("use our own state: {0}")]
    Ours(Problem),
    #[error("read an outcome back: the projection is behind")]
    Behind,
    #[error("ask about parties whose data was erased")]
    Erased,
    #[error("take the participant's word: the core refuses with {0:?}")]
    Refused(switch::Refusal),
}

/// Runs the couriers until `stop` says so; ones for new participants begin when they join.
pub(crate) async fn run(hub: Hub, mut stop: watch::Receiver<bool>) {
    let mut changes = hub.shared().board.directory_changes();
    let told = stop.clone();
    let hire = |who| Courier::new(hub.clone(), who, told.clone()).run();
    let mut crew = Crew::new(hire, told.clone());
    loop {
        for known in hub.directory().all() {
            if !known.callback_url.is_empty() {
                crew.serve(known.id);
            }
        }
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            who = crew.replaced() => {
                hub.metrics().note_call("courier", "replaced");
                let participant = hub.directory().name(who);
                tracing::error!(participant, "a courier ended with a panic and is replaced");
            }
            changed = changes.changed() => {
                if changed.is_err() {
                    break;
                }
            }
        }
    }
    crew.rest().await;
}

/// One signed call to a participant, whose own keys alone are believed.
async fn call(
    hub: &Hub,
    who: ParticipantId,
    method: Method,
    path: &str,
    body: Option<Vec<u8>>,
    deadline: core::time::Duration,
) -> Result<Answer, CallError> {
    let directory = hub.directory();
    let known = directory
        .known(who)
        .filter(|known| !known.callback_url.is_empty());
    let known = known.ok_or(CallError::Unusable)?;
    let uri = format!("{}{path}", known.callback_url);
    let uri: Uri = uri.parse().map_err(|_bad| CallError::Unusable)?;
    let call = Call {
        method,
        uri,
        body,
        prefer_wait_s: None,
        deadline,
    };
    let shared = hub.shared();
    failpoint::pass(Point::BeforeCall);
    let answer = tokio::select! {
        biased;
        answer = shared.client.call(call, |kid| known.key(kid)) => answer,
        // On a clock that is moved by hand the deadline passes with its time too.
        () = shared.clock.pass_by_hand(deadline) => Err(CallError::Deadline),
    };
    failpoint::pass(Point::AfterCall);
    answer
}
