//! An institution that does what a test tells it to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use participant::callbacks::{Answering, CallbackAuth, Institution, router};
use participant::edge::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wire::api::{
    Ask, Credit, CreditAnswer, CreditState, CreditVerdict, Outcome, OutcomeReceived, Resolve,
    Resolved, StatusReason,
};
use wire::error::{Code, Problem};
use wire::keys::{Jwks, SigningKey};

/// How it answers asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credits {
    Accept,
    Reject,
    /// Holds every answer back until it is told otherwise.
    Hold,
}

pub(crate) struct Fake {
    pub(crate) credits: watch::Sender<Credits>,
    /// What it says about an item in doubt.
    pub(crate) knows: Mutex<CreditState>,
    pub(crate) accounts: Mutex<BTreeMap<String, Resolved>>,
    asks: watch::Sender<Vec<Ask>>,
    outcomes: watch::Sender<Vec<Outcome>>,
    /// How many outcomes it refuses before it takes one.
    pub(crate) refuses: Mutex<u32>,
}

impl Fake {
    /// Serves callbacks on a port of its own; gives itself and its base address.
    pub(crate) async fn serve(
        key: Arc<SigningKey>,
        hub_keys: Arc<Jwks>,
        clock: Clock,
    ) -> (Arc<Self>, String) {
        let fake = Arc::new(Self {
            credits: watch::Sender::new(Credits::Accept),
            knows: Mutex::new(CreditState::NotFound),
            accounts: Mutex::default(),
            asks: watch::Sender::default(),
            outcomes: watch::Sender::default(),
            refuses: Mutex::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let authorities = vec![address.to_string()];
        let auth = CallbackAuth {
            key,
            hub_keys,
            authorities,
            clock,
        };
        let institution: Arc<dyn Institution> = fake.clone();
        let routes = router(institution, auth, "/hub");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (fake, format!("http://{address}/hub"))
    }

    pub(crate) fn asks(&self) -> Vec<Ask> {
        self.asks.borrow().clone()
    }

    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        self.outcomes.borrow().clone()
    }

    /// Waits until it was asked about an id.
    pub(crate) async fn asked(&self, id: &str) -> Ask {
        let mut asks = self.asks.subscribe();
        let asked = asks
            .wait_for(|asks| asks.iter().any(|ask| ask.id == id))
            .await
            .unwrap();
        asked.iter().find(|ask| ask.id == id).cloned().unwrap()
    }

    /// Waits until it was told about an id.
    pub(crate) async fn told(&self, id: &str) -> Outcome {
        let mut outcomes = self.outcomes.subscribe();
        let is_it = |outcome: &Outcome| outcome.id == id;
        let told = outcomes
            .wait_for(|all| all.iter().any(is_it))
            .await
            .unwrap();
        told.iter()
            .find(|outcome| outcome.id == id)
            .cloned()
            .unwrap()
    }
}

impl Institution for Fake {
    fn resolve(&self, resolve: Resolve) -> Answering<'_, Resolved> {
        let known = self.accounts.lock().unwrap().get(&resolve.account).cloned();
        let unknown = Resolved {
            found: false,
            accepting: false,
            name: String::new(),
            name_local: None,
            city: String::new(),
        };
        Box::pin(async move { Ok(known.unwrap_or(unknown)) })
    }

    fn credit(&self, ask: Ask) -> Answering<'_, CreditAnswer> {
        let id = ask.id.clone();
        self.asks.send_modify(|asks| asks.push(ask));
        Box::pin(async move {
            let mut credits = self.credits.subscribe();
            let decided = *credits.wait_for(|now| *now != Credits::Hold).await.unwrap();
            let (verdict, reason) = match decided {
                Credits::Accept | Credits::Hold => (CreditVerdict::Accepted, None),
                Credits::Reject => {
                    let code = "AC04".to_owned();
                    (CreditVerdict::Rejected, Some(StatusReason { code }))
                }
            };
            Ok(CreditAnswer {
                id,
                verdict,
                reason,
            })
        })
    }

    fn outcome(&self, outcome: Outcome) -> Answering<'_, OutcomeReceived> {
        let mut refuses = self.refuses.lock().unwrap();
        if *refuses > 0 {
            *refuses -= 1;
            return Box::pin(async { Err(Problem::new(Code::Internal)) });
        }
        let outcome_sequence = outcome.outcome_sequence;
        self.outcomes.send_modify(|outcomes| outcomes.push(outcome));
        Box::pin(async move { Ok(OutcomeReceived { outcome_sequence }) })
    }

    fn look(&self, id: String) -> Answering<'_, Credit> {
        let state = *self.knows.lock().unwrap();
        Box::pin(async move { Ok(Credit { id, state }) })
    }
}
