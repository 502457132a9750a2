//! Faults that strike by themselves, one after the other.

use journal::memory::{BitOf, FaultKind};
use switch::Span;

use crate::faults::Fault;
use crate::message::Party;
use crate::network::{ACLEDA, MEMBERS};
use crate::stage::Event;
use crate::world::World;

/// Kinds that strike here; the others strike messages and answers.
const STRIKES: [Fault; 7] = [
    Fault::Partition,
    Fault::Crash,
    Fault::Disk,
    Fault::Flip,
    Fault::Clock,
    Fault::Takeover,
    Fault::Tables,
];

impl World {
    /// Each kind has its turn every two seconds or so.
    pub(crate) fn do_mischief(&mut self) {
        if self.is_calm() {
            return;
        }
        for fault in STRIKES {
            let rate = self.rates.of(fault).saturating_mul(2);
            if self.mischief.chance(rate) {
                self.struck = self.struck.saturating_add(1);
                self.strike(fault);
            }
        }
        let pause = self.mischief.millis(1_000, 3_000);
        self.push_after(pause, Event::Mischief);
    }

    fn strike(&mut self, fault: Fault) {
        match fault {
            Fault::Partition => {
                let who = self.mischief.pick(&MEMBERS, ACLEDA);
                self.parted.push((Party::Hub, Party::Member(who)));
                let lasts = self.mischief.millis(500, 45_000);
                self.push_after(lasts, Event::PartitionOver);
            }
            Fault::Crash => {
                self.oracle.note_all(self.now, || "the hub dies".to_owned());
                self.hub_dies();
            }
            Fault::Disk => self.spoil_disk(),
            Fault::Flip => self.flip(),
            Fault::Clock => self.jump(),
            Fault::Takeover => self.take_over(),
            Fault::Tables => self.lose_tables(),
            Fault::Delay
            | Fault::Loss
            | Fault::Duplication
            | Fault::Reordering
            | Fault::Liar
            | Fault::Operator
            | Fault::Hoard
            | Fault::Storm => {}
        }
    }

    fn spoil_disk(&mut self) {
        let kinds = [
            FaultKind::Full,
            FaultKind::BeforeWrite,
            FaultKind::UnknownWritten,
            FaultKind::UnknownLost,
            FaultKind::UnknownLater,
        ];
        let kind = self.mischief.pick(&kinds, FaultKind::Full);
        if self.mischief.chance(5_000) {
            for _ in 0..self.mischief.between(1, 4) {
                self.store.fail_next(kind);
            }
        } else {
            self.store.fail(kind);
            let lasts = self.mischief.millis(500, 20_000);
            self.push_after(lasts, Event::DiskWell);
        }
        self.oracle
            .note_all(self.now, || format!("the disk fails ({kind:?})"));
    }

    fn flip(&mut self) {
        let rows = u64::try_from(self.store.rows_count()).unwrap_or(0);
        if rows == 0 {
            return;
        }
        // Old rows seldom matter; those of the tail are read again.
        let seq = match self.mischief.chance(5_000) {
            true => rows.saturating_sub(self.mischief.below(8)).max(1),
            false => self.mischief.between(1, rows),
        };
        let bit = u8::try_from(self.mischief.below(8)).unwrap_or(0);
        let byte = usize::try_from(self.mischief.below(64)).unwrap_or(0);
        let what = match self.mischief.below(4) {
            0 => BitOf::Hash {
                byte: byte / 2,
                bit,
            },
            1 => BitOf::Time { bit },
            _ => BitOf::Records { byte, bit },
        };
        if self.store.flip(seq, what) {
            self.flips.push((seq, what));
            let lasts = self.mischief.millis(1_000, 20_000);
            self.push_after(lasts, Event::Repair);
        }
    }

    /// The row is brought back from where there is another copy.
    pub(crate) fn repair(&mut self) {
        for (seq, bit) in std::mem::take(&mut self.flips) {
            self.store.flip(seq, bit);
        }
    }

    fn jump(&mut self) {
        let ms = self.mischief.millis(0, 90_000);
        let forward = self.mischief.chance(5_000);
        let offset = if forward {
            ms
        } else {
            Span(ms.0.saturating_neg())
        };
        let now = self.now;
        let at = self.mischief.below(6);
        let members = MEMBERS.into_iter().zip(0..);
        let who = members.filter(|(_, n)| *n == at).map(|(who, _)| who).next();
        match who.and_then(|who| self.banks.get_mut(&who)) {
            Some(bank) => bank.clock.jump(now, offset),
            None => self.hub_clock.jump(now, offset),
        }
        self.oracle.note_all(now, || {
            let whose = who.map_or("the hub", crate::network::name);
            format!("the clock of {whose} is {} s off", offset.0 / 1_000_000_000)
        });
    }

    fn lose_tables(&mut self) {
        self.with_active(|node, _, _| {
            use projection::Home as _;
            // A full disk here is no matter: they are made anew from the journal.
            let _cleared = node.chase.tables_mut().clear();
            node.projected = 0;
        });
        self.oracle
            .note_all(self.now, || "the tables are lost".to_owned());
    }

    /// Every fault ends; operators come to their desks and put right what stands.
    pub(crate) fn calm_down(&mut self) {
        self.oracle
            .note_all(self.now, || "all faults end".to_owned());
        self.store.heal();
        self.store.drop_faults();
        self.repair();
        self.parted.clear();
        let now = self.now;
        self.hub_clock.heal(now);
        for bank in self.banks.values_mut() {
            bank.clock.heal(now);
        }
        self.call_everybody_in();
    }
}
