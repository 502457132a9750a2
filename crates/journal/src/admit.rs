//! What every home asks before it writes, so that all homes give the same answers: first whether
//! the batch can follow the head at all (pure), then, inside the commit, whether the store still
//! ends where the writer believes.

use crate::batch::{Batch, Head, PartyRow, Row};
use crate::error::{AppendError, BatchFlaw};
use crate::hash::Hash;
use crate::limits::{PARTIES_BYTES_MAX, PARTIES_MAX, RECORDS_BYTES_MAX, SEALED_BYTES_MAX, SEQ_MAX};

/// Where a writer stands: the head, and the hash under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) head: Head,
    pub(crate) prev_hash: Hash,
}

/// The answer to a batch that has no flaw.
#[derive(Debug)]
pub(crate) enum Admitted<'a> {
    /// The head is this very batch, sent again.
    Stands,
    Write(Write<'a>),
}

/// A batch that may be written, with its place.
#[derive(Debug)]
pub(crate) struct Write<'a> {
    pub(crate) next: Position,
    /// In the order of their items: a table sorted by key then only grows at its end.
    pub(crate) parties: Vec<&'a PartyRow>,
}

/// What the store shows where the new row belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Free,
    Ours,
    Theirs { seq: u64 },
}

impl Position {
    pub(crate) const GENESIS: Position = Position {
        head: Head::GENESIS,
        prev_hash: Hash::ZERO,
    };

    /// Where a journal stands that ends with `row`.
    pub(crate) fn at(row: &Row) -> Position {
        Position {
            head: row.head(),
            prev_hash: row.prev_hash,
        }
    }

    /// Judges a batch against this position, without looking at the store.
    pub(crate) fn admit<'a>(&self, batch: &Batch<'a>) -> Result<Admitted<'a>, AppendError> {
        check_sizes(batch)?;
        let head = self.head;
        // Row 0 does not exist, so a batch can only be "sent again" on a journal that has a row.
        if batch.seq == head.seq && head.seq > 0 {
            return if batch.link(self.prev_hash).hash() == head.hash {
                Ok(Admitted::Stands)
            } else {
                Err(AppendError::Fenced { seq: batch.seq })
            };
        }
        check_order(&head, batch)?;
        let parties = sorted_parties(batch.parties)?;
        let hash = batch.link(head.hash).hash();
        let next = Head {
            seq: batch.seq,
            epoch: batch.epoch,
            hash,
            time_ns: batch.time_ns,
        };
        Ok(Admitted::Write(Write {
            next: Position {
                head: next,
                prev_hash: head.hash,
            },
            parties,
        }))
    }

    /// Judges the store's own tail: sequence and hash of its rows from this head on, at least the
    /// first two of them, in order.
    pub(crate) fn standing(&self, next: &Position, tail: &[(u64, Hash)]) -> Standing {
        let mut tail = tail.iter();
        if self.head.seq > 0 {
            match tail.next() {
                Some(&(seq, hash)) if seq == self.head.seq && hash == self.head.hash => {}
                Some(&(seq, _)) => return Standing::Theirs { seq },
                None => return Standing::Theirs { seq: self.head.seq },
            }
        }
        match tail.next() {
            None => Standing::Free,
            Some(&(seq, hash)) if seq == next.head.seq && hash == next.head.hash => Standing::Ours,
            Some(&(seq, _)) => Standing::Theirs { seq },
        }
    }
}

fn check_sizes(batch: &Batch<'_>) -> Result<(), AppendError> {
    at_most("bytes of records", batch.records.len(), RECORDS_BYTES_MAX)?;
    at_most("party rows", batch.parties.len(), PARTIES_MAX)?;
    let mut sum: usize = 0;
    for party in batch.parties {
        at_most("bytes of a party row", party.sealed.len(), SEALED_BYTES_MAX)?;
        sum = sum.saturating_add(party.sealed.len());
    }
    at_most("bytes of party rows", sum, PARTIES_BYTES_MAX)
}

fn at_most(what: &'static str, size: usize, size_max: usize) -> Result<(), AppendError> {
    if size > size_max {
        return Err(AppendError::TooLarge {
            what,
            size,
            size_max,
        });
    }
    Ok(())
}

fn check_order(head: &Head, batch: &Batch<'_>) -> Result<(), BatchFlaw> {
    let next = head.seq.saturating_add(1);
    if batch.seq != next {
        return Err(BatchFlaw::SeqNotNext {
            seq: batch.seq,
            next,
        });
    }
    for number in [batch.seq, batch.epoch] {
        if number > SEQ_MAX {
            return Err(BatchFlaw::OutOfRange(number));
        }
    }
    if batch.epoch < head.epoch {
        return Err(BatchFlaw::EpochBack {
            epoch: batch.epoch,
            head: head.epoch,
        });
    }
    if batch.time_ns < head.time_ns {
        return Err(BatchFlaw::TimeBack {
            time_ns: batch.time_ns,
            head_ns: head.time_ns,
        });
    }
    Ok(())
}

fn sorted_parties(parties: &[PartyRow]) -> Result<Vec<&PartyRow>, BatchFlaw> {
    let mut sorted: Vec<&PartyRow> = parties.iter().collect();
    sorted.sort_unstable_by_key(|party| party.item);
    for pair in sorted.windows(2) {
        if let [first, second] = pair
            && first.item == second.item
        {
            return Err(BatchFlaw::PartyTwice(first.item));
        }
    }
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(seq: u64, mark: u8) -> Position {
        let hash = Hash::from_bytes([mark; 32]);
        Position {
            head: Head {
                seq,
                epoch: 1,
                hash,
                time_ns: 0,
            },
            prev_hash: Hash::ZERO,
        }
    }

    #[test]
    fn the_tail_decides_who_writes() {
        #[track_caller]
        fn check(head_seq: u64, tail: &[(u64, u8)], expected: Standing) {
            let (head, next) = (position(head_seq, 10), position(head_seq + 1, 11));
            let tail: Vec<_> = tail
                .iter()
                .map(|&(seq, mark)| (seq, Hash::from_bytes([mark; 32])))
                .collect();
            assert_eq!(head.standing(&next, &tail), expected, "{tail:?}");
        }
        check(0, &[], Standing::Free);
        check(0, &[(1, 11)], Standing::Ours);
        check(0, &[(1, 11), (2, 12)], Standing::Ours);
        check(0, &[(1, 99)], Standing::Theirs { seq: 1 });
        check(0, &[(2, 11)], Standing::Theirs { seq: 2 });
        check(7, &[(7, 10)], Standing::Free);
        check(7, &[(7, 10), (8, 11)], Standing::Ours);
        check(7, &[(7, 10), (8, 99)], Standing::Theirs { seq: 8 });
        check(7, &[(7, 10), (9, 11)], Standing::Theirs { seq: 9 });
        check(7, &[(7, 99), (8, 11)], Standing::Theirs { seq: 7 });
        check(7, &[(8, 11)], Standing::Theirs { seq: 8 });
        check(7, &[], Standing::Theirs { seq: 7 });
    }

    #[test]
    fn sequences_end_where_sql_integers_end() {
        let last = position(SEQ_MAX, 10);
        let batch = Batch {
            seq: SEQ_MAX + 1,
            epoch: 1,
            time_ns: 0,
            records: b"",
            parties: &[],
        };
        let refused = last.admit(&batch).unwrap_err();
        assert!(matches!(
            refused,
            AppendError::Flawed(BatchFlaw::OutOfRange(seq)) if seq == SEQ_MAX + 1
        ));
    }
}
