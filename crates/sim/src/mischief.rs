//! Faults that strike by themselves, one after the other; and operators.

use journal::memory::{BitOf, FaultKind};
use money::Currency;
use switch::{DoubtDecision, Finality, Input, Span};

use crate::faults::Fault;
use crate::message::Party;
use crate::network::{ACLEDA, FX1, MEMBERS, NETSTARS, Network};
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

    pub(crate) fn operate(&mut self) {
        let rate = self.rates.of(Fault::Operator);
        if self.is_calm() || rate == 0 {
            return;
        }
        self.struck = self.struck.saturating_add(1);
        match self.mischief.below(6) {
            0 | 1 => {
                let who = self.mischief.pick(&MEMBERS, FX1);
                let currency = self
                    .mischief
                    .pick(&[Currency::Khr, Currency::Jpy], Currency::Jpy);
                let most = self.network.cap.min(6_000_000);
                let cap = self.mischief.between(1, most);
                self.set(Network::set_cap(who, currency, cap));
            }
            2 => {
                let who = self.mischief.pick(&MEMBERS, FX1);
                self.set(Input::SetParticipant(self.network.participant(who, false)));
            }
            3 => self.set_all_active(),
            4 => {
                let decisions = [DoubtDecision::Cancel, DoubtDecision::Complete];
                let doubt = self.mischief.pick(&decisions, DoubtDecision::Cancel);
                let outward = self.mischief.chance(5_000);
                let mut corridor = self.network.corridor(outward, doubt);
                corridor.ask_timeout = self.mischief.millis(3_000, 30_000);
                corridor.payer_currencies.iter_mut().for_each(|one| {
                    one.switch_fee = crate::network::amount(self.mischief.between(0, 200));
                });
                self.set(Input::SetCorridor(Box::new(corridor)));
            }
            _certify => self.certify(),
        }
        let pause = self.mischief.millis(2_000, 60_000);
        self.push_after(pause, Event::Operate);
    }

    fn set_all_active(&mut self) {
        for who in MEMBERS {
            self.set(Input::SetParticipant(self.network.participant(who, true)));
        }
    }

    /// The rail changes first and the hub learns of it afterwards, never the other way round.
    fn certify(&mut self) {
        if let Some(finality) = self.network.finality.get_mut(usize::from(NETSTARS.0)) {
            *finality = Finality::Confirm;
        }
        if let Some(bank) = self.banks.get_mut(&NETSTARS) {
            bank.rail = Finality::Confirm;
        }
        let set = self.network.participant(NETSTARS, true);
        self.set(Input::SetParticipant(set));
    }

    /// Every fault ends, and operators put right what they changed.
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
        self.set_all_active();
        for who in MEMBERS {
            for currency in [Currency::Khr, Currency::Jpy] {
                let cap = self.network.cap.max(1_000_000_000_000);
                self.set(Network::set_cap(who, currency, cap));
            }
        }
    }
}
