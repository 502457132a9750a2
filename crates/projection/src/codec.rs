//! A batch of records as bytes: version, then each record with its number and length in front.
//!
//! # Doctrine
//!
//! * The version byte is of the batch. A build writes one version and reads all that ever were;
//!   a later version is refused, never guessed at.
//! * A record's number is for ever. A new field is a new record number or a new batch version,
//!   with a golden file; nothing is ever appended silently to an old layout.
//! * Reading consumes exactly what was written: a byte too few or too many is corruption.

mod items;
mod operations;
mod settlement;
mod snapshot;
mod values;

pub(crate) use items::{BODY_VERSION, body, read_body};
pub use snapshot::{decode_snapshot, encode_snapshot};

use switch::{Attempt, PaymentReserved, Record, RefundTaken, ShopKey, Tried};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout};

/// The version that this build writes.
pub const BATCH_VERSION: u8 = 1;

layout!(PaymentReserved {
    id,
    terms,
    payer_amount,
    payer_key,
    payer_day,
    payer_day_max,
    request,
    parties,
    code,
    shop,
    category,
    deadline,
});
layout!(Attempt {
    corridor,
    payee,
    fx,
    amount,
    payer_amount,
    shop,
    category,
});
layout!(RefundTaken {
    id,
    payment,
    terms,
    payer_key,
    amount,
    payer_amount,
    before,
    payer_before,
    request,
    parties,
    parties_seq,
    deadline,
});

/// The first layout of a payment, which said nothing of the shop.
fn payment_without_shop(from: &mut Reader<'_>) -> Result<PaymentReserved, Corrupt> {
    Ok(PaymentReserved {
        id: Field::get(from)?,
        terms: Field::get(from)?,
        payer_amount: Field::get(from)?,
        payer_key: Field::get(from)?,
        payer_day: Field::get(from)?,
        payer_day_max: Field::get(from)?,
        request: Field::get(from)?,
        parties: Field::get(from)?,
        code: Field::get(from)?,
        shop: ShopKey::UNKNOWN,
        category: None,
        deadline: Field::get(from)?,
    })
}

/// The first layout of a refund, which did not say where its parties' data is.
fn refund_without_parties_seq(from: &mut Reader<'_>) -> Result<RefundTaken, Corrupt> {
    Ok(RefundTaken {
        id: Field::get(from)?,
        payment: Field::get(from)?,
        terms: Field::get(from)?,
        payer_key: Field::get(from)?,
        amount: Field::get(from)?,
        payer_amount: Field::get(from)?,
        before: Field::get(from)?,
        payer_before: Field::get(from)?,
        request: Field::get(from)?,
        parties: Field::get(from)?,
        parties_seq: 0,
        deadline: Field::get(from)?,
    })
}

/// Collects the records of one batch.
#[derive(Debug)]
pub struct BatchWriter {
    to: Writer,
    count: usize,
}

impl Default for BatchWriter {
    fn default() -> Self {
        let mut to = Writer::default();
        BATCH_VERSION.put(&mut to);
        Self { to, count: 0 }
    }
}

impl BatchWriter {
    /// Adds a record.
    pub fn push(&mut self, record: &Record) {
        let from = self.to.bytes.len();
        put_record(record, &mut self.to);
        // The length stands in front of the body and is known only behind it.
        let body = self
            .to
            .bytes
            .len()
            .saturating_sub(from)
            .saturating_sub(HEAD_BYTES);
        let length = u32::try_from(body).unwrap_or(u32::MAX).to_le_bytes();
        let at = from.saturating_add(1);
        if let Some(slot) = self.to.bytes.get_mut(at..at.saturating_add(length.len())) {
            slot.copy_from_slice(&length);
        }
        self.count = self.count.saturating_add(1);
    }

    /// How many records it holds.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The size so far.
    pub fn len(&self) -> usize {
        self.to.bytes.len()
    }

