//! `Prefer: wait=N` (RFC 7240): how long a caller lets the hub hold the answer back.

use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use switch::ItemId;

use crate::hub::Hub;
use crate::limits::WAIT_S_MAX;
use crate::view::Seen;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What the caller prefers, already cut to what we give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait(u64);

impl Wait {
    /// A preference that cannot be read is no error: it is only a preference.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers
            .get_all(PREFER)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let preferences = values.flat_map(|value| value.split(','));
        let mut waits = preferences.filter_map(|preference| {
            let (name, value) = preference.split(';').next()?.split_once('=')?;
            let is_wait = name.trim().eq_ignore_ascii_case("wait");
            is_wait.then(|| value.trim().trim_matches('"').parse::<u64>().ok())?
        });
        // RFC 7240: of several, the first counts.
        waits
            .next()
            .filter(|seconds| *seconds > 0)
            .map(|seconds| Self(seconds.min(WAIT_S_MAX)))
    }

    pub(super) fn applied(self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(format!("wait={}", self.0)) {
            headers.insert(PREFERENCE_APPLIED, value);
        }
    }

    pub(super) fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl Hub {
    /// What there is of an item once it has an outcome or the wait is over. The waiter was
    /// registered before the item was handed in, so no outcome is missed.
    pub(super) async fn settled(
        &self,
        seen: Seen,
        wait: Option<Wait>,
        waiter: &mut crate::hub::Waiter<'_>,
    ) -> Result<Seen, wire::error::Problem> {
        let Some(wait) = wait.filter(|_| !seen.item.state.is_final()) else {
            return Ok(seen);
        };
        // Whether it ended or the time did: the state tells.
        let _late = tokio::time::timeout(wait.duration(), waiter.outcome()).await;
        let id: ItemId = seen.item.id;
        let again = self.seen(id).await?;
        Ok(again.unwrap_or(seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_read_in_every_spelling_and_cut() {
        let check = |values: &[&str], expected: Option<u64>| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::try_from(*value).unwrap());
            }
            assert_eq!(Wait::of(&headers), expected.map(Wait), "{values:?}");
        };
        check(&[], None);
        check(&["wait=10"], Some(10));
        check(&["respond-async, Wait = \"5\""], Some(5));
        check(&["respond-async", "wait=7;x=1"], Some(7));
        check(&["wait=3, wait=9"], Some(3));
        check(&["wait=3000"], Some(30));
        check(&["wait=0"], None);
        check(&["wait=-1"], None);
        check(&["wait"], None);
    }
}
