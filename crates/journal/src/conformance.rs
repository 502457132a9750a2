//! What every home must do, as a suite that each home's tests run: [`run`] with a function that
//! makes an empty home. The cases return what went wrong instead of panicking, so that all of
//! them are heard at once.

use std::fmt::Debug;

use crate::batch::{Batch, Head, PartyRow, Row};
use crate::error::{AppendError, BatchFlaw};
use crate::hash::Hash;
use crate::limits::{
    PARTIES_BYTES_MAX, PARTIES_MAX, READ_BYTES_MAX, READ_ROWS_MAX, RECORDS_BYTES_MAX,
    SEALED_BYTES_MAX,
};
use crate::{Journal, verify};

/// A place where one journal lives, and what the suite must be able to do to it.
pub trait Home {
    /// Opens the journal for writing; the suite drops one writer before it asks for the next.
    fn open(&mut self) -> Result<Box<dyn Journal>, String>;

    /// Writes a row past every check, while a writer may be open, as another node would.
    fn intrude(&mut self, row: &Row) -> Result<(), String>;
}

type Case = fn(&mut dyn Home) -> Result<(), String>;

const CASES: &[(&str, Case)] = &[
    ("an empty journal stands at genesis", empty_is_genesis),
    ("a fixed batch has its fixed hash", golden_hash),
    (
        "rows and parties come back as written, after a restart too",
        written_comes_back,
    ),
    ("a flawed batch leaves nothing behind", flaws_write_nothing),
    (
        "a batch above a limit leaves nothing behind",
        too_large_writes_nothing,
    ),
    ("the largest batch fits", largest_fits),
    ("reads are bounded and in order", reads_are_bounded),
    ("another writer's row fences", others_row_fences),
    ("a rewritten row under ours fences", rewritten_head_fences),
    (
        "our own row, found standing, is acknowledged",
        own_row_stands,
    ),
    (
        "the last batch sent again stands, another one is fenced",
        last_batch_again,
    ),
];

const TIME_NS: i64 = 1_763_856_000_000_000_000;
const GOLDEN: [&str; 2] = [
    "ccf9ffedf9a41c22c4b76458bd3f111233fd3881baf11dcc3dedfa2feb1ae397",
    "1d8e73eb59ad77bec88c82e87867e01a8edf61775dc13e9806c46bb84ee42732",
];

/// Runs every case on a fresh home; returns one line for each that failed.
pub fn run(mut fresh: impl FnMut() -> Result<Box<dyn Home>, String>) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, case) in CASES {
        let result = fresh().and_then(|mut home| case(&mut *home));
        if let Err(failure) = result {
            failures.push(format!("{name}: {failure}"));
        }
    }
    failures
}

fn empty_is_genesis(home: &mut dyn Home) -> Result<(), String> {
    for _ in 0..2 {
        let mut journal = home.open()?;
        same("head", journal.head(), Head::GENESIS)?;
        same("last row", last_seq(&mut *journal)?, 0)?;
        same("rows", read(&mut *journal, 0, 10)?, vec![])?;
        same("party", party(&mut *journal, 1, 1)?, None)?;
        same("chain", walk(&mut *journal)?.rows, 0)?;
    }
    Ok(())
}

fn golden_hash(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let first = Batch {
        seq: 1,
        epoch: 7,
        time_ns: TIME_NS,
        records: b"\x01opaque\x00\xff",
        // Parties are outside the chain: they must not change the hash.
        parties: &[sealed(1, b"anything")],
    };
    same(
        "first",
        append(&mut *journal, &first)?.hash.to_string().as_str(),
        GOLDEN[0],
    )?;
    let second = Batch {
        seq: 2,
        records: b"",
        parties: &[],
        ..first
    };
    same(
        "second",
        append(&mut *journal, &second)?.hash.to_string().as_str(),
        GOLDEN[1],
    )
}

