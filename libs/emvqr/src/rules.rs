//! The one table of what a code may hold, and the one table of what can be wrong with it.
//!
//! Doctrine: the parser asks this table which fields are templates, the judge asks it for lengths,
//! alphabets, needs and severities, the builder asks it for the order in which to write. None of
//! the three has a list of its own, so what one of them knows the others cannot forget. A rule is
//! added here (a row in `fields`, a row in `kinds`) and only what a row cannot say (two fields
//! that contradict each other) is written as code under `read`.

pub(crate) mod fields;
pub(crate) mod kinds;

use crate::limits::FIELD_CHARS_MAX;

/// The rule set under which a code is judged: an index into the columns of both tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Khqr,
    Jpqr,
    Emv,
    Strict,
}

/// How a field's absence is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Nobody misses it.
    May,
    /// The format wants it, the rail does without.
    Should,
    /// A code without it cannot be paid.
    Must,
}

/// The container in which a field stands, because a tag means something only there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Root,
    /// Tag 29 of a KHQR.
    Individual,
    /// Tag 30 of a KHQR.
    Merchant,
    /// The template of a JPQR that names the shop.
    Store,
    /// Any other account template, 26 to 51.
    Account,
    /// Tag 62.
    Additional,
    /// Tag 64.
    Language,
    /// Tag 99 of a KHQR.
    Times,
    /// Tags 80 to 99.
    Unreserved,
    /// A payment system's own template inside tag 62, 50 to 99.
    Vendor,
}

const PLACES: usize = 10;

/// Inside tag 62.
const TAX_ID: u8 = 10;
const CHANNEL: u8 = 11;

impl Place {
    pub(crate) const ALL: [Self; PLACES] = [
        Self::Root,
        Self::Individual,
        Self::Merchant,
        Self::Store,
        Self::Account,
        Self::Additional,
        Self::Language,
        Self::Times,
        Self::Unreserved,
        Self::Vendor,
    ];

    /// Whose rules the rows of this container are.
    const fn source(self) -> &'static str {
        match self {
            Self::Root | Self::Account | Self::Unreserved => "EMVCo MPM table 3.6",
            Self::Individual | Self::Merchant | Self::Times => "official KHQR kit",
            Self::Store => "JPQR guide",
            Self::Additional | Self::Vendor => "EMVCo MPM table 3.7",
            Self::Language => "EMVCo MPM table 3.8",
        }
    }

    /// Whose rule the row of `tag` is: two fields came with version 1.1 of the specification, all
    /// others were there in 1.0.
    pub(crate) const fn source_of(self, tag: u8) -> &'static str {
        match (self, tag) {
            (Self::Additional, TAX_ID | CHANNEL) => "EMVCo MPM 1.1",
            _ => self.source(),
        }
    }

    /// What it is called and where it stands, for the documentation.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Root => "the root",
            Self::Individual => "29 of a KHQR, a person's account",
            Self::Merchant => "30 of a KHQR, a merchant's account",
            Self::Store => "26 to 51 of a JPQR, the shop",
            Self::Account => "26 to 51, accounts of other networks",
            Self::Additional => "62, additional data",
            Self::Language => "64, the local language",
            Self::Times => "99 of a KHQR, times",
            Self::Unreserved => "80 to 99, templates of anybody",
            Self::Vendor => "62.50 to 62.99, templates of anybody",
        }
    }
}

/// What a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Digits,
    /// EMVCo's "ans": printable ASCII.
    Ans,
    /// Any text.
    Text,
    Template(Place),
}

/// One row: what a field of one container is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldRule {
    pub(crate) place: Place,
    pub(crate) first: u8,
    pub(crate) last: u8,
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) chars_min: usize,
    pub(crate) chars_max: usize,
    /// By column: KHQR, JPQR, other EMVCo codes, strict.
    pub(crate) needs: [Need; 4],
    /// Where the rails do not look at the length, too long is a violation and no refusal.
    pub(crate) soft: bool,
    /// Where more than length and alphabet is judged of the value, or its tag itself is odd.
    apart: bool,
    /// The official KHQR SDK's numbers; 0 where it has none.
    pub(crate) sdk_missing: u8,
    pub(crate) sdk_length: u8,
    pub(crate) sdk_value: u8,
}

