//! One payment: who, where, how much, and what will become of it.

use money::Money;
use switch::{
    CodeHold, Digest, ItemId, ParticipantId, PayerKey, Span, StatusReason, Time, Verdict,
};

use crate::dice::Dice;
use crate::limits::{PAYERS_JP, PAYERS_KH, TRIP_DAYS};
use crate::network::{ACLEDA, NETSTARS, SATHAPANA, amount};
use crate::season::Direction;
use crate::shops::{Shop, Shops};
use crate::{HistoryError, Mischief, Names, Settings};

/// A payment that somebody wants to make.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) id: ItemId,
    pub(crate) way: Direction,
    pub(crate) payer: ParticipantId,
    pub(crate) payer_key: PayerKey,
    pub(crate) shop: Shop,
    pub(crate) amount: Money,
    pub(crate) request: Digest,
    pub(crate) parties: Digest,
    pub(crate) code: Option<CodeHold>,
    pub(crate) screening_clear: bool,
    pub(crate) fate: Fate,
    /// After how long the shop gives money back, and how many per cent of it.
    pub(crate) refund: Option<(Span, u64)>,
}

/// What the creditor's side, or the payer's, makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It answers, after one of [`ANSWERS_MS`].
    Answered(usize, Verdict),
    /// It says nothing in time.
    Silent(Doubt),
    /// The payer's side withdraws first.
    Withdrawn,
}

/// How a doubt ends, where silence makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The rail is asked again and says what it did.
    LookedUp(Span, Verdict),
    /// Two operators find out; whether it was credited.
    Operators(bool),
    /// Nobody finds out in time; whether the rail admits a day later that it had credited.
    Expires(bool),
}

/// After how many milliseconds the creditor's side answers; each has a batch of its own.
pub(crate) const ANSWERS_MS: [i64; 5] = [340, 820, 1_900, 5_200, 11_000];

/// How many of 1,000 answers take how long.
const ANSWERS_WEIGHTS: [u64; 5] = [350, 400, 190, 54, 6];

/// When the payer's side withdraws, in milliseconds after the payment; before the last answer.
pub(crate) const WITHDRAWN_AT: usize = 3;

/// ISO 20022 status reasons of a no, with how often: blocked, closed, not allowed, over a limit
/// of the account's own, regulatory.
const REASONS: [(&str, u64); 5] = [
    ("AC06", 34),
    ("AC04", 26),
    ("AG01", 18),
    ("AM21", 14),
    ("RR04", 8),
];

/// Where wishes come from.
#[derive(Debug)]
pub(crate) struct Wishes {
    dice: Dice,
    mischief: Mischief,
    days: u64,
}

impl Wishes {
    pub(crate) fn new(settings: &Settings) -> Self {
        let days = settings.days.iter().count();
        Self {
            dice: Dice::of(settings.seed, "wishes", 0),
            mischief: settings.mischief,
            days: u64::try_from(days).unwrap_or(1).max(1),
        }
    }

    /// The payments of a moment in one direction; `number` is the day's, from 0.
    pub(crate) fn moment(
        &mut self,
        (way, count): (Direction, u64),
        (number, is_expo_open): (u64, bool),
        (shops, names): (&Shops, &dyn Names),
        now: Time,
    ) -> Result<Vec<Wish>, HistoryError> {
        let mut wishes = Vec::new();
        while u64::try_from(wishes.len()).unwrap_or(u64::MAX) < count {
            let shop = shops.draw(way, is_expo_open, &mut self.dice)?;
            let wish = self.one((way, number), *shop, names, now)?;
            if self.dice.chance(self.mischief.over_limit) {
                wishes.extend(self.too_much(&wish)?);
            } else {
                wishes.push(wish);
            }
        }
        wishes.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        Ok(wishes)
    }

    fn one(
        &mut self,
        (way, number): (Direction, u64),
        shop: Shop,
        names: &dyn Names,
        now: Time,
    ) -> Result<Wish, HistoryError> {
        let (payer, account) = self.payer(way, number);
        let price = amount(shop.trade.price(&mut self.dice))?;
        let dice = &mut self.dice;
        // In Cambodia the shop's phone often shows a code with the amount in it.
        let is_dynamic = way == Direction::ToCambodia && dice.below(10) < 4;
        let code = is_dynamic.then(|| CodeHold {
            key: Digest(dice.bytes()),
            until: now.after(Span::from_seconds(600)),
        });
        Ok(Wish {
            id: ItemId(dice.uuid()),
            way,
            payer,
            payer_key: names.payer(payer, &account)?,
            shop,
            amount: Money::new(way.currency(), price),
            request: Digest(dice.bytes()),
            parties: Digest(dice.bytes()),
            code,
            screening_clear: !dice.chance(self.mischief.screened),
            fate: self.fate(),
            refund: self.refund(),
        })
    }

