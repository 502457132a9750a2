//! What can be typed.

mod action;
mod certify;
mod desk;
mod picture;
mod qr;
mod reconcile;
mod report;
mod settle;
mod sim;
mod statement;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use action::{
    ActionCommand, BreakName, CertificationArgs, CloseBreakArgs, DecisionName, FinalityName,
    KeysArgs, MoneyArgs, OpenBreakArgs, Operator, Proposal, Propose, ResolveArgs, SettleName,
    StuckArgs, SuspendArgs,
};
pub(crate) use certify::{CertifyArgs, CertifyFinality, CertifyRole, CertifyScheme};
pub(crate) use desk::{ShopCommand, WalletCommand};
pub(crate) use picture::{CardName, RenderArgs, ScanArgs, SizeName};
pub(crate) use qr::{
    ConvertArgs, Fee, JpqrArgs, KhqrArgs, KhqrCurrency, Labels, QrBuild, QrCommand, QrForm,
    QrProfile,
};
pub(crate) use reconcile::{BackOffice, ReconcileCommand};
pub(crate) use report::{ByName, ReportArgs, ReportCommand, ReportFormat, ReportOther};
pub(crate) use settle::{
    ArrangeArgs, LiquidityArgs, NettingName, ProposeSettlement, WindowCommand,
};
pub(crate) use sim::{Seed, SimArgs};
pub(crate) use statement::{LineOf, Sheet, SheetFormat, StatementCommand};

use crate::clock::ClockArgs;

