//! The two operators of the simulated hub.

use switch::{Finality, Input, Participant, ParticipantId, Role};

use crate::world::World;

pub(crate) const OP1: ParticipantId = ParticipantId(6);
pub(crate) const OP2: ParticipantId = ParticipantId(7);

/// They join behind everybody of the story.
pub(crate) fn join(world: &mut World) {
    for (name, key) in [("op1", 21), ("op2", 22)] {
        let operator = Participant {
            name: name.into(),
            scheme: "OPS".into(),
            roles: vec![Role::Operator],
            finality: Finality::Confirm,
            keys: vec![[key; 32]],
            callback_url: String::new(),
            banks: Vec::new(),
            is_active: true,
        };
        world.give(Input::SetParticipant(operator)).unwrap();
    }
}
