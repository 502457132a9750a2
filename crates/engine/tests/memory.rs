//! Full disks, full memories, and restarts from a snapshot.

#[cfg(test)]
#[path = "common/network.rs"]
mod network;

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::channel;

    use engine::{
        Answer, Follower, No, Snapshots, TableSnapshots, Work, Writer, rebuild, state_hash,
    };
    use journal::memory::{FaultKind, MemoryStore};
    use journal::{
        AppendError, Batch, Head, Journal, MemoryJournal, PartyRow, ReadError, Row, SqliteJournal,
    };
    use money::Amount;
    use projection::Tables;
    use switch::{Input, ItemId, Refusal, Reply, Span, State, Time, Verdict};

    use crate::network::{ACLEDA, NETSTARS, START, pay, quote, setup};

    /// One batch at a time after the start; `None` only looks.
    fn batch<J: Journal>(
        writer: &mut Writer<J>,
        after_s: i64,
        inputs: Vec<Option<Input>>,
    ) -> Vec<Answer> {
        let (told, hears) = channel();
        let work = inputs.into_iter().map(|input| {
            let told = told.clone();
            Work {
                input,
                party: None,
                respond: Box::new(move |_view, answer| told.send(answer).unwrap()),
            }
        });
        writer.batch(START.after(Span::from_seconds(after_s)), work.collect());
        hears.try_iter().collect()
    }

    fn open<J: Journal>(journal: J) -> Writer<J> {
        let mut writer = Writer::open(journal).unwrap();
        let inputs = setup(Amount::MAX).into_iter().map(Some).collect();
        for answer in batch(&mut writer, 0, inputs) {
            answer.unwrap();
        }
        writer
    }

    fn quoted<J: Journal>(writer: &mut Writer<J>) -> switch::Quote {
        match batch(writer, 0, vec![Some(quote(1))]).remove(0) {
            Ok(Reply::Quoted(quote)) => quote,
            other => panic!("a quote was answered with {other:?}"),
        }
    }

    fn accept(id: u128) -> Option<Input> {
        Some(Input::Answer {
            from: NETSTARS,
            id: ItemId(id),
            verdict: Verdict::Accepted,
        })
    }

    #[test]
    fn a_disk_that_takes_nothing_stops_decisions_and_no_looks() {
        for fault in [
            FaultKind::Full,
            FaultKind::BeforeWrite,
            FaultKind::UnknownLost,
        ] {
            let store = MemoryStore::new();
            let mut writer = open(MemoryJournal::open(&store));
            let offer = quoted(&mut writer);
            let before = (state_hash(writer.view().switch), store.rows().len());
            store.fail(fault);
            let paid = batch(&mut writer, 0, vec![Some(pay(offer, 1))]);
            assert_eq!(paid, [Err(No::Unavailable)], "{fault:?}");
            for _ in 0..3 {
                let answers = batch(&mut writer, 0, vec![None, Some(pay(offer, 1)), None]);
                let expected = [Ok(Reply::Done), Err(No::Unavailable), Ok(Reply::Done)];
                assert_eq!(answers, expected, "{fault:?}");
                assert!(!writer.view().is_writable, "{fault:?}");
            }
            let after = (state_hash(writer.view().switch), store.rows().len());
            assert_eq!(after, before, "{fault:?}");
            store.heal();
            let answers = batch(&mut writer, 0, vec![Some(pay(offer, 1))]);
            assert_eq!(answers, [Ok(Reply::Item(ItemId(1)))], "{fault:?}");
            assert!(writer.view().is_writable, "{fault:?}");
            let replayed = Writer::open(MemoryJournal::open(&store)).unwrap();
            let live = state_hash(writer.view().switch);
            assert_eq!(state_hash(replayed.view().switch), live, "{fault:?}");
        }
    }

    #[test]
    fn a_quiet_hub_finds_out_by_itself_that_its_disk_is_well_again() {
        let store = MemoryStore::new();
        let mut writer = open(MemoryJournal::open(&store));
        let offer = quoted(&mut writer);
        store.fail(FaultKind::Full);
        batch(&mut writer, 0, vec![Some(pay(offer, 1))]);
        batch(&mut writer, 1, Vec::new());
        assert!(!writer.view().is_writable);
        store.heal();
        batch(&mut writer, 2, Vec::new());
        assert!(writer.view().is_writable);
        assert!(writer.view().switch.item(ItemId(1)).is_none());
    }

    #[test]
    fn a_full_memory_takes_nothing_new_and_everything_that_ends_something() {
        let mut writer = open(MemoryJournal::new()).with_items_max(1);
        let offer = quoted(&mut writer);
        let first = batch(&mut writer, 0, vec![Some(pay(offer, 1))]);
        assert_eq!(first, [Ok(Reply::Item(ItemId(1)))]);
        let full = batch(&mut writer, 0, vec![Some(pay(offer, 2)), Some(quote(3))]);
        assert_eq!(full, [Err(No::Busy), Err(No::Busy)]);
        let done = batch(&mut writer, 1, vec![accept(1), None]);
        assert_eq!(done, [Ok(Reply::Item(ItemId(1))), Ok(Reply::Done)]);
        // Decided, but the tables are behind: it stays, and memory is still full.
        let full = batch(&mut writer, 120, vec![Some(pay(offer, 2))]);
        assert_eq!(full, [Err(No::Busy)]);
        writer.note_projected(writer.view().head.seq);
        let taken = batch(&mut writer, 121, vec![Some(pay(offer, 2))]);
        assert_eq!(taken, [Ok(Reply::Item(ItemId(2)))], "busy used up nothing");
        let view = writer.view();
        assert!(view.switch.item(ItemId(1)).is_none(), "it has left");
        assert_eq!(view.switch.item(ItemId(2)).unwrap().state, State::Asked);
        let again = batch(&mut writer, 121, vec![accept(2), Some(pay(offer, 2))]);
        assert_eq!(
            again[1],
            Ok(Reply::Item(ItemId(2))),
            "what is known is answered however full memory is"
        );
        let cancel = |id| {
            Some(Input::Cancel {
                requester: ACLEDA,
                id: ItemId(id),
                recalled: None,
            })
        };
        let full = batch(&mut writer, 121, vec![cancel(7), cancel(2)]);
        assert_eq!(full, [Err(No::Busy), Ok(Reply::Item(ItemId(2)))]);
        writer.note_projected(writer.view().head.seq);
        let again = batch(&mut writer, 300, vec![Some(pay(offer, 1))]);
        assert_eq!(again, [Err(No::Refused(Refusal::OursRecall))]);
    }

    /// A journal that tells from where it was read.
    struct Watched {
        inner: SqliteJournal,
        first_read: std::sync::Arc<std::sync::Mutex<Vec<u64>>>,
    }

    impl Journal for Watched {
        fn head(&self) -> Head {
            self.inner.head()
        }

        fn append(&mut self, batch: &Batch<'_>) -> Result<Head, AppendError> {
            self.inner.append(batch)
        }

        fn resync(&mut self) -> Result<Head, ReadError> {
            self.inner.resync()
        }

        fn last_seq(&mut self) -> Result<u64, ReadError> {
            self.inner.last_seq()
        }

        fn read(&mut self, from: u64, most: usize) -> Result<Vec<Row>, ReadError> {
            self.first_read.lock().unwrap().push(from);
            self.inner.read(from, most)
        }

        fn party(&mut self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError> {
            self.inner.party(seq, item)
        }
    }

    /// A journal with some payments, one open, one let go.
    fn filled(path: &Path, payments: u128) -> [u8; 32] {
        let mut writer = open(SqliteJournal::open(path).unwrap());
        let offer = quoted(&mut writer);
        for id in 1..=payments {
            batch(&mut writer, 1, vec![Some(pay(offer, id))]);
            if id < payments {
                batch(&mut writer, 1, vec![accept(id)]);
            }
            if id == 1 {
                writer.note_projected(writer.view().head.seq);
                batch(&mut writer, 90, Vec::new());
            }
        }
        state_hash(writer.view().switch)
    }

    fn opened_from(journal: &Path, tables: &Path) -> (Writer<Watched>, Vec<u64>) {
        let first_read = std::sync::Arc::default();
        let journal = Watched {
            inner: SqliteJournal::open(journal).unwrap(),
            first_read: std::sync::Arc::clone(&first_read),
        };
        let snapshots = Box::new(TableSnapshots(tables.to_owned()));
        let writer = Writer::open_from(journal, snapshots).unwrap();
        let reads = first_read.lock().unwrap().clone();
        (writer, reads)
    }

    #[test]
    fn a_restart_begins_at_the_snapshot_and_has_the_same_state() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, tables) = (folder.path().join("j.db"), folder.path().join("t.db"));
        let live = filled(&journal, 5);
        let (writer, reads) = opened_from(&journal, &tables);
        assert_eq!(state_hash(writer.view().switch), live);
        assert_eq!(reads[0], 1, "there is no snapshot yet");
        drop(writer);
        let seq = rebuild(&journal, Tables::open(&tables).unwrap()).unwrap();
        let (mut writer, reads) = opened_from(&journal, &tables);
        assert_eq!(state_hash(writer.view().switch), live);
        assert_eq!(reads, [seq, seq + 1], "the snapshot's row, then the tail");
        // And goes on, with what came since the snapshot.
        batch(&mut writer, 91, vec![accept(5)]);
        let live = state_hash(writer.view().switch);
        drop(writer);
        let (writer, reads) = opened_from(&journal, &tables);
        assert_eq!(state_hash(writer.view().switch), live);
        assert_eq!(reads[1], seq + 1);
        let replayed = {
            drop(writer);
            Writer::open(SqliteJournal::open(&journal).unwrap()).unwrap()
        };
        assert_eq!(state_hash(replayed.view().switch), live);
    }

    #[test]
    fn a_snapshot_that_cannot_be_proven_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, tables) = (folder.path().join("j.db"), folder.path().join("t.db"));
        let live = filled(&journal, 3);
        rebuild(&journal, Tables::open(&tables).unwrap()).unwrap();
        let good = Tables::open(&tables).unwrap().snapshot().unwrap().unwrap();
        let mut bent = good.clone();
        *bent.body.last_mut().unwrap() ^= 1;
        let mut cut = good.clone();
        cut.body.truncate(good.body.len() / 2);
        let mut foreign = good.clone();
        foreign.hash = [9; 32];
        let mut later = good.clone();
        later.seq += 1_000;
        for (what, wrong) in [
            ("bent", bent),
            ("cut", cut),
            ("of another journal", foreign),
            ("of a batch that is not there", later),
        ] {
            Tables::open(&tables)
                .unwrap()
                .save_snapshot(&wrong)
                .unwrap();
            let (writer, reads) = opened_from(&journal, &tables);
            assert_eq!(state_hash(writer.view().switch), live, "{what}");
            assert_eq!(reads.iter().filter(|from| **from == 1).count(), 1, "{what}");
        }
        let folder = folder.path().join("nothing");
        assert!(TableSnapshots(folder.clone()).latest().is_none());
        assert!(!folder.exists(), "looking makes no file");
    }

    #[test]
    fn tables_of_another_journal_are_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let tables = folder.path().join("t.db");
        filled(&first, 6);
        rebuild(&first, Tables::open(&tables).unwrap()).unwrap();
        filled(&second, 2);
        let follower =
            Follower::start(&second, Tables::open(&tables).unwrap(), Box::new(|_seq| ())).unwrap();
        let progress = follower.progress();
        follower.join();
        let looked = Tables::open(&tables).unwrap();
        let (seq, _) = looked.applied().unwrap().unwrap();
        assert_eq!(seq, progress.seq());
        assert!(looked.item(ItemId(2)).unwrap().is_some());
        assert!(
            looked.item(ItemId(6)).unwrap().is_none(),
            "it was the other's"
        );
        let writer = Writer::open(SqliteJournal::open(&second).unwrap()).unwrap();
        assert_eq!(writer.view().head.seq, seq);
        assert!(writer.view().head.time_ns > Time(0).0);
    }
}
