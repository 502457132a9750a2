//! The layout of a snapshot. It is derived and can be thrown away, so there is one version: a
//! build that cannot read what it finds replays the journal.

use ledger::{
    Account, AccountIx, AccountKey, Balance, Book, ChainId, LedgerParts, Limit, Transfer,
};
use switch::{Snapshot, StreamParts, Webhook};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout, numbered};

/// Changes whenever the layout of anything in a snapshot does.
const SNAPSHOT_VERSION: u8 = 4;

layout!(AccountKey {
    book,
    currency,
    kind,
    owner,
    slot
});
layout!(Balance {
    debits_pending,
    debits_posted,
    credits_pending,
    credits_posted
});
layout!(Account {
    key,
    limit,
    balance
});
layout!(Transfer {
    debit,
    credit,
    amount
});
layout!(ChainId(u128));
numbered!(Book, "a book" { 1 => Obligations, 2 => Limits, 3 => Money });
numbered!(Limit, "a limit" { 1 => None, 2 => NeverNegative });

impl Field for AccountIx {
    fn put(&self, to: &mut Writer) {
        u64::try_from(self.number()).unwrap_or(u64::MAX).put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let number = usize::try_from(u64::get(from)?);
        let number = number.map_err(|_wide| Corrupt::Range("an account"))?;
        Ok(AccountIx::from_number(number))
    }
}

/// A list that may be longer than a record's lists ever are.
fn put_many<T: Field>(list: &[T], to: &mut Writer) {
    u64::try_from(list.len()).unwrap_or(u64::MAX).put(to);
    for one in list {
        one.put(to);
    }
}

fn get_many<T: Field>(from: &mut Reader<'_>) -> Result<Vec<T>, Corrupt> {
    let count = u64::get(from)?;
    // No room is set aside for what a damaged count claims: the bytes end first.
    (0..count).map(|_| T::get(from)).collect()
}

macro_rules! many {
    ($kind:ident { $($field:ident: $how:ident),* $(,)? }) => {
        impl Field for $kind {
            fn put(&self, to: &mut Writer) {
                let Self { $($field),* } = self;
                $( many!(@put $how $field to); )*
            }
            fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                $( let $field = many!(@get $how from); )*
                Ok(Self { $($field),* })
            }
        }
    };
    (@put list $field:ident $to:ident) => { put_many($field, $to) };
    (@put one $field:ident $to:ident) => { $field.put($to) };
    (@get list $from:ident) => { get_many($from)? };
    (@get one $from:ident) => { Field::get($from)? };
}

many!(LedgerParts {
    accounts: list,
    holes: list,
    pending: list,
});
many!(StreamParts {
    participant: one,
    last: one,
    acknowledged: one,
    open: list,
});
layout!(Webhook {
    settings,
    version,
    from_position,
    created,
    changed
});
many!(Snapshot {
    participants: list,
    corridors: list,
    standings: list,
    references: list,
    merchants: list,
    hot: list,
    window: one,
    windows: list,
    caps: list,
    ledger: one,
    items: list,
    closed: list,
    codes: list,
    streams: list,
    webhooks: list,
    leaving: list,
    left_seq: one,
    left_at: one,
    fading: list,
    days: list,
    operations: one,
    arrangement: one,
    adjustments: list,
});

macro_rules! tuples {
    ($($name:ident),*) => {
        impl<$($name: Field),*> Field for ($($name,)*) {
            fn put(&self, to: &mut Writer) {
                #[expect(non_snake_case, reason = "one name for a place and its type")]
                let ($($name,)*) = self;
                $( $name.put(to); )*
            }
            fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Ok(($($name::get(from)?,)*))
            }
        }
    };
}
tuples!(A, B);
tuples!(A, B, C);
tuples!(A, B, C, D);

/// A snapshot as bytes.
pub fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    let mut to = Writer::default();
    SNAPSHOT_VERSION.put(&mut to);
    snapshot.put(&mut to);
    to.bytes
}

/// The snapshot that bytes stand for.
///
/// # Errors
/// See [`Corrupt`]; another version is one of them.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, Corrupt> {
    let mut from = Reader { rest: bytes };
    let version = u8::get(&mut from)?;
    if version != SNAPSHOT_VERSION {
        return Err(Corrupt::Version(version));
    }
    let snapshot = Snapshot::get(&mut from)?;
    from.end()?;
    Ok(snapshot)
}
