//! What the institution does at the hub for its customers and shops. The protocols themselves are
//! in `payer`, `payee` and `refunds`; here they meet the network.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicI64;
use std::sync::{Mutex, PoisonError};

use participant::edge;
use participant::http::CallError;
use participant::hub::HubClient;
use tokio::sync::{Notify, watch};
use wire::api::{
    Party, PaymentRequest, QuoteRequest, RefundRequest, ScanAnswer, ScanRequest, Screening,
    ScreeningVerdict,
};
use wire::error::{Problem, Retry};

use crate::faults::Faults;
use crate::ledger::{Ledger, PaymentRow, PaymentStatus, RefundRow, RefundStatus};
use crate::limits::{LOOK_DEADLINE, PAY_WAIT_S, REQUEST_DEAD_MS};
use crate::refunds::Held;
use crate::site::Site;
use crate::text::{money_in, money_out};
use crate::trouble::{Trouble, Word, broken, refused};
use crate::{payer, refunds};

/// One institution at work.
#[derive(Debug)]
pub(crate) struct Teller {
    pub(crate) site: Site,
    pub(crate) ledger: Ledger,
    pub(crate) hub: HubClient,
    /// How we misbehave on demand.
    pub(crate) faults: Faults,
    /// What must be published before anybody can pay has been published.
    pub(crate) ready: watch::Sender<bool>,
    /// When we last published, on our own clock.
    pub(crate) published_ms: AtomicI64,
    /// Wakes the publisher when there is something new.
    pub(crate) news: Notify,
    /// Items that are being asked for right now, so that nobody asks twice at once.
    asking: Mutex<BTreeSet<String>>,
}

/// Which copy of a refund is about to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    /// The only one: nobody could send another since the refund was written down.
    First,
    /// Earlier ones may be under way or stand.
    Again,
}

/// What came of asking the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The hub said something; the books know it.
    Learned,
    /// Somebody else is asking for the same item.
    Busy,
    /// The hub said something that decides nothing.
    Patience,
    /// The hub said nothing that can be believed.
    Silence,
}

