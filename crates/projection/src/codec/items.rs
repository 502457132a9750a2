//! Layouts of what is kept of an item: the body of its row, and a part of every snapshot.

use switch::{Closed, Decided, Item, Kind, Spent, Stamp, State};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout, numbered};

layout!(Stamp { seq, now });
layout!(Decided {
    at,
    window,
    reason,
    cause
});
layout!(Closed {
    state,
    refusal,
    request,
    at
});
layout!(Item {
    id,
    kind,
    state,
    requester,
    creditor,
    finality,
    terms,
    amount,
    payer_amount,
    payer_key,
    request,
    parties,
    parties_seq,
    code,
    shop,
    category,
    created,
    deadline,
    decided,
});

numbered!(State, "a state" {
    1 => Unknown,
    2 => Waiting,
    3 => Reserved,
    4 => Asked,
    5 => InDoubt,
    6 => Completed,
    7 => Cancelled,
    8 => Refused,
});

impl Field for Kind {
    fn put(&self, to: &mut Writer) {
        match self {
            Kind::Payment => 1_u8.put(to),
            Kind::Refund { payment } => {
                2_u8.put(to);
                payment.put(to);
            }
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match u8::get(from)? {
            1 => Ok(Kind::Payment),
            2 => Ok(Kind::Refund {
                payment: Field::get(from)?,
            }),
            number => Err(Corrupt::Unknown {
                what: "a kind of item",
                number: u16::from(number),
            }),
        }
    }
}

impl Field for Spent {
    fn put(&self, to: &mut Writer) {
        match self {
            Spent::Item(id) => {
                1_u8.put(to);
                id.put(to);
            }
            Spent::Closed(requester, id) => {
                2_u8.put(to);
                requester.put(to);
                id.put(to);
            }
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match u8::get(from)? {
            1 => Ok(Spent::Item(Field::get(from)?)),
            2 => Ok(Spent::Closed(Field::get(from)?, Field::get(from)?)),
            number => Err(Corrupt::Unknown {
                what: "a used-up id",
                number: u16::from(number),
            }),
        }
    }
}

/// The version of a body that this build writes.
pub(crate) const BODY_VERSION: u8 = 2;

/// A value as the body of a row.
pub(crate) fn body(value: &impl Field) -> Vec<u8> {
    let mut to = Writer::default();
    BODY_VERSION.put(&mut to);
    value.put(&mut to);
    to.bytes
}

/// The value of a row's body.
pub(crate) fn read_body<T: Field>(bytes: &[u8]) -> Result<T, Corrupt> {
    let mut from = Reader { rest: bytes };
    let version = u8::get(&mut from)?;
    if version != BODY_VERSION {
        return Err(Corrupt::Version(version));
    }
    let value = T::get(&mut from)?;
    from.end()?;
    Ok(value)
}
