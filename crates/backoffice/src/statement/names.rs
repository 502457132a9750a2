//! What the numbers of participants are called.

use std::collections::BTreeMap;

use switch::ParticipantId;

/// Names of participants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    known: BTreeMap<ParticipantId, String>,
    house: ParticipantId,
}

impl Names {
    /// These names; `house` is the switch's own participant.
    pub fn new(
        known: impl IntoIterator<Item = (ParticipantId, String)>,
        house: ParticipantId,
    ) -> Self {
        Self {
            known: known.into_iter().collect(),
            house,
        }
    }

    /// A participant's name; its number where the name is not known.
    pub fn name(&self, id: ParticipantId) -> String {
        match self.known.get(&id) {
            Some(name) => name.clone(),
            None => format!("participant {}", id.0),
        }
    }

    /// The switch's own participant.
    pub fn house(&self) -> ParticipantId {
        self.house
    }
}
