//! What the network is made of: participants, corridors, rates, shops. Each is a versioned
//! record; a configuration file only bootstraps them, and an old payment keeps its version.

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};

use crate::{CorridorAt, Finality, ParticipantId, Span, Time};

/// What a participant may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sends its customers' payments.
    Payer,
    /// Credits shops.
    Payee,
    /// Provides exchange.
    Fx,
    /// The switch's own participant, whose net holds its fees.
    House,
    /// Sees everything and proposes actions.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [
        Role::Payer,
        Role::Payee,
        Role::Fx,
        Role::House,
        Role::Operator,
    ];
}

/// An institution connected to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Short name, e.g. `acleda`.
    pub name: String,
    /// The scheme of its own country, e.g. `KHQR`.
    pub scheme: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// What its rail promises when it is asked to credit.
    pub finality: Finality,
    /// Its public Ed25519 keys.
    pub keys: Vec<[u8; 32]>,
    /// Where its callbacks are; empty if it has none.
    pub callback_url: String,
    /// Banks whose accounts it answers for: what stands behind the `@` of a Bakong account.
    pub banks: Vec<String>,
    /// Whether it may take part in new payments.
    pub is_active: bool,
}

impl Participant {
    /// Whether it has the role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it can owe and be owed, and so has accounts; who only operates cannot.
    pub(crate) fn owes(&self) -> bool {
        self.roles.iter().any(|role| *role != Role::Operator)
    }
}

/// What happens to fees when a payment is refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundFees {
    /// Fees stay where they went.
    Kept,
}

/// What a doubt becomes when nobody could clear it up in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoubtDecision {
    /// The payment completes.
    Complete,
    /// The payment is cancelled.
    Cancel,
}

/// Who pays when evidence later disagrees with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossBearer {
    /// The payer's participant.
    PayerParticipant,
    /// The payee's participant.
    PayeeParticipant,
    /// The switch.
    House,
}

/// A fixed amount that a payer's participant adds for its own customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerFee {
    /// Whose customer.
    pub participant: ParticipantId,
    /// How much, in the payer's currency.
    pub amount: Amount,
}

/// How a payer is charged in a currency. Every amount is in that currency: 400 riel are not 400
/// cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayerCurrency {
    /// Which.
    pub currency: Currency,
    /// What one payer may pay in one local day in this corridor, fees included.
    pub day_max: Amount,
    /// What the switch charges the payer's participant.
    pub switch_fee: Amount,
    /// Fees that participants add for their customers.
    pub customer_fees: Vec<CustomerFee>,
}

/// The shop's fee and how it is split. The acquirer also gets what rounding leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MerchantFee {
    /// The whole fee, as a part of the price.
    pub total: BasisPoints,
    /// The part for the payer's participant.
    pub issuer: BasisPoints,
    /// The part for the switch.
    pub switch: BasisPoints,
}

/// Payer's scheme → payee's scheme, with all rules between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corridor {
    /// Which, and which version.
    pub at: CorridorAt,
    /// For people, e.g. `KH-JP`.
    pub name: String,
    /// The scheme of the payer's participant.
    pub payer_scheme: String,
    /// The scheme of the code.
    pub payee_scheme: String,
    /// Currencies that a payer may be charged in, each with its own fees and limit; the first is
    /// the default.
    pub payer_currencies: Vec<PayerCurrency>,
    /// The currency of the shop.
    pub payee_currency: Currency,
    /// From when payments are taken.
    pub active_from: Time,
    /// Least price.
    pub amount_min: Amount,
    /// Largest price.
    pub amount_max: Amount,
    /// The payer's local day.
    pub payer_utc_offset_minutes: i16,
    /// The shop's fee.
    pub merchant_fee: MerchantFee,
    /// How the payer's amount and the shop's fee are rounded.
    pub rounding: Rounding,
    /// How fees in basis points are rounded.
    pub fee_rounding: Rounding,
    /// How long a quote holds.
    pub quote_ttl: Span,
    /// How long the creditor's side has to answer.
    pub ask_timeout: Span,
    /// How long a doubt may last.
    pub doubt_timeout: Span,
    /// What it becomes then.
    pub doubt_decision: DoubtDecision,
    /// Who pays if that was wrong.
    pub loss_bearer: LossBearer,
    /// How long after completion a refund may be asked for.
    pub refund_period: Span,
    /// How long a refund may wait for liquidity.
    pub refund_wait: Span,
    /// What happens to fees.
    pub refund_fees: RefundFees,
}

impl Corridor {
    /// The terms of charging a payer in a currency, if the corridor does.
    pub fn payer_currency(&self, currency: Currency) -> Option<&PayerCurrency> {
        self.payer_currencies
            .iter()
            .find(|one| one.currency == currency)
    }

    /// The currencies of both sides.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> + '_ {
        self.payer_currencies
            .iter()
            .map(|one| one.currency)
            .chain([self.payee_currency])
    }
}

impl PayerCurrency {
    /// What the participant adds for its customer.
    pub fn customer_fee(&self, participant: ParticipantId) -> Amount {
        self.customer_fees
            .iter()
            .find(|fee| fee.participant == participant)
            .map_or(Amount::ZERO, |fee| fee.amount)
    }
}

/// A rate for prices up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Largest price that it holds for.
    pub amount_max: Amount,
    /// The rate.
    pub rate: Rate,
}

/// An FX provider's standing rates for a corridor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub provider: ParticipantId,
    /// For which corridor.
    pub corridor: crate::CorridorId,
    /// Increases with every publication.
    pub version: u64,
    /// When they end.
    pub valid_until: Time,
    /// Smallest bound first.
    pub tiers: Vec<Tier>,
    /// The most that is exchanged at this version, in the payee's currency.
    pub exposure_max: Amount,
}

impl Standing {
    /// The rate for a price, if a tier holds it.
    pub fn rate_for(&self, price: Money) -> Option<Rate> {
        self.tiers
            .iter()
            .find(|tier| price.amount <= tier.amount_max)
            .map(|tier| tier.rate)
    }
}

/// The neutral rate that margins are measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Increases with every publication.
    pub version: u64,
    /// When it ends.
    pub valid_until: Time,
    /// The rate.
    pub rate: Rate,
}

/// A shop in the registry that the Japanese side uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// `13-4-6-6` digits with hyphens.
    pub store_id: String,
    /// Who pays it.
    pub acquirer: ParticipantId,
    /// Increases with every publication.
    pub version: u64,
    /// Name in Latin letters.
    pub name: String,
    /// Name in its own script; may be empty.
    pub name_local: String,
    /// City.
    pub city: String,
    /// Category of ISO 18245.
    pub category: String,
    /// Whether it takes payers from abroad.
    pub accepts_foreign: bool,
    /// Whether it may be paid.
    pub is_active: bool,
}
