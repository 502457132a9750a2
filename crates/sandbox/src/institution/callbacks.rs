//! What the hub calls here, on the ledger, with the faults that somebody asked for.

use std::sync::Arc;

use participant::callbacks::{Answering, Institution};
use wire::api::{Ask, Credit, CreditAnswer, Outcome, OutcomeReceived, Resolve, Resolved};
use wire::error::{Code, Problem};

use super::leaving::{self, Leaving};
use super::teller::Teller;
use crate::faults::{Callback, Chosen, FaultKind};
use crate::ledger::Books;
use crate::limits::{FAULT_DELAY_MS, FAULT_LATE_MS, FAULT_PATIENCE_MS, FAULT_SILENCE_MS};
use crate::site::Site;
use crate::trouble::Trouble;
use crate::{outcomes, payee};

/// The endpoints' side of a teller.
#[derive(Debug)]
pub(crate) struct Endpoints(pub(crate) Arc<Teller>);

impl Endpoints {
    fn on_books<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Books<'_>, &Site) -> Result<T, Trouble> + Send + 'static,
    ) -> Answering<'_, T> {
        let site = self.0.site.clone();
        Box::pin(async move {
            let done = self.0.ledger.run(move |books| work(books, &site)).await;
            done.map_err(|trouble| match trouble {
                Trouble::Hub(problem) => *problem,
                Trouble::Refused(word, _) => {
                    tracing::error!(code = word.row().0, "the books refused a callback");
                    Problem::new(Code::Internal)
                }
                Trouble::Fault(fault) => {
                    tracing::error!(%fault, "a callback failed");
                    Problem::new(Code::Internal)
                }
            })
        })
    }
}

impl Endpoints {
    fn choose(&self, callback: Callback, ask: Option<&Ask>) -> Option<Chosen> {
        let now_ms = self.0.site.now_ms();
        self.0.faults.choose(callback, ask, now_ms)
    }

    async fn sleep_until_ms(&self, at_ms: i64) {
        let at_ns = at_ms.saturating_mul(1_000_000);
        self.0.site.clock().sleep_until_ns(at_ns).await;
    }

    /// Whether a callback goes unanswered; whoever waits for so long hears `busy`.
    async fn is_silent(&self, chosen: Option<&Chosen>) -> bool {
        let Some(chosen) = chosen.filter(|chosen| chosen.rule.fault == FaultKind::Silent) else {
            return false;
        };
        self.0.faults.hit(chosen);
        self.sleep_until_ms(chosen.at_ms.saturating_add(FAULT_SILENCE_MS))
            .await;
        true
    }

    /// Whether a callback that carries no ask is turned away.
    fn is_turned_away(&self, chosen: Option<&Chosen>) -> bool {
        let rejects = chosen.filter(|chosen| chosen.rule.fault == FaultKind::Rejects);
        if let Some(chosen) = rejects {
            self.0.faults.hit(chosen);
        }
        rejects.is_some()
    }

    /// Waits where an answer is to be slow or late, and notes what is to be done when it leaves.
    async fn delay(&self, chosen: Option<Chosen>, is_first: bool, until_ms: Option<i64>) {
        let Some(chosen) = chosen.filter(|chosen| is_first || !chosen.first_only) else {
            return;
        };
        self.0.faults.hit(&chosen);
        match chosen.rule.fault {
            FaultKind::Slow => {
                let delay_ms = chosen.rule.delay_ms.unwrap_or(FAULT_DELAY_MS);
                self.sleep_until_ms(chosen.at_ms.saturating_add(i64::from(delay_ms)))
                    .await;
            }
            FaultKind::Late => {
                let patience_ms = chosen.at_ms.saturating_add(FAULT_PATIENCE_MS);
                let until_ms = until_ms.unwrap_or(patience_ms);
                self.sleep_until_ms(until_ms.saturating_add(FAULT_LATE_MS))
                    .await;
            }
            FaultKind::AnswersTwice => leaving::note(Leaving::Twice(chosen.rule.second)),
            FaultKind::BadSignature => leaving::note(Leaving::BadSignature),
            FaultKind::DiesAfterAnswering => leaving::note(Leaving::Dies),
            FaultKind::Silent | FaultKind::Rejects | FaultKind::OutOfOrder => {}
        }
    }

