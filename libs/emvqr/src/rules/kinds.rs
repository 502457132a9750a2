//! What can be wrong with a code, or only strange about it: one row each.
//!
//! The codes are stable: programs branch on them, so a code is never renamed and never changes
//! its meaning. The texts are for people and may change. The columns give the severity for KHQR,
//! JPQR, other EMVCo codes and strict reading; an empty cell means that nothing is said there.

use super::{Column, pick};
use crate::finding::Severity;

const R: Option<Severity> = Some(Severity::Rejects);
const V: Option<Severity> = Some(Severity::Violates);
const O: Option<Severity> = Some(Severity::Odd);
const N: Option<Severity> = None;

macro_rules! kinds {
    ($($kind:ident $code:literal [$($severity:ident)*] $sdk:literal $text:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind,)* }

        impl Kind {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The stable code.
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// The official KHQR SDK's number for it, 0 where it has none or where the field's row
            /// in the other table knows it better.
            pub(crate) fn sdk(self) -> u8 {
                match self { $(Self::$kind => $sdk,)* }
            }

            /// What is said of the field, after its name and before its value.
            pub(crate) fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }

            pub(crate) fn severity(self, column: Column) -> Option<Severity> {
                let row: [Option<Severity>; 4] = match self {
                    $(Self::$kind => [$($severity),*],)*
                };
                *pick(&row, column)
            }
        }
    };
}

