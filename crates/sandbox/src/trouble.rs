//! What can go wrong at an institution: refusals, which are expected and have a stable code, and
//! faults, which are the world's and are told to nobody outside in detail.

use wire::error::Problem;

/// Code, HTTP status, title, who must act, retry.
pub(crate) type Row = (&'static str, u16, &'static str, &'static str, &'static str);

macro_rules! words {
    ($(
        $variant:ident $code:literal $status:literal $who:literal $retry:literal
        $title:literal
    )*) => {
        /// A refusal that only an institution itself can speak, not the hub.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word {
            $(#[doc = $title] $variant,)*
        }

        impl Word {
            /// The word's row of the table below.
            pub(crate) fn row(self) -> Row {
                match self {
                    $(Word::$variant => ($code, $status, $title, $who, $retry),)*
                }
            }
        }
    };
}

// One table, so that a word cannot exist without saying who must act.
words! {
    InvalidField "invalid_field" 422 "payer" "after_change"
    "a field breaks its rule"

    CustomerUnknown "customer_unknown" 404 "payer" "after_change"
    "no such customer here"

    ShopUnknown "shop_unknown" 404 "merchant" "after_change"
    "no such shop here"

    PaymentUnknown "payment_unknown" 404 "payer" "after_change"
    "no such payment here"

    AccountClosed "account_closed" 409 "payer" "never"
    "the account is closed"

    InsufficientFunds "insufficient_funds" 409 "payer" "later"
    "the account does not hold enough"

    PaymentForeign "payment_foreign" 403 "payer" "never"
    "the payment is another account's"

    PaymentNotCompleted "payment_not_completed" 409 "merchant" "later"
    "the payment is not completed"

    RefundTooLarge "refund_exceeds_payment" 409 "merchant" "after_change"
    "the refunds would exceed the payment"

    RefundIdConflict "refund_id_conflict" 409 "merchant" "new_id"
    "another refund was asked for under this id"

    NotOffered "not_offered" 404 "payer" "never"
    "this institution does not offer that"

    CodeForeign "code_foreign" 409 "payer" "never"
    "the code is not of this institution"

    CodePaid "code_used" 409 "payer" "never"
    "the code was paid already"

    CodeExpired "code_expired" 409 "payer" "never"
    "the code has expired"

    HubUnreachable "hub_unreachable" 503 "operator" "same_request"
    "the hub does not answer"

    Internal "internal" 500 "operator" "later"
    "something broke here"
}

/// The world failed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The ledger's file.
    #[error("use the ledger: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The ledger's thread has ended or its commit failed.
    #[error("commit to the ledger")]
    Stopped,
    /// A file of the institution.
    #[error("use the file `{path}`: {source}")]
    File {
        /// Which.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// What the ledger holds contradicts itself or a configuration makes no sense.
    #[error("go on: {0}")]
    Broken(String),
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// Refused here.
    #[error("refused: {0:?}")]
    Refused(Word, Option<String>),
    /// Refused by the hub; its words are passed on unchanged.
    #[error("refused by the hub: {0:?}")]
    Hub(Box<Problem>),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Trouble::Fault(Fault::Sqlite(error))
    }
}

impl From<Word> for Trouble {
    fn from(word: Word) -> Self {
        Trouble::Refused(word, None)
    }
}

/// A refusal with a sentence about this very case.
pub(crate) fn refused(word: Word, detail: impl Into<String>) -> Trouble {
    Trouble::Refused(word, Some(detail.into()))
}

/// The ledger contradicts itself.
pub(crate) fn broken(what: impl Into<String>) -> Trouble {
    Trouble::Fault(broken_plainly(what))
}

/// The same where nothing can be refused.
pub(crate) fn broken_plainly(what: impl Into<String>) -> Fault {
    Fault::Broken(what.into())
}