    /// An id for a refund.
    pub(crate) fn id(&mut self) -> ItemId {
        ItemId(self.dice.uuid())
    }

    /// What stands for a hash.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.dice.bytes()
    }

    /// So many of something, below a limit.
    pub(crate) fn jitter(&mut self, limit: u64) -> u64 {
        self.dice.below(limit)
    }

    /// A traveller pays for a week: each day has its own part of all of them.
    fn payer(&mut self, way: Direction, number: u64) -> (ParticipantId, String) {
        let all = match way {
            Direction::ToJapan => PAYERS_KH,
            Direction::ToCambodia => PAYERS_JP,
        };
        let a_day = all.checked_div(self.days).unwrap_or(0).max(1);
        let here = a_day.saturating_mul(TRIP_DAYS);
        let place = number
            .saturating_mul(a_day)
            .saturating_add(self.dice.below(here));
        let place = place.checked_rem(all).unwrap_or(0);
        match (way, place % 5 < 3) {
            (Direction::ToJapan, true) => (ACLEDA, format!("traveller{place}@aclb")),
            (Direction::ToJapan, false) => (SATHAPANA, format!("traveller{place}@sthp")),
            (Direction::ToCambodia, _) => (NETSTARS, format!("jp-wallet-{place}")),
        }
    }

    /// The same payer twice in one moment, at about two thirds of the day's limit each.
    fn too_much(&mut self, wish: &Wish) -> Result<[Wish; 2], HistoryError> {
        let price = match wish.way {
            Direction::ToJapan => self.dice.between(880, 960).saturating_mul(1_000),
            Direction::ToCambodia => self.dice.between(17_000, 19_000).saturating_mul(1_000),
        };
        let first = Wish {
            amount: Money::new(wish.amount.currency, amount(price)?),
            fate: Fate::Answered(1, Verdict::Accepted),
            code: None,
            ..wish.clone()
        };
        let second = Wish {
            id: ItemId(self.dice.uuid()),
            request: Digest(self.dice.bytes()),
            parties: Digest(self.dice.bytes()),
            ..first.clone()
        };
        Ok([first, second])
    }

    fn fate(&mut self) -> Fate {
        let Mischief {
            rejected,
            silent,
            withdrawn,
            ..
        } = self.mischief;
        let place = self.dice.below(100_000);
        if place < rejected {
            return Fate::Answered(self.answer_at(), self.no());
        }
        if place < rejected.saturating_add(silent) {
            return Fate::Silent(self.doubt());
        }
        if place < rejected.saturating_add(silent).saturating_add(withdrawn) {
            return Fate::Withdrawn;
        }
        Fate::Answered(self.answer_at(), Verdict::Accepted)
    }

    /// What the payer's side makes of a refund.
    pub(crate) fn fate_of_refund(&mut self) -> Fate {
        // An account that was closed since; and silence as with payments.
        if self.dice.chance(1_200) {
            return Fate::Answered(self.answer_at(), self.no());
        }
        if self.dice.chance(self.mischief.silent) {
            return Fate::Silent(self.doubt());
        }
        Fate::Answered(self.answer_at(), Verdict::Accepted)
    }

    fn answer_at(&mut self) -> usize {
        self.dice.weighted(&ANSWERS_WEIGHTS, |weight| *weight)
    }

    fn no(&mut self) -> Verdict {
        let place = self.dice.weighted(&REASONS, |(_, weight)| *weight);
        let text = REASONS.get(place).map_or("NARR", |(text, _)| text);
        Verdict::Rejected(StatusReason::new(text).unwrap_or(StatusReason::NARR))
    }

    fn doubt(&mut self) -> Doubt {
        let place = self.dice.below(100_000);
        let expires = self.mischief.doubt_expires;
        if place < expires {
            return Doubt::Expires(self.dice.below(2) == 0);
        }
        if place < expires.saturating_add(self.mischief.doubt_by_operators) {
            return Doubt::Operators(self.dice.below(3) > 0);
        }
        let after = i64::try_from(self.dice.between(60, 1_500)).unwrap_or(60);
        let verdict = match self.dice.below(4) {
            0 => self.no(),
            _ => Verdict::Accepted,
        };
        Doubt::LookedUp(Span::from_seconds(after), verdict)
    }

    fn refund(&mut self) -> Option<(Span, u64)> {
        if !self.dice.chance(self.mischief.refunded) {
            return None;
        }
        // Most come back on the same day or the next; a few after weeks.
        let hours = match self.dice.below(10) {
            0..=4 => self.dice.between(1, 6),
            5..=7 => self.dice.between(12, 72),
            _ => self.dice.between(72, 600),
        };
        let percent = match self.dice.below(10) {
            0..=6 => 100,
            _ => self.dice.between(10, 80),
        };
        let span = i64::try_from(hours).unwrap_or(1).saturating_mul(3_600);
        Some((Span::from_seconds(span), percent))
    }
}