/// Spean (ស្ពាន, "bridge"): the switch between KHQR and JPQR.
///
/// Exit codes: 0 done; 1 a clear no (refused by the other side, not genuine, an identity broken);
/// 2 the command line or a file was wrong; 3 somebody could not be reached; 4 the machine did not
/// let us (files, ports). With --json an error is one JSON object on stderr.
#[derive(Debug, Parser)]
#[command(name = "spean", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a whole simulated network, tell its story, and stay up to be tried.
    Sandbox(SandboxArgs),
    /// Run the hub.
    Serve(ServeArgs),
    /// Run one simulated institution (started by `sandbox`).
    #[command(hide = true)]
    Institution(InstitutionArgs),
    /// Run the simulated Bakong (started by `sandbox`).
    #[command(hide = true)]
    Bakong(InstitutionArgs),
    /// Read and write KHQR and JPQR codes.
    #[command(subcommand)]
    Qr(QrCommand),
    /// A customer's app, talking to its simulated institution.
    #[command(subcommand)]
    Wallet(WalletCommand),
    /// A shop's side, talking to its simulated institution.
    #[command(subcommand)]
    Shop(ShopCommand),
    /// Look at payments as a participant sees them.
    #[command(subcommand)]
    Payment(PaymentCommand),
    /// What is open, and who must act next.
    Stuck(StuckArgs),
    /// Propose, approve and read what two operators do.
    #[command(subcommand)]
    Action(ActionCommand),
    /// Settlement windows: who owes what, and what the bank pays out.
    #[command(subcommand)]
    Window(WindowCommand),
    /// Statements of windows, accounts and shops: every line, opening to closing.
    #[command(subcommand)]
    Statement(StatementCommand),
    /// What was prefunded, and how far it reaches.
    Liquidity(LiquidityArgs),
    /// The bank's statements against the books: matches, breaks, and how they end.
    #[command(subcommand)]
    Reconcile(ReconcileCommand),
    /// Follow a participant's events.
    Events(EventsArgs),
    /// Be notified of events at an address.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Check receipts.
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// Check a journal without trusting the hub that wrote it.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The tables that are derived from a journal.
    #[command(subcommand)]
    Projection(ProjectionCommand),
    /// Figures for the authorities, from the tables that are derived from a journal.
    Report(Box<ReportCommand>),
    /// Run the whole network in one thread from one seed, with faults, and watch every promise.
    Sim(SimArgs),
    /// Drive a participant's implementation through every case of the callback protocol.
    ///
    /// Exit 0: certified, that is every case that was run passed and no mandatory one was left
    /// out; 1 not certified; 2 wrong use; 3 nobody answers there. The run moves money in the
    /// participant's books and uses up positions of its stream of outcomes: point it at a test
    /// system (docs/CERTIFY.md). A simulated institution of a running sandbox is certified on a
    /// copy of its books, and needs no other option than its address.
    Certify(Box<CertifyArgs>),
    /// Make keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Check configuration files.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// End after the story; 0 only if every identity holds.
    #[arg(long)]
    pub(crate) once: bool,
    /// Print one JSON object (docs/sandbox.schema.json) instead of the story.
    #[arg(long, requires = "once")]
    pub(crate) json: bool,
    /// Keep the books here and go on with them next time [default: temporary].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The hub's port; institutions follow. 0 picks free ones.
    #[arg(long, default_value_t = 7400)]
    pub(crate) port: u16,
    /// The rails of a new folder: `confirm` credits after the hub's outcome, `immediate` when it
    /// accepts (docs/SANDBOX.md says what that changes).
    #[arg(long, value_enum, default_value_t = RailFinality::Confirm)]
    pub(crate) finality: RailFinality,
    /// Only write the folder, and start nothing.
    #[arg(long, hide = true, requires = "data")]
    pub(crate) prepare: bool,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    #[command(flatten)]
    pub(crate) clock: ClockArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Write a made-up history of these days into a new folder, and start nothing
    /// (docs/SANDBOX.md).
    #[arg(
        long = "history",
        value_name = "FIRST..LAST",
        requires = "data",
        conflicts_with_all = ["once", "prepare"]
    )]
    pub(crate) range: Option<String>,
    /// How many payments are tried in all.
    #[arg(long, requires = "range", default_value_t = 1_000_000)]
    pub(crate) payments: u64,
    /// Of everything that is drawn.
    #[arg(long, requires = "range", default_value_t = 1)]
    pub(crate) seed: u64,
    /// When Japanese wallets begin to pay in Cambodia, which nobody has published
    /// [default: 2026-01-15].
    #[arg(long, value_name = "DAY", requires = "range")]
    pub(crate) reverse_from: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RailFinality {
    Confirm,
    Immediate,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The configuration file (docs/CONFIG.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) clock: ClockArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InstitutionArgs {
    /// Its configuration file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) clock: ClockArgs,
}

/// Where the sandbox is, for the commands that talk to its institutions.
#[derive(Debug, Args)]
pub(crate) struct At {
    /// The sandbox's description [default: that of the sandbox on port 7400].
    #[arg(long, value_name = "FILE", env = "SPEAN_SANDBOX")]
    pub(crate) sandbox: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PaymentCommand {
    /// Ask the hub about a payment, as a participant.
    Show {
        /// The payment's id.
        payment: String,
        /// As whom (a participant of the sandbox).
        #[arg(long, default_value = "house")]
        by: String,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Whose (a participant of the sandbox).
    #[arg(long)]
    pub(crate) by: String,
    /// Begin behind this position [default: all there is; with --follow, what comes next].
    #[arg(long, value_name = "POSITION")]
    pub(crate) after: Option<u64>,
    /// Go on with what comes, until Ctrl-C; a line that breaks is opened again.
    #[arg(long)]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which webhook of whom.
#[derive(Debug, Args)]
pub(crate) struct WebhookName {
    /// The webhook's name: small letters, digits and hyphens.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) owner: WebhookOwner,
}

#[derive(Debug, Args)]
pub(crate) struct WebhookOwner {
    /// Whose (a participant of the sandbox).
    #[arg(long)]
    pub(crate) by: String,
    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Register or change a webhook; what failed is tried at once.
    Put {
        #[command(flatten)]
        name: WebhookName,
        /// Where events are sent.
        #[arg(long)]
        url: String,
        /// For people.
        #[arg(long)]
        description: Option<String>,
        /// Send nothing for now; events wait.
        #[arg(long)]
        inactive: bool,
    },
    /// A participant's webhooks.
    List {
        #[command(flatten)]
        owner: WebhookOwner,
    },
    /// How a webhook stands.
    Show {
        #[command(flatten)]
        name: WebhookName,
    },
    /// The last attempts, newest first.
    Deliveries {
        #[command(flatten)]
        name: WebhookName,
    },
    /// Events that were given up.
    DeadLetters {
        #[command(flatten)]
        name: WebhookName,
    },
    /// Send a range of events again.
    Replay {
        #[command(flatten)]
        name: WebhookName,
        /// The first position.
        #[arg(long, value_name = "POSITION")]
        from: u64,
        /// The last position.
        #[arg(long, value_name = "POSITION")]
        to: u64,
    },
    /// Remove a webhook.
    Delete {
        #[command(flatten)]
        name: WebhookName,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptCommand {
    /// Check a receipt: exit 0 genuine, 1 not.
    Verify {
        /// The receipt's text.
        token: String,
        /// The hub's public keys (JWKS), for a check without network.
        #[arg(long, value_name = "FILE", required_unless_present = "hub")]
        keys: Option<PathBuf>,
        /// Ask this hub too: was it refunded since?
        #[arg(long, value_name = "URL")]
        hub: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Verify the chain of a journal, replay it and check the books: exit 0 sound, 1 not. A chain
    /// cannot show by itself that its end was cut off: give what receipts or outcomes told you.
    Verify {
        /// The journal, or the hub's or the sandbox's data folder.
        #[arg(value_name = "PATH")]
        path: PathBuf,
        /// A sequence and hash that a receipt or an outcome carried; may be given several times.
        #[arg(long, value_name = "SEQUENCE:HASH")]
        told: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectionCommand {
    /// Throw the tables away and make them again from the journal; the hub must not run.
    Rebuild {
        /// The hub's or the sandbox's data folder.
        #[arg(value_name = "DIR")]
        path: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say for which batch the tables and their snapshot stand, and how far behind they are.
    Status {
        /// The hub's or the sandbox's data folder.
        #[arg(value_name = "DIR")]
        path: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make an Ed25519 key: FILE.pem (private, mode 0600) and FILE.jwks (public).
    Generate {
        /// The name without ending.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read a configuration file and everything that it names.
    Check {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}
