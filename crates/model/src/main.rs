//! `cargo run --release -p model`: the whole search, its size, and whether every promise held.
//! With `-- --without RULE`: the search without one of the rules, which fails with the run.
#![expect(
    clippy::print_stdout,
    reason = "telling the person at the terminal is its work"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use model::{CASES, Found, Mutation, PROPERTIES, Protocol, Rows, search};
use switch::life::LIFE;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => search_all(),
        ["--without", name] => match Mutation::ALL.into_iter().find(|m| is_called(*m, name)) {
            Some(mutation) => search_without(mutation),
            None => explain(),
        },
        [..] => explain(),
    }
}

fn is_called(mutation: Mutation, name: &str) -> bool {
    format!("{mutation:?}") == name
}

fn explain() -> ExitCode {
    println!("usage: cargo run --release -p model [-- --without RULE], RULE one of:");
    for mutation in Mutation::ALL {
        println!("  {mutation:?}: {}", mutation.sentence());
    }
    ExitCode::FAILURE
}

fn search_without(mutation: Mutation) -> ExitCode {
    let protocol = Protocol {
        case: mutation.case(),
        mutation: Some(mutation),
        rows: Arc::new(Rows::default()),
    };
    println!("{}", mutation.sentence());
    let found = model::search_until_any_is_broken(&protocol);
    match report("a small search", &found) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn search_all() -> ExitCode {
    let rows = Arc::new(Rows::default());
    let threads = available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let mut states = 0_usize;
    let mut is_whole = true;
    println!("| search | in flight | batch | states | steps tried | depth | seconds |");
    println!("|---|---|---|---|---|---|---|");
    for case in CASES {
        let begun = Instant::now();
        let rows = Arc::clone(&rows);
        let protocol = Protocol {
            case: *case,
            mutation: None,
            rows,
        };
        let found = search(&protocol, threads);
        let (name, faults) = (case.name, case.faults);
        let (in_flight, batch) = (faults.in_flight_max, faults.batch_max);
        let seconds = begun.elapsed().as_secs_f64();
        let size = format!("{} | {} | {}", found.states, found.steps, found.depth);
        println!("| {name} | {in_flight} | {batch} | {size} | {seconds:.1} |");
        states = states.saturating_add(found.states);
        is_whole &= report(name, &found);
    }
    for row in rows.left_out() {
        let (state, event) = (row.state, row.event);
        println!("row of the life cycle that no run walked: {state:?}, {event:?}");
        is_whole = false;
    }
    let promises = PROPERTIES.iter().filter(|rule| rule.is_promise()).count();
    let (walked, all) = (rows.walked(), LIFE.len());
    let seconds = begun.elapsed().as_secs_f64();
    let verdict = if is_whole { "hold" } else { "DO NOT HOLD" };
    println!(
        "\n{promises} promises {verdict} in all {states} states; {walked} of {all} rows of the \
         life cycle walked; {seconds:.1} s"
    );
    if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Says what is wrong, with the shortest run of it, and whether nothing is.
fn report(name: &str, found: &Found) -> bool {
    for (promise, run) in found.broken() {
        println!("\nBROKEN in `{name}`: {promise}");
        for line in run {
            println!("{line}");
        }
    }
    for rule in found.unreachable() {
        println!("\nNEVER HAPPENS in `{name}`: {rule}");
    }
    found.broken().next().is_none() && found.unreachable().next().is_none()
}
