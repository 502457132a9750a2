//! The fields, container by container, in the order in which they are written.

use super::Need::{May, Must, Should};
use super::{FieldRule, Place, Shape};

/// The identifier that makes an account template a JPQR one; case matters.
pub(crate) const JPQR_GUID: &str = "jp.or.paymentsjapan";

pub(crate) const TABLE: [FieldRule; 64] = {
    use Place::{
        Account, Additional, Individual, Language, Merchant, Root, Store, Times, Unreserved, Vendor,
    };
    use Shape::{Ans, Digits, Template, Text};
    [
        // The needs are those of KHQR, JPQR, other codes, strict reading.
        row(Root, 0, "format indicator", Digits, (2, 2))
            .needs(Must, Must, Must, Must)
            .sdk(23, 16, 0),
        row(Root, 1, "point of initiation", Digits, (2, 2)).sdk(0, 17, 48),
        span(Root, (2, 14), "card account", Ans, (1, 99)),
        span(Root, (15, 16), "UnionPay account", Ans, (1, 99)).sdk(0, 43, 0),
        span(Root, (17, 25), "card account", Ans, (1, 99)),
        span(Root, (26, 28), "account", Template(Account), (1, 99)),
        row(
            Root,
            29,
            "individual account",
            Template(Individual),
            (1, 99),
        ),
        row(Root, 30, "merchant account", Template(Merchant), (1, 99)),
        span(Root, (31, 51), "account", Template(Account), (1, 99)),
        row(Root, 52, "category code", Digits, (4, 4))
            .needs(Must, Should, Should, Must)
            .sdk(25, 18, 51),
        row(Root, 53, "currency", Digits, (3, 3))
            .needs(Must, Must, Must, Must)
            .sdk(9, 19, 28),
        row(Root, 54, "amount", Ans, (1, 13)).sdk(0, 4, 4),
        row(Root, 55, "tip indicator", Digits, (2, 2)),
        row(Root, 56, "fixed fee", Ans, (1, 13)),
        row(Root, 57, "percentage fee", Ans, (1, 5)),
        // EMVCo has two letters; the KHQR rail lets three pass, so the exact shape is judged apart.
        row(Root, 58, "country", Ans, (2, 3))
            .needs(Must, Must, Must, Must)
            .sdk(26, 20, 0),
        row(Root, 59, "merchant name", Ans, (1, 25))
            .needs(Must, Must, Should, Must)
            .sdk(2, 7, 0),
        row(Root, 60, "merchant city", Ans, (1, 15))
            .needs(Must, Must, Should, Must)
            .sdk(27, 21, 0),
        row(Root, 61, "postal code", Ans, (1, 10)).needs(May, Must, May, May),
        row(Root, 62, "additional data", Template(Additional), (1, 99)),
        row(Root, 64, "local language", Template(Language), (1, 99)).needs(May, Must, May, May),
        span(Root, (65, 79), "reserved field", Text, (1, 99)).apart(),
        span(
            Root,
            (80, 98),
            "unreserved template",
            Template(Unreserved),
            (1, 99),
        ),
        row(Root, 99, "timestamps", Template(Times), (1, 99)),
        row(Root, 63, "checksum", Ans, (4, 4))
            .needs(Must, Must, Must, Must)
            .sdk(24, 22, 8),
        // KHQR accounts.
        row(Individual, 0, "account id", Ans, (1, 32))
            .needs(Must, Must, Must, Must)
            .sdk(1, 6, 3),
        row(Individual, 1, "account information", Ans, (1, 32)).sdk(0, 35, 0),
        row(Individual, 2, "acquiring bank", Ans, (1, 32)).sdk(0, 33, 0),
        span(Individual, (3, 99), "account field", Text, (1, 99)),
        row(Merchant, 0, "account id", Ans, (1, 32))
            .needs(Must, Must, Must, Must)
            .sdk(1, 6, 3),
        row(Merchant, 1, "merchant id", Ans, (1, 32))
            .needs(Should, May, May, May)
            .sdk(30, 32, 0),
        row(Merchant, 2, "acquiring bank", Ans, (1, 32))
            .needs(Should, May, May, May)
            .sdk(31, 33, 0),
        span(Merchant, (3, 99), "account field", Text, (1, 99)),
        // The JPQR store id and its four levels.
        row(Store, 0, "account identifier", Ans, (19, 19)).needs(Must, Must, Must, Must),
        row(Store, 1, "store level 1", Ans, (13, 13)).needs(Must, Must, Must, Must),
        row(Store, 2, "store level 2", Ans, (4, 4)).needs(Must, Must, Must, Must),
        row(Store, 3, "store level 3", Ans, (6, 6)).needs(Must, Must, Must, Must),
        row(Store, 4, "store level 4", Ans, (6, 6)).needs(Must, Must, Must, Must),
        span(Store, (5, 99), "account field", Text, (1, 99)),
        // Accounts of other networks.
        row(Account, 0, "account identifier", Ans, (1, 32)).needs(Should, Should, Should, Must),
        span(Account, (1, 99), "account field", Text, (1, 99)),
        // Additional data. Official readers of KHQR look at 01, 02, 03, 07 and 08 only.
        row(Additional, 1, "bill number", Ans, (1, 25)).sdk(0, 10, 0),
        row(Additional, 2, "mobile number", Ans, (1, 25)).sdk(0, 34, 0),
        row(Additional, 3, "store label", Ans, (1, 25)).sdk(0, 11, 0),
        row(Additional, 4, "loyalty number", Ans, (1, 25)).soft(),
        row(Additional, 5, "reference label", Ans, (1, 25)).soft(),
        row(Additional, 6, "customer label", Ans, (1, 25)).soft(),
        row(Additional, 7, "terminal label", Ans, (1, 25)).sdk(0, 12, 0),
        row(Additional, 8, "purpose", Ans, (1, 25)).sdk(0, 42, 0),
        row(Additional, 9, "consumer data request", Ans, (1, 3))
            .soft()
            .apart(),
        row(Additional, 10, "merchant tax id", Ans, (1, 20)).soft(),
        row(Additional, 11, "merchant channel", Ans, (3, 3)).soft(),
        span(Additional, (12, 49), "reserved field", Text, (1, 99)).apart(),
        span(
            Additional,
            (50, 99),
            "vendor template",
            Template(Vendor),
            (1, 99),
        ),
        row(Language, 0, "language", Ans, (2, 2))
            .needs(Should, Must, Should, Must)
            .sdk(37, 38, 0),
        row(Language, 1, "local name", Text, (1, 25))
            .needs(Should, Must, Should, Must)
            .sdk(39, 40, 0),
        row(Language, 2, "local city", Text, (1, 15)).sdk(0, 41, 0),
        // Real codes hold more than two times in this template, and not always times.
        row(Times, 0, "creation time", Ans, (1, 32))
            .needs(May, May, May, Must)
            .soft(),
        row(Times, 1, "expiry time", Ans, (1, 99)).sdk(45, 49, 49),
        span(Times, (2, 99), "vendor field", Text, (1, 99)),
        row(Unreserved, 0, "template identifier", Ans, (1, 32)).needs(Should, Must, Should, Must),
        span(Unreserved, (1, 99), "template field", Text, (1, 99)),
        row(Vendor, 0, "template identifier", Ans, (1, 32)).needs(Should, Should, Should, Must),
        span(Vendor, (1, 99), "template field", Text, (1, 99)),
    ]
};

const fn row(
    place: Place,
    tag: u8,
    name: &'static str,
    shape: Shape,
    chars: (usize, usize),
) -> FieldRule {
    FieldRule::new(place, (tag, tag), name, shape, chars)
}

const fn span(
    place: Place,
    tags: (u8, u8),
    name: &'static str,
    shape: Shape,
    chars: (usize, usize),
) -> FieldRule {
    FieldRule::new(place, tags, name, shape, chars)
}
