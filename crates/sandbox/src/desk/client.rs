//! A client of a desk, for the command line and the story.

use core::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::api::ScanAnswer;

use super::api::{
    Books, CodeRequest, CodeShown, Customer, CustomerList, CustomerRequest, DeskProblem, Health,
    SaleList, Shop, ShopList, ShopRefund, ShopRefundRequest, ShopRequest, Transferred, WalletPay,
    WalletPayment, WalletPaymentList, WalletQuote, WalletQuoted, WalletScan, WalletTransfer,
};
use crate::limits::{DESK_ANSWER_BYTES_MAX, DESK_DEADLINE};

/// Talks to one institution's desk.
#[derive(Clone, Debug)]
pub struct DeskClient {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
    deadline: Duration,
}

/// Why the desk did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No desk there, or the connection broke.
    #[error("reach the institution: is the sandbox still up?")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    /// Not in time.
    #[error("get the desk's answer in time")]
    Deadline,
    /// Not what a desk answers.
    #[error("understand the desk's answer")]
    Malformed,
    /// The address or the request makes no sense.
    #[error("make the request")]
    Unusable,
    /// The desk or the hub refused, and says why.
    #[error("{0}")]
    Problem(Box<DeskProblem>),
}

impl DeskClient {
    /// `url` is `http://host:port`.
    pub fn new(url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let url = url.trim_end_matches('/').to_owned();
        Self {
            client,
            url,
            deadline: DESK_DEADLINE,
        }
    }

    /// Opens a customer's account.
    ///
    /// # Errors
    /// As every method here: see [`DeskError`].
    pub async fn open_customer(&self, wanted: &CustomerRequest) -> Result<Customer, DeskError> {
        self.post("/wallet/customers", wanted).await
    }

    /// All customers.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn customers(&self) -> Result<CustomerList, DeskError> {
        self.get("/wallet/customers").await
    }

    /// One customer.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn customer(&self, account: &str) -> Result<Customer, DeskError> {
        self.get(&format!("/wallet/customers/{}", escaped(account)))
            .await
    }

    /// Closes a customer's account.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn close_customer(&self, account: &str) -> Result<Customer, DeskError> {
        let path = format!("/wallet/customers/{}/close", escaped(account));
        self.post(&path, &serde_json::json!({})).await
    }

    /// What a code means.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn scan(&self, wanted: &WalletScan) -> Result<ScanAnswer, DeskError> {
        self.post("/wallet/scan", wanted).await
    }

    /// What a payment would cost.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn quote(&self, wanted: &WalletQuote) -> Result<WalletQuoted, DeskError> {
        self.post("/wallet/quote", wanted).await
    }

    /// Pays a quote.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn pay(&self, wanted: &WalletPay) -> Result<WalletPayment, DeskError> {
        self.post("/wallet/pay", wanted).await
    }

    /// How a payment stands, fresh from the hub where it answers.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn payment(&self, id: &str) -> Result<WalletPayment, DeskError> {
        self.get(&format!("/wallet/payments/{}", escaped(id))).await
    }

    /// A customer's payments.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn payments(&self, account: &str) -> Result<WalletPaymentList, DeskError> {
        self.get(&format!("/wallet/payments?account={}", escaped(account)))
            .await
    }

    /// Pays a code of the same institution at home.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn transfer(&self, wanted: &WalletTransfer) -> Result<Transferred, DeskError> {
        self.post("/wallet/transfers", wanted).await
    }

    /// Opens a shop.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn open_shop(&self, wanted: &ShopRequest) -> Result<Shop, DeskError> {
        self.post("/shop/shops", wanted).await
    }

    /// All shops.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn shops(&self) -> Result<ShopList, DeskError> {
        self.get("/shop/shops").await
    }

    /// Shows a code for one payment.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn code(&self, wanted: &CodeRequest) -> Result<CodeShown, DeskError> {
        self.post("/shop/codes", wanted).await
    }

    /// Gives back part of a sale.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn refund(&self, wanted: &ShopRefundRequest) -> Result<ShopRefund, DeskError> {
        self.post("/shop/refunds", wanted).await
    }

    /// How a refund stands.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn refund_status(&self, id: &str) -> Result<ShopRefund, DeskError> {
        self.get(&format!("/shop/refunds/{}", escaped(id))).await
    }

    /// A shop's sales.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn sales(&self, shop: &str) -> Result<SaleList, DeskError> {
        self.get(&format!("/shop/sales?shop={}", escaped(shop)))
            .await
    }

    /// The institution's books.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn books(&self) -> Result<Books, DeskError> {
        self.get("/books").await
    }

    /// Whether the desk is there and ready.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn health(&self) -> Result<Health, DeskError> {
        self.get("/healthz").await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DeskError> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, DeskError> {
        let body = serde_json::to_vec(body).map_err(|_bad| DeskError::Unusable)?;
        self.call(Method::POST, path, Bytes::from(body)).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<T, DeskError> {
        let uri: Uri = format!("{}{path}", self.url)
            .parse()
            .map_err(|_bad| DeskError::Unusable)?;
        let json = HeaderValue::from_static("application/json");
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header(CONTENT_TYPE, json);
        let request = request
            .body(Full::new(body))
            .map_err(|_bad| DeskError::Unusable)?;
        let whole = async {
            let answer = self
                .client
                .request(request)
                .await
                .map_err(DeskError::Unreachable)?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), DESK_ANSWER_BYTES_MAX)
                .collect()
                .await;
            let body = body
                .map_err(|_long_or_broken| DeskError::Malformed)?
                .to_bytes();
            read(status, &body)
        };
        let answered = tokio::time::timeout(self.deadline, whole).await;
        answered.unwrap_or_else(|_late| Err(DeskError::Deadline))
    }
}

fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, DeskError> {
    if status.is_success() {
        return serde_json::from_slice(body).map_err(|_bad| DeskError::Malformed);
    }
    Err(match serde_json::from_slice(body) {
        Ok(problem) => DeskError::Problem(Box::new(problem)),
        Err(_not_one) => DeskError::Malformed,
    })
}

/// Percent-encodes what is not plainly part of an id, so that no id changes the address.
fn escaped(id: &str) -> String {
    let mut text = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
