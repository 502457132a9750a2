//! The writer's batch, without thread, queue or clock.
//!
//! # Doctrine
//!
//! The order of a batch, and what breaks if two steps are swapped:
//!
//! 1. **Time first.** What is due is decided before any request of the batch, so a request never
//!    meets an item that should have ended already. `now` is never behind the last batch.
//! 2. **Decide, apply, next.** Each request is decided on the state that the ones before it
//!    left, so two of one batch can never spend the same headroom. Collecting all decisions
//!    before applying any would let them.
//! 3. **One append.** All records of the batch, or none. Where it fails, memory is ahead of the
//!    journal and is thrown away: the state is rebuilt from what is durable and everybody is
//!    told that nothing happened. Mending memory backwards would be a second implementation of
//!    every rule.
//! 4. **Answers last.** Replies, refusals and reads alike leave after the append, because each
//!    may show what the batch changed. A reply before the append could be a lie after a crash.
//!    A batch that changed nothing has no append to prove that this writer is still the only
//!    one, so it looks whether its last row is the journal's. Without that look a node that was
//!    taken over from would go on saying "not found", or "you are not its party", about what
//!    the other has told meanwhile.
//!
//! While the journal fails, nothing is decided and everything can be read. Each batch first tries
//! a record of its own that changes nothing: what it would cost to find out with a customer's
//! payment is a rebuilt state for every try.
//!
//! An append whose outcome is unknown is sent again, identically: the journal recognises its own
//! row. If the outcome stays unknown, or another writer has the sequence, this writer is done:
//! it answers nothing more as if it had written, and rebuilds from the journal before going on.

use failpoint::Point;
use journal::{AppendError, Batch, Head, Journal, Outcome, PartyRow};
use projection::BatchWriter;
use switch::limits::WAITING_FUNDED_MAX;
use switch::{Input, Record, Reply, Stamp, Switch, Time};

use crate::limits::{BATCH_BYTES_MAX, ITEMS_MAX};
use crate::replay::{ReplayError, replay_from};
use crate::resume::{NoSnapshots, Snapshots};
use crate::work::{Answer, BatchReport, No, View, Work};

/// Why a journal could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It could not be read.
    #[error("read the journal: {0}")]
    Read(#[from] journal::ReadError),
    /// It holds what this build cannot read.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Another writer has written since.
    #[error("go on from batch `{seq}`, which another writer wrote")]
    Fenced {
        /// Its batch.
        seq: u64,
    },
}

/// The core, its journal, and nothing else.
#[derive(Debug)]
pub struct Writer<J> {
    journal: J,
    switch: Switch,
    head: Head,
    epoch: u64,
    /// Set when memory is ahead of the journal or the journal is in doubt; nothing is decided
    /// until the state is rebuilt.
    is_stale: bool,
    /// Set when another writer has taken over; for ever.
    is_fenced: bool,
    /// Set when an append failed, until one succeeds.
    is_failing: bool,
    /// Set when an append met a row of somebody else's, until the state is rebuilt.
    met_another: bool,
    /// When time was last looked at; waiting refunds are tried again a while after that.
    ticked: Time,
    /// Where a replay may begin.
    snapshots: Box<dyn Snapshots>,
    /// The batch that the tables stand for, as far as this writer was told.
    projected: u64,
    items_max: usize,
}

impl<J: Journal> Writer<J> {
    /// Replays a journal. The writer's epoch is one more than that of the last batch.
    ///
    /// # Errors
    /// See [`OpenError`]; a journal that cannot be read wholly is not written to.
    pub fn open(journal: J) -> Result<Self, OpenError> {
        Self::open_from(journal, Box::new(NoSnapshots))
    }

