//! What an audit says about a file that somebody changed.

use std::fs;

use super::*;

/// Changes one row in the file with SQL; says which sequence the audit must name.
#[track_caller]
fn check_tampered(sql: &str, seq: u64, code: &str) {
    let file = File::filled(5);
    let changed = file.raw().execute(sql, []).unwrap();
    assert_eq!(changed, 1, "{sql}");
    let error = file.reader().verify(None).unwrap_err();
    assert_eq!((error.seq, error.code()), (seq, code), "{sql}: {error}");
}

#[test]
fn the_audit_names_the_row_whatever_column_was_changed() {
    let flip = "substr(C, 1, 9) || char(unicode(substr(C, 10, 1)) + 1) || substr(C, 11)";
    let records = format!("CAST({} AS BLOB)", flip.replace('C', "records"));
    for seq in [1, 3, 5] {
        let set = |what: &str| format!("UPDATE journal SET {what} WHERE seq = {seq}");
        check_tampered(&set("seq = seq + 128"), seq, "chain_row_missing");
        check_tampered(&set("epoch = 2"), seq, "chain_hash");
        check_tampered(&set("epoch = -1"), seq, "chain_unreadable");
        check_tampered(&set("time_ns = time_ns + 1"), seq, "chain_hash");
        check_tampered(&set("prev_hash = randomblob(32)"), seq, "chain_prev_hash");
        check_tampered(&set("prev_hash = x'00'"), seq, "chain_unreadable");
        check_tampered(&set("hash = randomblob(32)"), seq, "chain_hash");
        check_tampered(&set("hash = x''"), seq, "chain_unreadable");
        check_tampered(&set(&format!("records = {records}")), seq, "chain_hash");
        check_tampered(&set("records = x''"), seq, "chain_hash");
        check_tampered(
            &set("records = zeroblob(16900000)"),
            seq,
            "chain_unreadable",
        );
    }
    for seq in [1, 3] {
        check_tampered(
            &format!("DELETE FROM journal WHERE seq = {seq}"),
            seq,
            "chain_row_missing",
        );
    }
    // Numbers below 1 are outside every walk; the last row then looks cut off, but is not.
    check_tampered(
        "UPDATE journal SET seq = -seq WHERE seq = 5",
        5,
        "chain_stray_rows",
    );
    check_tampered(
        "UPDATE journal SET seq = 0 WHERE seq = 5",
        5,
        "chain_stray_rows",
    );
    check_tampered(
        "UPDATE journal SET seq = -seq WHERE seq = 2",
        2,
        "chain_row_missing",
    );
}

#[test]
fn every_byte_of_a_row_in_the_file_counts() {
    let file = File::filled(5);
    file.journal()
        .connection
        .execute_batch("PRAGMA journal_mode = DELETE")
        .unwrap();
    let bytes = fs::read(file.path()).unwrap();
    let marker = b"records of batch 3";
    let at = bytes
        .windows(marker.len())
        .position(|found| found == marker)
        .unwrap();
    // On disk the two hashes stand right before the records, with the time between.
    for offset in at - 66..at + marker.len() {
        let mut bytes = bytes.clone();
        bytes[offset] ^= 0x01;
        fs::write(file.path(), &bytes).unwrap();
        let error = file.reader().verify(None).unwrap_err();
        assert_eq!(error.seq, 3, "offset {}: {error}", offset - at);
    }
}

#[test]
fn a_cut_end_shows_only_against_a_known_head() {
    let file = File::filled(5);
    let head = file.reader().head().unwrap();
    file.raw()
        .execute("DELETE FROM journal WHERE seq = 5", [])
        .unwrap();
    assert_eq!(file.reader().verify(None).unwrap().rows, 4);
    let error = file.reader().verify(Some(head)).unwrap_err();
    assert_eq!((error.seq, error.code()), (5, "chain_ends_early"));
}

#[test]
fn nothing_is_built_on_a_damaged_last_row() {
    let file = File::filled(2);
    file.raw()
        .execute("UPDATE journal SET epoch = 9 WHERE seq = 2", [])
        .unwrap();
    let refused = SqliteJournal::open(file.path()).unwrap_err();
    assert!(matches!(refused, OpenError::LastRowDamaged(2)), "{refused}");
    assert_eq!(refused.code(), "journal_last_row_damaged");
}
