//! Pages of the list of payments.
//!
//! The projection orders by batch, and one batch may begin more payments than a page holds. So a
//! place in the list is a batch and how many of its payments were shown; rows never change their
//! order, because they are only added at the top.

use projection::ItemRow;
use serde::Deserialize;
use switch::ItemId;
use wire::error::{Code, Problem};

use crate::limits::{BATCH_PAYMENTS_MAX, PAGE_DEFAULT, PAGE_MAX};

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    limit: Option<String>,
    before: Option<String>,
}

/// A place in the list: below all of batch `batch` but its first `skip` payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    batch: Option<u64>,
    pub(super) skip: u16,
}

impl Listing {
    pub(super) fn limit(&self) -> Result<u16, Problem> {
        let Some(text) = &self.limit else {
            return Ok(PAGE_DEFAULT);
        };
        let limit = text
            .parse()
            .ok()
            .filter(|limit| (1..=PAGE_MAX).contains(limit));
        limit.ok_or_else(|| {
            let detail = format!("`limit` is a number from 1 to {PAGE_MAX}");
            Problem::new(Code::InvalidField).with_detail(detail)
        })
    }

    pub(super) fn from(&self) -> Result<Cursor, Problem> {
        let Some(text) = &self.before else {
            return Ok(Cursor {
                batch: None,
                skip: 0,
            });
        };
        Cursor::parse(text).ok_or_else(|| {
            Problem::new(Code::InvalidField).with_detail("`before` is the `next` of a page")
        })
    }
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (batch, skip) = text.split_once('-')?;
        let cursor = Self {
            batch: Some(batch.parse().ok()?),
            skip: skip.parse().ok()?,
        };
        (cursor.text() == text && cursor.skip <= BATCH_PAYMENTS_MAX).then_some(cursor)
    }

    pub(super) fn text(self) -> String {
        format!("{}-{}", self.batch.unwrap_or_default(), self.skip)
    }

    /// The batch below which the projection is to look.
    pub(super) fn before(self) -> Option<u64> {
        self.batch.map(|batch| batch.saturating_add(1))
    }

    /// The page's ids out of `rows`, which begin at this place's batch, and the next place.
    pub(super) fn cut(self, rows: &[ItemRow], limit: u16) -> (Vec<ItemId>, Option<Self>) {
        let skip = usize::from(self.skip);
        let page: Vec<&ItemRow> = rows.iter().skip(skip).take(usize::from(limit)).collect();
        let shown = skip.saturating_add(page.len());
        let next = page.last().filter(|_| rows.len() > shown).map(|last| {
            let batch = last.created_sequence;
            let of_batch = rows
                .iter()
                .take(shown)
                .filter(|row| row.created_sequence == batch)
                .count();
            Self {
                batch: Some(batch),
                skip: u16::try_from(of_batch).unwrap_or(u16::MAX),
            }
        });
        (page.iter().map(|row| row.id).collect(), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of payments of which several began in one batch.
    fn rows() -> Vec<ItemRow> {
        let batches = [9, 7, 7, 7, 7, 7, 4, 4, 1];
        let numbered = (1..).zip(batches);
        numbered
            .map(|(id, created_sequence)| ItemRow {
                id: ItemId(id),
                created_sequence,
            })
            .collect()
    }

    #[test]
    fn pages_show_everything_once_whatever_their_size() {
        for limit in 1..12 {
            let mut at = Cursor {
                batch: None,
                skip: 0,
            };
            let mut shown = Vec::new();
            loop {
                let below = at.before().unwrap_or(u64::MAX);
                let most = usize::from(at.skip + limit + 1);
                let found: Vec<ItemRow> = rows()
                    .into_iter()
                    .filter(|row| row.created_sequence < below)
                    .take(most)
                    .collect();
                let (ids, next) = at.cut(&found, limit);
                assert!(ids.len() <= usize::from(limit));
                shown.extend(ids);
                let Some(next) = next else { break };
                at = Cursor::parse(&next.text()).unwrap();
            }
            assert_eq!(
                shown,
                (1..=9).map(ItemId).collect::<Vec<_>>(),
                "pages of {limit}"
            );
        }
    }

    #[test]
    fn a_place_has_one_spelling() {
        for wrong in [
            "", "5", "-1", "5-", "05-1", "5-1-1", "5-70000", "a-b", "5-1001",
        ] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
