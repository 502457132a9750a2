//! What can be typed after `spean certify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::At;

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    /// Where the hub would call it: the address above `/credits`.
    #[arg(long, value_name = "URL")]
    pub(crate) participant: String,
    /// The private key that the participant takes for the hub's (PKCS#8 PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The participant's own public keys (JWKS).
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// The participant's name at the hub.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The code format of its shops.
    #[arg(long, value_enum)]
    pub(crate) scheme: Option<CertifyScheme>,
    /// Which sides of a payment it takes [default: both].
    #[arg(long, value_enum)]
    pub(crate) role: Option<CertifyRole>,
    /// When it credits: on the outcome, or at once.
    #[arg(long, value_enum, default_value_t = CertifyFinality::Confirm)]
    pub(crate) finality: CertifyFinality,
    /// Currency of its accounts [default: KHR for KHQR, JPY for JPQR].
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Account of a shop that takes payments from abroad.
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// The text of that shop's printed code.
    #[arg(long)]
    pub(crate) payload: Option<String>,
    /// The text of a code of that shop for one payment, not paid yet.
    #[arg(long)]
    pub(crate) dynamic_payload: Option<String>,
    /// A completed payment of one of its payers.
    #[arg(long, value_name = "ID", requires_all = ["refund_account", "refund_rest"])]
    pub(crate) refund_of: Option<String>,
    /// That payer's account.
    #[arg(long, requires = "refund_of")]
    pub(crate) refund_account: Option<String>,
    /// What can still be given back of it, in the payer's currency.
    #[arg(long, value_name = "AMOUNT", requires = "refund_of")]
    pub(crate) refund_rest: Option<String>,
    /// The last position of its stream that it noted [default: 0, for new books].
    #[arg(long, value_name = "POSITION")]
    pub(crate) outcome_sequence: Option<u64>,
    /// Certify a simulated institution on its own books, which are of no use to its hub afterwards.
    #[arg(long)]
    pub(crate) own_books: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertifyScheme {
    Khqr,
    Jpqr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertifyRole {
    Payee,
    Payer,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertifyFinality {
    Confirm,
    Immediate,
}
