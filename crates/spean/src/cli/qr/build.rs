//! What can be typed after `spean qr build`.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum QrBuild {
    /// A Cambodian code: a person's, or with --merchant-id a merchant's.
    Khqr(KhqrArgs),
    /// A Japanese code.
    Jpqr(JpqrArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KhqrArgs {
    /// Bakong account, `name@bank`.
    #[arg(long)]
    pub(crate) account: String,
    /// What the bank of a person's account wants to know besides, often a phone number.
    #[arg(long, value_name = "TEXT", conflicts_with = "merchant_id")]
    pub(crate) account_information: Option<String>,
    /// The bank's own number of the merchant; makes it a merchant's code.
    #[arg(long, value_name = "TEXT", requires = "acquiring_bank")]
    pub(crate) merchant_id: Option<String>,
    /// The bank's name.
    #[arg(long, value_name = "TEXT")]
    pub(crate) acquiring_bank: Option<String>,
    /// A UnionPay account beside the Bakong one; goes with riel only.
    #[arg(long, value_name = "TEXT")]
    pub(crate) union_pay_account: Option<String>,
    /// Name of the shop or person.
    #[arg(long)]
    pub(crate) name: String,
    /// City.
    #[arg(long, default_value = "Phnom Penh")]
    pub(crate) city: String,
    /// Postal code, seldom given.
    #[arg(long, value_name = "TEXT")]
    pub(crate) postal_code: Option<String>,
    /// Merchant category, four digits.
    #[arg(long, default_value = "5999")]
    pub(crate) category: String,
    /// Name in the local script.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name_local: Option<String>,
    /// City in the local script.
    #[arg(long, value_name = "TEXT", requires = "name_local")]
    pub(crate) city_local: Option<String>,
    /// Language of the local script, two letters.
    #[arg(long, default_value = "km", requires = "name_local")]
    pub(crate) language: String,
    /// Currency.
    #[arg(long, value_enum, default_value_t = KhqrCurrency::Khr)]
    pub(crate) currency: KhqrCurrency,
    /// Amount; makes the code dynamic.
    #[arg(long)]
    pub(crate) amount: Option<String>,
    /// How long a dynamic code holds.
    #[arg(long, default_value_t = 10)]
    pub(crate) minutes: u32,
    /// When a dynamic code is made (RFC 3339) [default: now].
    #[arg(long, value_name = "TIME", requires = "amount")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) labels: Labels,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KhqrCurrency {
    Khr,
    Usd,
}

#[derive(Debug, Args)]
pub(crate) struct JpqrArgs {
    /// Store id, `13-4-6-6` digits with hyphens.
    #[arg(long)]
    pub(crate) store: String,
    /// Name in Latin letters.
    #[arg(long)]
    pub(crate) name: String,
    /// Name in Japanese.
    #[arg(long)]
    pub(crate) name_local: String,
    /// City.
    #[arg(long, default_value = "Tokyo")]
    pub(crate) city: String,
    /// Postal code, seven digits.
    #[arg(long)]
    pub(crate) postal_code: String,
    /// Merchant category, four digits.
    #[arg(long, default_value = "5812")]
    pub(crate) category: String,
    /// Amount in yen; makes the code dynamic.
    #[arg(long)]
    pub(crate) amount: Option<u64>,
    #[command(flatten)]
    pub(crate) fee: Fee,
    #[command(flatten)]
    pub(crate) labels: Labels,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// What the payer is asked for on top of the amount: one of these.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Fee {
    /// Ask the payer for a tip.
    #[arg(long)]
    pub(crate) ask_tip: bool,
    /// A fixed fee on top of the amount, in yen.
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) fee: Option<String>,
    /// A fee on top of the amount in per cent, `0.01` to `99.99`.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) fee_percent: Option<String>,
}

/// Additional data; `***` asks the payer for the value.
#[derive(Debug, Args)]
pub(crate) struct Labels {
    /// Bill number.
    #[arg(long, value_name = "TEXT")]
    pub(crate) bill: Option<String>,
    /// Mobile number.
    #[arg(long, value_name = "TEXT")]
    pub(crate) mobile: Option<String>,
    /// The branch.
    #[arg(long, value_name = "TEXT")]
    pub(crate) store_label: Option<String>,
    /// A reference that comes back with the payment.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reference: Option<String>,
    /// The till.
    #[arg(long, value_name = "TEXT")]
    pub(crate) terminal: Option<String>,
    /// What the payment is for.
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Shown {
    /// Draw the code in the terminal too.
    #[arg(long)]
    pub(crate) show: bool,
    /// Print JSON: the code, its MD5 and what it says.
    #[arg(long)]
    pub(crate) json: bool,
}
