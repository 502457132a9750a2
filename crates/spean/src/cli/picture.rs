//! What can be typed after `spean qr render` and `spean qr scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// The text of the code, or `-` for the first line of standard input.
    pub(crate) payload: String,
    /// Where to write: a name that ends with .svg, .png or, for a card, .pdf.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Print a card to stand on the counter instead of the bare code.
    #[arg(long, value_enum)]
    pub(crate) card: Option<CardName>,
    /// Size of the card.
    #[arg(long, value_enum, default_value_t = SizeName::A6, requires = "card")]
    pub(crate) size: SizeName,
    /// Folder with the fonts of the card [default: those of Debian's fonts-noto-core and
    /// fonts-noto-cjk].
    #[arg(long, value_name = "DIR", requires = "card")]
    pub(crate) fonts: Option<PathBuf>,
    /// Name on the card in the shop's own script [default: that of the code].
    #[arg(long, value_name = "NAME", requires = "card")]
    pub(crate) name_local: Option<String>,
    /// Say on the card that it is simulated and moves no money.
    #[arg(long, requires = "card")]
    pub(crate) simulated: bool,
    /// Pixels of one module of a bare code as PNG, 1 to 64.
    #[arg(
        long,
        value_name = "PIXELS",
        default_value_t = 10,
        value_parser = clap::value_parser!(u16).range(1..=i64::from(qr_image::MODULE_PIXELS_MAX)),
        conflicts_with = "card"
    )]
    pub(crate) module: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CardName {
    /// A Cambodian shop's.
    Khqr,
    /// A Japanese shop's.
    Jpqr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SizeName {
    /// 105 × 148 mm.
    A6,
    /// 80 mm wide, for a receipt printer.
    Receipt,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// A PNG or JPEG, or `-` for standard input.
    pub(crate) file: PathBuf,
    /// Judge expiry at this time (RFC 3339) [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Give up after so many seconds.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=600)
    )]
    pub(crate) seconds: u64,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
