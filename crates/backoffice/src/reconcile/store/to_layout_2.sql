BEGIN IMMEDIATE;

CREATE TABLE statement_2 (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    taken_at_ns INTEGER NOT NULL,
    taken_by TEXT NOT NULL,
    -- 0 is a statement without pages; the balances are those of a page.
    page INTEGER NOT NULL,
    is_last INTEGER NOT NULL,
    balance_currency TEXT,
    opening_minor INTEGER,
    closing_minor INTEGER,
    UNIQUE (account, id, page)
) STRICT;

INSERT INTO statement_2
SELECT seq, account, id, kind, day, digest, file_name, taken_at_ns, taken_by, 0, 1, NULL, NULL, NULL
FROM statement;

DROP TABLE statement;

ALTER TABLE statement_2 RENAME TO statement;

PRAGMA user_version = 2;

COMMIT;
