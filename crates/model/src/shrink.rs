//! The run that the search finds is short, but it may hold steps that do not matter. A run is
//! told without them: each step is left out in turn, alone and with another, and each fault is
//! taken back, as long as what remains is still a run and still breaks the promise.

use stateright::Model;

use crate::{Fate, Move, Protocol, World};

/// What breaks at the end of a run.
type Broken = fn(&Protocol, &World) -> bool;

/// The same run with nothing in it that could be left out.
pub(crate) fn shrink(protocol: &Protocol, moves: Vec<Move>, holds: Broken) -> Vec<Move> {
    let mut roomy = protocol.clone();
    // A message that lies about in a run no longer has to be lost to make room for another.
    let faults = &mut roomy.case.faults;
    faults.in_flight_max = faults.in_flight_max.saturating_mul(4);
    let mut best = match cut(&roomy, &moves, holds) {
        Some(cut) => cut,
        None => return moves,
    };
    while let Some(better) = candidates(&best)
        .into_iter()
        .find_map(|candidate| cut(&roomy, &candidate, holds))
    {
        best = better;
    }
    best
}

/// Every run that is simpler by one or two steps, or by one fault.
fn candidates(moves: &[Move]) -> Vec<Vec<Move>> {
    let mut found = Vec::new();
    for first in 0..moves.len() {
        found.push(without(moves, first, first));
        for second in first.saturating_add(1)..moves.len() {
            found.push(without(moves, first, second));
        }
    }
    for (index, a_move) in moves.iter().enumerate() {
        if let Move::Arrive { fate, .. } = a_move
            && *fate != Fate::Once
        {
            let mut candidate = moves.to_vec();
            if let Some(Move::Arrive { fate, .. }) = candidate.get_mut(index) {
                *fate = Fate::Once;
            }
            found.push(candidate);
        }
    }
    found
}

fn without(moves: &[Move], first: usize, second: usize) -> Vec<Move> {
    let kept = moves.iter().enumerate();
    kept.filter(|(index, _)| *index != first && *index != second)
        .map(|(_, a_move)| *a_move)
        .collect()
}

/// The run up to the first moment at which the promise is broken, if these moves are a run.
fn cut(protocol: &Protocol, moves: &[Move], holds: Broken) -> Option<Vec<Move>> {
    let mut world = protocol.init_states().into_iter().next()?;
    for (index, a_move) in moves.iter().enumerate() {
        let mut possible = Vec::new();
        protocol.actions(&world, &mut possible);
        if !possible.contains(a_move) {
            return None;
        }
        world = protocol.next_state(&world, *a_move)?;
        if !holds(protocol, &world) {
            return moves.get(..=index).map(<[Move]>::to_vec);
        }
    }
    None
}
