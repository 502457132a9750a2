//! What can be wrong with a code, or only strange about it: one row each.
//!
//! The codes are stable: programs branch on them, so a code is never renamed and never changes
//! its meaning. The texts are for people and may change. The columns give the severity for KHQR,
//! JPQR, other EMVCo codes and strict reading; `N` means that nothing is said there. Then come
//! the official KHQR kit's number, the words for a person, and whose rule it is. `docs/CODES.md`
//! is made of this table and the one of the fields.

use super::{Column, pick};
use crate::finding::Severity;

const R: Option<Severity> = Some(Severity::Rejects);
const V: Option<Severity> = Some(Severity::Violates);
const O: Option<Severity> = Some(Severity::Odd);
const N: Option<Severity> = None;

macro_rules! kinds {
    ($($kind:ident $code:literal [$($severity:ident)*] $sdk:literal $text:literal
        $source:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind,)* }

        impl Kind {
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

            /// Whose rule it is; empty where that depends on what the field stands in.
            pub(crate) fn source(self) -> &'static str {
                match self { $(Self::$kind => $source,)* }
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
    NotACode "not-a-code" [R R R R] 8 "is not a payment code"
        "EMVCo MPM 4.6.1";
    PayloadTooLong "payload-too-long" [R R R R] 8 "is longer than any code can be"
        "EMVCo MPM 4.1";
    SurroundingSpace "surrounding-space" [R R R R] 8 "has blanks or line ends round it"
        "EMVCo MPM 4.6.1";
    BadTag "bad-tag" [R R R R] 8 "has something else where a tag of two digits should be"
        "EMVCo MPM 4.3.1";
    BadLength "bad-length" [R R R R] 8 "has something else where a length of two digits should be"
        "EMVCo MPM 4.4.1";
    Truncated "truncated" [R R R R] 8 "ends within a field"
        "EMVCo MPM 4.4.1";
    AmbiguousLength "ambiguous-length" [R R R R] 8 "can be read in two ways"
        "EMVCo MPM 4.4.1.1";
    TemplateUnreadable "template-unreadable" [R R R R] 8 "does not hold readable fields"
        "EMVCo MPM 4.3.1";
    ForeignUnreadable "foreign-unreadable" [V V O R] 0 "does not hold readable fields"
        "EMVCo MPM 4.3.1";
    RepeatedTag "repeated-tag" [R R R R] 0 "occurs twice"
        "EMVCo MPM 4.3.1.2";
    FormatNotFirst "format-not-first" [V R V R] 0 "is not the first field"
        "EMVCo MPM 4.6.1";
    ChecksumNotLast "checksum-not-last" [R R R R] 8 "is not the last field"
        "EMVCo MPM 4.6.1";
    ChecksumWrong "checksum-wrong" [R R R R] 8 "does not match the code, computed"
        "EMVCo MPM 4.7.3";
    OverAdvisedLength "over-advised-length" [V R V V] 0 "is longer than 512 characters"
        "EMVCo MPM 4.1";
    // Any field.
    Missing "missing" [R R R R] 0 "is missing"
        "";
    MissingAdvised "missing-advised" [V V V V] 0 "is missing"
        "";
    Empty "empty" [V V V R] 0 "is empty"
        "EMVCo MPM 4.4.1";
    EmptyLabel "empty-label" [R V V R] 0 "is empty"
        "official KHQR kit";
    Blank "blank" [R R V R] 0 "holds only blanks"
        "safety, docs/CONFORMANCE.md";
    TooLong "too-long" [R R V R] 0 "is too long"
        "";
    TooLongMinor "too-long-minor" [V V V R] 0 "is too long"
        "";
    TooShort "too-short" [V V V R] 0 "is too short"
        "";
    NotDigits "not-digits" [R V V R] 0 "is not made of digits"
        "";
    NotAscii "not-ascii" [O V O R] 0 "holds other than printable ASCII"
        "EMVCo MPM 4.5";
    ControlCharacter "control-character" [R R R R] 0 "holds a control character"
        "safety, docs/CONFORMANCE.md";
    BidiControl "bidi-control" [R R R R] 0 "holds a mark that turns the direction of writing"
        "safety, docs/CONFORMANCE.md";
    InvisibleCharacter "invisible-character" [R R R R] 0 "holds an invisible character"
        "safety, docs/CONFORMANCE.md";
    WordBreak "word-break" [O O O R] 0 "holds an invisible word break"
        "safety, docs/CONFORMANCE.md";
    CombiningMark "combining-mark" [V V V R] 0 "holds a letter and its accent apart"
        "EMVCo MPM 4.5.3.1";
    AstralCharacter "astral-character" [V V V V] 0 "holds a character counted as one or two"
        "EMVCo MPM 4.4.1.1";
    MixedScripts "mixed-scripts" [R R V R] 0 "has letters in one word that only look alike"
        "safety, docs/CONFORMANCE.md";
    WideCharacter "wide-character" [O N O N] 0 "holds wide or narrow forms of ordinary letters"
        "safety, docs/CONFORMANCE.md";
    ReservedTag "reserved-tag" [O O O O] 0 "is reserved for later"
        "";
    // Particular fields.
    FormatVersion "format-version" [V R V R] 0 "is not `01` but"
        "EMVCo MPM table 3.6";
    Initiation "initiation" [R R V R] 48 "is neither `11` nor `12` but"
        "EMVCo MPM table 3.6";
    CountryShape "country-shape" [V R V R] 0 "is not two capital letters"
        "EMVCo MPM table 3.6";
    CountryMismatch "country-mismatch" [V R N N] 0 "is not the scheme's country"
        "KHQR kit, JPQR guide";
    CurrencyShape "currency-shape" [R R R R] 28 "is not three digits"
        "EMVCo MPM table 3.6";
    CurrencyMismatch "currency-mismatch" [R R N N] 28 "is none of the scheme's currencies"
        "KHQR kit, JPQR guide";
    CurrencyCountry "currency-country" [N N V V] 0 "is not the currency of the code's country"
        "safety, docs/CONFORMANCE.md";
    DataRequest "data-request" [V V V R] 0 "asks for other than A, M, E, once each"
        "EMVCo MPM table 3.7";
    TipIndicator "tip-indicator" [V R V R] 0 "is none of `01`, `02`, `03`"
        "EMVCo MPM table 3.6";
    TipContradiction "tip-contradiction" [V V V R] 0 "contradicts the tip indicator"
        "EMVCo MPM table 3.6";
    FeeShape "fee-shape" [V V V R] 0 "is not a fee"
        "EMVCo MPM table 3.6";
    TipAsked "tip-asked" [O O O O] 0 "asks for a tip or fee on top of the amount"
        "EMVCo MPM table 3.6";
    // Amounts.
    AmountEmpty "amount-empty" [R R R R] 4 "is empty"
        "EMVCo MPM 4.7.4";
    AmountZero "amount-zero" [R R R R] 4 "is zero"
        "EMVCo MPM 4.7.4";
    AmountNegative "amount-negative" [R R R R] 4 "is negative"
        "EMVCo MPM 4.7.4";
    AmountSign "amount-sign" [R R R R] 4 "has a sign"
        "EMVCo MPM 4.7.4";
    AmountExponent "amount-exponent" [R R R R] 4 "has an exponent"
        "EMVCo MPM 4.7.4";
    AmountGrouping "amount-grouping" [R R R R] 4 "has its digits in groups"
        "EMVCo MPM 4.7.4";
    AmountNotANumber "amount-not-a-number" [R R R R] 4 "is not a number"
        "EMVCo MPM 4.7.4";
    AmountTooPrecise "amount-too-precise" [R R V V] 4 "has more decimals than its currency"
        "EMVCo MPM 4.7.4";
    AmountTooLong "amount-too-long" [R R R R] 4 "has more than 13 characters"
        "EMVCo MPM 4.7.4";
    AmountTooLarge "amount-too-large" [R R R R] 4 "is larger than any ledger holds"
        "safety, docs/CONFORMANCE.md";
    AmountZeros "amount-zeros" [V V V V] 0 "has decimals that its currency has not, all zero"
        "EMVCo MPM 4.7.4";
    AmountUnusual "amount-unusual" [O O O O] 0 "is not written in the usual way"
        "EMVCo MPM 4.7.4";
    // Accounts.
    AccountMissing "account-missing" [R R R R] 5 "is missing"
        "EMVCo MPM 4.2.1.1";
    AccountShape "account-shape" [R N N N] 3 "is not of the form name@bank"
        "official KHQR kit";
    AccountCharacters "account-characters" [V N N N] 0 "holds unusual characters"
        "EMVCo MPM table 3.6";
    StoreId "store-id" [N R N N] 0 "does not have the length or letters of a store id"
        "JPQR guide";
    StoreLetters "store-letters" [N O N N] 0 "holds letters where digits are usual"
        "JPQR guide";
    TwoFaced "two-faced" [R R R R] 0 "holds two accounts of one scheme"
        "safety, docs/CONFORMANCE.md";
    TwoSchemes "two-schemes" [R R R R] 0 "holds accounts of two schemes"
        "safety, docs/CONFORMANCE.md";
    OtherScheme "other-scheme" [R R R R] 0 "is not a code of the scheme that was asked for"
        "safety, docs/CONFORMANCE.md";
    UnionPayDollars "union-pay-dollars" [V N N N] 44 "does not go with dollars"
        "official KHQR kit";
    PostalShape "postal-shape" [N O N N] 0 "is not seven digits"
        "JPQR guide";
    LanguageNotJa "language-not-ja" [N R N N] 0 "is not `JA` but"
        "JPQR guide";
    LocalCity "local-city" [N R N N] 0 "has no place in this scheme"
        "JPQR guide";
    // Time.
    DynamicWithoutAmount "dynamic-without-amount" [R V O O] 47 "is for one payment without amount"
        "official KHQR kit";
    StaticWithAmount "static-with-amount" [V O O O] 0 "stands in a code for many payments"
        "EMVCo MPM table 3.6";
    ExpiryMissing "expiry-missing" [R N N N] 45 "is missing from a code for one payment"
        "official KHQR kit";
    ExpiryShape "expiry-shape" [R N N N] 49 "is not a time of 13 digits"
        "official KHQR kit";
    ExpiryBeforeCreation "expiry-before-creation" [R N N N] 50 "is before the creation time"
        "official KHQR kit";
    Expired "expired" [R N N N] 46 "has passed"
        "official KHQR kit";
    NotYetValid "not-yet-valid" [V N N N] 0 "lies in the future"
        "safety, docs/CONFORMANCE.md";
    CreationUnusual "creation-unusual" [O N N N] 0 "is not a time of 13 digits"
        "official KHQR kit";
    CreationMissing "creation-missing" [O N N N] 0 "is missing from a code for one payment"
        "official KHQR kit";
    StaticTimes "static-times" [O N N N] 0 "stand in a code for many payments"
        "official KHQR kit";
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
