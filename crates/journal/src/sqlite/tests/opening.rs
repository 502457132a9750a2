//! What an open makes, accepts and refuses.

use expect_test::expect;

use super::*;

#[test]
fn other_files_are_refused_and_left_alone() {
    #[track_caller]
    fn check(make: impl FnOnce(&Path), code: &str) {
        let file = File::new();
        fs::create_dir(file.path().parent().unwrap()).unwrap();
        make(&file.path());
        let before = fs::read(file.path()).unwrap();
        assert_eq!(SqliteJournal::open(file.path()).unwrap_err().code(), code);
        assert_eq!(SqliteReader::open(file.path()).unwrap_err().code(), code);
        assert_eq!(fs::read(file.path()).unwrap(), before);
    }
    let sql = |path: &Path, sql: &str| Connection::open(path).unwrap().execute_batch(sql).unwrap();
    check(
        |path| fs::write(path, "not a database ".repeat(100)).unwrap(),
        "journal_not_a_journal",
    );
    check(
        |path| sql(path, "CREATE TABLE journal (a)"),
        "journal_not_a_journal",
    );
    check(
        |path| sql(path, "PRAGMA application_id = 7"),
        "journal_not_a_journal",
    );
    let later = |what: &'static str| {
        move |path: &Path| {
            drop(SqliteJournal::open(path).unwrap());
            let shell = Connection::open(path).unwrap();
            shell.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
            shell.execute_batch(what).unwrap();
        }
    };
    check(later("PRAGMA user_version = 2"), "journal_format_unknown");
    check(
        later("UPDATE meta SET value = 2 WHERE key = 'format'"),
        "journal_format_unknown",
    );
    check(
        later("UPDATE meta SET value = 2 WHERE key = 'hash_layout'"),
        "journal_format_unknown",
    );
    check(later("DROP TABLE meta"), "journal_not_opened");
}

#[test]
fn a_reader_makes_no_file() {
    let file = File::new();
    let refused = SqliteReader::open(file.path()).unwrap_err();
    assert!(matches!(&refused, OpenError::Missing(path) if *path == file.path()));
    assert_eq!(refused.code(), "journal_missing");
    assert!(!file.path().exists());
}

#[test]
fn a_file_whose_making_was_cut_short_is_made_again() {
    let file = File::new();
    fs::create_dir(file.path().parent().unwrap()).unwrap();
    fs::write(file.path(), b"").unwrap();
    let mut journal = file.journal();
    assert_eq!(journal.head(), Head::GENESIS);
    append(&mut journal, 1);
}

#[test]
fn a_backup_copy_can_be_opened_and_continued() {
    let file = File::filled(3);
    let copy = File::new();
    fs::create_dir(copy.path().parent().unwrap()).unwrap();
    let to = copy.path().to_str().unwrap().to_owned();
    file.raw().execute("VACUUM INTO ?1", [to]).unwrap();
    let mut journal = copy.journal();
    assert_eq!(journal.head(), file.reader().head().unwrap());
    append(&mut journal, 4);
    assert_eq!(journal.verify(None).unwrap().rows, 4);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let file = File::new();
    let mut journal = file.journal();
    append(&mut journal, 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = file.path().parent().unwrap().to_path_buf();
    assert_eq!(mode(&folder), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "journal.db",
            "journal.db-lock",
            "journal.db-shm",
            "journal.db-wal"
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_same_lock() {
    let file = File::filled(1);
    let link = file.dir.path().join("link.db");
    std::os::unix::fs::symlink(file.path(), &link).unwrap();
    let writer = file.journal();
    assert_eq!(
        SqliteJournal::open(&link).unwrap_err().code(),
        "journal_locked"
    );
    drop(writer);
    let mut writer = SqliteJournal::open(&link).unwrap();
    assert_eq!(writer.path(), file.path());
    append(&mut writer, 2);
    assert_eq!(
        SqliteJournal::open(file.path()).unwrap_err().code(),
        "journal_locked"
    );
    assert_eq!(SqliteReader::open(&link).unwrap().head().unwrap().seq, 2);
}

#[test]
fn special_names_are_ordinary_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(":memory:");
    drop(SqliteJournal::open(&path).unwrap());
    assert!(path.is_file());
    let relative = files::absolute(Path::new(":memory:")).unwrap();
    assert!(relative.is_absolute() && relative.ends_with(":memory:"));
}

#[test]
fn an_old_library_is_refused() {
    #[track_caller]
    fn check(version: i32, accepted: bool) {
        assert_eq!(check_version(version).is_ok(), accepted, "{version}");
    }
    check(3_040_001, false);
    check(3_051_002, false);
    check(3_051_003, true);
    check(rusqlite::version_number(), true);
}

#[test]
fn settings_are_those_of_a_durable_log() {
    let file = File::new();
    let journal = file.journal();
    let value = |name: &str| -> String {
        let show = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
        let value = journal
            .connection
            .pragma_query_value(None, name, show)
            .unwrap();
        format!("{name} = {value:?}\n")
    };
    let settings: String = [
        "journal_mode",
        "synchronous",
        "fullfsync",
        "checkpoint_fullfsync",
        "page_size",
        "wal_autocheckpoint",
        "journal_size_limit",
        "cache_size",
        "busy_timeout",
        "trusted_schema",
        "application_id",
        "user_version",
    ]
    .into_iter()
    .map(value)
    .collect();
    expect![[r#"
        journal_mode = Text("wal")
        synchronous = Integer(2)
        fullfsync = Integer(1)
        checkpoint_fullfsync = Integer(1)
        page_size = Integer(16384)
        wal_autocheckpoint = Integer(1024)
        journal_size_limit = Integer(67108864)
        cache_size = Integer(-61440)
        busy_timeout = Integer(2000)
        trusted_schema = Integer(0)
        application_id = Integer(1399873902)
        user_version = Integer(1)
    "#]]
    .assert_eq(&settings);
}

#[test]
fn tables_are_strict_and_know_no_floats() {
    let file = File::new();
    let journal = file.journal();
    let mut query = journal
        .connection
        .prepare(
            "SELECT t.name || '.' || c.name || ' ' || c.type || iif(t.strict, '', ' LAX') \
             FROM pragma_table_list t, pragma_table_info(t.name) c \
             WHERE t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid",
        )
        .unwrap();
    let columns: Vec<String> = query
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    expect![[r#"
        journal.seq INTEGER
        journal.epoch INTEGER
        journal.prev_hash BLOB
        journal.hash BLOB
        journal.time_ns INTEGER
        journal.records BLOB
        meta.key TEXT
        meta.value INTEGER
        party.seq INTEGER
        party.item BLOB
        party.participant INTEGER
        party.month INTEGER
        party.sealed BLOB"#]]
    .assert_eq(&columns.join("\n"));
}