impl Teller {
    pub(crate) fn new(site: Site, ledger: Ledger, hub: HubClient, faults: Faults) -> Self {
        let (ready, asking) = (watch::Sender::new(false), Mutex::new(BTreeSet::new()));
        Self {
            site,
            ledger,
            hub,
            faults,
            published_ms: AtomicI64::new(i64::MIN),
            ready,
            news: Notify::new(),
            asking,
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    pub(crate) async fn scan(&self, payload: String) -> Result<ScanAnswer, Trouble> {
        self.hub.scan(&ScanRequest { payload }).await.map_err(said)
    }

    /// Asks for a quote under a new payment id and remembers it before anybody sees it.
    pub(crate) async fn quote(
        &self,
        account: String,
        scan: String,
        amount: wire::api::Money,
    ) -> Result<PaymentRow, Trouble> {
        let known = account.clone();
        let accounts = self
            .ledger
            .run(move |books| books.accounts_of(&known))
            .await?;
        let wanted = self.site.currency();
        let of_wanted = accounts.iter().find(|found| found.currency == wanted);
        let charged = of_wanted
            .or(accounts.first())
            .ok_or(Word::CustomerUnknown)?;
        let request = QuoteRequest {
            payment_id: edge::payment_id(),
            scan,
            amount,
            payer_currency: Some(charged.currency.alpha().to_owned()),
        };
        let quote = self.hub.quote(&request).await.map_err(said)?;
        let payer = money_in(&quote.payer_amount, "/payer_amount")
            .map_err(|_bad| broken("the hub quotes no amount"))?;
        if quote.payment_id != request.payment_id || payer.currency != charged.currency {
            return Err(broken("the hub's quote is for something else"));
        }
        let row = PaymentRow {
            id: request.payment_id,
            account,
            payer,
            quote,
            status: PaymentStatus::Quoted,
            view: None,
            receipt: None,
            at_ms: self.site.now_ms(),
        };
        let kept = row.clone();
        self.ledger
            .run(move |books| books.put_payment(&kept))
            .await?;
        Ok(row)
    }

    /// Pays a quote: hold, send, learn. What the hub refuses is told with its own words, after the
    /// customer has the money back.
    pub(crate) async fn pay(&self, account: String, id: String) -> Result<PaymentRow, Trouble> {
        let (site, wanted) = (self.site.clone(), id.clone());
        let hold = self
            .ledger
            .run(move |books| payer::hold(books, &site, &wanted, &account));
        let row = hold.await?;
        if row.status == PaymentStatus::Sent {
            self.ask_payment(row, Some(PAY_WAIT_S)).await?;
        }
        self.payment(id).await
    }

    pub(crate) async fn payment(&self, id: String) -> Result<PaymentRow, Trouble> {
        let found = self.ledger.run(move |books| books.payment(&id)).await?;
        found.ok_or(Word::PaymentUnknown.into())
    }

    /// Looks at a payment at the hub, so that what is shown is fresh; without an answer it is
    /// shown as the books have it.
    pub(crate) async fn look(&self, id: String) -> Result<PaymentRow, Trouble> {
        let row = self.payment(id.clone()).await?;
        if row.status == PaymentStatus::Quoted {
            return Ok(row);
        }
        match self.hub.within(LOOK_DEADLINE).payment(&id).await {
            Ok(view) if view.payment_id == id => {
                let site = self.site.clone();
                self.ledger
                    .run(move |books| payer::learn(books, &site, &view))
                    .await
            }
            Ok(_other) => Err(broken("the hub showed another payment")),
            Err(_nothing_known) => Ok(row),
        }
    }

    /// Sends a held payment, or sends it again with the same body.
    async fn ask_payment(&self, row: PaymentRow, wait_s: Option<u32>) -> Result<Asked, Trouble> {
        let Some(_asking) = self.begin(&row.id) else {
            return Ok(Asked::Busy);
        };
        let (currency, account) = (row.payer.currency, row.account.clone());
        let holder = self
            .ledger
            .run(move |books| books.account(&account, currency))
            .await?;
        let name = holder.and_then(|holder| holder.holder).unwrap_or_default();
        let request = PaymentRequest {
            payment_id: row.id.clone(),
            quote: row.quote.quote.clone(),
            debtor: Party {
                name,
                account: row.account.clone(),
            },
            debtor_agent: None,
            screening: Screening {
                verdict: ScreeningVerdict::Clear,
            },
        };
        let (view, refusal) = match self.hub.pay(&request, wait_s).await {
            Ok(view) => (view, None),
            Err(error) => match error.problem() {
                Some(problem) if may_stand(problem) => return Ok(Asked::Patience),
                // A refusal is no outcome: an earlier copy of the request may stand. The answer
                // to a cancellation is one.
                Some(problem) => match self.hub.cancel(&row.id).await {
                    Ok(view) => (view, Some(problem.clone())),
                    Err(_nothing_known) => return Ok(Asked::Patience),
                },
                None => {
                    tracing::warn!(id = row.id, %error, "a payment was sent without an answer");
                    return Ok(Asked::Silence);
                }
            },
        };
        if view.payment_id != row.id {
            return Err(broken("the hub answered for another payment"));
        }
        let site = self.site.clone();
        let learned = self
            .ledger
            .run(move |books| payer::learn(books, &site, &view))
            .await?;
        match (refusal, learned.status) {
            (Some(problem), PaymentStatus::Cancelled | PaymentStatus::Refused) => {
                Err(Trouble::Hub(Box::new(problem)))
            }
            (None | Some(_), _) => Ok(Asked::Learned),
        }
    }

    /// Gives back part of a sale: hold, write down, send, learn. Asked again under the same id, it
    /// tells how the refund stands, and sends it again while that is open.
    pub(crate) async fn refund(
        &self,
        payment_id: String,
        wanted: RefundRequest,
    ) -> Result<RefundRow, Trouble> {
        let RefundRequest {
            refund_id: id,
            amount,
        } = wanted;
        let gives = money_in(&amount, "/amount").map_err(|problem| Trouble::Hub(problem.into()))?;
        // Taken before the refund can be seen in the books: from its commit on the reconciler
        // would send it, and then a refusal of our copy would say nothing about the other one.
        let asking = self.begin(&id);
        let row = RefundRow {
            id: id.clone(),
            payment_id,
            account: String::new(),
            gives,
            status: RefundStatus::Sent,
            view: None,
            at_ms: self.site.now_ms(),
        };
        let site = self.site.clone();
        let held = self
            .ledger
            .run(move |books| refunds::hold(books, &site, &row))
            .await?;
        let (row, attempt) = match held {
            Held::Now(row) => (row, Attempt::First),
            Held::Before(row) => (row, Attempt::Again),
        };
        if asking.is_some() && row.status == RefundStatus::Sent {
            self.ask_refund(row, attempt, Some(PAY_WAIT_S)).await?;
        }
        drop(asking);
        self.refund_row(id).await
    }

    pub(crate) async fn refund_row(&self, id: String) -> Result<RefundRow, Trouble> {
        let found = self.ledger.run(move |books| books.refund(&id)).await?;
        found.ok_or_else(|| refused(Word::PaymentUnknown, "no such refund"))
    }

    /// Sends a held refund, or sends it again with the same body; the caller keeps everybody else
    /// from asking for it meanwhile.
    async fn ask_refund(
        &self,
        row: RefundRow,
        attempt: Attempt,
        wait_s: Option<u32>,
    ) -> Result<Asked, Trouble> {
        let request = RefundRequest {
            refund_id: row.id.clone(),
            amount: money_out(row.gives),
        };
        let error = match self.hub.refund(&row.payment_id, &request, wait_s).await {
            Ok(view) if view.refund_id == row.id => {
                let site = self.site.clone();
                self.ledger
                    .run(move |books| refunds::learn(books, &site, &view))
                    .await?;
                return Ok(Asked::Learned);
            }
            Ok(_other) => return Err(broken("the hub answered for another refund")),
            Err(error) => error,
        };
        let Some(problem) = error.problem() else {
            tracing::warn!(id = row.id, %error, "a refund was sent without an answer");
            return Ok(Asked::Silence);
        };
        if may_stand(problem) {
            return Ok(Asked::Patience);
        }
        // The only copy that ever left was refused, or every earlier one is too old to be taken:
        // then it never began. In between an earlier copy may stand, and only patience helps.
        let age_ms = self.site.now_ms().saturating_sub(row.at_ms);
        let again = attempt == Attempt::Again;
        if again && (age_ms < REQUEST_DEAD_MS || self.refund_is_known(&row).await) {
            return Ok(Asked::Patience);
        }
        let site = self.site.clone();
        let end = self.ledger.run(move |books| {
            let row = books.refund(&row.id)?.unwrap_or(row);
            refunds::finish(books, &site, &row, RefundStatus::Refused, &[])
        });
        end.await?;
        Err(Trouble::Hub(Box::new(problem.clone())))
    }

    /// Asks for a refund that was sent before. It is read again once nobody else can ask for it:
    /// one that was given up since the round began must not leave a new copy.
    pub(super) async fn ask_refund_again(&self, id: String) -> Result<Asked, Trouble> {
        let Some(_asking) = self.begin(&id) else {
            return Ok(Asked::Busy);
        };
        let row = self.refund_row(id).await?;
        if row.status != RefundStatus::Sent {
            return Ok(Asked::Learned);
        }
        self.ask_refund(row, Attempt::Again, None).await
    }

    /// Whether the hub has the refund, or did not say that it has not.
    async fn refund_is_known(&self, row: &RefundRow) -> bool {
        match self.hub.refund_status(&row.payment_id, &row.id).await {
            Ok(_view) => true,
            Err(error) => error
                .problem()
                .is_none_or(|problem| problem.status().as_u16() != 404),
        }
    }

    /// Asks once more for everything that was sent and is not known to be final. Stops at the
    /// first silence: a hub that does not answer for one item will not for the next.
    pub(crate) async fn reconcile(&self) -> Result<(), Trouble> {
        let sent = self
            .ledger
            .run(|books| Ok((books.payments_sent()?, books.refunds_sent()?)));
        let (payments, refunds) = sent.await?;
        for row in payments {
            if !goes_on(self.ask_payment(row, None).await)? {
                return Ok(());
            }
        }
        for row in refunds {
            if !goes_on(self.ask_refund_again(row.id).await)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Marks an item as being asked for until the guard is dropped.
    fn begin(&self, id: &str) -> Option<Asking<'_>> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        asking.insert(id.to_owned()).then(|| Asking {
            teller: self,
            id: id.to_owned(),
        })
    }
}

struct Asking<'a> {
    teller: &'a Teller,
    id: String,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut asking = self
            .teller
            .asking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        asking.remove(&self.id);
    }
}

/// Whether the round may go on; a refusal was booked and concerns only its own item.
fn goes_on(asked: Result<Asked, Trouble>) -> Result<bool, Trouble> {
    match asked {
        Ok(Asked::Learned | Asked::Busy | Asked::Patience)
        | Err(Trouble::Hub(_) | Trouble::Refused(..)) => Ok(true),
        Ok(Asked::Silence) => Ok(false),
        Err(Trouble::Fault(fault)) => Err(fault.into()),
    }
}

/// Problems after which the very same request may still succeed: they say nothing about it.
fn may_stand(problem: &Problem) -> bool {
    problem.code().entry().retry == Retry::SameRequest
}

/// The hub's own words where it has any.
fn said(error: CallError) -> Trouble {
    if let CallError::Problem(problem) = error {
        return Trouble::Hub(problem);
    }
    tracing::warn!(%error, "the hub did not answer");
    Word::HubUnreachable.into()
}
