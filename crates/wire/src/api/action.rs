//! Actions of operators, and what is open.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AdjustmentRequest, ArrangementChange, Money, OfWindow, PayoutConfirmation, PledgeChange,
    WindowExclusion, WindowHold, WindowSettlement,
};

/// `POST /v1/actions`: what one operator proposes and another approves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRequest {
    /// A UUIDv4 of the proposer's own; the same id with the same body is the same action.
    pub request_id: String,
    /// What is to be done.
    pub action: ActionBody,
    /// Why, for the journal, for ever: no names and no account numbers of people.
    pub reason: String,
    /// After so many seconds it can no longer be approved; a day when absent, at most a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u32>,
}

/// One action: an object with one member, whose name is the kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = json!({"cap": {
    "participant": "acleda", "cap": {"currency": "KHR", "amount": "90000000"}}}))]
pub enum ActionBody {
    /// A participant prefunded: its liquidity grows.
    Deposit(MoneyMoved),
    /// A participant takes out what its cap does not need.
    Withdraw(MoneyMoved),
    /// A participant may owe another amount, covered by its liquidity.
    Cap(CapChange),
    /// A participant takes no part in anything new.
    Suspend(Suspension),
    /// It takes part again.
    Resume(OfParticipant),
    /// Named fields of a corridor change; the corridor gets a new version.
    Corridor(CorridorChange),
    /// A participant's keys: the whole new set.
    Keys(KeySet),
    /// Some of a participant's keys hold no more, at once.
    RevokeKeys(KeyRevocation),
    /// What a participant's rail was found to promise.
    Certify(Certification),
    /// A doubt ends by what two people found out.
    Resolve(Resolution),
    /// Evidence from outside disagrees with an outcome.
    OpenBreak(BreakFound),
    /// A break is closed.
    CloseBreak(BreakSettled),
    /// A stopped rail is asked again.
    ResumeRail(OfParticipant),
    /// Windows are settled in another way from now on.
    Arrange(ArrangementChange),
    /// The open window closes now.
    CloseWindow(OfWindow),
    /// A closed window is settled: debtors' parts are set aside, the bank is told.
    Settle(WindowSettlement),
    /// A closed window waits.
    HoldWindow(WindowHold),
    /// A participant's part of a closed window moves to the open one.
    Exclude(WindowExclusion),
    /// Somebody stands for a participant up to an amount.
    Pledge(PledgeChange),
    /// The pledge pays: the participant's liquidity grows.
    Draw(MoneyMoved),
    /// What was drawn goes back.
    Repay(MoneyMoved),
    /// A payout that no statement line was matched to was made.
    ConfirmPayout(PayoutConfirmation),
    /// A break of reconciliation is closed by a booking.
    Adjust(AdjustmentRequest),
}

/// Money of a participant that came in or goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyMoved {
    /// Whose.
    pub participant: String,
    /// How much.
    pub amount: Money,
}

/// The most that a participant may owe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapChange {
    /// Whose.
    pub participant: String,
    /// What it will be.
    pub cap: Money,
}

/// Taking a participant out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Who.
    pub participant: String,
    /// What happens to what is open; `run` when absent.
    #[serde(default)]
    pub open_items: OpenItems,
}

/// What happens to a suspended participant's open payments and refunds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenItems {
    /// They go on to their end.
    #[default]
    Run,
    /// What nobody can have credited yet is cancelled.
    Cancel,
}

/// An action that only needs to know whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfParticipant {
    /// Whom.
    pub participant: String,
}

/// Named fields of a corridor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorridorChange {
    /// The corridor's name.
    pub corridor: String,
    /// The version that the change was made of; another one now makes it stale.
    pub base_version: u32,
    /// What changes.
    pub set: CorridorFields,
}

/// What of a corridor can change; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorridorFields {
    /// From when payments are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_from: Option<String>,
    /// Least price, in the shop's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_min: Option<String>,
    /// Largest price, in the shop's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_max: Option<String>,
    /// The shop's whole fee in basis points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_total_bp: Option<u16>,
    /// The part of it for the payer's participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_issuer_bp: Option<u16>,
    /// The part of it for the switch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_switch_bp: Option<u16>,
    /// How long a quote holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_ttl_s: Option<u32>,
    /// How long the creditor's side has to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_timeout_s: Option<u32>,
    /// How long a doubt may last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt_timeout_s: Option<u32>,
    /// What it becomes then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt_decision: Option<DoubtDecision>,
    /// Who pays if that was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_bearer: Option<LossBearer>,
    /// How long after completion a refund may be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_period_days: Option<u32>,
    /// How long a refund may wait for liquidity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_wait_s: Option<u32>,
    /// What one payer may pay in one local day in the first payer currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_max: Option<String>,
    /// What the switch charges the payer's participant, in the first payer currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_fee: Option<String>,
}

/// What a doubt becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoubtDecision {
    /// The payment or refund completes.
    Complete,
    /// It is cancelled.
    Cancel,
}

