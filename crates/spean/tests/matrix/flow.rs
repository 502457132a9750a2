//! What people do: pay by a code, give some back. And what time does: the network is moved on
//! until nothing is open any more.

use sandbox::desk::api::{
    DeskState, ShopRefundRequest, WalletPay, WalletPayment, WalletQuote, WalletScan,
};
use sandbox::desk::client::{DeskClient, DeskError};
use serde_json::json;
use wire::api::Money;

use crate::network::{BOUND, Network};

/// Who pays where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) payer: &'static str,
    pub(crate) account: &'static str,
    pub(crate) payee: &'static str,
    currency: &'static str,
}

pub(crate) const TO_JAPAN: Way = Way {
    payer: "acleda",
    account: "rich@aclb",
    payee: "netstars",
    currency: "JPY",
};

/// The first wallet that is opened after those that every ledger begins with.
pub(crate) const TO_CAMBODIA: Way = Way {
    payer: "netstars",
    account: "W-000004",
    payee: "sathapana",
    currency: "KHR",
};

/// Rounds in which nothing moves before time is moved on.
const STILL_ROUNDS: u32 = 12;
/// Rounds that a look-up may take before a call's time is over.
const LOOK_UP_ROUNDS: u32 = 40;
/// How far time is moved when nobody names a deadline: a call may take so long.
const STEP_MS: i64 = 5_000;

impl Way {
    fn money(self, amount: u64) -> Money {
        Money {
            currency: self.currency.to_owned(),
            amount: amount.to_string(),
        }
    }

    /// Scans and asks what it costs; the payment is known to the payer's bank from then on.
    pub(crate) async fn quote(
        self,
        desk: &DeskClient,
        payload: &str,
        amount: u64,
    ) -> Result<String, DeskError> {
        let (account, payload) = (self.account.to_owned(), payload.to_owned());
        let scanned = desk.scan(&WalletScan { account, payload }).await?;
        let wanted = WalletQuote {
            account: self.account.to_owned(),
            scan: scanned.scan,
            amount: self.money(amount),
        };
        Ok(desk.quote(&wanted).await?.payment_id)
    }

    pub(crate) async fn order(
        self,
        desk: &DeskClient,
        payment_id: String,
    ) -> Result<WalletPayment, DeskError> {
        let account = self.account.to_owned();
        desk.pay(&WalletPay {
            account,
            payment_id,
        })
        .await
    }

    pub(crate) async fn pay(
        self,
        desk: &DeskClient,
        payload: &str,
        amount: u64,
    ) -> Result<WalletPayment, DeskError> {
        let payment_id = self.quote(desk, payload, amount).await?;
        self.order(desk, payment_id).await
    }

    pub(crate) fn refund(self, payment_id: &str, id: &str, amount: u64) -> ShopRefundRequest {
        ShopRefundRequest {
            refund_id: Some(id.to_owned()),
            payment_id: payment_id.to_owned(),
            amount: self.money(amount),
        }
    }
}

impl Network {
    /// The printed code of a shop that takes payers from abroad.
    pub(crate) async fn code(&self, way: Way) -> String {
        let shops = self.desk(way.payee).shops().await.expect("shops").shops;
        let shop = shops.into_iter().find(|shop| shop.accepts_foreign);
        shop.expect("a shop for strangers").payload
    }

    /// A payment that completes, for refunds.
    pub(crate) async fn sale(&mut self, way: Way, amount: u64) -> String {
        let (desk, code) = (self.desk(way.payer).clone(), self.code(way).await);
        let paid = way.pay(&desk, &code, amount).await.expect("a payment");
        self.settle().await.expect("a plain payment settles");
        paid.payment_id
    }

    /// How a payment stands at the payer's bank, which asks the hub.
    pub(crate) async fn state(&self, way: Way, id: &str) -> Option<DeskState> {
        let seen = self.desk(way.payer).payment(id).await;
        seen.ok().map(|payment| payment.state)
    }

    /// Wakes everybody, starts again who died, and moves time on, until nothing is open.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        let settling = tokio::time::timeout(BOUND, self.move_on()).await;
        if settling.is_ok() {
            return Ok(());
        }
        let standing = self.advance(0).await;
        Err(format!(
            "still open after {} s: {standing:?}\n{}",
            BOUND.as_secs(),
            self.last_words("hub")
        ))
    }

    async fn move_on(&mut self) {
        let (mut still, mut last, mut looked) = (0, None, None);
        loop {
            self.bury();
            let Some(standing) = self.advance(0).await else {
                tokio::task::yield_now().await;
                continue;
            };
            if standing.is_quiet {
                return;
            }
            let sequence = standing.whole["sequence"].clone();
            still = if last.as_ref() == Some(&sequence) {
                still + 1
            } else {
                0
            };
            last = Some(sequence);
            // What is in doubt is looked up before its time is moved on; a look-up that hangs ends
            // with its call's own time.
            let is_looking = looked == Some(standing.look_ups);
            let patience = if is_looking {
                LOOK_UP_ROUNDS
            } else {
                STILL_ROUNDS
            };
            if still < patience {
                continue;
            }
            still = 0;
            let now_ms = self.clock.now_ms();
            let next = standing.next_deadline_ms.map(|at| (at - now_ms).max(0) + 1);
            match next.filter(|_| !is_looking) {
                Some(next) => {
                    looked = Some(standing.look_ups);
                    self.advance(next).await;
                }
                None => {
                    self.advance(STEP_MS).await;
                }
            }
        }
    }

    /// How many callbacks an institution has misbehaved to.
    pub(crate) async fn hits(&self, name: &str) -> u64 {
        let shown = self
            .control(name, "GET", "/control/faults", json!({}))
            .await;
        shown.expect("the institution is there")["hits"]
            .as_u64()
            .expect("a count")
    }

    /// Waits until an institution misbehaves once more.
    pub(crate) async fn misbehaves(&self, name: &str, before: u64) {
        let path = format!("/control/faults?after={before}");
        let shown = self.control(name, "GET", &path, json!({})).await;
        let hits = shown.map(|shown| shown["hits"].as_u64().expect("a count"));
        // One that died of it has forgotten its hits.
        assert!(hits.is_none_or(|hits| hits > before), "`{name}` behaves");
    }

    pub(crate) async fn set_faults(&self, name: &str, faults: serde_json::Value) {
        let put = json!({ "faults": faults });
        self.control(name, "PUT", "/control/faults", put)
            .await
            .expect("the rules are taken");
    }
}
