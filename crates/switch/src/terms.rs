//! What a payment was agreed on, and the legs that follow from it.
//!
//! Every rounding happened when the quote was made; from here on there is only adding and
//! subtracting, so the legs of a payment are the same whenever they are worked out.

use money::{Amount, Money, Rate};

use crate::{CorridorAt, ParticipantId};

/// The agreement of a quote, carried by its token and kept in the payment's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Under which rules.
    pub corridor: CorridorAt,
    /// Who sends.
    pub payer: ParticipantId,
    /// Who credits the shop.
    pub payee: ParticipantId,
    /// Who exchanges.
    pub fx: ParticipantId,
    /// Version of the provider's standing rates.
    pub fx_version: u64,
    /// The price, in the shop's currency.
    pub amount: Money,
    /// What is exchanged for it, in the payer's currency.
    pub principal: Money,
    /// What the payer's participant adds for its customer.
    pub customer_fee: Amount,
    /// What the switch charges the payer's participant.
    pub switch_fee: Amount,
    /// The shop's whole fee.
    pub merchant_fee: Amount,
    /// The payer's participant's part of it.
    pub issuer_share: Amount,
    /// The switch's part of it.
    pub switch_share: Amount,
    /// The rate applied.
    pub rate: Rate,
    /// The neutral rate at that moment.
    pub reference: Rate,
}

/// What a leg is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegKind {
    /// The payer's side to the FX provider.
    Exchange,
    /// The payer's side to the house.
    SwitchFee,
    /// The FX provider to the acquirer.
    Acquirer,
    /// The FX provider to the payer's side.
    IssuerShare,
    /// The FX provider to the house.
    SwitchShare,
    /// The payee's side back to the FX provider.
    RefundIn,
    /// The FX provider back to the payer's side.
    RefundOut,
    /// Of the linked payment that closes a break.
    Break,
}

/// Who owes whom what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// What for.
    pub kind: LegKind,
    /// Who owes.
    pub owes: ParticipantId,
    /// Who is owed.
    pub is_owed: ParticipantId,
    /// How much.
    pub money: Money,
}

impl Terms {
    /// What the payer pays: the exchange and the customer's fee. `None` never happens for terms
    /// that a quote made, which checked the sum.
    pub fn payer_amount(&self) -> Option<Money> {
        let sum = self.principal.amount.checked_add(self.customer_fee)?;
        Some(Money::new(self.principal.currency, sum))
    }

    /// What the shop gets.
    pub fn shop_receives(&self) -> Money {
        let amount = self.amount.amount.saturating_sub(self.merchant_fee);
        Money::new(self.amount.currency, amount)
    }

    /// The legs of the payment, those of nothing left out.
    pub fn legs(&self, house: ParticipantId) -> Vec<Leg> {
        let shares = self
            .issuer_share
            .checked_add(self.switch_share)
            .unwrap_or(Amount::MAX);
        let acquirer = self.amount.amount.saturating_sub(shares);
        let (from, to) = (self.principal.currency, self.amount.currency);
        let leg = |kind, owes, is_owed, currency, amount| Leg {
            kind,
            owes,
            is_owed,
            money: Money::new(currency, amount),
        };
        let legs = [
            leg(
                LegKind::Exchange,
                self.payer,
                self.fx,
                from,
                self.principal.amount,
            ),
            leg(LegKind::SwitchFee, self.payer, house, from, self.switch_fee),
            leg(LegKind::Acquirer, self.fx, self.payee, to, acquirer),
            leg(
                LegKind::IssuerShare,
                self.fx,
                self.payer,
                to,
                self.issuer_share,
            ),
            leg(LegKind::SwitchShare, self.fx, house, to, self.switch_share),
        ];
        // A participant that is its own FX provider owes itself nothing: that leg disappears.
        legs.into_iter()
            .filter(|leg| !leg.money.amount.is_zero() && leg.owes != leg.is_owed)
            .collect()
    }

    /// The legs of a refund of this payment: the shop's side gives, the payer's side gets.
    pub fn refund_legs(&self, amount: Money, payer_amount: Money) -> Vec<Leg> {
        let legs = [
            Leg {
                kind: LegKind::RefundIn,
                owes: self.payee,
                is_owed: self.fx,
                money: amount,
            },
            Leg {
                kind: LegKind::RefundOut,
                owes: self.fx,
                is_owed: self.payer,
                money: payer_amount,
            },
        ];
        legs.into_iter()
            .filter(|leg| leg.owes != leg.is_owed)
            .collect()
    }
}
