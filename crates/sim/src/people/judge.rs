//! What an operator thinks of what another one proposed.

use switch::{Act, Action, DoubtDecision, Operate};

use super::{Desk, Person};

impl Person {
    /// Approves and rejects, as it made up its mind, or what it sees for the first time.
    pub(super) fn judge(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        let open: Vec<Action> = {
            let open = desk.switch.actions().filter(|one| one.ended.is_none());
            open.cloned().collect()
        };
        for action in &open {
            match desk.is_calm {
                true => self.judge_in_calm(desk, action, out),
                false => self.make_up_mind(desk, action),
            }
        }
        let clock = desk.clock;
        let approves = std::mem::take(&mut self.approves);
        let (now, later) = approves.into_iter().partition(|(at, _)| *at <= clock);
        self.approves = later;
        let now: Vec<(switch::Time, switch::ActionId)> = now;
        for (_, id) in now {
            self.approve(desk, id, out);
        }
        let rejects = std::mem::take(&mut self.rejects);
        for (at, id) in rejects {
            match at <= clock {
                true => out.push(self.rejection(id)),
                false => self.rejects.push((at, id)),
            }
        }
    }

    fn approve(&mut self, desk: &mut Desk<'_>, id: switch::ActionId, out: &mut Vec<Operate>) {
        let by = self.who;
        desk.oracle.actions.approves(id, by);
        let times = if self.dice.chance(2_000) { 2 } else { 1 };
        for _ in 0..times {
            out.push(Operate::Approve { id, by });
        }
    }

    fn rejection(&self, id: switch::ActionId) -> Operate {
        Operate::Reject {
            id,
            by: self.who,
            reason: "not like this".to_owned(),
        }
    }

    /// Once for each action: soon, late, too late, twice, not at all, or no.
    fn make_up_mind(&mut self, desk: &Desk<'_>, action: &Action) {
        let (id, clock) = (action.proposed.id, desk.clock);
        if !self.seen.insert(id) {
            return;
        }
        let expiry = action.proposed.expires_at;
        if action.proposed.by == self.who {
            match self.dice.below(20) {
                // One that wants to be the second person as well.
                0..3 => self.approves.push((clock, id)),
                3 => self
                    .rejects
                    .push((clock.after(self.dice.millis(0, 60_000)), id)),
                _waits => {}
            }
            return;
        }
        match self.dice.below(20) {
            0..9 => self
                .approves
                .push((clock.after(self.dice.millis(0, 5_000)), id)),
            9..12 => {
                let late = self.dice.millis(5_000, 100_000);
                self.approves.push((clock.after(late), id));
            }
            12..14 => {
                let late = self.dice.millis(0, 20_000);
                self.approves.push((expiry.after(late), id));
            }
            14..16 => self
                .rejects
                .push((clock.after(self.dice.millis(0, 30_000)), id)),
            _never => {}
        }
    }

    fn judge_in_calm(&mut self, desk: &mut Desk<'_>, action: &Action, out: &mut Vec<Operate>) {
        if self.dice.chance(4_000) {
            return;
        }
        let id = action.proposed.id;
        let is_good = !self.refused.contains(&id) && puts_right(desk, &action.proposed.act);
        match (is_good, action.proposed.by == self.who) {
            (true, true) => {}
            (true, false) => self.approve(desk, id, out),
            (false, _) => out.push(self.rejection(id)),
        }
    }
}

/// Whether it mends what stands.
fn puts_right(desk: &Desk<'_>, act: &Act) -> bool {
    match act {
        Act::Cap { before, after, .. } => after > before,
        Act::Resolve { item, .. } => !desk.oracle.mistaken.contains(item),
        Act::Settlement(act) => super::settle::puts_right(desk, act),
        Act::Resume { .. }
        | Act::OpenBreak(_)
        | Act::CloseBreak { .. }
        | Act::ResumeRail { .. }
        | Act::Deposit { .. } => true,
        Act::Withdraw { .. }
        | Act::Suspend { .. }
        | Act::Corridor { .. }
        | Act::Keys { .. }
        | Act::Certify { .. } => false,
    }
}

/// What a doubt ends as, for whom the evidence says that it was credited, or that it was not.
pub(super) fn decision(is_credited: bool) -> DoubtDecision {
    match is_credited {
        true => DoubtDecision::Complete,
        false => DoubtDecision::Cancel,
    }
}
