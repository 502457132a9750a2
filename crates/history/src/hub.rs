//! The hub's insides without the hub: the real writer on the real journal, the projection's own
//! thread, and requests that find what has left memory.
//!
//! # Doctrine
//!
//! * **What leaves memory must not depend on speed.** A record says how far the tables are, so it
//!   stands in the chain. The writer is therefore always told of the batch that lies exactly
//!   [`BATCHES_AHEAD`] back, and waits until the tables stand for it.
//! * Who reads tables waits until they stand for everything that was written.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use engine::request::{Next, Request, Told, recorded};
use engine::{Answer, Follower, No, Work, Writer};
use journal::{SqliteJournal, SqliteReader};
use projection::Tables;
use switch::{Decision, Input, ItemId, Reply, Switch, Time};

use crate::HistoryError;
use crate::limits::{BATCH_MAX, BATCHES_AHEAD, PROJECTION_SILENT_MAX};

/// How far the tables are, with a bell.
#[derive(Debug, Default)]
struct Bell {
    seq: Mutex<u64>,
    rung: Condvar,
}

/// What one batch came to.
#[derive(Debug)]
pub(crate) struct Given {
    /// An answer for every input, in their order.
    pub(crate) answers: Vec<Answer>,
    /// What was completed or cancelled.
    pub(crate) decided: Vec<ItemId>,
}

/// The hub's insides.
#[derive(Debug)]
pub(crate) struct Hub {
    writer: Writer<SqliteJournal>,
    reader: SqliteReader,
    tables: Tables,
    follower: Follower,
    nudge: SyncSender<()>,
    bell: Arc<Bell>,
    tables_path: PathBuf,
}

impl Hub {
    /// Begins a journal and its tables in a folder.
    pub(crate) fn begin(folder: &Path) -> Result<Self, HistoryError> {
        let journal = folder.join("journal.db");
        let tables_path = folder.join("projection.db");
        if journal.exists() {
            return Err(HistoryError::NotEmpty(folder.to_owned()));
        }
        let make = std::fs::create_dir_all(folder);
        make.map_err(|source| HistoryError::File {
            path: folder.to_owned(),
            source,
        })?;
        let writer = Writer::open(SqliteJournal::open(&journal)?)?;
        let bell = Arc::new(Bell::default());
        let ringing = Arc::clone(&bell);
        let ring = move |seq| {
            *ringing.seq.lock().unwrap_or_else(PoisonError::into_inner) = seq;
            ringing.rung.notify_all();
        };
        let tables = Tables::open_or_make_anew(&tables_path)?;
        let follower = Follower::start(&journal, tables, Box::new(ring))?;
        Ok(Self {
            writer,
            reader: SqliteReader::open(&journal)?,
            tables: Tables::open(&tables_path)?,
            nudge: follower.nudge(),
            follower,
            bell,
            tables_path,
        })
    }

    pub(crate) fn switch(&self) -> &Switch {
        self.writer.view().switch
    }

