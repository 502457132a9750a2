//! Layouts of settlement: arrangements, windows, and the records that move them.

use std::collections::BTreeMap;

use calendar::{Country, Cycle, Days, MinuteOfDay, Minutes, Schedule};
use switch::{
    Adjustment, Arrangement, CloseCause, Day, Instruction, Netting, PaidOut, Purse, Settled,
    Settlement, SettlementAct, Window, WindowStatus,
};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout, numbered};

/// Several fields in the order given.
macro_rules! put_all {
    ($to:ident, $($field:expr),*) => {{ $( $field.put($to); )* }};
}

layout!(Arrangement {
    version,
    netting,
    currency,
    schedule,
    countries,
    lag_days,
    low_water_percent
});
layout!(Schedule { cycle, days });
layout!(Instruction {
    uetr,
    debtor,
    creditor,
    money
});
layout!(Settlement {
    parts,
    payouts,
    rates
});
layout!(Adjustment {
    break_id,
    from,
    to,
    money
});
layout!(PaidOut {
    reference,
    statement,
    at
});
layout!(Window {
    id,
    status,
    opened,
    closes_at,
    closed,
    settlement_day,
    pairs,
    settlement,
    paid,
    held_until,
    excluded,
    settled,
});

numbered!(Netting, "a form of netting" { 1 => Multilateral, 2 => Bilateral, 3 => Gross });
numbered!(Country, "a country" { 1 => Kh, 2 => Jp });
numbered!(WindowStatus, "a status of a window" {
    1 => Open,
    2 => Closed,
    3 => Instructed,
    4 => Settled,
});
numbered!(CloseCause, "a cause of closing" { 1 => Calendar, 2 => Operators });

impl Field for Day {
    fn put(&self, to: &mut Writer) {
        i64::from(self.0).put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let day = i32::try_from(i64::get(from)?);
        day.map(Day).map_err(|_wide| Corrupt::Range("a day"))
    }
}

