//! What the settlement bank is told: pacs.009 of an instructed window.
//!
//! One message for each currency, one instruction for each payout, under the UETR that the hub
//! chose when two operators agreed. A message has the same id however often it is written, so a
//! bank that got it twice can tell.

use std::collections::BTreeSet;

use iso20022::settlement::{Pacs009, Settlement};
use iso20022::{
    Account, AccountId, CreditHeader, EndToEndId, InstructionId, IsoAmount, IsoDate, MessageId,
    Refusal, SettlementMethod, Settling, Text,
};
use money::Currency;
use switch::{Instruction, ItemId, Time, Window};

use super::camt::{SYSTEM, agent, iso_time, text, uetr, words};
use super::{Names, StatementError};

/// One message for each currency that a window pays out, with the currency.
///
/// # Errors
/// [`StatementError::NotInstructed`], or [`StatementError::Message`] for what pacs.009 cannot say.
pub fn instructions_of(
    window: &Window,
    names: &Names,
    created: Time,
) -> Result<Vec<(Currency, Pacs009)>, StatementError> {
    let settlement = window.settlement.as_ref();
    let settlement = settlement.ok_or(StatementError::NotInstructed(window.id.0))?;
    let payouts = || (0_u32..).zip(&settlement.payouts);
    let currencies: BTreeSet<Currency> =
        payouts().map(|(_, payout)| payout.money.currency).collect();
    let day = window.settlement_day.and_then(switch::Day::date);
    let day = day.ok_or(Refusal::DateMalformed)?;
    let day = IsoDate::new(day)?;
    let mut messages = Vec::new();
    for currency in currencies {
        let of_it = payouts().filter(|(_, payout)| payout.money.currency == currency);
        let settlements =
            of_it.map(|(number, payout)| instruction(window, number, payout, day, names));
        let id = format!("{SYSTEM}-W{}-{}", window.id.0, currency.alpha());
        let message = Pacs009 {
            header: CreditHeader {
                message: MessageId::new(&id)?,
                created: iso_time(created)?,
                settled_on: Some(day),
                settling: Settling {
                    method: SettlementMethod::Clearing,
                    clearing: Some(text(SYSTEM)),
                },
                instructing: Some(agent(names.house(), names)?),
                instructed: None,
            },
            settlements: settlements.collect::<Result<_, StatementError>>()?,
        };
        messages.push((currency, message));
    }
    Ok(messages)
}

/// What a payout is called to the bank, which gives it back on its statement: the instruction's and
/// the end-to-end identification, at most 35 characters.
pub fn payout_reference(window: u64, currency: Currency, number: u32) -> String {
    format!("W{window}-{}-{number}", currency.alpha())
}

/// The payer is the window's control account at the settlement bank, which the hub holds; on whose
/// behalf it pays stands in the remittance.
fn instruction(
    window: &Window,
    number: u32,
    payout: &Instruction,
    day: IsoDate,
    names: &Names,
) -> Result<Settlement, StatementError> {
    let window = window.id.0;
    let currency = payout.money.currency;
    let code = currency.alpha();
    let reference = payout_reference(window, currency, number);
    let creditor = names.name(payout.creditor);
    let mut remittance = vec![Text::new(&format!(
        "settlement window {window}, payout {number}, {}",
        words(payout.money)
    ))?];
    if let Some(debtor) = payout.debtor {
        remittance.push(Text::new(&format!("on behalf of {}", names.name(debtor)))?);
    }
    Ok(Settlement {
        instruction: Some(InstructionId::new(&reference)?),
        end_to_end: EndToEndId::new(&reference)?,
        interbank: None,
        uetr: Some(uetr(ItemId(payout.uetr))?),
        clearing_ref: None,
        amount: IsoAmount::new(payout.money)?,
        settled_on: Some(day),
        instructing: None,
        instructed: None,
        payer: agent(names.house(), names)?,
        payer_account: Some(Account::new(
            AccountId::other(Text::new(&format!("window/{window}/{code}"))?),
            currency,
        )),
        payer_agent: None,
        payee_agent: None,
        payee: agent(payout.creditor, names)?,
        payee_account: Some(Account::new(
            AccountId::other(Text::new(&format!("{creditor}/{code}"))?),
            currency,
        )),
        purpose: None,
        remittance,
    })
}
