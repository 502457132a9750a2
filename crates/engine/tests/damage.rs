//! A bit that turned on the disk is named by everybody who reads it, and never becomes a state.

#[cfg(test)]
#[path = "common/network.rs"]
#[expect(dead_code, reason = "only the set-up is needed here")]
mod network;

#[cfg(test)]
mod tests {
    use engine::{Chase, Resume, Snapshots, Work, Writer, state_hash};
    use journal::memory::{BitOf, MemoryStore};
    use journal::{Journal, MemoryJournal};
    use money::Amount;
    use projection::{Home, MemoryTables};
    use switch::{Input, Switch};

    use crate::network::{START, setup};

    /// One batch for each input of the set-up.
    fn filled(store: &MemoryStore) -> Switch {
        let mut writer = Writer::open(MemoryJournal::open(store)).unwrap();
        for input in setup(Amount::MAX) {
            give(&mut writer, input);
        }
        writer.view().switch.clone()
    }

    fn give(writer: &mut Writer<MemoryJournal>, input: Input) {
        let work = Work {
            input: Some(input),
            party: None,
            respond: Box::new(|_view, answer| assert!(answer.is_ok())),
        };
        writer.batch(START, vec![work]);
    }

    #[derive(Debug)]
    struct Kept(Resume);

    impl Snapshots for Kept {
        fn latest(&self) -> Option<Resume> {
            Some(self.0.clone())
        }
    }

    #[track_caller]
    fn names(error: &dyn std::fmt::Display, seq: u64) {
        let words = error.to_string();
        assert!(words.ends_with(&format!("sequence `{seq}`")), "{words}");
    }

    #[test]
    fn no_row_with_a_wrong_bit_becomes_a_state() {
        let store = MemoryStore::new();
        let live = state_hash(&filled(&store));
        let last = u64::try_from(store.rows_count()).unwrap();
        // The third row sets a participant: a bit of its name makes records as good as before.
        for (seq, bit) in [
            (1, BitOf::Time { bit: 0 }),
            (3, BitOf::Records { byte: 12, bit: 0 }),
            (last, BitOf::Records { byte: 9, bit: 0 }),
            (last, BitOf::Hash { byte: 0, bit: 7 }),
        ] {
            assert!(store.flip(seq, bit));
            let error = Writer::open(MemoryJournal::open(&store)).unwrap_err();
            names(&error, seq);
            let mut journal = MemoryJournal::open(&store);
            let mut chase = Chase::new(MemoryTables::new());
            let error = chase.step(|from, most| journal.read(from, most), 256);
            names(&error.unwrap_err(), seq);
            assert_eq!(chase.tables().applied().unwrap(), None);
            assert!(store.flip(seq, bit));
            let writer = Writer::open(MemoryJournal::open(&store)).unwrap();
            assert_eq!(state_hash(writer.view().switch), live);
        }
    }

    #[test]
    fn a_wrong_bit_under_a_snapshot_is_not_another_journal() {
        let store = MemoryStore::new();
        let switch = filled(&store);
        let row = store.rows().pop().unwrap();
        let kept = || {
            Box::new(Kept(Resume {
                seq: row.seq,
                hash: *row.hash.as_bytes(),
                switch: switch.clone(),
            }))
        };
        let mut journal = MemoryJournal::open(&store);
        let mut chase = Chase::new(MemoryTables::new());
        while chase
            .step(|from, most| journal.read(from, most), 2)
            .unwrap()
            .is_some()
        {}
        let bit = BitOf::Records { byte: 9, bit: 0 };
        assert!(store.flip(row.seq, bit));
        let error = Writer::open_from(MemoryJournal::open(&store), kept()).unwrap_err();
        names(&error, row.seq);
        chase.look_again();
        let error = chase.step(|from, most| journal.read(from, most), 2);
        names(&error.unwrap_err(), row.seq);
        let applied = chase.tables().applied().unwrap().unwrap();
        assert_eq!(applied.0, row.seq, "the tables stay");
        // What lies before the snapshot is not read, and not believed either: the audit names it.
        assert!(store.flip(row.seq, bit));
        assert!(store.flip(2, BitOf::Time { bit: 0 }));
        let writer = Writer::open_from(MemoryJournal::open(&store), kept()).unwrap();
        assert_eq!(state_hash(writer.view().switch), state_hash(&switch));
        assert_eq!(journal.verify(None).unwrap_err().seq, 2);
    }
}
