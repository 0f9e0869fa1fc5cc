"""The table of ``labels/labels.sqlite``, as numbered steps; see the record's schema."""

LABEL_MIGRATIONS = (
    """
    -- One row for each decision of a person, and for each withdrawal of one.
    CREATE TABLE labels (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,         -- of the clip's bytes
        clip TEXT NOT NULL,           -- its base name, for people
        first_frame INTEGER NOT NULL,
        last_frame INTEGER NOT NULL,  -- included
        verdict TEXT NOT NULL,        -- fish, not, unsure, watched; withdrawn
        label TEXT NOT NULL,
        species TEXT NOT NULL,
        count INTEGER,                -- NULL when nothing was said
        note TEXT NOT NULL,
        person TEXT NOT NULL,
        at TEXT NOT NULL,             -- of a withdrawal: of what it takes back
        added TEXT NOT NULL,          -- when it came into this store
        replaces INTEGER REFERENCES labels,  -- the person's word before, or taken back
        machine TEXT NOT NULL         -- JSON; empty where no run had found anything
    );
    CREATE UNIQUE INDEX once ON labels
        (sha256, first_frame, last_frame, person, at,
        CASE verdict WHEN 'withdrawn' THEN 2 WHEN 'watched' THEN 1 ELSE 0 END);
    CREATE TRIGGER never_changed BEFORE UPDATE ON labels
        BEGIN SELECT RAISE(ABORT, 'labels are only ever added'); END;
    CREATE TRIGGER never_deleted BEFORE DELETE ON labels
        BEGIN SELECT RAISE(ABORT, 'labels are only ever added'); END;
    """,
)
