//! What an operator can type.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::settle::ProposeSettlement;

/// Who operates, on which hub: an operator of the sandbox by name, or a key file.
#[derive(Debug, Args)]
pub(crate) struct Operator {
    /// As which operator of the sandbox: op1 or op2.
    #[arg(long = "as", value_name = "NAME", required_unless_present = "key")]
    pub(crate) name: Option<String>,
    /// The operator's private key, for a hub that is not the sandbox's.
    #[arg(long, value_name = "FILE", requires_all = ["hub", "hub_keys"], conflicts_with = "name")]
    pub(crate) key: Option<PathBuf>,
    /// Where that hub is.
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// That hub's public keys (JWKS).
    #[arg(long, value_name = "FILE")]
    pub(crate) hub_keys: Option<PathBuf>,
    /// The sandbox's description [default: that of the sandbox on port 7400].
    #[arg(long, value_name = "FILE", env = "SPEAN_SANDBOX")]
    pub(crate) sandbox: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ActionCommand {
    /// Propose an action; nothing happens before another operator approves it.
    #[command(subcommand)]
    Propose(Propose),
    /// Approve what another operator proposed, as it was shown.
    Approve {
        /// The action's id.
        id: String,
        /// The digest that `show` printed, or at least its first 8 characters.
        #[arg(long)]
        digest: String,
        #[command(flatten)]
        operator: Operator,
    },
    /// Say no; the proposer takes an action back so.
    Reject {
        /// The action's id.
        id: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        operator: Operator,
    },
    /// Every value that an action changes, and the digest that an approval needs.
    Show {
        /// The action's id.
        id: String,
        #[command(flatten)]
        operator: Operator,
    },
    /// Actions that wait for a second person, newest first.
    List {
        /// The last that ended, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        operator: Operator,
    },
}

/// What every proposal carries.
#[derive(Debug, Args)]
pub(crate) struct Proposal {
    /// Why, for the journal, for ever: no names and no account numbers of people.
    #[arg(long)]
    pub(crate) reason: String,
    /// After so many hours it can no longer be approved [default: 24; at most 167].
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=167))]
    pub(crate) expires_in: Option<u32>,
    /// The request's own id, to ask again after a lost answer without proposing twice
    /// [default: a new one, printed before the hub is asked].
    #[arg(long, value_name = "ID")]
    pub(crate) request: Option<String>,
    #[command(flatten)]
    pub(crate) operator: Operator,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Propose {
    /// A participant prefunded: its liquidity grows.
    Deposit(MoneyArgs),
    /// A participant takes out what its cap does not need.
    Withdraw(MoneyArgs),
    /// The most that a participant may owe, covered by its liquidity.
    Cap(MoneyArgs),
    /// A participant takes no part in anything new.
    Suspend(SuspendArgs),
    /// It takes part again.
    Resume(OfParticipantArgs),
    /// Fields of a corridor change; it gets a new version.
    Corridor(CorridorArgs),
    /// A participant's keys: the whole new set.
    Keys(KeysArgs),
    /// Some of a participant's keys hold no more.
    RevokeKeys(RevokeKeysArgs),
    /// What a participant's rail was found to promise.
    Certify(CertificationArgs),
    /// A doubt ends by what two people found out.
    Resolve(ResolveArgs),
    /// Evidence from outside disagrees with an outcome.
    OpenBreak(OpenBreakArgs),
    /// A break is closed.
    CloseBreak(CloseBreakArgs),
    /// A stopped rail is asked again.
    ResumeRail(OfParticipantArgs),
    #[command(flatten)]
    Settlement(ProposeSettlement),
}

#[derive(Debug, Args)]
pub(crate) struct MoneyArgs {
    /// Whose.
    pub(crate) participant: String,
    /// E.g. KHR.
    pub(crate) currency: String,
    /// In major units.
    pub(crate) amount: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct SuspendArgs {
    /// Who.
    pub(crate) participant: String,
    /// Cancel what is open where nobody can have credited; otherwise it runs on.
    #[arg(long)]
    pub(crate) cancel_open: bool,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct OfParticipantArgs {
    /// Who.
    pub(crate) participant: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct CorridorArgs {
    /// E.g. KH-JP.
    pub(crate) corridor: String,
    /// The version that the change is made of.
    #[arg(long, value_name = "VERSION")]
    pub(crate) base: u32,
    /// A field of docs/OPERATING.md and its new value; may be given several times.
    #[arg(long, value_name = "FIELD=VALUE", required = true)]
    pub(crate) set: Vec<String>,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    /// Whose.
    pub(crate) participant: String,
    /// A JWKS file with one to four public keys.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeKeysArgs {
    /// Whose.
    pub(crate) participant: String,
    /// `kid` of each.
    #[arg(required = true)]
    pub(crate) key_ids: Vec<String>,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct CertificationArgs {
    /// Whose.
    pub(crate) participant: String,
    /// It credits only after the outcome, or at once.
    pub(crate) finality: FinalityName,
    /// What shows it, for the journal.
    #[arg(long)]
    pub(crate) evidence: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The payment's or refund's id.
    pub(crate) item: String,
    /// How it ends.
    pub(crate) decision: DecisionName,
    /// What shows it, for the journal.
    #[arg(long)]
    pub(crate) evidence: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct OpenBreakArgs {
    /// The payment's or refund's id.
    pub(crate) item: String,
    /// How they disagree.
    pub(crate) kind: BreakName,
    /// What shows it, for the journal.
    #[arg(long)]
    pub(crate) evidence: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct CloseBreakArgs {
    /// The payment's or refund's id.
    pub(crate) item: String,
    /// By the linked payment that the break names, or by nothing: it was made good outside.
    pub(crate) settle: SettleName,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FinalityName {
    /// It credits only after the hub's outcome.
    Confirm,
    /// It credits at once.
    Immediate,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DecisionName {
    /// It was credited: all legs are posted.
    Complete,
    /// It was not: nothing moves.
    Cancel,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BreakName {
    /// The creditor's side has credited what is cancelled.
    CreditedThoughCancelled,
    /// The creditor's side has not credited what is completed.
    NotCreditedThoughCompleted,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SettleName {
    /// What the break names is posted.
    LinkedPayment,
    /// It was made good outside the hub.
    Nothing,
}

/// Everything that is open: since when, who must act next, by when, and what can be done.
#[derive(Debug, Args)]
pub(crate) struct StuckArgs {
    /// Only what is about this payment, refund, action or participant.
    pub(crate) only: Option<String>,
    #[command(flatten)]
    pub(crate) operator: Operator,
}