fn written_comes_back(home: &mut dyn Home) -> Result<(), String> {
    let mut rows = Vec::new();
    let mut journal = home.open()?;
    for seq in 1..=6 {
        // Epoch and time may stay or grow; parties come in any order.
        let records = vec![u8::try_from(seq).unwrap_or(0); 3];
        let parties = [sealed(2, &records), sealed(1, b""), sealed(3, b"\x00\xff")];
        let time_ns = TIME_NS.saturating_add(i64::from(seq >= 4));
        let batch = Batch {
            seq,
            epoch: seq / 2,
            time_ns,
            records: &records,
            parties: &parties,
        };
        let prev_hash = journal.head().hash;
        let head = append(&mut *journal, &batch)?;
        same("head returned", head, journal.head())?;
        let hash = batch.link(prev_hash).hash();
        same(
            "head",
            head,
            Head {
                seq,
                epoch: seq / 2,
                hash,
                time_ns,
            },
        )?;
        rows.push(Row {
            seq,
            epoch: seq / 2,
            prev_hash,
            hash,
            time_ns,
            records,
        });
        if seq % 2 == 0 {
            drop(journal);
            journal = home.open()?;
            same("head after a restart", journal.head(), head)?;
        }
        same("rows", read(&mut *journal, 1, 100)?, rows.clone())?;
        for party_row in parties {
            let [mark, ..] = party_row.item;
            same("party", party(&mut *journal, seq, mark)?, Some(party_row))?;
        }
        same("party of nobody", party(&mut *journal, seq, 4)?, None)?;
        same(
            "party of the next batch",
            party(&mut *journal, seq.saturating_add(1), 1)?,
            None,
        )?;
        same(
            "party of no batch",
            party(&mut *journal, u64::MAX, 1)?,
            None,
        )?;
    }
    same(
        "chain",
        walk(&mut *journal)?,
        verify::Report {
            rows: 6,
            head: journal.head(),
        },
    )
}

fn flaws_write_nothing(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let parties = [sealed(9, b"bystander")];
    let mut good = plain(1, b"good");
    (good.epoch, good.time_ns, good.parties) = (5, 100, &parties);
    for (batch, expected) in misnumbered(&good, &[0, 2, u64::MAX], 1) {
        check_flaw(&mut *journal, &batch, expected)?;
    }
    append(&mut *journal, &good)?;
    good.seq = 2;
    append(&mut *journal, &good)?;
    (good.seq, good.parties) = (3, &[]);
    for (batch, expected) in misnumbered(&good, &[0, 1, 4, u64::MAX], 3) {
        check_flaw(&mut *journal, &batch, expected)?;
    }
    let twice = [sealed(1, b"a"), sealed(2, b"b"), sealed(1, b"c")];
    let (back, out) = (BatchFlaw::EpochBack { epoch: 4, head: 5 }, 1 << 63);
    check_flaw(&mut *journal, &Batch { epoch: 4, ..good }, back)?;
    check_flaw(
        &mut *journal,
        &Batch { epoch: out, ..good },
        BatchFlaw::OutOfRange(out),
    )?;
    for time_ns in [99, -1, i64::MIN] {
        let (batch, head_ns) = (Batch { time_ns, ..good }, 100);
        check_flaw(
            &mut *journal,
            &batch,
            BatchFlaw::TimeBack { time_ns, head_ns },
        )?;
    }
    good.parties = &twice;
    check_flaw(
        &mut *journal,
        &good,
        BatchFlaw::PartyTwice(sealed(1, b"").item),
    )?;
    good.parties = &[];
    let bystander = party(&mut *journal, 2, 9)?;
    same("bystander", bystander, Some(sealed(9, b"bystander")))?;
    append(&mut *journal, &good)?;
    same("chain", walk(&mut *journal)?.rows, 3)
}

fn too_large_writes_nothing(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let records = vec![1; RECORDS_BYTES_MAX.saturating_add(1)];
    let good = plain(1, b"good");
    let many = many_parties(PARTIES_MAX.saturating_add(1), 0);
    let long = [sealed(1, &vec![0; SEALED_BYTES_MAX.saturating_add(1)])];
    let full = PARTIES_BYTES_MAX / SEALED_BYTES_MAX;
    let mut heavy = many_parties(full, SEALED_BYTES_MAX);
    heavy.push(sealed(1, b"x"));
    for (batch, what) in [
        (
            Batch {
                records: &records,
                ..good
            },
            "bytes of records",
        ),
        (
            Batch {
                parties: &many,
                ..good
            },
            "party rows",
        ),
        (
            Batch {
                parties: &long,
                ..good
            },
            "bytes of a party row",
        ),
        (
            Batch {
                parties: &heavy,
                ..good
            },
            "bytes of party rows",
        ),
    ] {
        match journal.append(&batch) {
            Err(AppendError::TooLarge {
                what: found,
                size,
                size_max,
            }) if size > size_max => {
                same("what", found, what)?;
            }
            other => return Err(format!("{what}: {other:?}")),
        }
        same("head", journal.head(), Head::GENESIS)?;
        same("rows", read(&mut *journal, 1, 10)?.len(), 0)?;
    }
    same("next", append(&mut *journal, &good)?.seq, 1)
}

