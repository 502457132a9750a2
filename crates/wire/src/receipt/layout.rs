//! The binary layout of a receipt, version 1, integers big-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 1 | length of the corridor's name, *c* |
//! | 1 | length of the merchant's name, *m* |
//! | 8 | beginning of the signing key's name |
//! | 16 | payment id |
//! | 8 | time of the decision, milliseconds since 1970 |
//! | 11 | price: currency (2), minor units (8), exponent (1) |
//! | 11 | paid: the same |
//! | 9 | rate: mantissa (8), scale (1) |
//! | 9 | reference rate: the same |
//! | 8 | sequence in the journal |
//! | 32 | hash in the journal |
//! | *c* | corridor, ASCII |
//! | *m* | merchant, UTF-8 |
//! | 64 | Ed25519 over everything before |
//!
//! The two lengths stand first, so that four characters of the text tell its whole length. A change
//! of the layout is a new version with a new golden file; old receipts stay readable for ever.

use uuid::Uuid;

use super::{Receipt, ReceiptAmount, ReceiptCorridor, ReceiptError, ReceiptMerchant, ReceiptRate};
use crate::keys::{Domain, Jwks, SIGNATURE_BYTES, SigningKey};

const VERSION: u8 = 1;

/// Everything before the two names.
const FIXED_BYTES: usize = 3 + 8 + 16 + 8 + 11 + 11 + 9 + 9 + 8 + 32;

pub(super) fn write(receipt: &Receipt, key: &SigningKey) -> Vec<u8> {
    let corridor = receipt.corridor.as_str().as_bytes();
    let merchant = receipt.merchant.as_str().as_bytes();
    let mut bytes = vec![VERSION, length(corridor), length(merchant)];
    bytes.extend(key.kid().prefix());
    bytes.extend(receipt.payment.as_bytes());
    bytes.extend(receipt.decided_at_ms.to_be_bytes());
    for amount in [receipt.shop, receipt.payer] {
        bytes.extend(amount.currency().to_be_bytes());
        bytes.extend(amount.minor().to_be_bytes());
        bytes.push(amount.exponent());
    }
    for rate in [receipt.rate, receipt.reference_rate] {
        bytes.extend(rate.mantissa().to_be_bytes());
        bytes.push(rate.scale());
    }
    bytes.extend(receipt.journal_seq.to_be_bytes());
    bytes.extend(receipt.journal_hash);
    bytes.extend(corridor);
    bytes.extend(merchant);
    let signature = key.sign(Domain::Receipt, &bytes);
    bytes.extend(signature);
    bytes
}

/// How many bytes a receipt with this beginning has.
pub(super) fn bytes_announced(head: [u8; 3]) -> Result<usize, ReceiptError> {
    let [version, corridor, merchant] = head;
    if version != VERSION {
        return Err(ReceiptError::VersionUnknown);
    }
    Ok(FIXED_BYTES + usize::from(corridor) + usize::from(merchant) + SIGNATURE_BYTES)
}

/// The signature is verified before anything but the key's name is read.
pub(super) fn read(bytes: &[u8], keys: &Jwks) -> Result<Receipt, ReceiptError> {
    let (signed, signature) = bytes
        .split_last_chunk::<SIGNATURE_BYTES>()
        .ok_or(ReceiptError::Truncated)?;
    let mut rest = Reader { rest: signed };
    let [_version, corridor, merchant] = rest.array()?;
    let prefix = rest.array()?;
    let mut candidates = keys.with_prefix(prefix).peekable();
    if candidates.peek().is_none() {
        return Err(ReceiptError::KeyUnknown);
    }
    if !candidates.any(|key| key.verifies(Domain::Receipt, signed, signature)) {
        return Err(ReceiptError::Tampered);
    }
    let receipt = Receipt {
        payment: Uuid::from_bytes(rest.array()?),
        decided_at_ms: rest.u64()?,
        shop: rest.amount()?,
        payer: rest.amount()?,
        rate: rest.rate()?,
        reference_rate: rest.rate()?,
        journal_seq: rest.u64()?,
        journal_hash: rest.array()?,
        corridor: ReceiptCorridor::parse(rest.text(corridor)?)?,
        merchant: ReceiptMerchant::parse(rest.text(merchant)?)?,
    };
    if rest.rest.is_empty() {
        Ok(receipt)
    } else {
        Err(ReceiptError::Malformed)
    }
}

/// The names are bounded far below 256 by their types.
fn length(name: &[u8]) -> u8 {
    u8::try_from(name.len()).unwrap_or(u8::MAX)
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReceiptError> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(ReceiptError::Truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    fn u64(&mut self) -> Result<u64, ReceiptError> {
        self.array().map(u64::from_be_bytes)
    }

    fn amount(&mut self) -> Result<ReceiptAmount, ReceiptError> {
        let currency = u16::from_be_bytes(self.array()?);
        let minor = self.u64()?;
        let [exponent] = self.array()?;
        ReceiptAmount::new(currency, minor, exponent)
    }

    fn rate(&mut self) -> Result<ReceiptRate, ReceiptError> {
        let mantissa = self.u64()?;
        let [scale] = self.array()?;
        ReceiptRate::new(mantissa, scale)
    }

    fn text(&mut self, length: u8) -> Result<&'b str, ReceiptError> {
        let (text, rest) = self
            .rest
            .split_at_checked(length.into())
            .ok_or(ReceiptError::Truncated)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_utf8| ReceiptError::Malformed)
    }
}
