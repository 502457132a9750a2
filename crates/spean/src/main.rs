//! The binary: wires the rooms together and talks to people.
//!
//! stdout is data, stderr is talk; with `--json` an error is one JSON object on stderr. Exit
//! codes: 0 done; 1 a clear no (refused by the other side, not genuine, an identity broken); 2 the
//! command line or a file was wrong; 3 somebody could not be reached; 4 the machine did not let us
//! (files, ports).

mod cli;
mod clock;
mod command;
mod config;
mod exit;
mod out;
mod wait;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match command::run(cli.command) {
        Ok(code) => code.into(),
        Err(error) => {
            // Which command it was does not matter any more, only whether a program is listening.
            if std::env::args().any(|word| word == "--json") {
                out::talk(&exit::as_json(&error).to_string());
            } else {
                out::talk(&format!("spean: could not {error:#}"));
            }
            exit::of(&error).into()
        }
    }
}
