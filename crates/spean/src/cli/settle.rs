//! What an operator can type about windows and liquidity.

use clap::{Args, Subcommand, ValueEnum};

use super::{MoneyArgs, Operator, Proposal};

#[derive(Debug, Subcommand)]
pub(crate) enum WindowCommand {
    /// Settlement windows, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
        limit: u16,
        #[command(flatten)]
        operator: Operator,
    },
    /// Nets, what debtors pay in, and what the bank pays out.
    Show {
        /// The window's number.
        id: u64,
        #[command(flatten)]
        operator: Operator,
    },
    /// What the settlement bank is told to pay out: one pacs.009.
    Instructions {
        /// The window's number.
        id: u64,
        /// In which currency, e.g. KHR.
        #[arg(long)]
        currency: String,
        /// Write to this file.
        #[arg(long, value_name = "FILE")]
        out: Option<std::path::PathBuf>,
        #[command(flatten)]
        operator: Operator,
    },
}

/// What was prefunded, what is left of the caps, and how far that reaches.
#[derive(Debug, Args)]
pub(crate) struct LiquidityArgs {
    #[command(flatten)]
    pub(crate) operator: Operator,
}

/// What two operators do about windows, pledges and breaks of reconciliation.
#[derive(Debug, Subcommand)]
pub(crate) enum ProposeSettlement {
    /// Windows are settled in another way from now on.
    Arrange(ArrangeArgs),
    /// The open window closes now.
    CloseWindow(WindowArgs),
    /// A closed window is settled: debtors' parts are set aside, the bank is told.
    Settle(SettleArgs),
    /// A closed window waits.
    HoldWindow(HoldArgs),
    /// A participant's part of a closed window moves to the open one.
    Exclude(ExcludeArgs),
    /// Somebody stands for a participant up to an amount.
    Pledge(MoneyArgs),
    /// The pledge pays: the participant's liquidity grows.
    Draw(MoneyArgs),
    /// What was drawn goes back.
    Repay(MoneyArgs),
    /// A payout that no statement line was matched to was made.
    ConfirmPayout(ConfirmPayoutArgs),
    /// A break of reconciliation is closed by a booking.
    Adjust(AdjustArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ArrangeArgs {
    /// The version that the change is made of; `spean window list` names it.
    #[arg(long, value_name = "VERSION")]
    pub(crate) base: u32,
    /// Who pays whom.
    #[arg(long)]
    pub(crate) netting: NettingName,
    /// Convert everything to this currency before netting [default: each leg's own].
    #[arg(long, value_name = "CURRENCY")]
    pub(crate) currency: Option<String>,
    /// `manual`, `daily 17:00 KH` or `every 60 minutes`.
    #[arg(long)]
    pub(crate) cycle: String,
    /// Close only on days on which all banks are open.
    #[arg(long)]
    pub(crate) business_days_only: bool,
    /// Whose banks must be open on a settlement day.
    #[arg(long, value_delimiter = ',', default_value = "KH,JP")]
    pub(crate) countries: Vec<String>,
    /// Business days between close and settlement.
    #[arg(long, default_value_t = 1)]
    pub(crate) lag_days: u8,
    /// Report headroom below so many per cent of the cap.
    #[arg(long, default_value_t = 20)]
    pub(crate) low_water: u8,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum NettingName {
    /// One amount for each participant and currency.
    Multilateral,
    /// What is left between each two.
    Bilateral,
    /// Nothing is netted.
    Gross,
}

#[derive(Debug, Args)]
pub(crate) struct WindowArgs {
    /// The window's number.
    pub(crate) window: u64,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct SettleArgs {
    /// The window's number.
    pub(crate) window: u64,
    /// The day on which the bank pays out, e.g. 2026-11-26 [default: the calendars'].
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct HoldArgs {
    /// The window's number.
    pub(crate) window: u64,
    /// Until when, e.g. 2026-11-30T09:00:00Z; at most three weeks.
    pub(crate) until: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct ExcludeArgs {
    /// The window's number.
    pub(crate) window: u64,
    /// Whose part moves to the open window.
    pub(crate) participant: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct ConfirmPayoutArgs {
    /// The window's number.
    pub(crate) window: u64,
    /// The payout's number there.
    pub(crate) number: u32,
    /// The bank's reference: what two people saw.
    pub(crate) reference: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}

#[derive(Debug, Args)]
pub(crate) struct AdjustArgs {
    /// The break: `b-` and its number.
    pub(crate) break_id: String,
    /// Where the money is in the books now: `suspense`, `written_off` or `liquidity:NAME`; `bank`
    /// for what came to the account and is booked nowhere.
    pub(crate) from: String,
    /// Where it belongs; `bank` for what left the account and is booked nowhere: a bank's fee goes
    /// from `written_off` to `bank`.
    pub(crate) to: String,
    /// E.g. KHR.
    pub(crate) currency: String,
    /// In major units.
    pub(crate) amount: String,
    #[command(flatten)]
    pub(crate) proposal: Proposal,
}
