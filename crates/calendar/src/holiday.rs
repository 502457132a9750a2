//! What a calendar's data is made of.

use std::borrow::Cow;

use jiff::civil::Date;

/// A day on which banks are closed although it is no weekend, or would be if it were none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day, on the country's own calendars.
    pub date: Date,
    /// Its name in English.
    pub name_en: Cow<'static, str>,
    /// Its name in Khmer or Japanese.
    pub name_local: Cow<'static, str>,
    /// Which rule closes the banks.
    pub kind: HolidayKind,
}

/// Which rule closes the banks on a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolidayKind {
    /// A holiday with a name of its own.
    Public,
    /// Japan: the next day that is none, because a holiday fell on a Sunday.
    Substitute,
    /// Japan: a day between two holidays.
    Between,
    /// A day on which only the banks are closed.
    Bank,
}

/// How sure a year's days are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// All of them were published by who decides.
    Published,
    /// They follow from the law, but the equinoxes of the year are computed and not yet published.
    Computed,
    /// Listed by who runs this, not by us.
    Added,
}

/// The holidays of one year with where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Where the days come from, for people.
    pub source: Cow<'static, str>,
    /// How sure they are.
    pub basis: Basis,
    /// In the order of their dates; two names may share a date.
    pub holidays: Vec<Holiday>,
}
