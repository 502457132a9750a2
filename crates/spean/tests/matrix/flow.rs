//! What people do: pay by a code, give some back. And what time does: the network is moved on
//! until nothing is open any more.

use sandbox::desk::api::{ShopRefundRequest, WalletPay, WalletPayment, WalletQuote, WalletScan};
use sandbox::desk::client::{DeskClient, DeskError};
use serde_json::json;
use wire::api::Money;

use crate::network::{BOUND, Network};

/// Whoever pays in the matrix.
pub(crate) const PAYER: &str = "rich@aclb";

/// Rounds in which nothing moves before time is moved on.
const STILL_ROUNDS: u32 = 12;
/// Rounds that a look-up may take before time is moved on without it.
const LOOK_UP_ROUNDS: u32 = 200;
/// How far time is moved when nobody names a deadline: a call may take so long.
const STEP_MS: i64 = 5_000;

pub(crate) fn jpy(amount: u64) -> Money {
    Money {
        currency: "JPY".to_owned(),
        amount: amount.to_string(),
    }
}

/// Scans and asks what it costs; the payment is known to the payer's bank from then on.
pub(crate) async fn quote(
    desk: &DeskClient,
    payload: &str,
    amount: u64,
) -> Result<String, DeskError> {
    let (account, payload) = (PAYER.to_owned(), payload.to_owned());
    let scanned = desk.scan(&WalletScan { account, payload }).await?;
    let wanted = WalletQuote {
        account: PAYER.to_owned(),
        scan: scanned.scan,
        amount: jpy(amount),
    };
    Ok(desk.quote(&wanted).await?.payment_id)
}

pub(crate) async fn order(
    desk: &DeskClient,
    payment_id: String,
) -> Result<WalletPayment, DeskError> {
    let account = PAYER.to_owned();
    desk.pay(&WalletPay {
        account,
        payment_id,
    })
    .await
}

pub(crate) async fn pay(
    desk: &DeskClient,
    payload: &str,
    amount: u64,
) -> Result<WalletPayment, DeskError> {
    let payment_id = quote(desk, payload, amount).await?;
    order(desk, payment_id).await
}

pub(crate) fn refund_request(payment_id: &str, refund_id: &str, amount: u64) -> ShopRefundRequest {
    ShopRefundRequest {
        refund_id: Some(refund_id.to_owned()),
        payment_id: payment_id.to_owned(),
        amount: jpy(amount),
    }
}

impl Network {
    /// The printed code of a shop in Japan that takes payers from abroad.
    pub(crate) async fn code(&self) -> String {
        let shops = self.desk("netstars").shops().await.expect("shops").shops;
        let shop = shops.into_iter().find(|shop| shop.accepts_foreign);
        shop.expect("a shop for strangers").payload
    }

    /// A payment that completes, for refunds.
    pub(crate) async fn sale(&mut self, amount: u64) -> String {
        let code = self.code().await;
        let paid = pay(self.desk("acleda"), &code, amount)
            .await
            .expect("a payment");
        self.settle().await.expect("a plain payment settles");
        paid.payment_id
    }

    /// Wakes everybody, starts again who died, and moves time on, until nothing is open.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        let settling = tokio::time::timeout(BOUND, self.move_on()).await;
        if settling.is_ok() {
            return Ok(());
        }
        let standing = self.advance(0).await;
        Err(format!(
            "still open after {} s: {standing:?}",
            BOUND.as_secs()
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
            // What is in doubt is looked up before its time is moved on.
            let patience = match looked {
                Some(before) if standing.look_ups == before => LOOK_UP_ROUNDS,
                Some(_) | None => STILL_ROUNDS,
            };
            if still >= patience {
                let now_ms = self.clock.now_ms();
                let next = standing.next_deadline_ms.map(|at| (at - now_ms).max(0) + 1);
                looked = next.is_some().then_some(standing.look_ups);
                self.advance(next.unwrap_or(STEP_MS)).await;
                still = 0;
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
