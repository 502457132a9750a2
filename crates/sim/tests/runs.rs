//! Whole runs, from outside.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sim::{Faults, Report, Settings, kept_seeds, run};

    #[track_caller]
    fn clean(seed: u64, payments: u32, faults: Faults) -> Report {
        let report = run(&Settings::new(seed, payments, faults));
        let words: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            Vec::<String>::new(),
            "seed {seed}, {payments} payments"
        );
        report
    }

    #[test]
    fn the_plain_way_is_clean() {
        for seed in 0..10 {
            let report = clean(seed, 200, Faults::NONE);
            assert!(report.completed > 150, "{report:?}");
            assert_eq!(report.faults_struck, 0);
        }
    }

    #[test]
    fn with_all_faults_every_promise_is_kept_and_everything_is_met() {
        let mut struck = 0;
        let mut met: BTreeMap<String, u64> = BTreeMap::new();
        for seed in 0..140 {
            let report = clean(seed, 100, Faults::all());
            struck += report.faults_struck;
            for (name, count) in report.met {
                *met.entry(name).or_default() += count;
            }
        }
        assert!(struck > 1_000, "{struck} faults are no test");
        let names: Vec<String> = met.into_keys().collect();
        expect_test::expect_file!["met.txt"].assert_eq(&format!("{}\n", names.join("\n")));
    }

    #[test]
    fn one_kind_of_fault_at_a_time() {
        for fault in Faults::all().iter() {
            for seed in 0..4 {
                clean(seed, 60, Faults::NONE.with(fault));
            }
        }
    }

    /// Every seed that ever failed runs for ever.
    #[test]
    fn seeds_that_failed_once() {
        for (seed, payments) in kept_seeds() {
            clean(seed, payments, Faults::all());
        }
    }

    /// The same numbers in debug and in release, on every machine; they change when the workload,
    /// the encoding or a rule changes, and then they are written down anew.
    #[test]
    fn the_same_seed_is_the_same_run() {
        let settings = Settings::new(11, 150, Faults::all());
        let (one, other) = (run(&settings), run(&settings));
        assert_eq!(one, other);
        let hex = |hash: [u8; 32]| {
            let hash = hash.iter().map(|byte| format!("{byte:02x}"));
            hash.collect::<String>()
        };
        let found = format!(
            "{} events\nstate {}\njournal {}\n",
            one.events,
            hex(one.state_hash),
            hex(one.journal_hash)
        );
        expect_test::expect_file!["seed-11.txt"].assert_eq(&found);
        let next = run(&Settings::new(12, 150, Faults::all()));
        assert_ne!(next.journal_hash, one.journal_hash);
    }

    #[test]
    fn watching_a_payment_changes_nothing_of_the_run() {
        let settings = Settings::new(5, 80, Faults::all());
        let plain = run(&settings);
        let watched = run(&Settings {
            watch: Some(switch::ItemId(1)),
            ..settings
        });
        assert_eq!(watched.journal_hash, plain.journal_hash);
        assert_eq!(watched.events, plain.events);
    }
}
