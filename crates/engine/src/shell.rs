//! The thread, the queue and the clock round the writer.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use journal::Journal;
use switch::{Input, Span, Time};

use crate::follow::Progress;
use crate::limits::{BATCH_WORK_MAX, IDLE, QUEUE_MAX};
use crate::steady::Steady;
use crate::work::{BatchReport, Respond, View, Work};
use crate::{Answer, Writer};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Time;

    /// Whether time flows by itself; a clock that a test sets by hand says no.
    fn flows(&self) -> bool {
        true
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    }
}

/// Called after every batch that wrote something, on the writer's thread, when it is durable.
pub type Hook = Box<dyn FnMut(&View<'_>, &BatchReport) + Send>;

/// The queue is full: come again. Nothing was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("take another request: the queue is full or closed")]
pub struct Busy;

/// A handle on the writer's thread; clones share it.
#[derive(Clone, Debug)]
pub struct Engine {
    queue: SyncSender<Message>,
}

enum Message {
    Work(Box<Work>),
    Stop,
}

impl Engine {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start<J: Journal + 'static>(
        writer: Writer<J>,
        clock: Arc<dyn Clock>,
        progress: Progress,
        hook: Hook,
    ) -> std::io::Result<(Engine, JoinHandle<Writer<J>>)> {
        let (queue, waiting) = sync_channel(QUEUE_MAX);
        let run = move || run(writer, &waiting, clock.as_ref(), &progress, hook);
        let thread = Builder::new().name("writer".into()).spawn(run)?;
        Ok((Engine { queue }, thread))
    }

    /// Hands a request to the writer; never blocks.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full; `respond` is then dropped without a call.
    pub fn submit(&self, work: Work) -> Result<(), Busy> {
        self.queue
            .try_send(Message::Work(Box::new(work)))
            .map_err(|error| match error {
                TrySendError::Full(_) | TrySendError::Disconnected(_) => Busy,
            })
    }

    /// Hands in an input without data of parties.
    ///
    /// # Errors
    /// As [`Engine::submit`].
    pub fn give(
        &self,
        input: Input,
        respond: impl FnOnce(&View<'_>, Answer) + Send + 'static,
    ) -> Result<(), Busy> {
        let respond: Respond = Box::new(respond);
        self.submit(Work {
            input: Some(input),
            party: None,
            respond,
        })
    }

    /// Looks at what is durable. Where nothing can be shown, because the journal could not take
    /// what was written before, `look` is dropped without a call.
    ///
    /// # Errors
    /// As [`Engine::submit`].
    pub fn read(&self, look: impl FnOnce(&View<'_>) + Send + 'static) -> Result<(), Busy> {
        let respond: Respond = Box::new(move |view, done| {
            if done.is_ok() {
                look(view);
            }
        });
        self.submit(Work {
            input: None,
            party: None,
            respond,
        })
    }

    /// Lets the writer finish what waits and end; returns when the message is in the queue.
    pub fn stop(&self) {
        // A closed queue means that the writer has ended already.
        let _closed = self.queue.send(Message::Stop);
    }
}

fn run<J: Journal>(
    mut writer: Writer<J>,
    waiting: &Receiver<Message>,
    clock: &dyn Clock,
    progress: &Progress,
    mut hook: Hook,
) -> Writer<J> {
    let began = Instant::now();
    let since = || Span(i64::try_from(began.elapsed().as_nanos()).unwrap_or(i64::MAX));
    let mut steady = Steady::starting(Time(writer.view().head.time_ns), since());
    let mut now = || match clock.flows() {
        true => steady.now(clock.now(), since()),
        false => clock.now(),
    };
    loop {
        let (work, is_last) = match collect(&writer, waiting, now()) {
            Some(collected) => collected,
            None => return writer,
        };
        writer.note_projected(progress.seq());
        let report = writer.batch(now(), work);
        if report.records > 0 {
            hook(&writer.view(), &report);
        }
        if is_last || writer.is_fenced() {
            return writer;
        }
    }
}

/// What waits, without waiting for more: a batch of one when idle, full batches under load. An
/// empty batch is time passing.
fn collect<J: Journal>(
    writer: &Writer<J>,
    waiting: &Receiver<Message>,
    now: Time,
) -> Option<(Vec<Work>, bool)> {
    let mut work = Vec::new();
    match waiting.recv_timeout(sleep_for(writer, now)) {
        Ok(Message::Work(one)) => work.push(*one),
        Ok(Message::Stop) => return Some((work, true)),
        Err(RecvTimeoutError::Timeout) => return Some((work, false)),
        Err(RecvTimeoutError::Disconnected) => return None,
    }
    while work.len() < BATCH_WORK_MAX {
        match waiting.try_recv() {
            Ok(Message::Work(one)) => work.push(*one),
            Ok(Message::Stop) => return Some((work, true)),
            Err(_empty) => break,
        }
    }
    Some((work, false))
}

fn sleep_for<J: Journal>(writer: &Writer<J>, now: Time) -> Duration {
    let Some(wake) = writer.next_wake() else {
        return IDLE;
    };
    let left = wake.0.saturating_sub(now.0).max(0);
    Duration::from_nanos(left.unsigned_abs()).min(IDLE)
}
