//! The proof of an outcome: the journal's hash of its batch, and the signed receipt.

use money::{Money, Rate};
use switch::{Kind, State};
use uuid::Uuid;
use wire::error::{Code, Problem};
use wire::limits::RECEIPT_CORRIDOR_BYTES_MAX;
use wire::receipt::{
    Receipt, ReceiptAmount, ReceiptCorridor, ReceiptError, ReceiptMerchant, ReceiptRate,
};

use crate::hub::Hub;
use crate::view::Seen;

/// Absent where there is no outcome yet, or where the viewer may not hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) hash: Option<String>,
    pub(crate) receipt: Option<String>,
}

impl Hub {
    /// Reads the journal, so it blocks.
    pub(crate) fn evidence(&self, seen: &Seen, with_receipt: bool) -> Result<Evidence, Problem> {
        let Some(decided) = seen.item.decided else {
            return Ok(Evidence::default());
        };
        let hash = self.hash(decided.at.seq)?;
        let is_proven = seen.item.kind == Kind::Payment && seen.item.state == State::Completed;
        // An outcome is told even if its receipt cannot be made: the log says why.
        let receipt = match with_receipt && is_proven {
            true => self.receipt(seen, *hash.as_bytes()).ok(),
            false => None,
        };
        Ok(Evidence {
            hash: Some(hash.to_string()),
            receipt,
        })
    }

    pub(crate) fn hash_text(&self, seq: u64) -> Result<String, Problem> {
        self.hash(seq).map(|hash| hash.to_string())
    }

    fn hash(&self, seq: u64) -> Result<journal::Hash, Problem> {
        match self.shared().board.recent.hash(seq) {
            Some(hash) => Ok(hash),
            None => self.shared().history.hash(seq),
        }
    }

    /// The same payment always gives the same receipt: everything in it is recorded, and Ed25519
    /// adds no randomness.
    fn receipt(&self, seen: &Seen, journal_hash: [u8; 32]) -> Result<String, Problem> {
        let (begun, payment) = seen.parties;
        let shared = self.shared();
        let parties = shared.history.parties(&shared.vault, begun, payment)?;
        let merchant = parties
            .map(|parties| parties.creditor.name)
            .unwrap_or_default();
        let built = build(seen, journal_hash, &merchant).map_err(|error| {
            tracing::error!(%error, "a completed payment does not fit a receipt");
            Problem::new(Code::Internal)
        });
        Ok(built?.encode(&shared.key))
    }
}

fn build(seen: &Seen, journal_hash: [u8; 32], merchant: &str) -> Result<Receipt, ReceiptError> {
    let item = &seen.item;
    let decided = item.decided.ok_or(ReceiptError::Unfit)?;
    let decided_at_ms = decided.at.now.0.div_euclid(1_000_000);
    Ok(Receipt {
        payment: Uuid::from_u128(item.id.0),
        decided_at_ms: u64::try_from(decided_at_ms).map_err(|_before_1970| ReceiptError::Unfit)?,
        shop: amount(item.amount)?,
        payer: amount(item.payer_amount)?,
        rate: rate(item.terms.rate)?,
        reference_rate: rate(item.terms.reference)?,
        journal_seq: decided.at.seq,
        journal_hash,
        corridor: corridor(&seen.corridor)?,
        merchant: ReceiptMerchant::shortened(merchant),
    })
}

/// As much of a corridor's name as a receipt holds.
fn corridor(name: &str) -> Result<ReceiptCorridor, ReceiptError> {
    let plain = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    let short: String = plain.take(RECEIPT_CORRIDOR_BYTES_MAX).collect();
    ReceiptCorridor::parse(&short.to_ascii_uppercase())
}

fn amount(money: Money) -> Result<ReceiptAmount, ReceiptError> {
    let currency = money.currency;
    ReceiptAmount::new(
        currency.numeric(),
        money.amount.minor(),
        currency.exponent(),
    )
}

fn rate(rate: Rate) -> Result<ReceiptRate, ReceiptError> {
    ReceiptRate::new(rate.mantissa(), rate.scale())
}