/// Who pays when evidence disagrees with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LossBearer {
    /// The payer's participant.
    PayerParticipant,
    /// The payee's participant.
    PayeeParticipant,
    /// The switch.
    House,
}

/// A participant's whole new set of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeySet {
    /// Whose.
    pub participant: String,
    /// The member `x` of each public JWK: 32 bytes in base64url; one to four.
    pub keys: Vec<String>,
}

/// Keys that hold no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRevocation {
    /// Whose.
    pub participant: String,
    /// `kid` of each.
    pub key_ids: Vec<String>,
}

/// What a rail promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinalityLevel {
    /// It credits only after the hub's outcome.
    Confirm,
    /// It credits at once.
    Immediate,
}

/// What a participant's rail was found to promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    /// Whose.
    pub participant: String,
    /// What it promises.
    pub finality: FinalityLevel,
    /// What shows it, for the journal.
    pub evidence: String,
}

/// The end of a doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The payment or refund.
    pub item: String,
    /// How it ends.
    pub decision: DoubtDecision,
    /// What shows it, for the journal: a line of a statement, a letter of the participant.
    pub evidence: String,
}

/// How evidence and outcome disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakKind {
    /// The outcome is cancelled; the creditor's side has credited.
    CreditedThoughCancelled,
    /// The outcome is completed; the creditor's side has not credited.
    NotCreditedThoughCompleted,
}

/// Evidence from outside that disagrees with an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakFound {
    /// The payment or refund.
    pub item: String,
    /// How they disagree.
    pub kind: BreakKind,
    /// What shows it, for the journal.
    pub evidence: String,
}

/// How a break is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Settling {
    /// The linked payment that the break names is posted.
    LinkedPayment,
    /// Nothing is posted: the parties made it good outside the hub.
    Nothing,
}

/// The end of a break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakSettled {
    /// The payment or refund.
    pub item: String,
    /// How.
    pub settle: Settling,
}

/// `POST /v1/actions/{id}/approve`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionApproval {
    /// The digest of the action as it was read: one approves what one saw.
    pub digest: String,
}

/// `POST /v1/actions/{id}/reject`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRejection {
    /// Why, for the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// It waits for a second person.
    Open,
    /// It took effect.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody approved it in time.
    Expired,
}

/// One value that an action changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionChange {
    /// Which.
    pub what: String,
    /// What it was when the action was proposed; an action that finds another is stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// An action as its second person must see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionView {
    /// Chosen by the hub.
    pub id: String,
    /// Where it stands.
    pub state: ActionState,
    /// The name of its kind, as in the request.
    pub kind: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// Every value that it changes.
    pub changes: Vec<ActionChange>,
    /// The break of reconciliation that an `adjust` is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_id: Option<String>,
    /// Why.
    pub reason: String,
    /// What shows it, where its kind needs that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: String,
    /// After this it can no longer be approved.
    pub expires_at: String,
    /// SHA-256 of the proposal as the journal's record holds it, in hexadecimal.
    pub digest: String,
    /// Who ended it; nobody when time did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Why it was rejected, if somebody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_reason: Option<String>,
    /// The journal's sequence of the proposal or, once it ended, of its end and effect.
    pub sequence: u64,
}

/// `GET /v1/actions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionList {
    /// Newest first.
    pub actions: Vec<ActionView>,
}

/// How much is open, of each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StuckCounts {
    /// Payments and refunds.
    pub items: u64,
    /// Breaks.
    pub breaks: u64,
    /// Actions.
    pub actions: u64,
    /// Participants that have not acknowledged all outcomes.
    pub untold: u64,
    /// Stopped rails.
    pub stopped_rails: u64,
    /// Suspended participants.
    pub suspended: u64,
    /// Windows that are closed and not settled.
    pub windows: u64,
}

/// Something open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StuckRow {
    /// `payment`, `refund`, `break`, `action`, `untold`, `stopped_rail`, `suspended` or
    /// `window`.
    pub kind: String,
    /// Of a payment, refund, break or action its id; of the others the participant.
    pub id: String,
    /// Of a payment or refund where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What it is about, in a line.
    pub about: String,
    /// Since when it is open.
    pub since: String,
    /// How long that is.
    pub age_s: u64,
    /// Who must act next: `hub`, `operators` or a participant.
    pub owner: String,
    /// By when.
    pub deadline: String,
    /// Whether that is over.
    pub is_overdue: bool,
    /// What happens, and what can be done meanwhile.
    pub next: String,
    /// The commands for it.
    pub commands: Vec<String>,
}

/// `GET /v1/stuck`: everything that is open, with its owner and its deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StuckList {
    /// The journal's sequence that this stands for.
    pub sequence: u64,
    /// By which time ages are counted.
    pub at: String,
    /// How much is open.
    pub counts: StuckCounts,
    /// What operators decide first, then payments and refunds by their deadline.
    pub rows: Vec<StuckRow>,
    /// Where the next page of payments and refunds begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
