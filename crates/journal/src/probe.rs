//! What the disk itself can do: a file that grows by plain writes, each made durable. Benchmarks
//! print it beside the journal's own rate, because without it a rate says nothing about us.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// What a run of appends took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppendRate {
    pub rows: usize,
    pub bytes: u64,
    pub elapsed: Duration,
    pub p50: Duration,
    pub p99: Duration,
    pub max: Duration,
}

/// Appends `rows` times `bytes_per_row` bytes to a new file in `dir`, with a data sync after each,
/// and removes the file.
pub fn append_rate(dir: &Path, bytes_per_row: usize, rows: usize) -> io::Result<AppendRate> {
    let path = dir.join(format!("append-probe-{}.tmp", std::process::id()));
    let file = OpenOptions::new()
        .append(true)
        .create_new(true)
        .open(&path)?;
    let measured = measure(file, bytes_per_row, rows);
    std::fs::remove_file(&path)?;
    measured
}

impl AppendRate {
    /// Whole rows per second; 0 if nothing was measured.
    pub fn rows_per_second(&self) -> u64 {
        let rows = u128::try_from(self.rows).unwrap_or(u128::MAX);
        let nanos = self.elapsed.as_nanos();
        let per_second = rows
            .saturating_mul(1_000_000_000)
            .checked_div(nanos)
            .unwrap_or(0);
        u64::try_from(per_second).unwrap_or(u64::MAX)
    }
}

fn measure(mut file: File, bytes_per_row: usize, rows: usize) -> io::Result<AppendRate> {
    // Not zeros: some disks and file systems are quicker with those.
    let row: Vec<u8> = (0..=u8::MAX).cycle().take(bytes_per_row).collect();
    let mut bytes: u64 = 0;
    let mut took = Vec::with_capacity(rows);
    let start = Instant::now();
    for _ in 0..rows {
        let before = Instant::now();
        file.write_all(&row)?;
        file.sync_data()?;
        took.push(before.elapsed());
        bytes = bytes.saturating_add(u64::try_from(row.len()).unwrap_or(u64::MAX));
    }
    let elapsed = start.elapsed();
    took.sort_unstable();
    let percentile = |percent: usize| {
        let index = took.len().saturating_mul(percent) / 100;
        took.get(index).or(took.last()).copied().unwrap_or_default()
    };
    Ok(AppendRate {
        rows,
        bytes,
        elapsed,
        p50: percentile(50),
        p99: percentile(99),
        max: percentile(100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_what_was_asked_and_leaves_nothing() {
        #[track_caller]
        fn check(bytes_per_row: usize, rows: usize, bytes: u64) {
            let dir = tempfile::tempdir().unwrap();
            let rate = append_rate(dir.path(), bytes_per_row, rows).unwrap();
            assert_eq!((rate.rows, rate.bytes), (rows, bytes));
            assert!(rate.p50 <= rate.p99 && rate.p99 <= rate.max && rate.max <= rate.elapsed);
            assert_eq!(rate.rows_per_second() > 0, rows > 0);
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        }
        check(400, 10, 4_000);
        check(0, 1, 0);
        check(400, 0, 0);
    }

    #[test]
    fn rate_is_rows_per_whole_second() {
        let zero = Duration::ZERO;
        let rate = AppendRate {
            rows: 3,
            bytes: 0,
            elapsed: Duration::from_millis(2),
            p50: zero,
            p99: zero,
            max: zero,
        };
        assert_eq!(rate.rows_per_second(), 1_500);
        assert_eq!(
            AppendRate {
                elapsed: zero,
                ..rate
            }
            .rows_per_second(),
            0
        );
    }
}
