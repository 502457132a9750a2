//! Who is connected, as the gate and the couriers need it: rebuilt whole from the core whenever
//! a participant changes, so it can never disagree with it for longer than a batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use switch::{ParticipantId, Role, Switch};
use wire::keys::{Kid, PublicKey};

/// Everybody who is connected.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    known: BTreeMap<ParticipantId, Arc<Known>>,
    by_key: BTreeMap<Kid, (Arc<Known>, PublicKey)>,
    house: Option<ParticipantId>,
}

/// One participant.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: ParticipantId,
    pub(crate) name: String,
    pub(crate) scheme: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) callback_url: String,
    keys: Vec<(Kid, PublicKey)>,
}

impl Directory {
    pub(crate) fn of(switch: &Switch) -> Self {
        let mut directory = Directory {
            house: Some(switch.house()),
            ..Directory::default()
        };
        for (id, participant) in switch.participants() {
            let keys = participant.keys.iter().filter_map(|bytes| {
                let key = PublicKey::from_bytes(*bytes);
                if let Err(error) = &key {
                    tracing::error!(participant = participant.name, %error, "key is not used");
                }
                key.ok().map(|key| (key.kid(), key))
            });
            let known = Arc::new(Known {
                id,
                name: participant.name.clone(),
                scheme: participant.scheme.clone(),
                roles: participant.roles.clone(),
                callback_url: participant.callback_url.trim_end_matches('/').to_owned(),
                keys: keys.collect(),
            });
            for (kid, key) in &known.keys {
                // One key speaks for one participant: the first that brought it.
                let entry = directory.by_key.entry(*kid);
                entry.or_insert_with(|| (Arc::clone(&known), *key));
            }
            directory.known.insert(id, known);
        }
        directory
    }

    pub(crate) fn by_key(&self, kid: &Kid) -> Option<&Arc<Known>> {
        self.by_key.get(kid).map(|(known, _)| known)
    }

    pub(crate) fn key(&self, kid: &Kid) -> Option<PublicKey> {
        self.by_key.get(kid).map(|(_, key)| *key)
    }

    pub(crate) fn known(&self, id: ParticipantId) -> Option<&Arc<Known>> {
        self.known.get(&id)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Known>> {
        self.known.values()
    }

    /// A participant's name. One that joined in the batch that is just being answered may be
    /// missing for a moment; nothing is owed to or by it yet.
    pub(crate) fn name(&self, id: ParticipantId) -> String {
        self.known
            .get(&id)
            .map(|known| known.name.clone())
            .unwrap_or_default()
    }

    pub(crate) fn house(&self) -> ParticipantId {
        self.house.unwrap_or(ParticipantId(0))
    }
}

impl Known {
    pub(crate) fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub(crate) fn key(&self, kid: &Kid) -> Option<PublicKey> {
        self.keys
            .iter()
            .find(|(own, _)| own == kid)
            .map(|(_, key)| *key)
    }
}
