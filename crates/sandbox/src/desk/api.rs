//! The JSON of the desk: what wallets and shops of a simulated institution say and hear. The
//! command line and the story use the same types.

use serde::{Deserialize, Serialize};
use wire::api::{Money, PaymentView, QuoteView, RefundView};

/// `POST /wallet/customers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerRequest {
    /// 1 to 25 visible characters.
    pub name: String,
    /// ISO 4217 letters; the institution's own currency when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Play money to begin with, in major units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<String>,
    /// A visitor from abroad.
    #[serde(default)]
    pub tourist: bool,
}

/// A customer's account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// `name@bank`, or the number of a wallet.
    pub account: String,
    /// Who holds it; invented.
    pub name: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// In major units.
    pub balance: String,
    /// A visitor from abroad.
    pub tourist: bool,
    /// Closed: it pays nothing and is credited nothing.
    pub closed: bool,
    /// Always true.
    pub simulated: bool,
}

/// Names stay out of logs, even invented ones.
impl core::fmt::Debug for Customer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Customer({} {})", self.currency, self.balance)
    }
}

/// `GET /wallet/customers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    /// By account.
    pub customers: Vec<Customer>,
}

/// `POST /wallet/scan`; the hub's answer is passed through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletScan {
    /// Whose wallet.
    pub account: String,
    /// The text of the code.
    pub payload: String,
}

/// `POST /wallet/quote`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletQuote {
    /// Whose wallet.
    pub account: String,
    /// The token of the scan.
    pub scan: String,
    /// The price, in the shop's currency.
    pub amount: Money,
}

/// The answer to a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletQuoted {
    /// Send it to pay.
    pub payment_id: String,
    /// What it would cost.
    pub quote: QuoteView,
}

/// `POST /wallet/pay`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletPay {
    /// Whose wallet.
    pub account: String,
    /// As quoted.
    pub payment_id: String,
}

/// How far a payment or refund is, as the institution knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskState {
    /// An offer; nothing is held.
    Quoted,
    /// Held and sent; not decided, or not known to be.
    Sent,
    /// Final: the money moved.
    Completed,
    /// Final: the money is back.
    Cancelled,
    /// Final: never begun, the money is back.
    Refused,
}

/// A payment of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletPayment {
    /// The UETR.
    pub payment_id: String,
    /// Whose wallet.
    pub account: String,
    /// As the institution knows it.
    pub state: DeskState,
    /// What was offered.
    pub quote: QuoteView,
    /// What the hub last said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentView>,
    /// What the customer paid; nothing before it is completed.
    pub customer_debited: Money,
    /// What is set aside for it.
    pub customer_held: Money,
    /// What came back by refunds.
    pub customer_refunded: Money,
    /// The signed receipt of a completed payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Always true.
    pub simulated: bool,
}

/// `GET /wallet/payments?account=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletPaymentList {
    /// Newest first.
    pub payments: Vec<WalletPayment>,
}

/// `POST /wallet/transfers`: pays a code of this same institution, at home and at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletTransfer {
    /// Whose wallet.
    pub account: String,
    /// The text of a code with an amount.
    pub payload: String,
}

/// A payment at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// Who was paid.
    pub shop: String,
    /// How much.
    pub amount: Money,
    /// The simulated Bakong's transaction hash; absent where there is no Bakong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Always true.
    pub simulated: bool,
}

/// `POST /shop/shops`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopRequest {
    /// In Latin letters, 1 to 25.
    pub name: String,
    /// In the shop's own script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// At most 15 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Seven digits; JPQR only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Merchant category, four digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it takes payers from abroad; yes when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepts_foreign: Option<bool>,
}

/// A shop with its printed code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// The JPQR store id or Bakong account.
    pub shop: String,
    /// The account that it is paid into; the same text.
    pub account: String,
    /// In Latin letters.
    pub name: String,
    /// In the shop's own script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// City.
    pub city: String,
    /// Merchant category.
    pub category: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// Whether it takes payers from abroad.
    pub accepts_foreign: bool,
    /// The text of the printed code.
    pub payload: String,
    /// Whether the hub can resolve it already.
    pub published: bool,
    /// Always true.
    pub simulated: bool,
}

