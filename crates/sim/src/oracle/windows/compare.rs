//! What the hub shows, beside what was counted.

use money::Currency;
use switch::{Position, Switch, WindowId, WindowStatus};

use super::{CONTROL, HEADROOM, Known, LIFE, NETS};
use crate::limits::ROWS_BETWEEN_LOOKS;
use crate::oracle::{Oracle, name};

const BOTH: [Currency; 2] = [Currency::Khr, Currency::Jpy];

impl Oracle {
    /// `positions` are those that the hub shows at row `seq`; nothing is compared if other rows
    /// were read. What stays wrong is found a few rows later, so not every row is looked at.
    pub(crate) fn compare_windows(
        &mut self,
        seq: u64,
        switch: &Switch,
        positions: &dyn Fn(&Switch) -> Vec<Position>,
        at_end: bool,
    ) {
        let is_due = seq >= self.windows.compared.saturating_add(ROWS_BETWEEN_LOOKS);
        let is_due = is_due || at_end || self.windows.has_moved;
        if !is_due || !self.has_read(seq) {
            return;
        }
        self.windows.compared = seq;
        self.windows.has_moved = false;
        let mut bad: Vec<(&'static str, String)> = Vec::new();
        for position in &positions(switch) {
            bad.extend(self.wrong_position(position));
        }
        for (id, known) in &self.windows.known {
            bad.extend(wrong_window(*id, known, switch));
        }
        for shown in switch.windows() {
            let is_settled = shown.status == WindowStatus::Settled;
            if is_settled == self.windows.known.contains_key(&shown.id) {
                bad.push((LIFE, format!("{:?} is shown {:?}", shown.id, shown.status)));
            }
            if is_settled && left(switch, shown.id) != [0; 2] {
                let words = format!("{:?} is settled, and its control is not at zero", shown.id);
                bad.push((CONTROL, words));
            }
        }
        for (promise, words) in bad {
            self.violation(promise, None, words);
        }
    }

    fn wrong_position(&self, position: &Position) -> Option<(&'static str, String)> {
        let (who, currency) = (position.participant, position.currency);
        let used = self.windows.used(who, currency);
        let (liquidity, cap) = self.actions.prefunded(who, currency);
        let on_its_way = self.windows.on_its_way(who, currency);
        let cover = u128::from(liquidity).saturating_add(on_its_way);
        let allowed = u128::from(cap).min(cover);
        let words = |what: &str, shown: u128, counted: u128| {
            let name = name(who);
            format!(
                "{name} has {what} {shown} {currency:?}, and it is {counted}: cap {cap}, \
                 liquidity {liquidity}, {on_its_way} on its way, used {used}"
            )
        };
        let headroom = u128::from(position.headroom.minor());
        let shown = u128::from(position.used.minor());
        if used > allowed {
            return Some((HEADROOM, words("allowed", allowed, used)));
        }
        if shown != used {
            return Some((HEADROOM, words("used", shown, used)));
        }
        let left = allowed.saturating_sub(used);
        if headroom != left {
            return Some((HEADROOM, words("headroom", headroom, left)));
        }
        let open = self.windows.known.get(&self.windows.open)?;
        let net = open.net(who, currency);
        (net != position.net).then(|| {
            let (name, shown) = (name(who), position.net);
            (
                NETS,
                format!("{name} is shown {shown} {currency:?}, and it is {net}"),
            )
        })
    }
}

/// What is on a window's control accounts.
fn left(switch: &Switch, id: WindowId) -> [i128; 2] {
    BOTH.map(|currency| switch.control_sum(id, currency))
}

fn wrong_window(id: WindowId, known: &Known, switch: &Switch) -> Option<(&'static str, String)> {
    let Some(shown) = switch.window_of(id) else {
        return Some((LIFE, format!("{id:?} is gone and not settled")));
    };
    if shown.status != known.status {
        let words = format!(
            "{id:?} is shown {:?}, and is {:?}",
            shown.status, known.status
        );
        return Some((LIFE, words));
    }
    if shown.pairs != known.pairs {
        let words = format!("{id:?} holds other pairs than were completed");
        return Some((NETS, words));
    }
    if !shown.paid.keys().eq(&known.paid) {
        let words = format!("{id:?} shows other payouts than were booked");
        return Some((super::ONCE, words));
    }
    let counted = BOTH.map(|currency| known.control(currency));
    let left = left(switch, id);
    (left != counted).then(|| {
        let words = format!("{id:?} has {left:?} on its controls, and it is {counted:?}");
        (CONTROL, words)
    })
}
