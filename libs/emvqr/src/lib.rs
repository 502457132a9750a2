//! The codec of merchant payment codes: EMVCo's field format, its checksum, KHQR of Cambodia and
//! JPQR of Japan. It reads a code ([`read`]), says what is wrong with it and where, describes it
//! ([`describe`]) and builds codes ([`KhqrBuilder`], [`JpqrBuilder`]) that read back as what went
//! in. It knows nothing of the switch that it was made for, of files, networks or clocks: the
//! caller passes the present time. It allocates, and needs nothing else.

#![no_std]

extern crate alloc;

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
mod read;
mod rules;
mod text;

pub use amount::{Amount, AmountFault};
pub use build::{BuildError, Change, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, Rebuilt};
pub use catalogue::{FieldRow, Rule, fields, rules, sdk_name};
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
pub use read::{Options, Profile, Reading, Verdict, lint, read};
