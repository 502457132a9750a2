//! What the hub calls here, on the ledger.

use std::sync::Arc;

use participant::callbacks::{Answering, Institution};
use wire::api::{Ask, Credit, CreditAnswer, Outcome, OutcomeReceived, Resolve, Resolved};
use wire::error::{Code, Problem};

use super::teller::Teller;
use crate::ledger::Books;
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

impl Institution for Endpoints {
    fn resolve(&self, resolve: Resolve) -> Answering<'_, Resolved> {
        self.on_books(move |books, site| payee::resolve(books, site, &resolve))
    }

    fn credit(&self, ask: Ask) -> Answering<'_, CreditAnswer> {
        self.on_books(move |books, site| payee::decide(books, site, &ask))
    }

    fn outcome(&self, outcome: Outcome) -> Answering<'_, OutcomeReceived> {
        self.on_books(move |books, site| outcomes::note(books, site, &outcome))
    }

    fn look(&self, id: String) -> Answering<'_, Credit> {
        self.on_books(move |books, _site| payee::look(books, &id))
    }
}
