"""Steps of the record's schema that are of looks: see ``analysis.record.schema``."""

from __future__ import annotations

COUNTLESS = """
    -- A model that judges whole frames cannot count individuals: max_n is NULL in its
    -- runs. Columns that may be NULL need the tables to be made anew.
    CREATE TEMP VIEW countless AS SELECT id FROM runs
        WHERE json_extract(settings, '$.detector.kind') = 'classifier';
    CREATE TABLE analyses_10 (
        sha256 TEXT NOT NULL REFERENCES clips, run INTEGER NOT NULL REFERENCES runs,
        status TEXT NOT NULL, reason TEXT NOT NULL, framerate REAL NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        frames_decoded INTEGER NOT NULL, visible_frames INTEGER NOT NULL,
        fish_frames INTEGER NOT NULL, encounters INTEGER NOT NULL,
        max_n INTEGER,                -- NULL where the model cannot count
        scores BLOB NOT NULL, motion BLOB NOT NULL, detail BLOB NOT NULL,
        visible BLOB NOT NULL, seconds REAL NOT NULL, committed TEXT NOT NULL,
        framerate_from TEXT NOT NULL DEFAULT '', blind_frames INTEGER, times BLOB,
        trusted BLOB, damage TEXT NOT NULL DEFAULT '', stream_rate REAL,
        kept_above REAL,
        PRIMARY KEY (sha256, run)
    );
    INSERT INTO analyses_10 SELECT * FROM analyses;
    UPDATE analyses_10 SET max_n = NULL WHERE run IN countless;
    DROP TABLE analyses;
    ALTER TABLE analyses_10 RENAME TO analyses;
    CREATE TABLE encounters_10 (
        sha256 TEXT NOT NULL, run INTEGER NOT NULL, encounter INTEGER NOT NULL,
        first_frame INTEGER NOT NULL, last_frame INTEGER NOT NULL,
        best_frame INTEGER NOT NULL, label TEXT NOT NULL, score REAL NOT NULL,
        species TEXT NOT NULL, species_score REAL,
        max_n INTEGER,                -- NULL where the model cannot count
        status TEXT NOT NULL, snapshot TEXT NOT NULL, uniqueness REAL,
        background_score REAL, zoom_gain REAL, elongation REAL,
        decided_by TEXT NOT NULL DEFAULT '', would_be TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (sha256, run, encounter)
    ) WITHOUT ROWID;
    INSERT INTO encounters_10 SELECT * FROM encounters;
    UPDATE encounters_10 SET max_n = NULL WHERE run IN countless;
    DROP TABLE encounters;
    ALTER TABLE encounters_10 RENAME TO encounters;
    DROP VIEW countless;
    """

TRACKS = """
    -- Individuals that were followed from frame to frame; never a count of them.
    CREATE TABLE tracks (
        sha256 TEXT NOT NULL,
        run INTEGER NOT NULL,
        track INTEGER NOT NULL,       -- from 1 in its clip
        label TEXT NOT NULL,
        species TEXT NOT NULL,
        first_frame INTEGER NOT NULL,
        last_frame INTEGER NOT NULL,
        frames INTEGER NOT NULL,      -- in which it was seen
        score REAL NOT NULL,
        entry_x REAL NOT NULL, entry_y REAL NOT NULL,
        entry_width REAL NOT NULL, entry_height REAL NOT NULL,
        exit_x REAL NOT NULL, exit_y REAL NOT NULL,
        exit_width REAL NOT NULL, exit_height REAL NOT NULL,
        PRIMARY KEY (sha256, run, track)
    ) WITHOUT ROWID;
    ALTER TABLE detections ADD COLUMN track INTEGER;  -- NULL where none was followed
    """

LOOKED_AT = """
    -- uint8, 0 for a frame that was looked at, 1: nothing had changed since the last
    -- that was, 2: it lies between those of sample_fps; NULL: all were looked at.
    ALTER TABLE analyses ADD COLUMN reused BLOB;
    ALTER TABLE analyses ADD COLUMN looked_frames INTEGER;  -- NULL: all
    ALTER TABLE detections ADD COLUMN reused INTEGER NOT NULL DEFAULT 0;  -- the same
    -- What "auto" came to, on the run's first clip; NULL where nobody asked.
    ALTER TABLE runs ADD COLUMN reuse_below REAL;
    """

VERIFIED = """
    -- What the verifier was asked about and answered; NULL where there was none.
    ALTER TABLE analyses ADD COLUMN verifiable INTEGER;  -- encounters and moments
    ALTER TABLE analyses ADD COLUMN verified INTEGER;    -- those it was asked about
    ALTER TABLE analyses ADD COLUMN unverified TEXT NOT NULL DEFAULT '';  -- why not
    CREATE TABLE verified_frames (
        sha256 TEXT NOT NULL,
        run INTEGER NOT NULL,
        frame INTEGER NOT NULL,
        score REAL NOT NULL,          -- highest target score of the verifier
        boxes INTEGER NOT NULL,       -- above its threshold
        PRIMARY KEY (sha256, run, frame)
    ) WITHOUT ROWID;
    -- detector, verifier, or overruled: the detector's, where the verifier's stand.
    ALTER TABLE detections ADD COLUMN found_by TEXT NOT NULL DEFAULT 'detector';
    """
