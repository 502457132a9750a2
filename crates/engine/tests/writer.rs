//! What the writer promises, on a journal in memory with faults and on SQLite.

#[cfg(test)]
#[path = "common/network.rs"]
mod network;

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::sync::{Arc, Mutex};

    use engine::{Answer, Busy, Clock, Engine, No, Progress, Work, Writer, audit, state_hash};
    use journal::memory::{BitOf, FaultKind, MemoryStore};
    use journal::{
        AppendError, Batch, Head, Journal, MemoryJournal, PartyRow, ReadError, Row, SqliteJournal,
    };
    use money::{Amount, Currency};
    use switch::{Input, ItemId, Refusal, Reply, State, Time, Verdict};

    use crate::network::{ACLEDA, NETSTARS, START, pay, quote, setup};

    fn work(input: Option<Input>) -> (Work, Receiver<(Answer, u64)>) {
        let (told, hears) = channel();
        let respond = Box::new(move |view: &engine::View<'_>, answer| {
            told.send((answer, view.head.seq)).unwrap();
        });
        (
            Work {
                input,
                party: None,
                respond,
            },
            hears,
        )
    }

    /// One batch of inputs; the answers, each with the journal's head when it was given.
    fn batch<J: Journal>(writer: &mut Writer<J>, inputs: Vec<Input>) -> Vec<(Answer, u64)> {
        let (work, hears): (Vec<_>, Vec<_>) = inputs.into_iter().map(Some).map(work).unzip();
        writer.batch(START, work);
        hears
            .iter()
            .map(|told| told.try_recv().expect("everyone is answered"))
            .collect()
    }

    fn open<J: Journal>(journal: J, cap: Amount) -> Writer<J> {
        let mut writer = Writer::open(journal).unwrap();
        for (answer, _) in batch(&mut writer, setup(cap)) {
            answer.unwrap();
        }
        writer
    }

    fn quoted<J: Journal>(writer: &mut Writer<J>) -> switch::Quote {
        match batch(writer, vec![quote(1)]).remove(0) {
            (Ok(Reply::Quoted(quote)), _) => quote,
            (other, _) => panic!("a quote was answered with {other:?}"),
        }
    }

    fn accept(id: u128) -> Input {
        Input::Answer {
            from: NETSTARS,
            id: ItemId(id),
            verdict: Verdict::Accepted,
        }
    }

    #[test]
    fn two_of_one_batch_never_spend_the_same_headroom() {
        // Each takes KHR 80,236 of the payer's headroom; there is room for one.
        let mut writer = open(MemoryJournal::new(), Amount::from_minor(100_000).unwrap());
        let offer = quoted(&mut writer);
        let answers = batch(&mut writer, vec![pay(offer, 1), pay(offer, 2), quote(3)]);
        assert_eq!(answers[0].0, Ok(Reply::Item(ItemId(1))));
        assert_eq!(answers[1].0, Err(No::Refused(Refusal::PayerHeadroomShort)));
        assert_eq!(
            answers[0].1, 2,
            "all of a batch stand in one row of the journal"
        );
        let view = writer.view();
        assert!(view.switch.item(ItemId(2)).is_none());
        assert!(
            view.switch.closed(ACLEDA, ItemId(2)).is_some(),
            "a no is a record too"
        );
        assert_eq!(view.head.seq, 2);
    }

    #[test]
    fn a_failed_append_undoes_everything_and_nobody_is_told_otherwise() {
        for (fault, stands) in [
            (FaultKind::BeforeWrite, false),
            (FaultKind::Full, false),
            (FaultKind::UnknownWritten, true),
            (FaultKind::UnknownLost, true),
        ] {
            let store = MemoryStore::new();
            let mut writer = open(MemoryJournal::open(&store), Amount::MAX);
            let offer = quoted(&mut writer);
            let before = (state_hash(writer.view().switch), writer.view().head.seq);
            store.fail_next(fault);
            let answers = batch(&mut writer, vec![pay(offer, 1), quote(2)]);
            let after = (state_hash(writer.view().switch), writer.view().head.seq);
            if stands {
                assert_eq!(answers[0].0, Ok(Reply::Item(ItemId(1))), "{fault:?}");
                assert_eq!(after.1, before.1 + 1);
            } else {
                assert_eq!(answers[0].0, Err(No::Unavailable), "{fault:?}");
                assert_eq!(
                    answers[1].0,
                    Err(No::Unavailable),
                    "reads are not let out either"
                );
                assert_eq!(after, before, "{fault:?}");
            }
            let again = batch(&mut writer, vec![pay(offer, 1)]).remove(0).0;
            assert_eq!(
                again,
                Ok(Reply::Item(ItemId(1))),
                "asking again is safe, {fault:?}"
            );
            let replayed = Writer::open(MemoryJournal::open(&store)).unwrap();
            let live = state_hash(writer.view().switch);
            assert_eq!(state_hash(replayed.view().switch), live, "{fault:?}");
        }
    }

    #[test]
    fn a_writer_that_was_overtaken_writes_nothing_more() {
        let store = MemoryStore::new();
        let mut old = open(MemoryJournal::open(&store), Amount::MAX);
        let mut new = Writer::open(MemoryJournal::open(&store)).unwrap();
        assert_eq!(new.epoch(), old.epoch() + 1);
        let offer = quoted(&mut new);
        batch(&mut new, vec![pay(offer, 1)]);
        for _ in 0..2 {
            let answer = batch(&mut old, vec![pay(offer, 2)]).remove(0).0;
            assert_eq!(answer, Err(No::Unavailable));
        }
        assert_eq!(store.rows().len(), 2);
        assert!(old.is_fenced() && !new.is_fenced());
        assert!(new.view().switch.item(ItemId(2)).is_none());
    }

    #[test]
    fn who_took_charge_is_not_overtaken_by_the_one_before() {
        let store = MemoryStore::new();
        let mut old = open(MemoryJournal::open(&store), Amount::MAX);
        let offer = quoted(&mut old);
        let mut new = Writer::open(MemoryJournal::open(&store)).unwrap();
        // The old one writes what the new one has not read: taking charge must not hide it.
        batch(&mut old, vec![pay(offer, 1)]);
        assert!(!new.take_charge(START), "the sequence was taken");
        assert!(new.take_charge(START));
        assert_eq!(
            new.view().switch.item(ItemId(1)).unwrap().state,
            State::Asked
        );
        let rows = store.rows().len();
        let answer = batch(&mut old, vec![pay(offer, 2)]).remove(0).0;
        assert_eq!(answer, Err(No::Unavailable));
        assert!(old.is_fenced() && !new.is_fenced());
        assert_eq!(store.rows().len(), rows);
        store.fail(FaultKind::Full);
        assert!(!new.take_charge(START), "not before its row is durable");
        assert!(!old.take_charge(START), "never again");
        store.heal();
        let replayed = Writer::open(MemoryJournal::open(&store)).unwrap();
        let live = state_hash(new.view().switch);
        assert_eq!(state_hash(replayed.view().switch), live);
    }

    /// What changes nothing needs no append, so nothing but this look would tell the old one.
    #[test]
    fn who_was_taken_over_from_answers_nothing_from_behind() {
        let store = MemoryStore::new();
        let mut old = open(MemoryJournal::open(&store), Amount::MAX);
        let offer = quoted(&mut old);
        let look = |writer: &mut Writer<MemoryJournal>| {
            let (nothing, told) = work(None);
            writer.batch(START, vec![nothing]);
            told.try_recv().unwrap().0
        };
        assert_eq!(look(&mut old), Ok(Reply::Done));
        let mut new = Writer::open(MemoryJournal::open(&store)).unwrap();
        assert!(new.take_charge(START));
        batch(&mut new, vec![pay(offer, 1)]);
        // The old one knows nothing of the payment; to refuse its answer takes no record.
        let answer = batch(&mut old, vec![accept(1)]).remove(0).0;
        assert_eq!(answer, Err(No::Unavailable));
        assert_eq!(look(&mut old), Err(No::Unavailable));
        assert!(old.is_fenced() && !new.is_fenced());
        assert_eq!(look(&mut new), Ok(Reply::Done));
    }

    #[test]
    fn a_full_disk_is_no_reason_to_read_from_behind() {
        let store = MemoryStore::new();
        let mut old = open(MemoryJournal::open(&store), Amount::MAX);
        let offer = quoted(&mut old);
        store.fail(FaultKind::Full);
        let answer = batch(&mut old, vec![pay(offer, 1)]).remove(0).0;
        assert_eq!(answer, Err(No::Unavailable));
        let look = |writer: &mut Writer<MemoryJournal>| {
            let (nothing, told) = work(None);
            writer.batch(START, vec![nothing]);
            told.try_recv().unwrap().0
        };
        assert_eq!(look(&mut old), Ok(Reply::Done), "nobody else has written");
        let mut new = Writer::open(MemoryJournal::open(&store)).unwrap();
        store.heal();
        assert!(new.take_charge(START));
        store.fail(FaultKind::Full);
        assert_eq!(look(&mut old), Err(No::Unavailable));
        assert!(old.is_fenced());
    }

    /// Two writers of one epoch: neither row says who is older, so the one that wrote is in charge.
    #[test]
    fn of_two_that_opened_on_the_same_row_the_first_to_write_is_in_charge() {
        let store = MemoryStore::new();
        open(MemoryJournal::open(&store), Amount::MAX);
        let mut one = Writer::open(MemoryJournal::open(&store)).unwrap();
        let mut other = Writer::open(MemoryJournal::open(&store)).unwrap();
        assert_eq!(one.epoch(), other.epoch());
        let offer = quoted(&mut one);
        assert!(other.take_charge(START));
        for _ in 0..3 {
            let answer = batch(&mut one, vec![pay(offer, 1)]).remove(0).0;
            assert_eq!(answer, Err(No::Unavailable));
        }
        assert!(one.is_fenced() && !other.is_fenced());
        assert!(!one.take_charge(START));
        let taken = batch(&mut other, vec![pay(offer, 1)]).remove(0).0;
        assert_eq!(taken, Ok(Reply::Item(ItemId(1))));
    }

    #[test]
    fn a_turned_bit_in_its_own_last_row_does_not_fence_a_writer() {
        let store = MemoryStore::new();
        let mut writer = open(MemoryJournal::open(&store), Amount::MAX);
        let offer = quoted(&mut writer);
        batch(&mut writer, vec![pay(offer, 1)]);
        let bit = BitOf::Hash { byte: 0, bit: 0 };
        assert!(store.flip(2, bit));
        let answer = batch(&mut writer, vec![accept(1)]).remove(0).0;
        assert_eq!(answer, Err(No::Unavailable));
        assert!(store.flip(2, bit), "it is repaired");
        let answer = batch(&mut writer, vec![accept(1)]).remove(0).0;
        assert_eq!(answer, Ok(Reply::Item(ItemId(1))));
        assert!(!writer.is_fenced());
    }

    #[test]
    fn an_append_that_stands_though_both_tries_failed_is_gone_on_from() {
        let store = MemoryStore::new();
        let mut writer = open(MemoryJournal::open(&store), Amount::MAX);
        let offer = quoted(&mut writer);
        // Written, but reported unknown; and the second try cannot even look.
        store.fail_next(FaultKind::UnknownWritten);
        let mut doubtful = Doubtful {
            inner: MemoryJournal::open(&store),
            appends: 0,
        };
        let mut second = Writer::open(&mut doubtful).unwrap();
        let answer = batch(&mut second, vec![pay(offer, 1)]).remove(0).0;
        assert_eq!(
            answer,
            Err(No::Unavailable),
            "nobody is told what is not known"
        );
        assert_eq!((second.view().head.seq, second.is_stale()), (2, false));
        let again = batch(&mut second, vec![pay(offer, 1)]).remove(0).0;
        assert_eq!(
            again,
            Ok(Reply::Item(ItemId(1))),
            "it stood, so this is a repetition"
        );
        let next = batch(&mut second, vec![pay(offer, 2)]).remove(0).0;
        assert_eq!(next, Ok(Reply::Item(ItemId(2))));
        assert!(!second.is_fenced());
    }

    /// A journal whose second append fails before it looks at anything.
    struct Doubtful {
        inner: MemoryJournal,
        appends: usize,
    }

    impl Journal for &mut Doubtful {
        fn head(&self) -> Head {
            self.inner.head()
        }

        fn append(&mut self, batch: &Batch<'_>) -> Result<Head, AppendError> {
            self.appends += 1;
            if self.appends == 2 {
                let mut stranger = MemoryJournal::new();
                stranger.fail_next(FaultKind::UnknownLost);
                return stranger.append(&Batch { seq: 1, ..*batch });
            }
            self.inner.append(batch)
        }

        fn resync(&mut self) -> Result<Head, ReadError> {
            self.inner.resync()
        }

        fn last_seq(&mut self) -> Result<u64, ReadError> {
            self.inner.last_seq()
        }

        fn read(&mut self, from: u64, most: usize) -> Result<Vec<Row>, ReadError> {
            self.inner.read(from, most)
        }

        fn party(&mut self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError> {
            self.inner.party(seq, item)
        }
    }

    #[test]
    fn data_of_the_parties_is_kept_only_for_what_was_accepted() {
        let mut writer = open(MemoryJournal::new(), Amount::from_minor(100_000).unwrap());
        let offer = quoted(&mut writer);
        let give = |writer: &mut Writer<MemoryJournal>, id: u128| {
            let item = id.to_be_bytes();
            let party = PartyRow {
                item,
                participant: 0,
                month: 202_611,
                sealed: vec![1],
            };
            let (mut one, told) = work(Some(pay(offer, id)));
            one.party = Some(party);
            writer.batch(START, vec![one]);
            told.try_recv().unwrap().1
        };
        let (taken, refused) = (give(&mut writer, 1), give(&mut writer, 2));
        let journal = writer.journal();
        assert!(
            journal
                .party(taken, 1_u128.to_be_bytes())
                .unwrap()
                .is_some()
        );
        assert!(
            journal
                .party(refused, 2_u128.to_be_bytes())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn time_decides_before_the_requests_of_a_batch() {
        let mut writer = open(MemoryJournal::new(), Amount::MAX);
        let offer = quoted(&mut writer);
        batch(&mut writer, vec![pay(offer, 1)]);
        let wake = writer.next_wake().unwrap();
        let (late, told) = work(Some(accept(1)));
        let report = writer.batch(wake, vec![late]);
        assert_eq!(report.decided, [ItemId(1)]);
        assert_eq!(told.try_recv().unwrap().0, Ok(Reply::Item(ItemId(1))));
        assert_eq!(
            writer.view().switch.item(ItemId(1)).unwrap().state,
            State::Cancelled
        );
        assert_eq!(writer.next_wake(), None);
        let (nothing, _told) = work(None);
        assert_eq!(
            writer.batch(Time(0), vec![nothing]).records,
            0,
            "a clock that went back"
        );
    }

    #[test]
    fn sqlite_gives_the_same_state_back_and_the_audit_names_a_changed_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let mut writer = open(SqliteJournal::open(&path).unwrap(), Amount::MAX);
        let offer = quoted(&mut writer);
        batch(&mut writer, vec![pay(offer, 1)]);
        batch(&mut writer, vec![accept(1)]);
        let live = (state_hash(writer.view().switch), writer.view().head);
        drop(writer);
        let writer = Writer::open(SqliteJournal::open(&path).unwrap()).unwrap();
        assert_eq!((state_hash(writer.view().switch), writer.view().head), live);
        drop(writer);
        let report = audit(&path, &[(live.1.seq, live.1.hash)]).unwrap();
        assert_eq!((report.batches, report.state_hash), (3, live.0));
        assert!(report.identities.iter().all(|identity| identity.holds));
        let beyond = audit(&path, &[(4, live.1.hash)]).unwrap_err().to_string();
        assert!(
            beyond.contains("sequence `4`") && beyond.contains("only 3"),
            "{beyond}"
        );
        assert!(
            audit(&path, &[(2, live.1.hash)]).is_err(),
            "another row has that hash"
        );
    }

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Time {
            START
        }
    }

    #[test]
    fn the_thread_answers_after_the_append_and_says_busy_when_full() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let hook_seen = Arc::clone(&seen);
        let writer = open(MemoryJournal::new(), Amount::MAX);
        let hook = Box::new(move |view: &engine::View<'_>, _: &engine::BatchReport| {
            hook_seen.lock().unwrap().push(view.head.seq);
        });
        let (engine, thread) =
            Engine::start(writer, Arc::new(Still), Progress::default(), hook).unwrap();
        let (told, hears) = channel();
        engine
            .give(quote(1), move |view, answer| {
                told.send((answer, view.head.seq)).unwrap()
            })
            .unwrap();
        let (answer, seq) = hears.recv().unwrap();
        assert!(matches!(answer, Ok(Reply::Quoted(_))));
        assert_eq!(seq, 1);
        // While the writer is held, the queue fills up to its bound and then says so.
        let (hold, held) = channel::<()>();
        let (began, begins) = channel();
        engine
            .read(move |_| {
                began.send(()).unwrap();
                let _released = held.recv();
            })
            .unwrap();
        begins.recv().unwrap();
        for _ in 0..engine::limits::QUEUE_MAX {
            engine.read(|_| {}).unwrap();
        }
        assert_eq!(engine.read(|_| {}), Err(Busy));
        drop(hold);
        engine.stop();
        let writer = thread.join().unwrap();
        assert!(seen.lock().unwrap().is_empty(), "no record, no hook");
        assert_eq!(writer.view().switch.positions()[0].currency, Currency::Khr);
    }
}
