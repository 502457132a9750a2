-- Everything that we were ever told about an id, believed or not: nobody may be told two outcomes.
CREATE TABLE told (
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (id, role, state)
) STRICT, WITHOUT ROWID;
