//! Running a search, and what it found.

use std::collections::{BTreeMap, BTreeSet};

use stateright::{Checker, HasDiscoveries, Model, Path};

use crate::shrink::shrink;
use crate::story::tell;
use crate::{Move, PROPERTIES, Protocol, Rule, World};

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Different moments of the network.
    pub states: usize,
    /// Moves tried.
    pub steps: usize,
    /// Moves to the moment that is furthest from the beginning, by the shortest way.
    pub depth: usize,
    /// For each rule that was met: the run, in plain words. For a promise it is the run that
    /// breaks it.
    pub runs: BTreeMap<&'static str, Vec<String>>,
    rules: BTreeSet<&'static str>,
}

impl Found {
    /// The promises that do not hold, each with its run.
    pub fn broken(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let promises = PROPERTIES.iter().filter(|rule| rule.is_promise());
        promises.filter_map(|rule| self.runs.get(rule.name).map(|run| (rule.name, run)))
    }

    /// What ought to be reachable and is not: the promises would be empty there.
    pub fn unreachable(&self) -> impl Iterator<Item = &'static str> {
        let wanted = |rule: &&Rule| !rule.is_promise() && self.rules.contains(rule.name);
        let missing = |rule: &&Rule| !self.runs.contains_key(rule.name);
        PROPERTIES
            .iter()
            .filter(wanted)
            .filter(missing)
            .map(|rule| rule.name)
    }
}

/// Goes through every moment that can be reached.
pub fn search(protocol: &Protocol, threads: usize) -> Found {
    run(protocol, threads, HasDiscoveries::All)
}

/// Goes on only until the promise is broken, with one thread, so that the run is the shortest and
/// always the same.
pub fn search_until_broken(protocol: &Protocol, promise: &'static str) -> Found {
    run(
        protocol,
        1,
        HasDiscoveries::AnyOf(BTreeSet::from([promise])),
    )
}

/// As [`search_until_broken`], whichever promise it is.
pub fn search_until_any_is_broken(protocol: &Protocol) -> Found {
    run(protocol, 1, HasDiscoveries::AnyFailures)
}

fn run(protocol: &Protocol, threads: usize, until: HasDiscoveries) -> Found {
    let checker = protocol.clone().checker().threads(threads);
    let checker = checker.finish_when(until).spawn_bfs().join();
    let runs = checker.discoveries().into_iter();
    Found {
        states: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        runs: runs
            .map(|(name, path)| (name, told(protocol, name, path)))
            .collect(),
        rules: protocol.properties().iter().map(|rule| rule.name).collect(),
    }
}

fn told(protocol: &Protocol, name: &str, path: Path<World, Move>) -> Vec<String> {
    let moves = path.into_actions();
    let promise = PROPERTIES.iter().find(|rule| rule.name == name);
    match promise.filter(|rule| rule.is_promise()) {
        Some(rule) => tell(protocol, &shrink(protocol, moves, rule.holds)),
        None => tell(protocol, &moves),
    }
}
