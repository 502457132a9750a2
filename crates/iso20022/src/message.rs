//! The messages and their versions.

use crate::account_check::{Acmt023, Acmt024};
use crate::cancellation::{Camt029, Camt056};
use crate::initiation::Pain001;
use crate::payment::Pacs008;
use crate::refund::Pacs004;
use crate::refusal::{ReadError, Refusal, WriteError};
use crate::reversal::Pain007;
use crate::settlement::Pacs009;
use crate::statement::Statements;
use crate::status::{Pacs002, Pain002};
use crate::status_request::Pacs028;
use crate::xml::{Input, Output, Part};

macro_rules! versions {
    ($($variant:ident = $name:literal, $root:literal;)*) => {
        /// A message in a version that we know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Version {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        impl Version {
            /// All of them.
            pub const ALL: &'static [Version] = &[$(Version::$variant,)*];

            /// The name, as `pacs.008.001.09`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Version::$variant => $name,)*
                }
            }

            /// The XML namespace.
            pub fn namespace(self) -> &'static str {
                match self {
                    $(Version::$variant => concat!("urn:iso:std:iso:20022:tech:xsd:", $name),)*
                }
            }

            /// The element inside `Document`.
            pub fn root(self) -> &'static str {
                match self {
                    $(Version::$variant => $root,)*
                }
            }

            pub(crate) fn from_namespace(namespace: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|version| version.namespace() == namespace)
            }
        }
    };
}

versions! {
    Acmt023V02 = "acmt.023.001.02", "IdVrfctnReq";
    Acmt024V02 = "acmt.024.001.02", "IdVrfctnRpt";
    Camt029V10 = "camt.029.001.10", "RsltnOfInvstgtn";
    Camt052V08 = "camt.052.001.08", "BkToCstmrAcctRpt";
    Camt053V08 = "camt.053.001.08", "BkToCstmrStmt";
    Camt054V08 = "camt.054.001.08", "BkToCstmrDbtCdtNtfctn";
    Camt056V09 = "camt.056.001.09", "FIToFIPmtCxlReq";
    Pacs002V11 = "pacs.002.001.11", "FIToFIPmtStsRpt";
    Pacs004V10 = "pacs.004.001.10", "PmtRtr";
    Pacs008V09 = "pacs.008.001.09", "FIToFICstmrCdtTrf";
    Pacs009V09 = "pacs.009.001.09", "FICdtTrf";
    Pacs028V04 = "pacs.028.001.04", "FIToFIPmtStsReq";
    Pain001V05 = "pain.001.001.05", "CstmrCdtTrfInitn";
    Pain001V10 = "pain.001.001.10", "CstmrCdtTrfInitn";
    Pain002V11 = "pain.002.001.11", "CstmrPmtStsRpt";
    Pain007V10 = "pain.007.001.10", "CstmrPmtRvsl";
}

impl Version {
    /// What the namespaces of all messages of ISO 20022 begin with.
    pub(crate) const NAMESPACE: &'static str = "urn:iso:std:iso:20022:tech:xsd:";

    /// Whether its types of parties and institutions are those from before LEI and UETR.
    pub(crate) fn has_old_parties(self) -> bool {
        matches!(
            self,
            Version::Acmt023V02 | Version::Acmt024V02 | Version::Pain001V05
        )
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A message that can be read and written.
#[expect(
    private_bounds,
    reason = "only the messages of this crate are documents"
)]
pub trait Document: sealed::Sealed + Part {
    /// The versions in which it is read.
    const VERSIONS: &'static [Version];

    /// The version in which it is written.
    fn version(&self) -> Version;

    /// Reads a whole file that holds this message.
    ///
    /// # Errors
    /// Every kind of [`Refusal`] with its place; a file that is not whole is refused whole.
    fn read_bytes(mut bytes: &[u8]) -> Result<Self, ReadError> {
        let mut input = Input::open(&mut bytes)?;
        if !Self::VERSIONS.contains(&input.version()) {
            return Err(input.refuse(Refusal::XmlVersionOther));
        }
        let message = Self::read(&mut input)?;
        input.finish()?;
        Ok(message)
    }

    /// Writes it as a file in UTF-8.
    ///
    /// # Errors
    /// What the version cannot say, or what cannot be summed up.
    fn to_xml(&self) -> Result<String, WriteError> {
        Output::document(self.version(), self)
    }
}

macro_rules! messages {
    ($($(#[$meta:meta])* $variant:ident: $($version:ident)|+;)*) => {
        $(
            impl sealed::Sealed for $variant {}
        )*

        /// Any message that we know.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Message {
            $($(#[$meta])* $variant($variant),)*
        }

        impl Message {
            /// Reads a whole file, whichever message it holds.
            ///
            /// # Errors
            /// Every kind of [`Refusal`] with its place.
            pub fn read_bytes(mut bytes: &[u8]) -> Result<Self, ReadError> {
                let mut input = Input::open(&mut bytes)?;
                let message = match input.version() {
                    $($(Version::$version)|+ => {
                        Message::$variant($variant::read(&mut input)?)
                    })*
                };
                input.finish()?;
                Ok(message)
            }

            /// Writes it as a file in UTF-8.
            ///
            /// # Errors
            /// As [`Document::to_xml`].
            pub fn to_xml(&self) -> Result<String, WriteError> {
                match self {
                    $(Message::$variant(message) => message.to_xml(),)*
                }
            }

            /// The version in which it is written.
            pub fn version(&self) -> Version {
                match self {
                    $(Message::$variant(message) => message.version(),)*
                }
            }
        }
    };
}

messages! {
    /// A question whether an account is there and whose it is.
    Acmt023: Acmt023V02;
    /// The answer to it.
    Acmt024: Acmt024V02;
    /// The answer to a request to take a payment back.
    Camt029: Camt029V10;
    /// Statements, reports or notifications of an account.
    Statements: Camt052V08 | Camt053V08 | Camt054V08;
    /// A request to take a payment back.
    Camt056: Camt056V09;
    /// How far payments got, between institutions.
    Pacs002: Pacs002V11;
    /// Refunds.
    Pacs004: Pacs004V10;
    /// Payments.
    Pacs008: Pacs008V09;
    /// Money between institutions: settlement.
    Pacs009: Pacs009V09;
    /// A question how far payments got.
    Pacs028: Pacs028V04;
    /// A customer's order to pay.
    Pain001: Pain001V05 | Pain001V10;
    /// How far a customer's payments got.
    Pain002: Pain002V11;
    /// A payee's reversal.
    Pain007: Pain007V10;
}
