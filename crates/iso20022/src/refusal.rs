//! Why a message is not read or not written: a stable code, and the place.

use core::fmt;

macro_rules! refusals {
    ($($variant:ident = $code:literal: $message:literal,)*) => {
        /// Why a text is not a message, or a message not one that we take. The code is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Refusal {
            $(#[doc = concat!("Failed to ", $message, ".")] $variant,)*
        }

        impl Refusal {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Refusal] = &[$(Refusal::$variant,)*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Refusal::$variant => $code,)*
                }
            }

            /// A fragment that fits "failed to …".
            pub fn message(self) -> &'static str {
                match self {
                    $(Refusal::$variant => $message,)*
                }
            }
        }
    };
}

refusals! {
    XmlMalformed = "xml_malformed": "read XML that is not well-formed",
    XmlDoctype = "xml_doctype": "take a document type declaration",
    XmlEntity = "xml_entity": "resolve an entity that XML does not define itself",
    XmlEncoding = "xml_encoding": "read what is not UTF-8",
    XmlTruncated = "xml_truncated": "find the end of the document",
    XmlTrailing = "xml_trailing": "take anything behind the document",
    XmlSource = "xml_source": "read from where the document comes from",
    XmlTooLarge = "xml_too_large": "take a file over the limit",
    XmlTooLong = "xml_too_long": "take a tag or a text over the limit",
    XmlTooDeep = "xml_too_deep": "take elements nested over the limit",
    XmlTooMany = "xml_too_many": "take a list over the limit",
    XmlRoot = "xml_root": "find a Document of ISO 20022",
    XmlVersionUnknown = "xml_version_unknown": "read a message or a version that we do not know",
    XmlVersionOther = "xml_version_other": "take a message of another kind here",
    XmlVersionCannotSay = "xml_version_cannot_say": "say this in the message's version",
    XmlMissing = "xml_missing": "find an element that must be there",
    XmlRepeated = "xml_repeated": "take an element twice",
    XmlChoice = "xml_choice": "find exactly one of the alternatives",
    XmlTextHere = "xml_text_here": "take text between elements",
    XmlElementHere = "xml_element_here": "take an element inside a value",
    TextEmpty = "text_empty": "take an empty text",
    TextTooLong = "text_too_long": "take a text over its length",
    TextForbidden = "text_forbidden": "take control characters or blanks at the ends of a text",
    CodeMalformed = "code_malformed": "read a code of capital letters and digits",
    CodeUnknown = "code_unknown": "take a code that is not in its list",
    UetrMalformed = "uetr_malformed": "read a UUIDv4 in lower case",
    BicMalformed = "bic_malformed": "read a BIC",
    LeiMalformed = "lei_malformed": "read an LEI",
    IbanMalformed = "iban_malformed": "read an IBAN",
    CountryMalformed = "country_malformed": "read a country of two capital letters",
    AmountMalformed = "amount_malformed": "read an amount",
    AmountNegative = "amount_negative": "take a negative amount",
    AmountTooPrecise = "amount_too_precise": "keep more decimals than the currency has",
    AmountTooLarge = "amount_too_large": "hold an amount of more than 18 digits",
    CurrencyMissing = "currency_missing": "find an amount's currency",
    CurrencyUnknown = "currency_unknown": "take a currency that we do not know",
    DateMalformed = "date_malformed": "read a date",
    TimeMalformed = "time_malformed": "read a date with a time",
    NumberMalformed = "number_malformed": "read a number",
    FlagMalformed = "flag_malformed": "read true or false",
    RateMalformed = "rate_malformed": "hold a rate of more than 11 digits or 10 decimals",
    AgentUnidentified = "agent_unidentified": "tell which agent is meant",
    CountDiffers = "count_differs": "match the stated count with what is there",
    SumDiffers = "sum_differs": "match the stated sum with what is there",
    StatementBalance = "statement_balance": "reach the closing balance from the opening one",
    StatementBalanceMissing = "statement_balance_missing": "find an opening and a closing balance",
    StatementBalanceRepeated = "statement_balance_repeated": "choose between two balances",
    StatementTotals = "statement_totals": "match the stated totals with the entries",
    StatementCurrency = "statement_currency": "take another currency than the account's",
    StatementEntryRepeated = "statement_entry_repeated": "take an entry's reference twice",
    StatementKinds = "statement_kinds": "put statements of two kinds into one message",
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Refusal {}

/// A message that was not read. It names the place and never what stands there, since that may be
/// somebody's name or account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal} in {path} at byte `{byte}`")]
pub struct ReadError {
    /// Why.
    pub refusal: Refusal,
    /// Bytes of the file before the place.
    pub byte: u64,
    /// The elements that are open there, without prefixes: `/Document/BkToCstmrStmt`.
    pub path: String,
}

/// A message that was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal} in `{path}`")]
pub struct WriteError {
    /// Why.
    pub refusal: Refusal,
    /// The elements that were open.
    pub path: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ISO20022.md");
        let page = std::fs::read_to_string(path).unwrap();
        let head = "| code | failed to |\n|---|---|\n";
        let (before, rest) = page.split_once(head).unwrap();
        let (_, after) = rest.split_once("\n## ").unwrap();
        let row = |refusal: &Refusal| format!("| `{}` | {} |\n", refusal.code(), refusal.message());
        let rows: String = Refusal::ALL.iter().map(row).collect();
        let wanted = format!("{before}{head}{rows}\n## {after}");
        expect_test::expect_file![path].assert_eq(&wanted);
    }

    #[test]
    fn codes_are_unique_and_messages_are_fragments() {
        let mut codes: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            let message = refusal.message();
            assert!(message.starts_with(|first: char| first.is_lowercase()));
            assert!(!message.ends_with('.'), "{message}");
            assert!(
                refusal
                    .code()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            );
        }
    }
}
