//! Who takes part: people and companies, institutions, accounts, addresses in parts.

use money::Currency;

use crate::reason::Coded;
use crate::refusal::{ReadError, Refusal};
use crate::value::{Bic, Code, Country, Iban, Lei, Text};
use crate::xml::{Input, Output, Part, choice, part};

part! {
    /// Where somebody is, in parts, as cross-border payments want it: at least town and country.
    /// Only what all versions of the messages have.
    #[derive(Default)]
    pub struct Address {
        /// The street.
        street: opt Text<70> = "StrtNm",
        /// The building's number.
        building: opt Text<16> = "BldgNb",
        /// The post code.
        post_code: opt Text<16> = "PstCd",
        /// The town.
        town: opt Text<35> = "TwnNm",
        /// Province or prefecture.
        subdivision: opt Text<35> = "CtrySubDvsn",
        /// The country.
        country: opt Country = "Ctry",
        /// Lines without structure, at most 7; only read from others, who still send them.
        lines: lines Text<70> = "AdrLine",
    }
}

impl Address {
    /// An address with what must not be missing.
    pub fn new(town: Text<35>, country: Country) -> Self {
        Self {
            town: Some(town),
            country: Some(country),
            ..Self::default()
        }
    }
}

part! {
    /// A person or a company.
    #[derive(Default)]
    pub struct Party {
        /// Its name, in any script.
        name: opt Text<140> = "Nm",
        /// Its address.
        address: opt Address = "PstlAdr",
        /// What it is known by.
        id: opt PartyId = "Id",
        /// Where it lives or is registered.
        country: opt Country = "CtryOfRes",
    }
}

choice! {
    /// What a party is known by.
    pub enum PartyId {
        /// A company.
        Organisation(Organisation) = "OrgId",
        /// A person.
        Person(Person) = "PrvtId",
    }
}

part! {
    /// What a company is known by.
    #[derive(Default)]
    pub struct Organisation {
        /// Its BIC, if it has one.
        bic: opt Bic = "AnyBIC",
        /// Its LEI, if it has one.
        lei: opt Lei = "LEI",
        /// Other ids, such as a shop's number.
        others: many GenericId = "Othr",
    }
}

part! {
    /// What a person is known by.
    #[derive(Default)]
    pub struct Person {
        /// Ids, such as a customer's number.
        others: many GenericId = "Othr",
    }
}

part! {
    /// An id with what it is and who gave it.
    pub struct GenericId {
        /// The id.
        id: one Text<35> = "Id",
        /// What kind of id it is.
        scheme: opt Coded = "SchmeNm",
        /// Who gave it.
        issuer: opt Text<35> = "Issr",
    }
}

part! {
    /// What an institution may be known by; see [`Agent`].
    #[derive(Default)]
    pub struct AgentParts {
        /// Its BIC.
        bic: opt Bic = "FinInstnId/BICFI",
        /// Its number in a clearing system.
        member: opt Member = "FinInstnId/ClrSysMmbId",
        /// Its LEI.
        lei: opt Lei = "FinInstnId/LEI",
        /// Its name.
        name: opt Text<140> = "FinInstnId/Nm",
        /// Its address.
        address: opt Address = "FinInstnId/PstlAdr",
        /// Any other id.
        other: opt GenericId = "FinInstnId/Othr",
    }
}

part! {
    /// An institution's number in a clearing system.
    pub struct Member {
        /// Which system, if it is not understood.
        system: opt ClearingSystem = "ClrSysId",
        /// The number.
        id: one Text<35> = "MmbId",
    }
}

choice! {
    /// A clearing system.
    pub enum ClearingSystem {
        /// By its code.
        Code(Code<5>) = "Cd",
        /// By a name of its own.
        Proprietary(Text<35>) = "Prtry",
    }
}

/// An institution that takes part in a payment: at least one of what it may be known by is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent(AgentParts);

impl Agent {
    /// Takes what an institution is known by.
    ///
    /// # Errors
    /// [`Refusal::AgentUnidentified`] if there is nothing.
    pub fn new(parts: AgentParts) -> Result<Self, Refusal> {
        if parts == AgentParts::default() {
            return Err(Refusal::AgentUnidentified);
        }
        Ok(Self(parts))
    }

    /// An institution by its BIC.
    pub fn from_bic(bic: Bic) -> Self {
        Self(AgentParts {
            bic: Some(bic),
            ..AgentParts::default()
        })
    }

    /// An institution by its number in a clearing system.
    pub fn from_member(system: Option<ClearingSystem>, id: Text<35>) -> Self {
        Self(AgentParts {
            member: Some(Member { system, id }),
            ..AgentParts::default()
        })
    }

    /// What it is known by.
    pub fn parts(&self) -> &AgentParts {
        &self.0
    }
}

impl Part for Agent {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let parts = AgentParts::read(input)?;
        Self::new(parts).map_err(|refusal| input.refuse(refusal))
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        self.0.write(tag, out);
    }
}

choice! {
    /// Where either may stand.
    pub enum PartyOrAgent {
        /// A person or a company.
        Party(Party) = "Pty",
        /// An institution.
        Agent(Agent) = "Agt",
    }
}

part! {
    /// An account.
    pub struct Account {
        /// Its number.
        id: one AccountId = "Id",
        /// Its currency.
        currency: opt Currency = "Ccy",
        /// Its name.
        name: opt Text<70> = "Nm",
    }
}

choice! {
    /// An account's number.
    pub enum AccountId {
        /// An IBAN.
        Iban(Iban) = "IBAN",
        /// Anything else: a number of the institution's own, or an alias such as Bakong's.
        Other(OtherAccount) = "Othr",
    }
}

part! {
    /// An account's number that is no IBAN.
    pub struct OtherAccount {
        /// The number or alias.
        id: one Text<34> = "Id",
        /// What kind of number it is.
        scheme: opt Coded = "SchmeNm",
        /// Who gave it.
        issuer: opt Text<35> = "Issr",
    }
}

impl AccountId {
    /// A number of the institution's own, or an alias.
    pub fn other(id: Text<34>) -> Self {
        AccountId::Other(OtherAccount {
            id,
            scheme: None,
            issuer: None,
        })
    }
}

impl Account {
    /// An account by its number, with its currency.
    pub fn new(id: AccountId, currency: Currency) -> Self {
        Self {
            id,
            currency: Some(currency),
            name: None,
        }
    }
}