    /// Whether it holds no record.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes for the journal.
    pub fn finish(self) -> Vec<u8> {
        self.to.bytes
    }
}

/// A record's number and the length of its body.
const HEAD_BYTES: usize = 5;

/// The records of a batch.
///
/// # Errors
/// See [`Corrupt`]; nothing is returned of a batch that is wrong in any place.
pub fn decode(bytes: &[u8]) -> Result<Vec<Record>, Corrupt> {
    let mut from = Reader { rest: bytes };
    let version = u8::get(&mut from)?;
    if version != BATCH_VERSION {
        return Err(Corrupt::Version(version));
    }
    let mut records = Vec::new();
    while !from.rest.is_empty() {
        let number = u8::get(&mut from)?;
        let length = u32::get(&mut from)?;
        let length = usize::try_from(length).map_err(|_wide| Corrupt::Short)?;
        let mut body = Reader {
            rest: from.take(length)?,
        };
        records.push(get_record(number, &mut body)?);
        body.end()?;
    }
    Ok(records)
}

/// The number of each record; for ever.
fn number(record: &Record) -> u8 {
    match record {
        Record::ParticipantSet { .. } => 1,
        Record::CorridorSet(_) => 2,
        Record::CapSet { .. } => 3,
        Record::StandingSet(_) => 4,
        Record::ReferenceSet(_) => 5,
        Record::MerchantSet(_) => 6,
        Record::WindowOpened(_) => 7,
        // 8 and 9 are a payment and a refusal in their first layout; they are only read.
        Record::PaymentReserved(_) => 48,
        Record::Refused { .. } => 49,
        Record::Forbidden { .. } => 10,
        // 11 and 12 are refunds in their first layout; they are only read.
        Record::RefundReserved(_) => 46,
        Record::RefundWaiting(_) => 47,
        Record::RefundFunded { .. } => 13,
        Record::Asked { .. } => 14,
        Record::InDoubt { .. } => 15,
        Record::Completed { .. } => 16,
        Record::Cancelled { .. } => 17,
        Record::Acknowledged { .. } => 18,
        Record::WebhookSet { .. } => 40,
        Record::WebhookRemoved { .. } => 41,
        Record::Projected { .. } => 45,
        Record::Operated(operated) => operations::number(operated),
        Record::Settled(settled) => settlement::number(settled),
    }
}

/// Several fields in the order given.
macro_rules! put_all {
    ($to:ident, $($field:expr),*) => {{ $( $field.put($to); )* }};
}

fn put_record(record: &Record, to: &mut Writer) {
    number(record).put(to);
    0_u32.put(to);
    match record {
        Record::ParticipantSet { id, participant } => put_all!(to, id, participant),
        Record::CorridorSet(corridor) => corridor.put(to),
        Record::CapSet {
            participant,
            currency,
            cap,
        } => put_all!(to, participant, currency, cap),
        Record::StandingSet(standing) => standing.put(to),
        Record::ReferenceSet(reference) => reference.put(to),
        Record::MerchantSet(merchant) => merchant.put(to),
        Record::WindowOpened(window) => window.put(to),
        Record::PaymentReserved(reserved) => reserved.put(to),
        Record::Refused {
            id,
            requester,
            request,
            refusal,
            tried,
        } => {
            put_all!(to, id, requester, request, refusal, tried);
        }
        Record::Forbidden { id, requester } => put_all!(to, id, requester),
        Record::RefundReserved(taken) | Record::RefundWaiting(taken) => taken.put(to),
        Record::RefundFunded { id, deadline } => put_all!(to, id, deadline),
        Record::Asked { id, expires_at } => put_all!(to, id, expires_at),
        Record::InDoubt { id, deadline } => put_all!(to, id, deadline),
        Record::Completed { id, window, cause } => put_all!(to, id, window, cause),
        Record::Cancelled { id, reason } => put_all!(to, id, reason),
        Record::Acknowledged {
            participant,
            position,
        } => put_all!(to, participant, position),
        Record::WebhookSet {
            settings,
            version,
            from_position,
        } => put_all!(to, settings, version, from_position),
        Record::WebhookRemoved { participant, id } => put_all!(to, participant, id),
        Record::Projected { seq } => seq.put(to),
        Record::Operated(operated) => operations::put(operated, to),
        Record::Settled(settled) => settlement::put(settled, to),
    }
}

