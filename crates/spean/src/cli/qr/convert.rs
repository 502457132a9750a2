//! What can be typed after `spean qr convert`.

use clap::{Args, ValueEnum};

use super::QrProfile;

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// The code, or `-` for standard input: one per line, or JSON objects one after the other.
    pub(crate) payload: String,
    /// What is given.
    #[arg(long, value_enum, default_value_t = QrForm::Payload)]
    pub(crate) from: QrForm,
    /// What is wanted: the text in its usual form, or all fields with their names and places.
    #[arg(long, value_enum, default_value_t = QrForm::Payload)]
    pub(crate) to: QrForm,
    /// Whose rules the code has to pass.
    #[arg(long, value_enum, default_value_t = QrProfile::Lenient)]
    pub(crate) profile: QrProfile,
    /// Make it a code for one payment (dynamic) of this amount.
    #[arg(long, conflicts_with = "for_many")]
    pub(crate) amount: Option<String>,
    /// Currency of the amount, three letters; only a KHQR may be asked for another than its own.
    #[arg(long, requires = "amount")]
    pub(crate) currency: Option<String>,
    /// How long the code may be paid; only a KHQR expires [default: 600].
    #[arg(
        long,
        value_name = "SECONDS",
        requires = "amount",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub(crate) expires_in: Option<u32>,
    /// Make it a code for many payments (static): without amount, times, bill number and reference.
    #[arg(long = "static")]
    pub(crate) for_many: bool,
    /// The present, by which expiry is judged and a new code is made (RFC 3339) [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Print the MD5 of the written code on a line of its own.
    #[arg(long)]
    pub(crate) md5: bool,
    /// Print JSON, one object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QrForm {
    /// The text of a code.
    Payload,
    /// Its fields, as JSON.
    Json,
}