    pub(crate) fn head(&self) -> journal::Head {
        self.writer.view().head
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(crate) fn tables_path(&self) -> &Path {
        &self.tables_path
    }

    /// What the core would say, without writing: offers are made so.
    pub(crate) fn ask(&self, now: Time, input: &Input) -> Decision {
        self.switch().decide(now, input)
    }

    /// One batch, durable when this returns.
    pub(crate) fn give(&mut self, now: Time, inputs: Vec<Input>) -> Result<Given, HistoryError> {
        if inputs.len() > BATCH_MAX {
            return Err(HistoryError::Value("a batch"));
        }
        let seq = self.head().seq.saturating_sub(BATCHES_AHEAD);
        self.wait_for(seq)?;
        self.writer.note_projected(seq);
        let (told, hears) = channel();
        let work = inputs.into_iter().enumerate().map(|(place, input)| {
            let told = told.clone();
            Work {
                input: Some(input),
                party: None,
                respond: Box::new(move |_view, answer| {
                    // The receiver outlives the batch.
                    let _sent = told.send((place, answer));
                }),
            }
        });
        let work: Vec<Work> = work.collect();
        let many = work.len();
        let report = self.writer.batch(now, work);
        // A nudge that finds the queue full finds the thread awake.
        let _awake = self.nudge.try_send(());
        let mut answers: Vec<(usize, Answer)> = hears.try_iter().collect();
        answers.sort_unstable_by_key(|(place, _)| *place);
        let answers: Vec<Answer> = answers.into_iter().map(|(_, answer)| answer).collect();
        let is_taken = answers.len() == many
            && !answers.contains(&Err(No::Unavailable))
            && !answers.contains(&Err(No::Busy));
        match is_taken {
            true => Ok(Given {
                answers,
                decided: report.decided,
            }),
            false => Err(HistoryError::Unavailable("write a batch")),
        }
    }

    /// One batch of which every answer must be a yes.
    pub(crate) fn must(
        &mut self,
        now: Time,
        doing: &'static str,
        inputs: Vec<Input>,
    ) -> Result<Given, HistoryError> {
        let given = self.give(now, inputs)?;
        let no = given.answers.iter().find_map(|answer| match answer {
            Err(No::Refused(refusal)) => Some(*refusal),
            Ok(_) | Err(No::Unavailable | No::Busy) => None,
        });
        match no {
            Some(refusal) => Err(HistoryError::Refused { doing, refusal }),
            None => Ok(given),
        }
    }

    /// Requests on their way through core and tables; a request that asks for a look is handed in
    /// again with what the tables said.
    pub(crate) fn request(
        &mut self,
        now: Time,
        mut requests: Vec<Request>,
    ) -> Result<(Vec<Told>, Vec<ItemId>), HistoryError> {
        let mut told: Vec<Option<Told>> = requests.iter().map(|_| None).collect();
        let mut decided = Vec::new();
        while told.iter().any(Option::is_none) {
            let open = || told.iter().zip(0..).filter(|(told, _)| told.is_none());
            let places: Vec<usize> = open().map(|(_, place)| place).collect();
            let inputs = places.iter().filter_map(|place| requests.get(*place));
            let inputs: Vec<Input> = inputs.map(Request::input).collect();
            let mut given = self.give(now, inputs)?;
            decided.append(&mut given.decided);
            for (place, answer) in places.into_iter().zip(given.answers) {
                let Some(request) = requests.get_mut(place) else {
                    continue;
                };
                let next = match request.answered(answer) {
                    Next::Look(ask) => {
                        let left = self.writer.view().switch.left_seq();
                        let past = self.tables.past(ask)?;
                        let reader = &self.reader;
                        request.looked(past, left, |seq| {
                            let row = reader.row(seq).ok().flatten()?;
                            recorded(&row)
                        })
                    }
                    next @ (Next::Give | Next::Told(_)) => next,
                };
                if let (Next::Told(answer), Some(slot)) = (next, told.get_mut(place)) {
                    *slot = Some(answer);
                }
            }
        }
        Ok((told.into_iter().flatten().collect(), decided))
    }

    /// Waits until the tables stand for everything that was written.
    pub(crate) fn catch_up(&self) -> Result<(), HistoryError> {
        self.wait_for(self.head().seq)
    }

    fn wait_for(&self, wanted: u64) -> Result<(), HistoryError> {
        let mut seq = self.bell.seq.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = *seq;
        while *seq < wanted {
            let waited = self.bell.rung.wait_timeout(seq, PROJECTION_SILENT_MAX);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if self.follower.has_ended() || (timeout.timed_out() && *now == before) {
                return Err(HistoryError::Behind);
            }
            before = *now;
            seq = now;
        }
        Ok(())
    }

    /// Lets the projection finish, which keeps a snapshot.
    pub(crate) fn end(self) -> Result<(), HistoryError> {
        self.catch_up()?;
        let Self {
            follower, nudge, ..
        } = self;
        drop(nudge);
        follower.join();
        Ok(())
    }
}

/// The item that a reply is about.
pub(crate) fn item_of(answer: &Answer) -> Option<ItemId> {
    match answer {
        Ok(Reply::Item(id)) => Some(*id),
        Ok(
            Reply::Done
            | Reply::Quoted(_)
            | Reply::Closed(..)
            | Reply::Participant(_)
            | Reply::Corridor(_)
            | Reply::Action(_)
            | Reply::Window(_)
            | Reply::Ticked(_),
        )
        | Err(_) => None,
    }
}
