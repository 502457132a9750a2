//! Reader and writer of merchant payment codes: KHQR of Cambodia, JPQR of Japan, and whatever else
//! follows EMVCo's format.
//!
//! The code on the counter is where a payment starts, and where most fraud and most failures start
//! too. This crate says what a code means, what is wrong with it and where, whose rule that is,
//! and whether a wallet may go on; and it builds codes that every reader understands alike.
//!
//! ```
//! use emvqr::{Code, Currency, Dynamic, KhqrBuilder, Options, Verdict, read};
//!
//! let now_ms = 1_767_225_600_000;
//! let payload = KhqrBuilder::individual("shop_one@aclb")
//!     .name("Angkor Coffee")
//!     .currency(Currency::USD)
//!     .dynamic(Dynamic { amount_minor: 150, created_ms: now_ms, expires_ms: now_ms + 600_000 })
//!     .build()?;
//!
//! let reading = read(&payload, &Options::at(now_ms));
//! assert_eq!(reading.verdict, Verdict::Accept);
//! let Some(Code::Khqr(khqr)) = reading.code else { panic!("not payable") };
//! assert_eq!(khqr.amount().unwrap().text(), "1.50");
//!
//! // Ten minutes and a millisecond later it is another matter.
//! let late = read(&payload, &Options::at(now_ms + 600_001));
//! assert_eq!(late.findings[0].to_string(), "99.01: expiry time has passed `1767226200000`");
//! # Ok::<(), emvqr::BuildError>(())
//! ```
//!
//! # From a text to a payment, in two stages
//!
//! [`tlv::parse`] takes any text apart into a tree of fields with their places, and never fails.
//! [`read`] judges the tree: findings, a verdict, and only if that is to accept a [`Code`], whose
//! fields are slices of the payload. There is no other way to hold a [`Khqr`] or a [`Jpqr`], so
//! what they say need not be checked again. [`lint`] gives the findings alone, [`describe`] plain
//! facts of codes that nobody should pay.
//!
//! Codes are judged by a [`Profile`]: what a paying wallet applies, the same for one scheme only,
//! or the letter of EMVCo's specification. KHQR is judged as banks really print it: unknown
//! templates, fields in any order, hexadecimal where a time belongs.
//!
//! # What stands behind it
//!
//! Where two readers disagree about a code, payer and shop may see two payments in one picture.
//! Such a code is refused, and never written. One table of fields and one of findings
//! ([`fields`], [`rules`], `docs/CODES.md`) drive reading, linting, building and the documentation.
//!
//! # Limits
//!
//! A payload has at most 4,096 bytes ([`limits`]); time is linear in its length, a few hundred
//! nanoseconds for a usual code, some fifteen microseconds for the worst. Reading a valid code of
//! printable ASCII asks for no memory. The crate needs `alloc`, no `std`, no clock (the caller
//! passes the present time), no files, no network, and has no unsafe code.
//!
//! # Also here
//!
//! [`KhqrBuilder`] and [`JpqrBuilder`]; for who edits codes [`Khqr::rebuild`], from what was
//! understood, [`Code::canonical`], [`Code::to_dynamic`] and [`Code::to_static`], which keep the
//! rest, and [`outline`] and [`assemble`], field by field; [`md5_hex`], by
//! which Bakong knows a payment; [`networks`] of neighbours; [`read_customer`] for codes that the
//! customer shows; and a [`comparison`] with other libraries.

#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

#[doc = include_str!("../COMPARISON.md")]
pub mod comparison {}
pub mod crc;
pub mod limits;
pub mod tlv;

mod amount;
mod build;
mod catalogue;
mod code;
mod currency;
mod customer;
mod describe;
mod digits;
mod few;
mod finding;
mod md5;
mod networks;
mod outline;
mod read;
mod rules;
mod text;

pub use amount::{Amount, AmountFault};
pub use build::{
    BuildError, Change, Content, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, OnePayment,
    Part, Rebuilt, assemble,
};
pub use catalogue::{FieldRow, Rule, fields, rules, sdk_name, writing_rules};
pub use code::{
    Account, Additional, Code, Common, Initiation, Jpqr, Khqr, KhqrKind, Local, MerchantQr, Scheme,
    StoreId, Tip, UnknownField,
};
pub use currency::Currency;
pub use customer::{
    CustomerCode, CustomerFault, CustomerJpqr, CustomerScheme, Object, Operator, build_customer,
    operator, read_customer,
};
pub use describe::{AccountFacts, Description, describe};
pub use finding::{Finding, Severity};
pub use md5::md5_hex;
pub use networks::{Holder, Network, networks};
pub use outline::{Outline, outline};
pub use read::{Options, Profile, Reading, Verdict, lint, read};
