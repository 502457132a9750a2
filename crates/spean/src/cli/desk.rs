//! What customers and shops of the simulated institutions can type.

use clap::Subcommand;

use super::At;

#[derive(Debug, Subcommand)]
pub(crate) enum WalletCommand {
    /// Every customer of an institution, with the balance.
    List {
        /// Which institution: acleda, sathapana or netstars.
        #[arg(long)]
        at_institution: String,
        #[command(flatten)]
        at: At,
    },
    /// Open a customer's account.
    Add {
        /// Which institution: acleda, sathapana or netstars.
        #[arg(long)]
        at_institution: String,
        /// Name of the customer (made up).
        #[arg(long)]
        name: String,
        /// Opening balance in major units [default: the institution's].
        #[arg(long)]
        balance: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Scan a code.
    Scan {
        /// The customer's account.
        #[arg(long)]
        account: String,
        /// The text of the code.
        payload: String,
        #[command(flatten)]
        at: At,
    },
    /// Scan a code and ask what paying it would cost.
    Quote {
        /// The customer's account.
        #[arg(long)]
        account: String,
        /// The text of the code.
        payload: String,
        /// The price in the shop's currency, if the code does not fix it.
        #[arg(long, allow_hyphen_values = true)]
        amount: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Scan a code, ask what it costs, and pay; or pay a quote that was asked for before.
    Pay {
        /// The customer's account.
        #[arg(long)]
        account: String,
        /// The text of the code.
        #[arg(required_unless_present = "payment")]
        payload: Option<String>,
        /// The price in the shop's currency, if the code does not fix it.
        #[arg(long, allow_hyphen_values = true)]
        amount: Option<String>,
        /// The payment id of an earlier `wallet quote`.
        #[arg(long, conflicts_with_all = ["payload", "amount"])]
        payment: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Pay a code of the same bank at home, without the link: what a customer of a KHQR shop does
    /// every day.
    Transfer {
        /// The customer's account.
        #[arg(long)]
        account: String,
        /// The text of a code with an amount.
        payload: String,
        #[command(flatten)]
        at: At,
    },
    /// Where a payment stands.
    Status {
        /// The customer's account.
        #[arg(long)]
        account: String,
        /// The payment's id.
        payment: String,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ShopCommand {
    /// Open a shop; prints its code.
    Add {
        /// Which institution: acleda, sathapana or netstars.
        #[arg(long)]
        at_institution: String,
        /// Name in Latin letters.
        #[arg(long)]
        name: String,
        /// Name in the shop's own script.
        #[arg(long)]
        name_local: Option<String>,
        /// City.
        #[arg(long)]
        city: Option<String>,
        /// Postal code (Japan), seven digits.
        #[arg(long)]
        postal_code: Option<String>,
        /// Merchant category, four digits.
        #[arg(long)]
        category: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Give some of a payment back.
    Refund {
        /// The shop's institution.
        #[arg(long)]
        at_institution: String,
        /// The payment's id.
        payment: String,
        /// How much, in the shop's currency.
        #[arg(long, allow_hyphen_values = true)]
        amount: String,
        /// The refund's id, to ask again after a lost answer without giving back twice
        /// [default: a new one, printed before the shop's institution is asked].
        #[arg(long, value_name = "ID")]
        refund: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// What a shop sold.
    Sales {
        /// The shop's institution.
        #[arg(long)]
        at_institution: String,
        /// The shop's id [default: all shops of the institution].
        #[arg(long)]
        shop: Option<String>,
        #[command(flatten)]
        at: At,
    },
}
