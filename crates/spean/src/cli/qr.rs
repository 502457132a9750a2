//! What can be typed after `spean qr`; pictures have a file of their own.

mod build;
mod convert;

use clap::{Subcommand, ValueEnum};

use super::{RenderArgs, ScanArgs};

pub(crate) use build::{Fee, JpqrArgs, KhqrArgs, KhqrCurrency, Labels, QrBuild};
pub(crate) use convert::{ConvertArgs, QrForm};

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
    Build(Box<QrBuild>),
    /// Write a code in another form: its usual form, its fields as JSON and back, for one payment,
    /// for many. Exit 0 written, 1 a wallet must refuse it or it cannot be written so, 2 it is no
    /// payment code.
    Convert(Box<ConvertArgs>),
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
