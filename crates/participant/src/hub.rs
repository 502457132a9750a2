//! The hub's interface as a participant calls it, one method per operation.

use core::time::Duration;
use std::sync::Arc;

use failpoint::Point;
use http::{Method, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::api::{
    ActionApproval, ActionList, ActionRejection, ActionRequest, ActionView, AuditView,
    CancelRequest, DeadLetterList, DeliveryList, LiquidityList, MerchantPut, MerchantView,
    PaymentList, PaymentRequest, PaymentView, PayoutSeen, PositionList, QuoteRequest, QuoteView,
    RatePut, ReceiptView, ReferencePut, RefundRequest, RefundView, ReplayRange, ScanAnswer,
    ScanRequest, StuckList, Versioned, WebhookList, WebhookPut, WebhookRemoved, WebhookView,
    WindowList, WindowView,
};
use wire::keys::{Jwks, Kid, SigningKey};
use wire::signature::Direction;

use crate::edge::Clock;
use crate::events::EventStream;
use crate::http::{Answer, Call, CallError, SignedClient, read_answer};
use crate::limits;

/// What a client of the hub needs to know.
#[derive(Clone, Debug)]
pub struct HubSettings {
    /// `http://host:port`, without a path.
    pub url: String,
    /// Our own key.
    pub key: Arc<SigningKey>,
    /// The hub's keys; answers under others are not believed.
    pub hub_keys: Arc<Jwks>,
    /// The clock that signatures are made and judged by.
    pub clock: Clock,
    /// For a whole call that says nothing else.
    pub deadline: Duration,
}

/// A participant's client of the hub; cheap to clone.
#[derive(Clone, Debug)]
pub struct HubClient {
    client: SignedClient,
    url: String,
    keys: Arc<Jwks>,
    kid: Kid,
    clock: Clock,
    deadline: Duration,
}

impl HubClient {
    /// A client of its own, with its own connections.
    pub fn new(settings: HubSettings) -> Self {
        let HubSettings {
            url,
            key,
            hub_keys,
            clock,
            deadline,
        } = settings;
        let kid = key.kid();
        let client = SignedClient::new(key, Direction::Request, clock.clone());
        let url = url.trim_end_matches('/').to_owned();
        Self {
            client,
            url,
            keys: hub_keys,
            kid,
            clock,
            deadline,
        }
    }

    /// The same client with another deadline.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self {
            deadline,
            ..self.clone()
        }
    }

    /// `POST /v1/scans`: what does this code mean?
    ///
    /// # Errors
    /// As every method here: see [`CallError`].
    pub async fn scan(&self, request: &ScanRequest) -> Result<ScanAnswer, CallError> {
        self.send(Method::POST, "/v1/scans", request, None).await
    }

    /// `POST /v1/quotes`: what would it cost?
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn quote(&self, request: &QuoteRequest) -> Result<QuoteView, CallError> {
        self.send(Method::POST, "/v1/quotes", request, None).await
    }

    /// `POST /v1/payments`: pay; the hub may wait so long for the outcome before it answers.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn pay(
        &self,
        request: &PaymentRequest,
        wait_s: Option<u32>,
    ) -> Result<PaymentView, CallError> {
        self.send(Method::POST, "/v1/payments", request, wait_s)
            .await
    }

    /// `GET /v1/payments/{id}`; that it is unknown is no outcome.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn payment(&self, id: &str) -> Result<PaymentView, CallError> {
        self.get(&format!("/v1/payments/{}", segment(id)?)).await
    }

    /// `POST /v1/payments/{id}/cancel`: cancels it or says how it stands.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn cancel(&self, id: &str) -> Result<PaymentView, CallError> {
        let path = format!("/v1/payments/{}/cancel", segment(id)?);
        self.send(Method::POST, &path, &CancelRequest {}, None)
            .await
    }

    /// `POST /v1/payments/{id}/refunds`, by the payee's side.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn refund(
        &self,
        payment_id: &str,
        request: &RefundRequest,
        wait_s: Option<u32>,
    ) -> Result<RefundView, CallError> {
        let path = format!("/v1/payments/{}/refunds", segment(payment_id)?);
        self.send(Method::POST, &path, request, wait_s).await
    }

    /// `GET /v1/payments/{id}/refunds/{refund_id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn refund_status(
        &self,
        payment_id: &str,
        refund_id: &str,
    ) -> Result<RefundView, CallError> {
        let (payment_id, refund_id) = (segment(payment_id)?, segment(refund_id)?);
        self.get(&format!("/v1/payments/{payment_id}/refunds/{refund_id}"))
            .await
    }

    /// `GET /v1/payments`: one page, newest first; `before` is the `next` of the page before.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn payments(
        &self,
        limit: u32,
        before: Option<&str>,
    ) -> Result<PaymentList, CallError> {
        let mut path = format!("/v1/payments?limit={limit}");
        if let Some(before) = before {
            path.push_str("&before=");
            path.push_str(segment(before)?);
        }
        self.get(&path).await
    }

    /// `GET /v1/positions`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn positions(&self) -> Result<PositionList, CallError> {
        self.get("/v1/positions").await
    }

    /// `GET /v1/audit`, for operators.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn audit(&self) -> Result<AuditView, CallError> {
        self.get("/v1/audit").await
    }

    /// `POST /v1/actions`, by an operator: nothing happens before another one approves.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn propose(&self, request: &ActionRequest) -> Result<ActionView, CallError> {
        self.send(Method::POST, "/v1/actions", request, None).await
    }

    /// `GET /v1/actions`, for operators: those that are open, or also the last that ended.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn actions(&self, state: &str) -> Result<ActionList, CallError> {
        self.get(&format!("/v1/actions?state={}", segment(state)?))
            .await
    }

    /// `GET /v1/actions/{id}`, for operators.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn action(&self, id: &str) -> Result<ActionView, CallError> {
        self.get(&format!("/v1/actions/{}", segment(id)?)).await
    }

    /// `POST /v1/actions/{id}/approve`, by another operator, with the digest of what it read.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn approve(&self, id: &str, digest: &str) -> Result<ActionView, CallError> {
        let path = format!("/v1/actions/{}/approve", segment(id)?);
        let digest = digest.to_owned();
        self.send(Method::POST, &path, &ActionApproval { digest }, None)
            .await
    }

    /// `POST /v1/actions/{id}/reject`, by any operator.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn reject(&self, id: &str, reason: Option<&str>) -> Result<ActionView, CallError> {
        let path = format!("/v1/actions/{}/reject", segment(id)?);
        let reason = reason.map(str::to_owned);
        self.send(Method::POST, &path, &ActionRejection { reason }, None)
            .await
    }

    /// `GET /v1/stuck`, for operators: everything that is open; `after` is the `next` of the page
    /// before.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn stuck(&self, limit: u32, after: Option<&str>) -> Result<StuckList, CallError> {
        let mut path = format!("/v1/stuck?limit={limit}");
        if let Some(after) = after {
            path.push_str("&after=");
            path.push_str(segment(after)?);
        }
        self.get(&path).await
    }

    /// `GET /v1/windows`, newest first, below one if it is named.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn windows(&self, limit: u16, before: Option<u64>) -> Result<WindowList, CallError> {
        let before = before.map_or_else(String::new, |before| format!("&before={before}"));
        self.get(&format!("/v1/windows?limit={limit}{before}"))
            .await
    }

    /// `POST /v1/payouts`, by an operator.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn report_payout(&self, seen: &PayoutSeen) -> Result<WindowView, CallError> {
        self.send(Method::POST, "/v1/payouts", seen, None).await
    }

    /// `GET /v1/windows/{id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn window(&self, id: u64) -> Result<WindowView, CallError> {
        self.get(&format!("/v1/windows/{id}")).await
    }

    /// `GET` of a statement: one page, read as its own type.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn statement<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        self.get(path).await
    }

    /// `GET` of a statement or of instructions as a file: one page of CSV or XML. Its bytes are
    /// what the hub signed.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn paper(&self, path: &str) -> Result<Vec<u8>, CallError> {
        let call = Call {
            method: Method::GET,
            uri: self.uri(path)?,
            body: None,
            prefer_wait_s: None,
            deadline: self.deadline,
        };
        let answer = self.client.paper(call, |kid| self.keys.find(kid)).await?;
        Ok(answer.body)
    }

    /// `GET /v1/liquidity`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn liquidity(&self) -> Result<LiquidityList, CallError> {
        self.get("/v1/liquidity").await
    }

    /// `PUT /v1/rates`, by an FX provider.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_rate(&self, rate: &RatePut) -> Result<Versioned, CallError> {
        self.send(Method::PUT, "/v1/rates", rate, None).await
    }

    /// `PUT /v1/reference-rates`, by the house.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_reference(&self, rate: &ReferencePut) -> Result<Versioned, CallError> {
        self.send(Method::PUT, "/v1/reference-rates", rate, None)
            .await
    }

    /// `PUT /v1/merchants/{id}`, by the Japanese switch.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_merchant(
        &self,
        id: &str,
        merchant: &MerchantPut,
    ) -> Result<Versioned, CallError> {
        let path = format!("/v1/merchants/{}", segment(id)?);
        self.send(Method::PUT, &path, merchant, None).await
    }

    /// `GET /v1/merchants/{id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn merchant(&self, id: &str) -> Result<MerchantView, CallError> {
        self.get(&format!("/v1/merchants/{}", segment(id)?)).await
    }

    /// `GET /v1/events`: one's own events behind a position, or from now on.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn events(&self, after: Option<u64>) -> Result<EventStream, CallError> {
        let query = after.map(|after| format!("?after={after}"));
        let call = Call {
            method: Method::GET,
            uri: self.uri(&format!("/v1/events{}", query.unwrap_or_default()))?,
            body: None,
            prefer_wait_s: None,
            deadline: self.deadline,
        };
        let opened = self.client.open(call, |kid| self.keys.find(kid)).await?;
        let keys = Arc::clone(&self.keys);
        Ok(EventStream::new(opened, self.kid, keys, self.clock.clone()))
    }

    /// `PUT /v1/webhooks/{id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn put_webhook(&self, id: &str, put: &WebhookPut) -> Result<WebhookView, CallError> {
        let path = format!("/v1/webhooks/{}", segment(id)?);
        self.send(Method::PUT, &path, put, None).await
    }

    /// `GET /v1/webhooks`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn webhooks(&self) -> Result<WebhookList, CallError> {
        self.get("/v1/webhooks").await
    }

    /// `GET /v1/webhooks/{id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn webhook(&self, id: &str) -> Result<WebhookView, CallError> {
        self.get(&format!("/v1/webhooks/{}", segment(id)?)).await
    }

    /// `DELETE /v1/webhooks/{id}`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn remove_webhook(&self, id: &str) -> Result<WebhookRemoved, CallError> {
        let path = format!("/v1/webhooks/{}", segment(id)?);
        read_answer(&self.call(Method::DELETE, &path, None, None).await?)
    }

    /// `GET /v1/webhooks/{id}/deliveries`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn deliveries(&self, id: &str) -> Result<DeliveryList, CallError> {
        self.get(&format!("/v1/webhooks/{}/deliveries", segment(id)?))
            .await
    }

    /// `GET /v1/webhooks/{id}/dead-letters`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn dead_letters(&self, id: &str) -> Result<DeadLetterList, CallError> {
        self.get(&format!("/v1/webhooks/{}/dead-letters", segment(id)?))
            .await
    }

    /// `POST /v1/webhooks/{id}/replay`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn replay(&self, id: &str, range: &ReplayRange) -> Result<WebhookView, CallError> {
        let path = format!("/v1/webhooks/{}/replay", segment(id)?);
        self.send(Method::POST, &path, range, None).await
    }

    /// `GET /v1/keys`: the hub's public keys, unsigned; only for a first acquaintance over a line
    /// that is trusted for another reason.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn keys(&self) -> Result<Jwks, CallError> {
        let answer = self
            .client
            .fetch(self.uri("/v1/keys")?, self.deadline)
            .await?;
        Jwks::parse(&answer.body).map_err(|_bad| CallError::Malformed)
    }

    /// `GET /v1/receipts/{token}`: what anybody's phone may know.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn receipt(&self, token: &str) -> Result<ReceiptView, CallError> {
        let uri = self.uri(&format!("/v1/receipts/{}", segment(token)?))?;
        read_answer(&self.client.fetch(uri, self.deadline).await?)
    }

    fn uri(&self, path: &str) -> Result<Uri, CallError> {
        format!("{}{path}", self.url)
            .parse()
            .map_err(|_bad| CallError::Unusable)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        let answer = self.call(Method::GET, path, None, None).await?;
        read_answer(&answer)
    }

    async fn send<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
        wait_s: Option<u32>,
    ) -> Result<T, CallError> {
        let body = serde_json::to_vec(body).map_err(|_bad| CallError::Unusable)?;
        read_answer(&self.call(method, path, Some(body), wait_s).await?)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        prefer_wait_s: Option<u32>,
    ) -> Result<Answer, CallError> {
        let uri = self.uri(path)?;
        let call = Call {
            method,
            uri,
            body,
            prefer_wait_s,
            deadline: self.deadline,
        };
        failpoint::pass(Point::BeforeCall);
        let answer = self.client.call(call, |kid| self.keys.find(kid)).await;
        failpoint::pass(Point::AfterCall);
        answer
    }
}

/// An id as a path segment. Ids of the interface need no escaping, so what would need it is not
/// one, and a `/` or `?` of somebody else never changes which operation is called.
fn segment(id: &str) -> Result<&str, CallError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte);
    let dots = id.bytes().all(|byte| byte == b'.');
    if dots || id.len() > limits::SEGMENT_CHARS_MAX || !id.bytes().all(plain) {
        return Err(CallError::Unusable);
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_would_change_the_address_is_not_sent() {
        for good in [
            "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a",
            "spr1.AbC_-",
            "shop@sthp",
        ] {
            assert_eq!(segment(good).unwrap(), good);
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "a?b",
            "a%2fb",
            "a b",
            "é",
            &"x".repeat(401),
        ] {
            assert!(matches!(segment(bad), Err(CallError::Unusable)), "{bad}");
        }
    }
}