fn largest_fits(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let records = vec![0xa5; RECORDS_BYTES_MAX];
    let parties = many_parties(PARTIES_BYTES_MAX / SEALED_BYTES_MAX, SEALED_BYTES_MAX);
    let batch = Batch {
        seq: 1,
        epoch: 1,
        time_ns: 1,
        records: &records,
        parties: &parties,
    };
    append(&mut *journal, &batch)?;
    drop(journal);
    let mut journal = home.open()?;
    same("head", journal.head().seq, 1)?;
    let rows = read(&mut *journal, 1, 1)?;
    ensure(
        "records",
        rows.iter().all(|row| row.records == records) && rows.len() == 1,
    )?;
    for wanted in &parties {
        let found = journal.party(1, wanted.item).map_err(text)?;
        ensure("party", found.as_ref() == Some(wanted))?;
    }
    Ok(())
}

fn reads_are_bounded(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let large = vec![0; RECORDS_BYTES_MAX];
    let small_rows = u64::try_from(READ_ROWS_MAX)
        .map_err(text)?
        .saturating_add(2);
    for seq in 1..=small_rows.saturating_add(4) {
        let records: &[u8] = if seq > small_rows { &large } else { b"small" };
        append(&mut *journal, &plain(seq, records))?;
    }
    let large_rows = READ_BYTES_MAX / RECORDS_BYTES_MAX;
    let end = small_rows.saturating_add(4);
    for (seq_first, rows_max, count) in [
        (1, 0, 0),
        (1, 1, 1),
        (0, 2, 2),
        (2, usize::MAX, READ_ROWS_MAX),
        (small_rows, 2, 2),
        (small_rows.saturating_add(1), 10, large_rows),
        (end, 10, 1),
        (end.saturating_add(1), 10, 0),
        (1 << 63, 10, 0),
        (u64::MAX, usize::MAX, 0),
    ] {
        let rows = read(&mut *journal, seq_first, rows_max)?;
        same(
            &format!("rows from {seq_first}, at most {rows_max}"),
            rows.len(),
            count,
        )?;
        let numbers: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        let wanted: Vec<u64> = (seq_first.max(1)..=end).take(count).collect();
        same("sequences", numbers, wanted)?;
    }
    same("chain", walk(&mut *journal)?.rows, end)
}

fn others_row_fences(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let first = plain(1, b"first");
    let head = append(&mut *journal, &first)?;
    same("last row", last_seq(&mut *journal)?, 1)?;
    let theirs = row(
        &Batch {
            seq: 2,
            epoch: 2,
            records: b"theirs",
            ..first
        },
        head.hash,
    );
    home.intrude(&theirs)?;
    let parties = [sealed(1, b"ours")];
    let ours = Batch {
        seq: 2,
        records: b"ours",
        parties: &parties,
        ..first
    };
    // It stays fenced, however often it tries.
    for _ in 0..2 {
        check_fenced(&mut *journal, &ours, 2)?;
        same("head", journal.head(), head)?;
        same("last row", last_seq(&mut *journal)?, 2)?;
        same("party", party(&mut *journal, 2, 1)?, None)?;
        same("row", read(&mut *journal, 2, 10)?, vec![theirs.clone()])?;
    }
    // Who opens afterwards stands on the other's row.
    drop(journal);
    let mut journal = home.open()?;
    same("head", journal.head(), theirs.head())?;
    append(
        &mut *journal,
        &Batch {
            seq: 3,
            epoch: 2,
            ..first
        },
    )?;
    same("chain", walk(&mut *journal)?.rows, 3)
}

fn rewritten_head_fences(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let first = plain(1, b"first");
    // The next number is free, but nothing of ours lies under it.
    let foreign = row(
        &Batch {
            seq: 2,
            records: b"foreign",
            ..first
        },
        Hash::ZERO,
    );
    home.intrude(&foreign)?;
    check_fenced(&mut *journal, &first, 2)?;
    same("head", journal.head(), Head::GENESIS)?;
    same("rows", read(&mut *journal, 1, 10)?, vec![foreign])
}

fn own_row_stands(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let first = plain(1, b"first");
    let standing = row(&first, Hash::ZERO);
    // As after an append of which we never heard that it succeeded.
    home.intrude(&standing)?;
    same(
        "head returned",
        append(&mut *journal, &first)?,
        standing.head(),
    )?;
    same("head", journal.head(), standing.head())?;
    same("rows", read(&mut *journal, 1, 10)?, vec![standing])?;
    append(&mut *journal, &Batch { seq: 2, ..first })?;
    same("chain", walk(&mut *journal)?.rows, 2)
}

