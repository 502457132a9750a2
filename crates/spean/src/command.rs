//! One file per command; each ends with an exit code.

mod action;
mod audit;
mod bakong;
mod certify;
mod configuration;
mod events;
mod institution;
mod keys;
mod operator;
mod payment;
mod picture;
mod projection;
mod qr;
mod receipt;
mod reconcile;
mod report;
mod sandbox;
mod serve;
mod shop;
mod show;
mod sim;
mod site;
mod statement;
mod stuck;
mod wallet;
mod webhook;
mod window;

use clap::CommandFactory as _;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::out;

pub(crate) fn run(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Institution(args) => institution::run(&args),
        Command::Bakong(args) => bakong::run(&args),
        Command::Qr(command) => qr::run(command),
        Command::Wallet(command) => wallet::run(command),
        Command::Shop(command) => shop::run(command),
        Command::Payment(command) => payment::run(command),
        Command::Stuck(args) => stuck::run(&args),
        Command::Action(command) => action::run(command),
        Command::Window(command) => window::run(command),
        Command::Reconcile(command) => reconcile::run(command),
        Command::Statement(command) => statement::run(command),
        Command::Liquidity(args) => window::liquidity(&args),
        Command::Events(args) => events::run(&args),
        Command::Webhook(command) => webhook::run(command),
        Command::Receipt(command) => receipt::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Projection(command) => projection::run(command),
        Command::Report(command) => report::run(&command),
        Command::Sim(args) => sim::run(&args),
        Command::Certify(args) => certify::run(&args),
        Command::Keys(command) => keys::run(command),
        Command::Config(command) => configuration::run(command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "spean", &mut script);
            out::data(String::from_utf8_lossy(&script).trim_end());
            Ok(Exit::Done)
        }
    }
}
