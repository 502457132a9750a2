use super::*;
use crate::Journal;
use crate::batch::Batch;
use crate::hash::Hash;
use crate::memory::{MemoryJournal, MemoryStore};

const ROWS: u64 = 5;

fn rows() -> Vec<Row> {
    let mut journal = MemoryJournal::new();
    for seq in 1..=ROWS {
        let records = vec![0x10; usize::try_from(seq).unwrap()];
        let time_ns = i64::try_from(seq).unwrap() * 1_000;
        journal
            .append(&Batch {
                seq,
                epoch: seq + 10,
                time_ns,
                records: &records,
                parties: &[],
            })
            .unwrap();
    }
    journal.store().rows()
}

fn walk(rows: &[Row], expected: Option<Head>) -> Result<Report, Error> {
    let store = MemoryStore::new();
    rows.iter()
        .for_each(|row| store.push_unchecked(row.clone()));
    MemoryJournal::open(&store).verify(expected)
}

/// Gives the row the hash that its columns deserve.
fn reseal(row: &mut Row) {
    row.hash = row.link().hash();
}

#[test]
fn a_whole_chain_is_right() {
    let rows = rows();
    let head = rows[4].head();
    assert_eq!(walk(&rows, None).unwrap(), Report { rows: ROWS, head });
    assert_eq!(
        walk(&[], None).unwrap(),
        Report {
            rows: 0,
            head: Head::GENESIS
        }
    );
}

#[test]
fn every_changed_bit_of_every_column_is_named() {
    #[track_caller]
    fn check(at: usize, what: &str, change: impl FnOnce(&mut Row)) {
        let mut rows = rows();
        let seq = rows[at].seq;
        change(&mut rows[at]);
        let error = walk(&rows, None).unwrap_err();
        assert_eq!(error.seq, seq, "{what}: {error}");
    }
    for at in [0, 2, 4] {
        for bit in 0..64 {
            check(at, "epoch", |row| row.epoch ^= 1 << bit);
            check(at, "time", |row| row.time_ns ^= 1 << bit);
        }
        for byte in 0..32 {
            let flip = |hash: Hash| {
                let mut bytes = *hash.as_bytes();
                bytes[byte] ^= 1;
                Hash::from_bytes(bytes)
            };
            check(at, "prev_hash", |row| row.prev_hash = flip(row.prev_hash));
            check(at, "hash", |row| row.hash = flip(row.hash));
        }
        for byte in 0..=at {
            check(at, "records", |row| row.records[byte] ^= 0x80);
        }
        check(at, "records longer", |row| row.records.push(0));
        check(at, "records shorter", |row| row.records.truncate(at));
    }
}

#[test]
fn what_is_wrong_is_said() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<Row>), seq: u64, code: &str) {
        let mut rows = rows();
        change(&mut rows);
        let error = walk(&rows, None).unwrap_err();
        assert_eq!((error.seq, error.code()), (seq, code), "{error}");
    }
    check(|rows| drop(rows.remove(2)), 3, "chain_row_missing");
    check(|rows| drop(rows.remove(0)), 1, "chain_row_missing");
    check(|rows| rows.swap(1, 2), 2, "chain_row_missing");
    check(
        |rows| rows.insert(2, rows[1].clone()),
        3,
        "chain_row_missing",
    );
    check(|rows| rows[4].seq = 9, 5, "chain_row_missing");
    check(|rows| rows[2].records.clear(), 3, "chain_hash");
    // Resealed, the row is right in itself; the next one gives it away.
    check(
        |rows| {
            rows[2].records.clear();
            reseal(&mut rows[2]);
        },
        4,
        "chain_prev_hash",
    );
    check(
        |rows| {
            rows[4].epoch = 1;
            reseal(&mut rows[4]);
        },
        5,
        "chain_epoch_back",
    );
    check(
        |rows| {
            rows[4].time_ns = 1;
            reseal(&mut rows[4]);
        },
        5,
        "chain_time_back",
    );
}

#[test]
fn a_known_head_shows_what_the_chain_alone_cannot() {
    let whole = rows();
    let mut rewritten = whole.clone();
    rewritten[4].records.push(1);
    reseal(&mut rewritten[4]);
    let head = |row: usize| Some(whole[row].head());

    #[track_caller]
    fn check(rows: &[Row], expected: Option<Head>, flaw: Option<(u64, &str)>) {
        let found = walk(rows, expected);
        let found = found.as_ref().err().map(|error| (error.seq, error.code()));
        assert_eq!(found, flaw);
    }
    check(&whole, head(4), None);
    check(&whole, head(2), None);
    check(&whole, Some(Head::GENESIS), None);
    check(&whole[..4], None, None);
    check(&whole[..4], head(4), Some((5, "chain_ends_early")));
    check(&[], head(4), Some((1, "chain_ends_early")));
    check(&rewritten, None, None);
    check(&rewritten, head(4), Some((5, "chain_not_expected")));
    check(&rewritten, head(3), None);
}

#[test]
fn a_walk_can_begin_at_a_trusted_head() {
    let rows = rows();
    let read = |seq_first: u64, rows_max: usize| {
        Ok(rows
            .iter()
            .filter(|row| row.seq >= seq_first)
            .take(rows_max)
            .cloned()
            .collect())
    };
    let from = rows[1].head();
    let report = chain(from, Some(rows[3].head()), read).unwrap();
    assert_eq!(
        report,
        Report {
            rows: 3,
            head: rows[4].head()
        }
    );

    let forged = Head {
        hash: Hash::ZERO,
        ..from
    };
    let error = chain(forged, None, read).unwrap_err();
    assert_eq!((error.seq, error.code()), (3, "chain_prev_hash"));
    let error = chain(from, Some(forged), read).unwrap_err();
    assert_eq!((error.seq, error.code()), (2, "chain_not_expected"));
    let error = chain(from, Some(rows[0].head()), read).unwrap_err();
    assert_eq!(
        (error.seq, error.code()),
        (1, "chain_expected_before_start")
    );
}

#[test]
fn an_unreadable_row_is_named_although_its_page_fails() {
    let rows = rows();
    let error = chain(Head::GENESIS, None, |seq_first, rows_max| {
        let page: Vec<Row> = rows
            .iter()
            .filter(|row| row.seq >= seq_first)
            .take(rows_max)
            .cloned()
            .collect();
        if page.iter().any(|row| row.seq == 4) {
            return Err(ReadError::Damaged {
                seq: 4,
                column: "hash",
            });
        }
        Ok(page)
    })
    .unwrap_err();
    assert_eq!((error.seq, error.code()), (4, "chain_unreadable"));
    assert_eq!(
        error.to_string(),
        "verify the journal: row is unreadable (read row `4`: damaged column `hash`), sequence `4`"
    );
}

#[test]
fn a_step_that_fails_leaves_the_chain_where_it_was() {
    let rows = rows();
    let mut chain = Chain::after(Head::GENESIS);
    chain.step(&rows[0]).unwrap();
    chain.step(&rows[2]).unwrap_err();
    assert_eq!(chain.head(), rows[0].head());
    chain.step(&rows[1]).unwrap();
    assert_eq!(chain.head(), rows[1].head());
}