fn last_batch_again(home: &mut dyn Home) -> Result<(), String> {
    let mut journal = home.open()?;
    let parties = [sealed(1, b"party")];
    let first = plain(1, b"first");
    let last = Batch {
        seq: 2,
        records: b"last",
        parties: &parties,
        ..first
    };
    append(&mut *journal, &first)?;
    let head = append(&mut *journal, &last)?;
    for _ in 0..2 {
        same("again", append(&mut *journal, &last)?, head)?;
        check_fenced(
            &mut *journal,
            &Batch {
                records: b"other",
                ..last
            },
            2,
        )?;
        check_fenced(&mut *journal, &Batch { time_ns: 2, ..last }, 2)?;
        let older = BatchFlaw::SeqNotNext { seq: 1, next: 3 };
        check_flaw(&mut *journal, &first, older)?;
        same("head", journal.head(), head)?;
        same("rows", read(&mut *journal, 1, 10)?.len(), 2)?;
        same(
            "party",
            party(&mut *journal, 2, 1)?,
            Some(sealed(1, b"party")),
        )?;
        drop(journal);
        journal = home.open()?;
    }
    same("chain", walk(&mut *journal)?.head, head)
}

fn misnumbered<'a>(
    good: &Batch<'a>,
    seqs: &[u64],
    next: u64,
) -> impl Iterator<Item = (Batch<'a>, BatchFlaw)> {
    let pair = move |&seq| (Batch { seq, ..*good }, BatchFlaw::SeqNotNext { seq, next });
    seqs.iter().map(pair)
}

fn check_flaw(
    journal: &mut dyn Journal,
    batch: &Batch<'_>,
    expected: BatchFlaw,
) -> Result<(), String> {
    let (head, rows) = (journal.head(), read(journal, 1, 10)?);
    match journal.append(batch) {
        Err(AppendError::Flawed(flaw)) => same("flaw", flaw, expected)?,
        other => return Err(format!("{expected:?}: {other:?}")),
    }
    same("head after a flaw", journal.head(), head)?;
    same("rows after a flaw", read(journal, 1, 10)?, rows)
}

fn check_fenced(journal: &mut dyn Journal, batch: &Batch<'_>, by: u64) -> Result<(), String> {
    match journal.append(batch) {
        Err(AppendError::Fenced { seq }) => same("fenced by", seq, by),
        other => Err(format!("fenced by {by}: {other:?}")),
    }
}

fn plain(seq: u64, records: &[u8]) -> Batch<'_> {
    Batch {
        seq,
        epoch: 1,
        time_ns: 1,
        records,
        parties: &[],
    }
}

fn row(batch: &Batch<'_>, prev_hash: Hash) -> Row {
    let link = batch.link(prev_hash);
    Row {
        seq: link.seq,
        epoch: link.epoch,
        prev_hash,
        hash: link.hash(),
        time_ns: link.time_ns,
        records: link.records.to_vec(),
    }
}

fn sealed(mark: u8, sealed: &[u8]) -> PartyRow {
    let mut item = [0; 16];
    item[0] = mark;
    PartyRow {
        item,
        participant: u16::MAX,
        month: 202_611,
        sealed: sealed.to_vec(),
    }
}

/// Party rows in an order that is not that of their items.
fn many_parties(count: usize, bytes: usize) -> Vec<PartyRow> {
    let party = |number: usize| {
        let mut item = [0xff; 16];
        for (byte, value) in item.iter_mut().zip(number.to_le_bytes()) {
            *byte = value;
        }
        PartyRow {
            item,
            participant: 0,
            month: 0,
            sealed: vec![0x5a; bytes],
        }
    };
    (0..count).map(party).collect()
}

fn append(journal: &mut dyn Journal, batch: &Batch<'_>) -> Result<Head, String> {
    journal.append(batch).map_err(text)
}

fn read(journal: &mut dyn Journal, seq_first: u64, rows_max: usize) -> Result<Vec<Row>, String> {
    journal.read(seq_first, rows_max).map_err(text)
}

fn last_seq(journal: &mut dyn Journal) -> Result<u64, String> {
    journal.last_seq().map_err(text)
}

fn party(journal: &mut dyn Journal, seq: u64, mark: u8) -> Result<Option<PartyRow>, String> {
    journal.party(seq, sealed(mark, b"").item).map_err(text)
}

fn walk(journal: &mut dyn Journal) -> Result<verify::Report, String> {
    let expected = Some(journal.head());
    verify::chain(Head::GENESIS, expected, |seq, max| journal.read(seq, max)).map_err(text)
}

fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} is {found:?}, not {expected:?}"))
}

fn ensure(what: &str, holds: bool) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what} is not as written"))
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
