//! The ISO 20022 messages that we speak, as validated types, read and written.
//!
//! Statements, reports and notifications (camt.053, 052, 054), payments and what follows from them
//! (pacs.008, 002, 004, 009, 028), requests to take a payment back (camt.056, 029), questions about
//! an account (acmt.023, 024), and what customers send to their bank (pain.001, 002, 007). The room
//! must not know the switch: it knows what a message says, not what becomes of it. It reads
//! nothing but what it is handed, within the limits of [`limits`], and refuses with a stable code
//! ([`Refusal::code`]) and a place, never with a value, since that may be somebody's name.
//!
//! What a message may say is less than what its schema allows: fields that neither side of a
//! payment needs are skipped when read and cannot be written.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

pub mod limits;

mod header;
mod message;
mod original;
mod party;
mod reason;
mod refusal;
mod value;
mod xml;

pub mod account_check;
pub mod cancellation;
pub mod initiation;
pub mod payment;
pub mod refund;
pub mod reversal;
pub mod settlement;
pub mod statement;
pub mod status;
pub mod status_request;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails, as it should"
)]
mod tests;

pub use header::{CreditHeader, Settling, ShortHeader};
pub use message::{Document, Message, Version};
pub use original::{OriginalGroup, OriginalMessage};
pub use party::{
    Account, AccountId, Address, Agent, AgentParts, ClearingSystem, GenericId, Member,
    Organisation, OtherAccount, Party, PartyId, PartyOrAgent, Person,
};
pub use reason::{
    Charge, ChargeBearer, Coded, GroupStatus, ReasonInfo, Remittance, SettlementMethod, Status,
    StructuredRemittance,
};
pub use refusal::{ReadError, Refusal, WriteError};
pub use value::{
    Bic, CancellationId, CaseId, ClearingRef, Code, CompactUetr, Country, DateOrTime, Direction,
    EndToEndId, EntryRef, ExchangeRate, GroupId, Iban, InstructionId, InterbankId, IsoAmount,
    IsoDate, IsoTime, Lei, MessageId, Number, Period, RefundId, RequestId, ServicerRef,
    StatementId, StatusId, Text, Total, Uetr, VerificationId,
};