impl Field for Cycle {
    fn put(&self, to: &mut Writer) {
        match self {
            Cycle::Daily { cut_off, zone } => put_all!(to, 1_u8, cut_off.minutes(), zone),
            Cycle::Every(minutes) => put_all!(to, 2_u8, minutes.get()),
            Cycle::Manual => 3_u8.put(to),
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(match u8::get(from)? {
            1 => Cycle::Daily {
                cut_off: MinuteOfDay::new(u16::get(from)?).ok_or(Corrupt::Range("a cut-off"))?,
                zone: Field::get(from)?,
            },
            2 => Cycle::Every(Minutes::new(u16::get(from)?).ok_or(Corrupt::Range("a cycle"))?),
            3 => Cycle::Manual,
            number => return Err(unknown("a cycle", number)),
        })
    }
}

impl Field for Days {
    fn put(&self, to: &mut Writer) {
        match self {
            Days::All => 1_u8.put(to),
            Days::OpenIn(countries) => put_all!(to, 2_u8, countries),
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(match u8::get(from)? {
            1 => Days::All,
            2 => Days::OpenIn(Field::get(from)?),
            number => return Err(unknown("days", number)),
        })
    }
}

impl Field for Purse {
    fn put(&self, to: &mut Writer) {
        match self {
            Purse::Bank => 1_u8.put(to),
            Purse::Suspense => 2_u8.put(to),
            Purse::WrittenOff => 3_u8.put(to),
            Purse::Liquidity(who) => put_all!(to, 4_u8, who),
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(match u8::get(from)? {
            1 => Purse::Bank,
            2 => Purse::Suspense,
            3 => Purse::WrittenOff,
            4 => Purse::Liquidity(Field::get(from)?),
            number => return Err(unknown("a purse", number)),
        })
    }
}

impl<K: Field + Ord, V: Field> Field for BTreeMap<K, V> {
    fn put(&self, to: &mut Writer) {
        // Pairs of a thousand participants are a million: more than a list of a record holds.
        u32::try_from(self.len()).unwrap_or(u32::MAX).put(to);
        for (key, value) in self {
            key.put(to);
            value.put(to);
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let count = u32::get(from)?;
        (0..count)
            .map(|_| Ok((K::get(from)?, V::get(from)?)))
            .collect()
    }
}

fn unknown(what: &'static str, number: u8) -> Corrupt {
    Corrupt::Unknown {
        what,
        number: u16::from(number),
    }
}

impl Field for SettlementAct {
    fn put(&self, to: &mut Writer) {
        match self {
            SettlementAct::Arrange(arrangement) => put_all!(to, 1_u8, arrangement),
            SettlementAct::Close { window } => put_all!(to, 2_u8, window),
            SettlementAct::Settle {
                window,
                day,
                settlement,
            } => put_all!(to, 3_u8, window, day, settlement.as_ref()),
            SettlementAct::Hold { window, until } => put_all!(to, 4_u8, window, until),
            SettlementAct::Exclude {
                window,
                participant,
            } => put_all!(to, 5_u8, window, participant),
            SettlementAct::Pledge {
                participant,
                currency,
                before,
                after,
            } => put_all!(to, 6_u8, participant, currency, before, after),
            SettlementAct::Draw { participant, money } => put_all!(to, 7_u8, participant, money),
            SettlementAct::Repay { participant, money } => put_all!(to, 8_u8, participant, money),
            SettlementAct::Confirm {
                window,
                place,
                reference,
            } => put_all!(to, 9_u8, window, place, reference),
            SettlementAct::Adjust(adjustment) => put_all!(to, 10_u8, adjustment),
        }
    }

    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(match u8::get(from)? {
            1 => SettlementAct::Arrange(Field::get(from)?),
            2 => SettlementAct::Close {
                window: Field::get(from)?,
            },
            3 => SettlementAct::Settle {
                window: Field::get(from)?,
                day: Field::get(from)?,
                settlement: Box::new(Field::get(from)?),
            },
            4 => SettlementAct::Hold {
                window: Field::get(from)?,
                until: Field::get(from)?,
            },
            5 => SettlementAct::Exclude {
                window: Field::get(from)?,
                participant: Field::get(from)?,
            },
            6 => SettlementAct::Pledge {
                participant: Field::get(from)?,
                currency: Field::get(from)?,
                before: Field::get(from)?,
                after: Field::get(from)?,
            },
            7 => SettlementAct::Draw {
                participant: Field::get(from)?,
                money: Field::get(from)?,
            },
            8 => SettlementAct::Repay {
                participant: Field::get(from)?,
                money: Field::get(from)?,
            },
            9 => SettlementAct::Confirm {
                window: Field::get(from)?,
                place: Field::get(from)?,
                reference: Field::get(from)?,
            },
            10 => SettlementAct::Adjust(Field::get(from)?),
            number => return Err(unknown("an action of settlement", number)),
        })
    }
}

/// The number of each record of settlement; for ever.
pub(super) fn number(settled: &Settled) -> u8 {
    match settled {
        Settled::Arranged(_) => 60,
        Settled::Scheduled { .. } => 61,
        Settled::Closed { .. } => 62,
        Settled::Instructed { .. } => 63,
        Settled::PaidOut { .. } => 64,
        Settled::WindowSettled { .. } => 65,
        Settled::Held { .. } => 66,
        Settled::Excluded { .. } => 67,
        Settled::Pledged { .. } => 68,
        Settled::Drawn { .. } => 69,
        Settled::Repaid { .. } => 70,
        Settled::Adjusted(_) => 71,
    }
}

pub(super) fn put(settled: &Settled, to: &mut Writer) {
    match settled {
        Settled::Arranged(arrangement) => arrangement.put(to),
        Settled::Scheduled { window, closes_at } => put_all!(to, window, closes_at),
        Settled::Closed {
            window,
            next,
            next_closes_at,
            cause,
            settlement_day,
        } => put_all!(to, window, next, next_closes_at, cause, settlement_day),
        Settled::Instructed {
            window,
            day,
            settlement,
        } => put_all!(to, window, day, settlement.as_ref()),
        Settled::PaidOut {
            window,
            place,
            reference,
            statement,
        } => put_all!(to, window, place, reference, statement),
        Settled::WindowSettled { window } => window.put(to),
        Settled::Held { window, until } => put_all!(to, window, until),
        Settled::Excluded {
            window,
            participant,
            into,
        } => put_all!(to, window, participant, into),
        Settled::Pledged {
            participant,
            currency,
            limit,
        } => put_all!(to, participant, currency, limit),
        Settled::Drawn { participant, money } | Settled::Repaid { participant, money } => {
            put_all!(to, participant, money);
        }
        Settled::Adjusted(adjustment) => adjustment.put(to),
    }
}

/// The record of a number; `None` for a number that is not of settlement.
pub(super) fn get(number: u8, from: &mut Reader<'_>) -> Result<Option<Settled>, Corrupt> {
    Ok(Some(match number {
        60 => Settled::Arranged(Field::get(from)?),
        61 => Settled::Scheduled {
            window: Field::get(from)?,
            closes_at: Field::get(from)?,
        },
        62 => Settled::Closed {
            window: Field::get(from)?,
            next: Field::get(from)?,
            next_closes_at: Field::get(from)?,
            cause: Field::get(from)?,
            settlement_day: Field::get(from)?,
        },
        63 => Settled::Instructed {
            window: Field::get(from)?,
            day: Field::get(from)?,
            settlement: Box::new(Field::get(from)?),
        },
        64 => Settled::PaidOut {
            window: Field::get(from)?,
            place: Field::get(from)?,
            reference: Field::get(from)?,
            statement: Field::get(from)?,
        },
        65 => Settled::WindowSettled {
            window: Field::get(from)?,
        },
        66 => Settled::Held {
            window: Field::get(from)?,
            until: Field::get(from)?,
        },
        67 => Settled::Excluded {
            window: Field::get(from)?,
            participant: Field::get(from)?,
            into: Field::get(from)?,
        },
        68 => Settled::Pledged {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            limit: Field::get(from)?,
        },
        69 => Settled::Drawn {
            participant: Field::get(from)?,
            money: Field::get(from)?,
        },
        70 => Settled::Repaid {
            participant: Field::get(from)?,
            money: Field::get(from)?,
        },
        71 => Settled::Adjusted(Field::get(from)?),
        _ => return Ok(None),
    }))
}