/// `GET /shop/shops`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopList {
    /// By account.
    pub shops: Vec<Shop>,
}

/// `POST /shop/codes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// Which shop.
    pub shop: String,
    /// The price.
    pub amount: Money,
    /// How long the code may be paid; 1 to 1,440.
    pub minutes: u32,
}

/// A code for one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeShown {
    /// Which shop.
    pub shop: String,
    /// The text of the code.
    pub payload: String,
    /// The price.
    pub amount: Money,
    /// The bill number in it.
    pub bill: String,
    /// When it ends.
    pub expires_at: String,
    /// Always true.
    pub simulated: bool,
}

/// `POST /shop/refunds`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopRefundRequest {
    /// A UUIDv4 in lower case, chosen by the shop so that it can ask again after a lost answer
    /// without giving back twice; when absent, the desk chooses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<String>,
    /// Which sale.
    pub payment_id: String,
    /// How much goes back, in the shop's currency.
    pub amount: Money,
}

/// A refund of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopRefund {
    /// Its id.
    pub refund_id: String,
    /// Which sale.
    pub payment_id: String,
    /// As the institution knows it.
    pub state: DeskState,
    /// How much goes back, in the shop's currency.
    pub amount: Money,
    /// What the hub last said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundView>,
    /// Always true.
    pub simulated: bool,
}

/// One sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The payment.
    pub payment_id: String,
    /// The price.
    pub amount: Money,
    /// The shop's fee.
    pub fee: Money,
    /// What the shop got.
    pub received: Money,
    /// What it gave back.
    pub refunded: Money,
    /// When it was taken.
    pub time: String,
}

/// `GET /shop/sales?shop=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleList {
    /// Newest first.
    pub sales: Vec<Sale>,
}

/// One account of the books.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookAccount {
    /// Its id.
    pub account: String,
    /// Who holds it; absent for the institution's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// `customer`, `shop` or `internal`.
    pub kind: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// In major units; what the account is for counts as positive: money owed to a customer, fees
    /// earned, fees borne, what the link owes, what is owed to the link.
    pub amount: String,
}

/// Names stay out of logs.
impl core::fmt::Debug for BookAccount {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "BookAccount({} {} {})",
            self.kind, self.currency, self.amount
        )
    }
}

/// What the link owes the institution (positive) or it owes the link, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkNet {
    /// ISO 4217 letters.
    pub currency: String,
    /// In major units, with its sign.
    pub amount: String,
}

/// `GET /books`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Whose books.
    pub participant: String,
    /// Always true.
    pub simulated: bool,
    /// By id, then currency.
    pub accounts: Vec<BookAccount>,
    /// Per currency that was used with the link.
    pub link_net: Vec<LinkNet>,
    /// Whether every entry and every balance adds up.
    pub trial_balance_holds: bool,
    /// Of the whole state; equal before and after a restart.
    pub state_hash: String,
    /// The last outcome of the hub that was noted.
    pub outcome_sequence: u64,
}

/// `GET /healthz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whose desk.
    pub participant: String,
    /// Whether what must be published at the hub has been; payments work from then on.
    pub ready: bool,
    /// Always true.
    pub simulated: bool,
}

/// A problem as the desk tells it: the hub's own words unchanged, or the institution's, in the
/// same shape (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskProblem {
    /// `urn:spean:error:` and the code, or `urn:spean:sandbox:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong.
    pub title: String,
    /// As in the status line.
    pub status: u16,
    /// Stable.
    pub code: String,
    /// Who must act.
    pub who_must_act: String,
    /// Whether to try again.
    pub retry: String,
    /// What is wrong this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Which member of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl core::fmt::Display for DeskProblem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} ({})", self.title, self.code)?;
        for detail in [&self.field, &self.detail].into_iter().flatten() {
            write!(f, " `{detail}`")?;
        }
        Ok(())
    }
}
