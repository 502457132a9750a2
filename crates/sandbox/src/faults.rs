//! Faults on demand: how a simulated institution misbehaves when somebody wants to see what the
//! link makes of it.
//!
//! Doctrine. A fault is chosen behind the gates of a callback, so only what the hub signed can set
//! one off. Rules come first, in their order, then the magic amounts. What a fault does to the
//! books is what a real institution's mistake would do: whoever is late, signs badly, mixes up its
//! answers or dies after answering has decided durably before; whoever is silent has heard
//! nothing. So every promise that was made lies in the books, and the hub's outcome settles it.

mod magic;
mod rule;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wire::api::Ask;

pub(crate) use rule::FaultsPut;
pub use rule::{Callback, FaultKind, FaultRule, FaultSettings, FaultsShown, RuleShown, Second};

use crate::trouble::{Trouble, Word, refused};

/// What is done to one callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) rule: FaultRule,
    /// Only to the first answer about an id; a repetition is answered as it should be.
    pub(crate) first_only: bool,
    /// When it was chosen: delays count from here.
    pub(crate) at_ms: i64,
}

/// The rules of one institution, and what they did.
#[derive(Debug)]
pub(crate) struct Faults {
    magic_amounts: bool,
    state: Mutex<State>,
    /// How many callbacks were misbehaved to since the process began.
    hits: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Active>,
    served: BTreeMap<Callback, u64>,
}

#[derive(Clone, Debug)]
struct Active {
    rule: FaultRule,
    hits: u64,
}

impl Active {
    fn left(&self) -> Option<u64> {
        let times = self.rule.times?;
        Some(u64::from(times).saturating_sub(self.hits))
    }
}

impl Faults {
    /// # Errors
    /// When a rule makes no sense.
    pub(crate) fn new(settings: FaultSettings) -> Result<Self, Trouble> {
        let faults = Self {
            magic_amounts: settings.magic_amounts,
            state: Mutex::default(),
            hits: watch::Sender::new(0),
        };
        faults.set(settings.faults)?;
        Ok(faults)
    }

    /// Replaces all rules.
    pub(crate) fn set(&self, rules: Vec<FaultRule>) -> Result<(), Trouble> {
        if let Some(why) = rule::wrong(&rules) {
            return Err(refused(Word::InvalidField, why));
        }
        let active = |rule| Active { rule, hits: 0 };
        self.lock().rules = rules.into_iter().map(active).collect();
        Ok(())
    }

    /// What happens to a callback that came through the gates.
    pub(crate) fn choose(
        &self,
        callback: Callback,
        ask: Option<&Ask>,
        at_ms: i64,
    ) -> Option<Chosen> {
        let chosen = {
            let mut state = self.lock();
            let served = state.served.entry(callback).or_insert(0);
            *served = served.saturating_add(1);
            let mut rules = state.rules.iter_mut();
            let fits = |active: &&mut Active| {
                active.rule.on.contains(&callback) && active.left() != Some(0)
            };
            rules.find(fits).map(|active| {
                active.hits = active.hits.saturating_add(1);
                let rule = active.rule.clone();
                Chosen {
                    rule,
                    first_only: false,
                    at_ms,
                }
            })
        };
        let by_amount = || {
            let ask = ask.filter(|_| self.magic_amounts)?;
            let (fault, first_only) = magic::of(&ask.instructed_amount)?;
            let rule = FaultRule::of(fault);
            Some(Chosen {
                rule,
                first_only,
                at_ms,
            })
        };
        chosen.or_else(by_amount)
    }

    /// Notes that a callback is misbehaved to from now on: what is decided before is durable.
    pub(crate) fn hit(&self, chosen: &Chosen) {
        tracing::info!(fault = ?chosen.rule.fault, "misbehaves on demand");
        self.hits.send_modify(|hits| *hits = hits.saturating_add(1));
    }

    /// Waits until more than so many callbacks were misbehaved to.
    pub(crate) async fn hits_above(&self, known: u64) {
        // The sender is ours, so the wait cannot fail.
        let _held = self
            .hits
            .subscribe()
            .wait_for(|hits| *hits > known)
            .await
            .is_ok();
    }

    /// Everything, as it is shown.
    pub(crate) fn shown(&self, participant: &str) -> FaultsShown {
        let state = self.lock();
        let rules = state.rules.iter().map(|active| RuleShown {
            rule: active.rule.clone(),
            hits: active.hits,
            left: active.left(),
        });
        FaultsShown {
            participant: participant.to_owned(),
            simulated: true,
            magic_amounts: self.magic_amounts,
            faults: rules.collect(),
            hits: *self.hits.borrow(),
            served: state.served.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
