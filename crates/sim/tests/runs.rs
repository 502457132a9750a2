//! Whole runs, from outside.

#[cfg(test)]
mod tests {
    use sim::{Faults, Report, Settings, run};

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
}
