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
    needs: [Need; 4],
    /// Where the rails do not look at the length, too long is a violation and no refusal.
    pub(crate) soft: bool,
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
    let position = *INDEX.get(slot(place))?.get(usize::from(tag))?;
    if position == ABSENT {
        None
    } else {
        Some(&fields::TABLE[usize::from(position)])
    }
}

/// The container that `tag` opens inside `place`, if it is a template.
pub(crate) fn opens(place: Place, tag: u8) -> Option<Place> {
    match field(place, tag)?.shape {
        Shape::Template(inner) => Some(inner),
        Shape::Digits | Shape::Ans | Shape::Text => None,
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
        .get(slot(place))
        .unwrap_or(&[Needed { must: 0, should: 0 }; 4]);
    *pick(row, column)
}

/// Computed by the compiler, so that a complete container costs one comparison.
#[expect(
    clippy::indexing_slicing,
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
                Need::Must => needed[slot(rule.place)][column].must |= bit,
                Need::Should => needed[slot(rule.place)][column].should |= bit,
                Need::May => {}
            }
            column += 1;
        }
        row += 1;
    }
    needed
};

const ABSENT: u8 = u8::MAX;

/// Positions of rows by container and tag, computed by the compiler: reading a code looks a rule
/// up for each of its fields, and a search through the table would cost more than parsing them.
#[expect(
    clippy::indexing_slicing,
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
                    index[slot(rule.place)][tag] == ABSENT,
                    "two rows for one field"
                );
                index[slot(rule.place)][tag] = position;
            }
            tag += 1;
            number += 1;
        }
        row += 1;
        position += 1;
    }
    index
};

const fn slot(place: Place) -> usize {
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
