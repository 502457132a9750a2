//! Receipts: a short signed text that proves a completed payment, shown as a QR code by the payer
//! and checked by any phone against the hub's public keys.
//!
//! The text is `spr1.` and base64url of a fixed binary layout (`layout`), at most 360
//! characters, so that it fits a QR code of version 14 at level M and an address; every character
//! is of the URL-safe alphabet. It says what the shop and the payer agreed on and where the hub's
//! journal says so (sequence and hash). A receipt goes through many hands: it holds no data of the
//! payer but the amount paid. Offline it proves "genuine at that time"; whether money went back
//! since, only the hub can say. Old receipts verify as long as their key stays in the key set, so
//! a retired key stays listed.

use std::fmt;

use thiserror::Error;
use uuid::Uuid;

use crate::error::Code;
use crate::keys::{Jwks, SigningKey};
use crate::{encoding, limits};

mod layout;

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub payment: Uuid,
    pub decided_at_ms: u64,
    /// The price, in the shop's currency.
    pub shop: ReceiptAmount,
    /// What the payer paid in all.
    pub payer: ReceiptAmount,
    pub rate: ReceiptRate,
    pub reference_rate: ReceiptRate,
    pub journal_seq: u64,
    pub journal_hash: [u8; 32],
    pub corridor: ReceiptCorridor,
    pub merchant: ReceiptMerchant,
}

/// Minor units with what is needed to print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptAmount {
    currency: u16,
    minor: u64,
    exponent: u8,
}

/// `mantissa` ÷ 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptRate {
    mantissa: u64,
    scale: u8,
}

/// `KH-JP`: up to eight of A–Z, 0–9 and the hyphen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptCorridor(Box<str>);

/// The shop's name: one line, at most 25 characters and 75 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptMerchant(Box<str>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReceiptError {
    #[error("not a receipt")]
    NotAReceipt,
    #[error("receipt is longer than a receipt can be")]
    TooLong,
    #[error("receipt is cut off")]
    Truncated,
    #[error("receipt is not in its one spelling")]
    Malformed,
    #[error("receipt is of a later version")]
    VersionUnknown,
    #[error("receipt was signed with an unknown key")]
    KeyUnknown,
    #[error("receipt was changed or not made by the hub")]
    Tampered,
    #[error("value does not fit a receipt")]
    Unfit,
}

pub const PREFIX: &str = "spr1.";

impl Receipt {
    pub fn encode(&self, key: &SigningKey) -> String {
        format!("{PREFIX}{}", encoding::encode(&layout::write(self, key)))
    }

    pub fn decode(text: &str, keys: &Jwks) -> Result<Receipt, ReceiptError> {
        let body = text.strip_prefix(PREFIX).ok_or(ReceiptError::NotAReceipt)?;
        if text.len() > limits::RECEIPT_CHARS_MAX {
            return Err(ReceiptError::TooLong);
        }
        // The first four characters tell how long it should be. So a text that was cut while it
        // was copied is told apart from one that somebody changed.
        let head = body.get(..4).ok_or(ReceiptError::Truncated)?;
        let head = encoding::decode_array(head).ok_or(ReceiptError::Malformed)?;
        let chars = encoding::chars_for(layout::bytes_announced(head)?);
        if body.len() < chars {
            return Err(ReceiptError::Truncated);
        }
        if body.len() > chars {
            return Err(ReceiptError::TooLong);
        }
        let bytes = encoding::decode(body).ok_or(ReceiptError::Malformed)?;
        layout::read(&bytes, keys)
    }
}

impl ReceiptAmount {
    /// `currency` is the ISO 4217 number; `exponent` the rail's, which differs from ISO's for riel.
    pub fn new(currency: u16, minor: u64, exponent: u8) -> Result<ReceiptAmount, ReceiptError> {
        if currency > 999 || exponent > limits::RECEIPT_SCALE_MAX {
            return Err(ReceiptError::Unfit);
        }
        Ok(ReceiptAmount {
            currency,
            minor,
            exponent,
        })
    }

    pub fn currency(self) -> u16 {
        self.currency
    }

    pub fn minor(self) -> u64 {
        self.minor
    }

    pub fn exponent(self) -> u8 {
        self.exponent
    }
}

impl ReceiptRate {
    pub fn new(mantissa: u64, scale: u8) -> Result<ReceiptRate, ReceiptError> {
        if scale > limits::RECEIPT_SCALE_MAX {
            return Err(ReceiptError::Unfit);
        }
        Ok(ReceiptRate { mantissa, scale })
    }

    pub fn mantissa(self) -> u64 {
        self.mantissa
    }

    pub fn scale(self) -> u8 {
        self.scale
    }
}

impl ReceiptCorridor {
    pub fn parse(text: &str) -> Result<ReceiptCorridor, ReceiptError> {
        let is_plain =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=limits::RECEIPT_CORRIDOR_BYTES_MAX).contains(&text.len());
        if fits && text.bytes().all(is_plain) {
            Ok(ReceiptCorridor(text.into()))
        } else {
            Err(ReceiptError::Unfit)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ReceiptMerchant {
    pub fn parse(text: &str) -> Result<ReceiptMerchant, ReceiptError> {
        let fits = text.len() <= limits::RECEIPT_MERCHANT_BYTES_MAX
            && text.chars().count() <= limits::RECEIPT_MERCHANT_CHARS_MAX;
        if fits && !text.chars().any(deceives) {
            Ok(ReceiptMerchant(text.into()))
        } else {
            Err(ReceiptError::Unfit)
        }
    }

    /// As much of a name as fits, without what could deceive: whatever a registry holds, a
    /// completed payment gets its receipt.
    pub fn shortened(text: &str) -> ReceiptMerchant {
        let mut name = String::new();
        let shown = text.chars().filter(|c| !deceives(*c));
        for c in shown.take(limits::RECEIPT_MERCHANT_CHARS_MAX) {
            if name.len().saturating_add(c.len_utf8()) > limits::RECEIPT_MERCHANT_BYTES_MAX {
                break;
            }
            name.push(c);
        }
        ReceiptMerchant(name.into_boxed_str())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, and the marks that reorder what stands beside them on a screen. Joiners stay: Khmer
/// needs them.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl ReceiptError {
    pub fn code(self) -> Code {
        match self {
            ReceiptError::KeyUnknown => Code::ReceiptUnknownKey,
            ReceiptError::NotAReceipt
            | ReceiptError::TooLong
            | ReceiptError::Truncated
            | ReceiptError::Malformed
            | ReceiptError::VersionUnknown
            | ReceiptError::Tampered
            | ReceiptError::Unfit => Code::ReceiptInvalid,
        }
    }
}

impl fmt::Display for ReceiptCorridor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ReceiptMerchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