kinds! {
    // The payload as text.
    NotACode "not-a-code" [R R R R] 8 "is not a payment code";
    PayloadTooLong "payload-too-long" [R R R R] 8 "is longer than any code can be";
    SurroundingSpace "surrounding-space" [R R R R] 8 "has blanks or line ends round it";
    BadTag "bad-tag" [R R R R] 8 "has something else where a tag of two digits should be";
    BadLength "bad-length" [R R R R] 8 "has something else where a length of two digits should be";
    Truncated "truncated" [R R R R] 8 "ends within a field";
    AmbiguousLength "ambiguous-length" [R R R R] 8 "can be read in two ways";
    TemplateUnreadable "template-unreadable" [R R R R] 8 "does not hold readable fields";
    ForeignUnreadable "foreign-unreadable" [V V O R] 0 "does not hold readable fields";
    RepeatedTag "repeated-tag" [R R R R] 0 "occurs twice";
    FormatNotFirst "format-not-first" [V R V R] 0 "is not the first field";
    ChecksumNotLast "checksum-not-last" [R R R R] 8 "is not the last field";
    ChecksumWrong "checksum-wrong" [R R R R] 8 "does not match the code, computed";
    OverAdvisedLength "over-advised-length" [V R V V] 0 "is longer than 512 characters";
    // Any field.
    Missing "missing" [R R R R] 0 "is missing";
    MissingAdvised "missing-advised" [V V V V] 0 "is missing";
    Empty "empty" [V V V R] 0 "is empty";
    EmptyLabel "empty-label" [R V V R] 0 "is empty";
    Blank "blank" [R R V R] 0 "holds only blanks";
    TooLong "too-long" [R R V R] 0 "is too long";
    TooLongMinor "too-long-minor" [V V V R] 0 "is too long";
    TooShort "too-short" [V V V R] 0 "is too short";
    NotDigits "not-digits" [R V V R] 0 "is not made of digits";
    NotAscii "not-ascii" [O V O R] 0 "holds other than printable ASCII";
    ControlCharacter "control-character" [R R R R] 0 "holds a control character";
    BidiControl "bidi-control" [R R R R] 0 "holds a mark that turns the direction of writing";
    InvisibleCharacter "invisible-character" [R R R R] 0 "holds an invisible character";
    WordBreak "word-break" [O O O R] 0 "holds an invisible word break";
    CombiningMark "combining-mark" [V V V R] 0 "holds a letter and its accent apart";
    AstralCharacter "astral-character" [V V V V] 0 "holds a character counted as one or two";
    ReservedTag "reserved-tag" [O O O O] 0 "is reserved for later";
    // Particular fields.
    FormatVersion "format-version" [V R V R] 0 "is not `01` but";
    Initiation "initiation" [R R V R] 48 "is neither `11` nor `12` but";
    CountryShape "country-shape" [V R V R] 0 "is not two capital letters";
    CountryMismatch "country-mismatch" [V R N N] 0 "is not the scheme's country";
    CurrencyShape "currency-shape" [R R R R] 28 "is not three digits";
    CurrencyMismatch "currency-mismatch" [R R N N] 28 "is none of the scheme's currencies";
    DataRequest "data-request" [V V V R] 0 "asks for other than A, M, E, once each";
    TipIndicator "tip-indicator" [V R V R] 0 "is none of `01`, `02`, `03`";
    TipContradiction "tip-contradiction" [V V V R] 0 "contradicts the tip indicator";
    FeeShape "fee-shape" [V V V R] 0 "is not a fee";
    TipAsked "tip-asked" [O O O O] 0 "asks for a tip or fee on top of the amount";
    // Amounts.
    AmountEmpty "amount-empty" [R R R R] 4 "is empty";
    AmountZero "amount-zero" [R R R R] 4 "is zero";
    AmountNegative "amount-negative" [R R R R] 4 "is negative";
    AmountSign "amount-sign" [R R R R] 4 "has a sign";
    AmountExponent "amount-exponent" [R R R R] 4 "has an exponent";
    AmountGrouping "amount-grouping" [R R R R] 4 "has its digits in groups";
    AmountNotANumber "amount-not-a-number" [R R R R] 4 "is not a number";
    AmountTooPrecise "amount-too-precise" [R R R V] 4 "has more decimals than its currency";
    AmountTooLong "amount-too-long" [R R R R] 4 "has more than 13 characters";
    AmountTooLarge "amount-too-large" [R R R R] 4 "is larger than any ledger holds";
    AmountZeros "amount-zeros" [V V V V] 0 "has decimals that its currency has not, all zero";
    AmountUnusual "amount-unusual" [O O O O] 0 "is not written in the usual way";
    // Accounts.
    AccountMissing "account-missing" [R R R R] 5 "is missing";
    AccountShape "account-shape" [R N N N] 3 "is not of the form name@bank";
    AccountCharacters "account-characters" [V N N N] 0 "holds unusual characters";
    StoreId "store-id" [N R N N] 0 "does not have the length or letters of a store id";
    StoreLetters "store-letters" [N O N N] 0 "holds letters where digits are usual";
    TwoFaced "two-faced" [R R R R] 0 "holds two accounts of one scheme";
    TwoSchemes "two-schemes" [R R R R] 0 "holds accounts of two schemes";
    OtherScheme "other-scheme" [R R R R] 0 "is not a code of the scheme that was asked for";
    UnionPayDollars "union-pay-dollars" [V N N N] 44 "does not go with dollars";
    PostalShape "postal-shape" [N O N N] 0 "is not seven digits";
    LanguageNotJa "language-not-ja" [N R N N] 0 "is not `JA` but";
    LocalCity "local-city" [N R N N] 0 "has no place in this scheme";
    // Time.
    DynamicWithoutAmount "dynamic-without-amount" [R V O O] 47 "is for one payment without amount";
    StaticWithAmount "static-with-amount" [V O O O] 0 "stands in a code for many payments";
    ExpiryMissing "expiry-missing" [R N N N] 45 "is missing from a code for one payment";
    ExpiryShape "expiry-shape" [R N N N] 49 "is not a time of 13 digits";
    ExpiryBeforeCreation "expiry-before-creation" [R N N N] 50 "is before the creation time";
    Expired "expired" [R N N N] 46 "has passed";
    CreationUnusual "creation-unusual" [O N N N] 0 "is not a time of 13 digits";
    CreationMissing "creation-missing" [O N N N] 0 "is missing from a code for one payment";
    StaticTimes "static-times" [O N N N] 0 "stand in a code for many payments";
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::Kind;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_kebab() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for code in codes {
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{code}"
            );
        }
    }

    #[test]
    fn texts_are_fragments() {
        for kind in Kind::ALL {
            let text = kind.text();
            assert!(!text.ends_with('.') && !text.is_empty(), "{text}");
            assert!(text.starts_with(|c: char| c.is_ascii_lowercase()), "{text}");
        }
    }
}
