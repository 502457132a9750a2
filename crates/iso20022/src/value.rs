//! The values that messages hold: each is parsed once and cannot be wrong afterwards.

mod amount;
mod code;
mod id;
mod text;
mod time;

pub(crate) use amount::Count;
pub use amount::{Direction, ExchangeRate, IsoAmount, Number, Total};
pub use code::{Bic, Code, Country, Iban, Lei};
pub use id::{
    CancellationId, CaseId, ClearingRef, CompactUetr, EndToEndId, EntryRef, GroupId, InstructionId,
    InterbankId, MessageId, RefundId, RequestId, ServicerRef, StatementId, StatusId, Uetr,
    VerificationId,
};
pub use text::Text;
pub use time::{DateOrTime, IsoDate, IsoTime, Period};