    /// As [`Writer::open`], from the latest snapshot on if the journal holds its batch; so does
    /// every rebuilding later.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_from(mut journal: J, snapshots: Box<dyn Snapshots>) -> Result<Self, OpenError> {
        let switch = replay_from(snapshots.latest(), |from, most| journal.read(from, most))?;
        let head = journal.head();
        let epoch = head.epoch.saturating_add(1);
        Ok(Self {
            journal,
            switch,
            head,
            epoch,
            is_stale: false,
            is_fenced: false,
            is_failing: false,
            met_another: false,
            ticked: Time(head.time_ns),
            snapshots,
            projected: 0,
            items_max: ITEMS_MAX,
        })
    }

    /// Takes nothing new while that many items are in memory.
    #[must_use]
    pub fn with_items_max(mut self, items_max: usize) -> Self {
        self.items_max = items_max;
        self
    }

    /// The tables stand for this batch, durably: what was decided by then may leave memory.
    pub fn note_projected(&mut self, seq: u64) {
        self.projected = seq;
    }

    /// What is durable.
    pub fn view(&self) -> View<'_> {
        View {
            switch: &self.switch,
            head: self.head,
            epoch: self.epoch,
            is_writable: !self.is_failing,
        }
    }

    /// The epoch of this writer.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The journal, to read what was written beside the records.
    pub fn journal(&mut self) -> &mut J {
        &mut self.journal
    }

    /// When time alone will have something to decide.
    pub fn next_wake(&self) -> Option<Time> {
        let retry = self.ticked.after(switch::limits::WAITING_RETRY);
        let waiting = self.switch.has_waiting().then_some(retry);
        [self.switch.next_deadline(), waiting]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether another writer has taken over, so that this one should end.
    pub fn is_fenced(&self) -> bool {
        self.is_fenced
    }

    /// Whether more than time is needed before anything can be decided again.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Writes a row of this writer's epoch, so that whoever wrote before is fenced from then on.
    /// A writer that takes over from one that may still live must not answer before this says
    /// yes: what it read could be behind what the other has told somebody since.
    pub fn take_charge(&mut self, clock: Time) -> bool {
        if self.is_fenced || (self.is_stale && self.rebuild().is_err()) {
            return false;
        }
        self.probe(clock)
    }

    /// Decides, writes and answers one batch. Every `respond` is called exactly once.
    pub fn batch(&mut self, clock: Time, work: Vec<Work>) -> BatchReport {
        if self.is_fenced || (self.is_stale && self.rebuild().is_err()) {
            answer_all(
                self.view(),
                work.into_iter().map(|one| (one, Err(No::Unavailable))),
            );
            return BatchReport::default();
        }
        if self.is_failing && !self.probe(clock) {
            let is_last = self.is_last();
            let answers = work.into_iter().map(|one| unless_it_reads(one, is_last));
            answer_all(self.view(), answers);
            return BatchReport::default();
        }
        let stamp = self.next_stamp(clock);
        let mut draft = Draft::default();
        self.decide_due(stamp, &mut draft);
        self.decide_projected(stamp, &mut draft);
        let mut answers: Vec<(Work, Answer)> = Vec::with_capacity(work.len());
        for mut one in work {
            let answer = if draft.records.len() > BATCH_BYTES_MAX {
                Err(No::Unavailable)
            } else {
                self.decide_one(stamp, &mut one, &mut draft)
            };
            answers.push((one, answer));
        }
        let is_proved = match draft.records.is_empty() {
            true => answers.is_empty() || self.is_last(),
            false => self.write(stamp, &mut draft),
        };
        if !is_proved {
            let given_up = answers
                .into_iter()
                .map(|(one, _)| (one, Err(No::Unavailable)));
            answer_all(self.view(), given_up);
            return BatchReport::default();
        }
        answer_all(self.view(), answers.into_iter());
        draft.report
    }

    fn next_stamp(&self, clock: Time) -> Stamp {
        Stamp {
            seq: self.head.seq.saturating_add(1),
            now: clock.max(Time(self.head.time_ns)),
        }
    }

    /// Whether the journal takes something again. What is tried is applied only when it stands,
    /// so memory is never ahead; if nobody knows whether it stands, the state is made again.
    fn probe(&mut self, clock: Time) -> bool {
        let stamp = self.next_stamp(clock);
        let record = Record::Projected {
            seq: self.projected,
        };
        let mut records = BatchWriter::default();
        records.push(&record);
        match self.append(stamp, &records.finish(), &[]) {
            Ok(()) => {
                self.switch.apply(stamp, &record);
                tracing::info!(seq = stamp.seq, "the journal takes batches again");
                true
            }
            Err(error) => {
                tracing::warn!(code = error.code(), "the journal still takes nothing");
                self.is_stale = !was_not_written(&error);
                false
            }
        }
    }

    fn append(
        &mut self,
        stamp: Stamp,
        records: &[u8],
        parties: &[PartyRow],
    ) -> Result<(), AppendError> {
        let batch = Batch {
            seq: stamp.seq,
            epoch: self.epoch,
            time_ns: stamp.now.0,
            records,
            parties,
        };
        failpoint::pass(Point::BeforeAppend);
        let appended = append_twice(&mut self.journal, &batch);
        failpoint::pass(Point::AfterAppend);
        match appended {
            Ok(head) => {
                self.head = head;
                self.is_failing = false;
                Ok(())
            }
            Err(error) => {
                self.is_failing = true;
                self.met_another |= matches!(error, AppendError::Fenced { .. });
                Err(error)
            }
        }
    }

    fn decide_due(&mut self, stamp: Stamp, draft: &mut Draft) {
        let due = self.next_wake().is_some_and(|wake| wake <= stamp.now);
        if due {
            self.ticked = stamp.now;
            // Each look funds one waiting refund, because it takes headroom that the next one
            // would be checked against.
            for _ in 0..WAITING_FUNDED_MAX {
                let decision = self.switch.decide(stamp.now, &Input::Tick);
                self.take(stamp, &decision.records, draft);
                if decision.records.is_empty() || !self.switch.has_waiting() {
                    break;
                }
            }
        }
    }

    /// Before the requests of the batch, which then meet memory as it will be read.
    fn decide_projected(&mut self, stamp: Stamp, draft: &mut Draft) {
        let seq = self.projected;
        let decision = self.switch.decide(stamp.now, &Input::Projected { seq });
        self.take(stamp, &decision.records, draft);
    }

    fn decide_one(&mut self, stamp: Stamp, one: &mut Work, draft: &mut Draft) -> Answer {
        let Some(input) = &one.input else {
            return Ok(Reply::Done);
        };
        if self.switch.in_memory() >= self.items_max && begins_something(&self.switch, input) {
            return Err(No::Busy);
        }
        let decision = self.switch.decide(stamp.now, input);
        self.take(stamp, &decision.records, draft);
        let accepted = decision.reply.is_ok() && !decision.records.is_empty();
        if let Some(party) = one.party.take().filter(|_| accepted) {
            draft.parties.push(party);
        }
        decision.reply.map_err(No::Refused)
    }

    fn take(&mut self, stamp: Stamp, records: &[Record], draft: &mut Draft) {
        for record in records {
            self.switch.apply(stamp, record);
            draft.records.push(record);
            draft.report.note(record);
        }
    }

    /// Appends the draft; on failure the state is rebuilt, or marked stale for the next batch.
    fn write(&mut self, stamp: Stamp, draft: &mut Draft) -> bool {
        if let Some(broken) = self.switch.hot_identities().into_iter().find(|i| !i.holds) {
            // A bug of ours: what would break the books is never written.
            tracing::error!(
                identity = broken.name,
                seq = stamp.seq,
                "books do not balance"
            );
            self.give_up();
            return false;
        }
        let records = std::mem::take(&mut draft.records).finish();
        match self.append(stamp, &records, &draft.parties) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(
                    code = error.code(),
                    seq = stamp.seq,
                    "batch was not written"
                );
                self.give_up();
                false
            }
        }
    }

    /// Whether nobody has written since this writer's last row: then its state is what everybody
    /// was told until this moment.
    fn is_last(&mut self) -> bool {
        match self.journal.last_seq() {
            Ok(seq) if seq == self.head.seq => true,
            Ok(seq) => {
                tracing::warn!(seq, "the journal does not end where this writer ended it");
                self.met_another = true;
                self.give_up();
                false
            }
            Err(error) => {
                tracing::error!(%error, "the journal's end could not be read");
                false
            }
        }
    }

    fn give_up(&mut self) {
        self.is_stale = true;
        if let Err(error) = self.rebuild() {
            tracing::error!(%error, "state could not be rebuilt; will be tried again");
        }
    }

    /// The state that the journal stands for, whatever this writer believed of its last append.
    /// A row of a later epoch is another writer's: this one never decides again. So is a row of
    /// its own epoch that was in its way: two that opened the journal on the same row have the
    /// same epoch, and whoever writes first is in charge. A row of an earlier epoch is the last
    /// of a writer that this one follows.
    fn rebuild(&mut self) -> Result<(), OpenError> {
        let head = self.journal.resync()?;
        if head.epoch > self.epoch {
            self.is_fenced = true;
            return Err(OpenError::Fenced { seq: head.seq });
        }
        let journal = &mut self.journal;
        let resume = self.snapshots.latest();
        let switch = replay_from(resume, |from, most| journal.read(from, most))?;
        // A row of ours with a turned bit looks like another's, until the replay has named it.
        if self.met_another && head.epoch == self.epoch && head != self.head {
            self.is_fenced = true;
            return Err(OpenError::Fenced { seq: head.seq });
        }
        self.switch = switch;
        self.head = head;
        self.met_another = false;
        self.is_stale = false;
        Ok(())
    }
}

