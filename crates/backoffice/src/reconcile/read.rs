//! From a bank's file to a draft of its statement. A reader knows a file's form and nothing of the
//! book; what must hold for a statement of any form, [`super::Draft::check`] checks.

mod amount;
mod bakong;
mod camt;
mod csv_file;
mod mapping;
mod table;

use jiff::civil::Date;
use money::Currency;

use super::ids::{Account, Digest, StatementId};
use super::statement::{Head, StatementKind};

pub use bakong::{Bakong, read_bakong};
pub use camt::{CamtError, read_camt};
pub use csv_file::read_csv;
pub use mapping::Mapping;

/// What whoever imports a file knows of it that the file itself does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Whose account.
    pub account: Account,
    /// What the statement is called; one name for each account and day.
    pub id: StatementId,
    /// What it is.
    pub kind: StatementKind,
    /// The day that it is about.
    pub day: Date,
    /// The file's name, for people.
    pub file_name: Box<str>,
    /// The currencies that the account holds; empty for any.
    pub currencies: Vec<Currency>,
}

impl About {
    fn head(&self, bytes: &[u8]) -> Head {
        Head {
            account: self.account.clone(),
            id: self.id.clone(),
            kind: self.kind,
            day: self.day,
            digest: Digest::of(bytes),
            file_name: self.file_name.clone(),
            page: None,
        }
    }
}
