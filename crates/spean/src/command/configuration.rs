//! `spean config`.

use serde_json::json;

use crate::cli::ConfigCommand;
use crate::exit::Exit;
use crate::{config, out};

pub(super) fn run(command: ConfigCommand) -> anyhow::Result<Exit> {
    let ConfigCommand::Check { file, json } = command;
    let resolved = config::load(&file)?;
    // What the core would refuse is refused here, before anything listens.
    let mut core = switch::Switch::default();
    let now = switch::Time(i64::try_from(jiff::Timestamp::now().as_nanosecond())?);
    for (seq, input) in (1..).zip(&resolved.bootstrap) {
        let decision = core.decide(now, input);
        if let Err(refusal) = decision.reply {
            anyhow::bail!("set up step {seq} of the network: {refusal:?}: {input:?}");
        }
        for record in &decision.records {
            core.apply(switch::Stamp { seq, now }, record);
        }
    }
    let participants: Vec<&str> = core.participants().map(|(_, p)| p.name.as_str()).collect();
    let corridors: Vec<&str> = core.corridors_now().map(|c| c.name.as_str()).collect();
    if json {
        out::json(&json!({
            "listen": resolved.listen.to_string(),
            "participants": participants,
            "corridors": corridors,
        }))?;
    } else {
        out::data(&format!("listens on   {}", resolved.listen));
        out::data(&format!("participants {}", participants.join(", ")));
        out::data(&format!("corridors    {}", corridors.join(", ")));
    }
    Ok(Exit::Done)
}