/// The records of a batch while it is decided.
#[derive(Debug, Default)]
struct Draft {
    records: BatchWriter,
    parties: Vec<PartyRow>,
    report: BatchReport,
}

impl BatchReport {
    fn note(&mut self, record: &Record) {
        self.records = self.records.saturating_add(1);
        match record {
            Record::Completed { id, .. } | Record::Cancelled { id, .. } => self.decided.push(*id),
            Record::ParticipantSet { .. } => self.participants_changed = true,
            Record::WebhookSet { .. } | Record::WebhookRemoved { .. } => {
                self.webhooks_changed = true;
            }
            Record::CorridorSet(_)
            | Record::CapSet { .. }
            | Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::WindowOpened(_)
            | Record::PaymentReserved(_)
            | Record::Refused { .. }
            | Record::Forbidden { .. }
            | Record::RefundReserved(_)
            | Record::RefundWaiting(_)
            | Record::RefundFunded { .. }
            | Record::Asked { .. }
            | Record::InDoubt { .. }
            | Record::Acknowledged { .. }
            | Record::Projected { .. }
            | Record::Operated(_)
            | Record::Settled(_) => {}
        }
    }
}

/// Whether the input would bring something new into memory. What ends things is always taken, or
/// a full memory could never empty itself; and what is known is answered as ever.
fn begins_something(switch: &Switch, input: &Input) -> bool {
    match input {
        Input::Quote(_) => true,
        Input::Pay(pay) => !switch.knows(pay.payer, pay.quote.id),
        Input::Refund(refund) => !switch.knows(refund.payee, refund.id),
        Input::Cancel { requester, id, .. } => !switch.knows(*requester, *id),
        Input::SetParticipant(_)
        | Input::SetCorridor(_)
        | Input::SetCap { .. }
        | Input::SetStanding(_)
        | Input::SetReference(_)
        | Input::SetMerchant(_)
        | Input::OpenWindow
        | Input::Answer { .. }
        | Input::Acknowledge { .. }
        | Input::Projected { .. }
        | Input::SetWebhook { .. }
        | Input::RemoveWebhook { .. }
        | Input::Operate(_)
        | Input::Tick => false,
    }
}

/// While nothing can be written, a look at what is still the last state is answered, and whatever
/// wants to write is not.
fn unless_it_reads(work: Work, is_last: bool) -> (Work, Answer) {
    let answer = match work.input {
        None if is_last => Ok(Reply::Done),
        None | Some(_) => Err(No::Unavailable),
    };
    (work, answer)
}

/// Whether a failed append certainly left nothing behind.
fn was_not_written(error: &AppendError) -> bool {
    match error {
        AppendError::Fault { outcome, .. } => *outcome == Outcome::NotWritten,
        AppendError::Flawed(_) | AppendError::TooLarge { .. } => true,
        AppendError::Fenced { .. } => false,
    }
}

fn answer_all(view: View<'_>, answers: impl Iterator<Item = (Work, Answer)>) {
    for (one, answer) in answers {
        (one.respond)(&view, answer);
    }
}

/// An append whose outcome is unknown is sent once more, identically.
fn append_twice<J: Journal>(journal: &mut J, batch: &Batch<'_>) -> Result<Head, AppendError> {
    match journal.append(batch) {
        Err(AppendError::Fault {
            outcome: Outcome::Unknown,
            ..
        }) => journal.append(batch),
        other => other,
    }
}