impl FieldRule {
    const fn new(
        place: Place,
        (first, last): (u8, u8),
        name: &'static str,
        shape: Shape,
        (chars_min, chars_max): (usize, usize),
    ) -> Self {
        assert!(first <= last && last < 100 && chars_max <= FIELD_CHARS_MAX);
        Self {
            place,
            first,
            last,
            name,
            shape,
            chars_min,
            chars_max,
            needs: [Need::May; 4],
            soft: false,
            apart: false,
            sdk_missing: 0,
            sdk_length: 0,
            sdk_value: 0,
        }
    }

    const fn needs(mut self, khqr: Need, jpqr: Need, emv: Need, strict: Need) -> Self {
        self.needs = [khqr, jpqr, emv, strict];
        self
    }

    const fn sdk(mut self, missing: u8, length: u8, value: u8) -> Self {
        self.sdk_missing = missing;
        self.sdk_length = length;
        self.sdk_value = value;
        self
    }

    const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    const fn soft(mut self) -> Self {
        self.soft = true;
        self
    }
}

/// The entry of a four-column row.
pub(crate) fn pick<T>(row: &[T; 4], column: Column) -> &T {
    let [khqr, jpqr, emv, strict] = row;
    match column {
        Column::Khqr => khqr,
        Column::Jpqr => jpqr,
        Column::Emv => emv,
        Column::Strict => strict,
    }
}

/// The row that describes `tag` inside `place`, if the table has one.
#[expect(
    clippy::indexing_slicing,
    reason = "INDEX holds positions in TABLE or ABSENT only"
)]
pub(crate) fn field(place: Place, tag: u8) -> Option<&'static FieldRule> {
    let position = *INDEX.get(usize::from(slot(place)))?.get(usize::from(tag))?;
    if position == ABSENT {
        None
    } else {
        Some(&fields::TABLE[usize::from(position)])
    }
}

/// The rows of one container, in the order in which its fields are written.
pub(crate) fn rows(place: Place) -> impl Iterator<Item = &'static FieldRule> {
    fields::TABLE.iter().filter(move |row| row.place == place)
}

/// The tags of one container that are missed when absent, as bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needed {
    pub(crate) must: u128,
    pub(crate) should: u128,
}

/// The tags that a container has to hold.
pub(crate) fn needed(place: Place, column: Column) -> Needed {
    let row = NEEDED
        .get(usize::from(slot(place)))
        .unwrap_or(&[Needed { must: 0, should: 0 }; 4]);
    *pick(row, column)
}

/// Computed by the compiler, so that a complete container costs one comparison.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated by the compiler, which checks each index"
)]
static NEEDED: [[Needed; 4]; PLACES] = {
    let mut needed = [[Needed { must: 0, should: 0 }; 4]; PLACES];
    let mut row = 0;
    while row < fields::TABLE.len() {
        let rule = &fields::TABLE[row];
        let mut column = 0;
        while column < 4 {
            let bit = 1_u128 << rule.first;
            match rule.needs[column] {
                Need::Must => needed[slot(rule.place) as usize][column].must |= bit,
                Need::Should => needed[slot(rule.place) as usize][column].should |= bit,
                Need::May => {}
            }
            column += 1;
        }
        row += 1;
    }
    needed
};

/// What is to be looked at in most fields of most codes: a length, and whether the value is made
/// of digits. A value that passes has nothing wrong with it in any column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quick {
    bytes_min: u8,
    /// How much longer than that it may be.
    bytes_spread: u8,
    digits: bool,
    pub(crate) inner: Option<Place>,
}

/// The same for all tags of one container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuickRows {
    rows: [Quick; 100],
    /// What has to be there, or ought to be, in a KHQR.
    needed: u128,
}

/// What is to be looked at inside `place`.
#[inline]
pub(crate) fn quick(place: Place) -> &'static QuickRows {
    let [
        root,
        individual,
        merchant,
        store,
        account,
        additional,
        language,
        times,
        unreserved,
        vendor,
    ] = &QUICK;
    match place {
        Place::Root => root,
        Place::Individual => individual,
        Place::Merchant => merchant,
        Place::Store => store,
        Place::Account => account,
        Place::Additional => additional,
        Place::Language => language,
        Place::Times => times,
        Place::Unreserved => unreserved,
        Place::Vendor => vendor,
    }
}