fn get_record(number: u8, from: &mut Reader<'_>) -> Result<Record, Corrupt> {
    Ok(match number {
        1 => Record::ParticipantSet {
            id: Field::get(from)?,
            participant: Field::get(from)?,
        },
        2 => Record::CorridorSet(Field::get(from)?),
        3 => Record::CapSet {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            cap: Field::get(from)?,
        },
        4 => Record::StandingSet(Field::get(from)?),
        5 => Record::ReferenceSet(Field::get(from)?),
        6 => Record::MerchantSet(Field::get(from)?),
        7 => Record::WindowOpened(Field::get(from)?),
        8 => Record::PaymentReserved(Box::new(payment_without_shop(from)?)),
        9 => refused(from, |_from| Ok(Tried::Unknown))?,
        10 => Record::Forbidden {
            id: Field::get(from)?,
            requester: Field::get(from)?,
        },
        11 => Record::RefundReserved(Box::new(refund_without_parties_seq(from)?)),
        12 => Record::RefundWaiting(Box::new(refund_without_parties_seq(from)?)),
        13 => Record::RefundFunded {
            id: Field::get(from)?,
            deadline: Field::get(from)?,
        },
        14 => Record::Asked {
            id: Field::get(from)?,
            expires_at: Field::get(from)?,
        },
        15 => Record::InDoubt {
            id: Field::get(from)?,
            deadline: Field::get(from)?,
        },
        16 => Record::Completed {
            id: Field::get(from)?,
            window: Field::get(from)?,
            cause: Field::get(from)?,
        },
        17 => Record::Cancelled {
            id: Field::get(from)?,
            reason: Field::get(from)?,
        },
        18 => Record::Acknowledged {
            participant: Field::get(from)?,
            position: Field::get(from)?,
        },
        40 => webhook_set(from)?,
        41 => Record::WebhookRemoved {
            participant: Field::get(from)?,
            id: Field::get(from)?,
        },
        45 => Record::Projected {
            seq: Field::get(from)?,
        },
        46 => Record::RefundReserved(Box::new(Field::get(from)?)),
        47 => Record::RefundWaiting(Box::new(Field::get(from)?)),
        48 => Record::PaymentReserved(Box::new(Field::get(from)?)),
        49 => refused(from, Field::get)?,
        number => operated(number, from)?,
    })
}

fn operated(number: u8, from: &mut Reader<'_>) -> Result<Record, Corrupt> {
    let unknown = Corrupt::Unknown {
        what: "a record",
        number: u16::from(number),
    };
    if let Some(settled) = settlement::get(number, from)? {
        return Ok(Record::Settled(Box::new(settled)));
    }
    let operated = operations::get(number, from)?.ok_or(unknown)?;
    Ok(Record::Operated(Box::new(operated)))
}

/// The first layout ended with the refusal.
fn refused(
    from: &mut Reader<'_>,
    tried: fn(&mut Reader<'_>) -> Result<Tried, Corrupt>,
) -> Result<Record, Corrupt> {
    Ok(Record::Refused {
        id: Field::get(from)?,
        requester: Field::get(from)?,
        request: Field::get(from)?,
        refusal: Field::get(from)?,
        tried: tried(from)?,
    })
}

fn webhook_set(from: &mut Reader<'_>) -> Result<Record, Corrupt> {
    Ok(Record::WebhookSet {
        settings: Field::get(from)?,
        version: Field::get(from)?,
        from_position: Field::get(from)?,
    })
}

#[cfg(test)]
mod tests;