    async fn answer_ask(&self, ask: Ask) -> Result<CreditAnswer, Problem> {
        let chosen = self.choose(Callback::Credits, Some(&ask));
        if self.is_silent(chosen.as_ref()).await {
            return Err(Problem::new(Code::Busy));
        }
        let until_ms = participant::edge::parse_rfc3339(&ask.expires_at);
        let (id, wanted) = (ask.id.clone(), chosen.clone());
        let decided = self.on_books(move |books, site| {
            let is_first = books.credit(&ask.id)?.is_none();
            let rule = wanted.as_ref().map(|chosen| &chosen.rule);
            let answer = match rule.filter(|rule| rule.fault == FaultKind::Rejects) {
                Some(rule) => payee::reject(books, site, &ask, rule.reason.as_deref())?,
                None => payee::decide(books, site, &ask)?,
            };
            Ok((answer, is_first))
        });
        let (mut answer, is_first) = decided.await?;
        let mixes_up = chosen.as_ref().is_some_and(|chosen| {
            chosen.rule.fault == FaultKind::OutOfOrder && (is_first || !chosen.first_only)
        });
        if mixes_up {
            let other = self.on_books(move |books, _site| payee::answer_to_another(books, &id));
            answer = other.await?;
        }
        self.delay(chosen, is_first, until_ms).await;
        Ok(answer)
    }
}

impl Institution for Endpoints {
    fn resolve(&self, resolve: Resolve) -> Answering<'_, Resolved> {
        Box::pin(async move {
            let chosen = self.choose(Callback::Resolve, None);
            if self.is_silent(chosen.as_ref()).await {
                return Err(Problem::new(Code::Busy));
            }
            let done = self.on_books(move |books, site| payee::resolve(books, site, &resolve));
            let mut resolved = done.await?;
            if rejects(chosen.as_ref()) {
                resolved.accepting = false;
            }
            self.delay(chosen, true, None).await;
            Ok(resolved)
        })
    }

    fn credit(&self, ask: Ask) -> Answering<'_, CreditAnswer> {
        Box::pin(self.answer_ask(ask))
    }

    fn outcome(&self, outcome: Outcome) -> Answering<'_, OutcomeReceived> {
        Box::pin(async move {
            let chosen = self.choose(Callback::Outcomes, None);
            if self.is_silent(chosen.as_ref()).await || self.is_turned_away(chosen.as_ref()) {
                return Err(Problem::new(Code::Busy));
            }
            let noted = {
                let outcome = outcome.clone();
                self.on_books(move |books, site| outcomes::note(books, site, &outcome))
            };
            let mut received = match noted.await {
                Ok(received) => received,
                Err(problem) => {
                    // A contradiction is refused, and never forgotten.
                    let kept = self.on_books(move |books, _site| books.note_told(&outcome));
                    kept.await?;
                    return Err(problem);
                }
            };
            if mixes_up(chosen.as_ref()) {
                received.outcome_sequence = received.outcome_sequence.saturating_add(1);
            }
            self.delay(chosen, true, None).await;
            Ok(received)
        })
    }

    fn look(&self, id: String) -> Answering<'_, Credit> {
        Box::pin(async move {
            let chosen = self.choose(Callback::Status, None);
            if self.is_silent(chosen.as_ref()).await || self.is_turned_away(chosen.as_ref()) {
                return Err(Problem::new(Code::Busy));
            }
            let looked = self.on_books(move |books, _site| payee::look(books, &id));
            let mut credit = looked.await?;
            if mixes_up(chosen.as_ref()) {
                credit.id = participant::edge::payment_id();
            }
            self.delay(chosen, true, None).await;
            Ok(credit)
        })
    }
}

fn rejects(chosen: Option<&Chosen>) -> bool {
    chosen.is_some_and(|chosen| chosen.rule.fault == FaultKind::Rejects)
}

fn mixes_up(chosen: Option<&Chosen>) -> bool {
    chosen.is_some_and(|chosen| chosen.rule.fault == FaultKind::OutOfOrder)
}