impl QuickRows {
    /// The row of `tag`; fails always where the rows alone do not say.
    #[inline]
    pub(crate) fn at(&self, tag: u8) -> Quick {
        self.rows
            .get(usize::from(tag))
            .copied()
            .unwrap_or(Quick::NEVER)
    }

    /// Whether the tags `seen`, as bits, are all that are needed of a KHQR.
    #[inline]
    pub(crate) fn is_complete(&self, seen: u128) -> bool {
        self.needed & !seen == 0
    }

    /// Whether `has` says yes to all tags that are needed of a KHQR.
    #[inline]
    pub(crate) fn all_needed(&self, has: impl Fn(u8) -> bool) -> bool {
        let mut left = self.needed;
        while left != 0 {
            let lowest = u8::try_from(left.trailing_zeros()).unwrap_or(u8::MAX);
            if !has(lowest) {
                return false;
            }
            left &= left - 1;
        }
        true
    }
}

impl Quick {
    /// Passed by no value.
    const NEVER: Self = Self {
        bytes_min: u8::MAX,
        bytes_spread: 0,
        digits: false,
        inner: None,
    };

    /// Whether a value of printable ASCII has nothing wrong with it.
    #[inline]
    pub(crate) fn passes(self, value: &[u8]) -> bool {
        let [shortest, spread] = [self.bytes_min, self.bytes_spread].map(usize::from);
        let is_right_length = value.len().wrapping_sub(shortest) <= spread;
        // A text that begins with a blank may hold nothing else.
        let is_filled = value.first().is_none_or(|first| *first != b' ');
        let is_read = !self.digits || value.iter().all(u8::is_ascii_digit);
        is_right_length & is_filled & is_read
    }
}

/// Computed by the compiler.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated by the compiler, which checks each index; no length is above 99"
)]
static QUICK: [QuickRows; PLACES] = {
    const EMPTY: QuickRows = QuickRows {
        rows: [Quick::NEVER; 100],
        needed: 0,
    };
    let mut quick = [EMPTY; PLACES];
    let mut row = 0;
    while row < fields::TABLE.len() {
        let rule = &fields::TABLE[row];
        let inner = match rule.shape {
            Shape::Template(place) => Some(place),
            Shape::Digits | Shape::Ans | Shape::Text => None,
        };
        let container = &mut quick[slot(rule.place) as usize];
        if !matches!(rule.needs[0], Need::May) {
            container.needed |= 1_u128 << rule.first;
        }
        let mut tag = rule.first as usize;
        while tag <= rule.last as usize {
            let entry = &mut container.rows[tag];
            if !rule.apart {
                entry.bytes_min = rule.chars_min as u8;
                entry.bytes_spread = (rule.chars_max - rule.chars_min) as u8;
                entry.digits = matches!(rule.shape, Shape::Digits);
            }
            entry.inner = inner;
            tag += 1;
        }
        row += 1;
    }
    quick
};

const ABSENT: u8 = u8::MAX;

/// Positions of rows by container and tag, computed by the compiler: reading a code looks a rule
/// up for each of its fields, and a search through the table would cost more than parsing them.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated by the compiler, which checks each index"
)]
static INDEX: [[u8; 100]; PLACES] = {
    let mut index = [[ABSENT; 100]; PLACES];
    let mut row = 0;
    let mut position: u8 = 0;
    while row < fields::TABLE.len() {
        let rule = &fields::TABLE[row];
        let mut tag = 0;
        let mut number: u8 = 0;
        while tag < 100 {
            if rule.first <= number && number <= rule.last {
                assert!(
                    index[slot(rule.place) as usize][tag] == ABSENT,
                    "two rows for one field"
                );
                index[slot(rule.place) as usize][tag] = position;
            }
            tag += 1;
            number += 1;
        }
        row += 1;
        position += 1;
    }
    index
};

#[inline]
const fn slot(place: Place) -> u8 {
    match place {
        Place::Root => 0,
        Place::Individual => 1,
        Place::Merchant => 2,
        Place::Store => 3,
        Place::Account => 4,
        Place::Additional => 5,
        Place::Language => 6,
        Place::Times => 7,
        Place::Unreserved => 8,
        Place::Vendor => 9,
    }
}
