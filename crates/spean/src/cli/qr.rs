//! What can be typed after `spean qr`; pictures have a file of their own.

use clap::{Args, Subcommand, ValueEnum};

use super::{RenderArgs, ScanArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum QrCommand {
    /// Say what a code means and whether a wallet may go on: exit 0 it may, 1 it must refuse,
    /// 2 it is no payment code.
    Decode {
        /// The text of the code, or `-` for one per line on standard input.
        payload: String,
        /// Judge expiry at this time (RFC 3339) [default: now].
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Print JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Say what is wrong with a code, by whose rules and where: exit codes as of `decode`.
    Lint {
        /// The text of the code, or `-` for one per line on standard input.
        payload: String,
        /// Whose rules.
        #[arg(long, value_enum, default_value_t = QrProfile::Lenient)]
        profile: QrProfile,
        /// Judge expiry at this time (RFC 3339) [default: now].
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Print JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Print the MD5 by which Bakong knows the payment of a code.
    Md5 {
        /// The exact text of the code.
        payload: String,
    },
    /// Write a code.
    #[command(subcommand)]
    Build(QrBuild),
    /// Draw a code as a picture, or print it on a card for the counter.
    Render(Box<RenderArgs>),
    /// Read the codes of a photograph: exit 0 there are some, 1 there is none, 2 it is no
    /// picture that can be read.
    Scan(ScanArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QrProfile {
    /// The letter of EMVCo's specification.
    Strict,
    /// A KHQR as banks print it, and nothing else.
    Khqr,
    /// A JPQR, and nothing else.
    Jpqr,
    /// Each scheme's own rules, as a paying wallet applies them.
    Lenient,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QrBuild {
    /// A Cambodian code.
    Khqr(KhqrArgs),
    /// A Japanese code.
    Jpqr(JpqrArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KhqrArgs {
    /// Bakong account, `name@bank`.
    #[arg(long)]
    pub(crate) account: String,
    /// Name of the shop or person.
    #[arg(long)]
    pub(crate) name: String,
    /// City.
    #[arg(long, default_value = "Phnom Penh")]
    pub(crate) city: String,
    /// Currency.
    #[arg(long, value_enum, default_value_t = KhqrCurrency::Khr)]
    pub(crate) currency: KhqrCurrency,
    /// Amount; makes the code dynamic.
    #[arg(long)]
    pub(crate) amount: Option<String>,
    /// How long a dynamic code holds.
    #[arg(long, default_value_t = 10)]
    pub(crate) minutes: u32,
    /// Bill number.
    #[arg(long)]
    pub(crate) bill: Option<String>,
    /// Draw the code in the terminal too.
    #[arg(long)]
    pub(crate) show: bool,
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
    /// Draw the code in the terminal too.
    #[arg(long)]
    pub(crate) show: bool,
}
