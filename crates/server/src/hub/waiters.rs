//! Those who wait for an outcome. A waiter is registered before its payment is handed in, so an
//! outcome can never fall between asking and waiting.

use std::collections::BTreeMap;
use std::sync::Mutex;

use switch::ItemId;
use tokio::sync::oneshot;

use super::lock;

/// By item; bounded by the connections, each of which waits at most once.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    by_item: BTreeMap<ItemId, Vec<oneshot::Sender<()>>>,
    is_released: bool,
}

/// One that waits; dropping it gives up its place.
#[derive(Debug)]
pub(crate) struct Waiter<'a> {
    waiters: &'a Waiters,
    item: ItemId,
    outcome: oneshot::Receiver<()>,
}

impl Waiters {
    pub(crate) fn register(&self, item: ItemId) -> Waiter<'_> {
        let (sender, outcome) = oneshot::channel();
        let mut waiting = lock(&self.0);
        // Once released, the sender is dropped here and the waiter does not wait.
        if !waiting.is_released {
            waiting.by_item.entry(item).or_default().push(sender);
        }
        Waiter {
            waiters: self,
            item,
            outcome,
        }
    }

    pub(crate) fn wake(&self, decided: &[ItemId]) {
        let mut waiting = lock(&self.0);
        if waiting.by_item.is_empty() {
            return;
        }
        for item in decided {
            for sender in waiting.by_item.remove(item).unwrap_or_default() {
                // It may have given up.
                let _gone = sender.send(());
            }
        }
    }

    /// Lets everybody go, now and later.
    pub(crate) fn release(&self) {
        let mut waiting = lock(&self.0);
        waiting.is_released = true;
        waiting.by_item.clear();
    }
}

impl Waiter<'_> {
    /// Until the outcome is there, or nobody will tell it any more.
    pub(crate) async fn outcome(&mut self) {
        let _released = (&mut self.outcome).await;
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.outcome.close();
        let mut waiting = lock(&self.waiters.0);
        if let Some(senders) = waiting.by_item.get_mut(&self.item) {
            senders.retain(|sender| !sender.is_closed());
            if senders.is_empty() {
                waiting.by_item.remove(&self.item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_outcome_wakes_its_own_waiters_and_leaves_nothing_behind() {
        let waiters = Waiters::default();
        let mut first = waiters.register(ItemId(1));
        let mut second = waiters.register(ItemId(1));
        let mut other = waiters.register(ItemId(2));
        waiters.wake(&[ItemId(1), ItemId(3)]);
        first.outcome().await;
        second.outcome().await;
        assert!(other.outcome.try_recv().is_err());
        assert_eq!(lock(&waiters.0).by_item.len(), 1);
        drop(other);
        assert!(lock(&waiters.0).by_item.is_empty());
        let mut late = waiters.register(ItemId(4));
        waiters.release();
        late.outcome().await;
        waiters.register(ItemId(5)).outcome().await;
        assert!(lock(&waiters.0).by_item.is_empty());
    }
}
