//! The two homes of rows answer alike; the simulator compares them over whole runs as well.

#[cfg(test)]
mod tests {
    use std::path::Path;

    use projection::{Ask, Home, MemoryTables, Projector, SavedSnapshot, Tables, TablesError};
    use switch::{Digest, ItemId, ParticipantId, Record, Refusal, Stamp, Time, Tried};

    const WHO: ParticipantId = ParticipantId(4);

    fn refused(id: u128) -> Record {
        Record::Refused {
            id: ItemId(id),
            requester: WHO,
            request: Digest([1; 32]),
            refusal: Refusal::PayerDayLimit,
            tried: Tried::Unknown,
        }
    }

    fn ask(id: u128) -> Ask {
        Ask {
            id: ItemId(id),
            requester: Some(WHO),
            payment: None,
        }
    }

    fn check(mut home: impl Home) {
        let mut projector = Projector::default();
        let mut rows = |seq: u64| {
            let now = Time(5);
            projector.take(Stamp { seq, now }, &[refused(u128::from(seq))]);
            projector.rows()
        };
        assert_eq!(home.applied().unwrap(), None);
        assert_eq!(home.past(ask(1)).unwrap().seq, 0);
        let first = rows(1);
        let error = home.write(2, (2, [2; 32]), &first).unwrap_err();
        assert!(matches!(error, TablesError::NotNext { applied: 0, got: 2 }));
        assert!(home.past(ask(1)).unwrap().closed.is_none(), "nothing of it");
        home.write(1, (1, [1; 32]), &first).unwrap();
        assert_eq!(home.applied().unwrap(), Some((1, [1; 32])));
        let past = home.past(ask(1)).unwrap();
        assert_eq!(past.seq, 1);
        assert_eq!(past.closed.unwrap().refusal, Some(Refusal::PayerDayLimit));
        let error = home.write(1, (1, [1; 32]), &rows(2)).unwrap_err();
        assert!(matches!(error, TablesError::NotNext { applied: 1, got: 1 }));
        assert!(home.outcomes_after(WHO, 0, 10).unwrap().is_empty());
        let saved = SavedSnapshot {
            seq: 1,
            hash: [1; 32],
            state_hash: [3; 32],
            body: vec![7],
        };
        home.save_snapshot(&saved).unwrap();
        assert_eq!(home.snapshot().unwrap(), Some(saved));
        home.clear().unwrap();
        assert_eq!(home.applied().unwrap(), None);
        assert_eq!(home.snapshot().unwrap(), None);
        assert!(home.past(ask(1)).unwrap().closed.is_none());
    }

    #[test]
    fn in_memory() {
        check(MemoryTables::new());
    }

    #[test]
    fn on_sqlite() {
        check(Tables::open(Path::new(":memory:")).unwrap());
    }
}
