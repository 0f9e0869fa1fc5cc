"""The tables of ``results/weir.sqlite``, as numbered steps from nothing to now.

``user_version`` says how many steps a file has had. A step is never changed once it was
released; a new one is added. Times are UTC text as ``weir.clock.format_utc`` writes it;
arrays are little-endian blobs, one value a frame.
"""

from __future__ import annotations

from analysis.record.looks.schema import COUNTLESS, LOOKED_AT, TRACKS, VERIFIED

MIGRATIONS = (
    """
    -- One row for each way of looking: the same config is the same run.
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,     -- sha256 of settings
        started TEXT NOT NULL,
        software TEXT NOT NULL,
        settings TEXT NOT NULL        -- JSON: models, engine, preprocessing
    );
    CREATE TABLE archives (
        name TEXT PRIMARY KEY,        -- as it ended below done/
        received TEXT NOT NULL,
        finished TEXT NOT NULL,
        clips INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        bytes INTEGER NOT NULL
    );
    CREATE TABLE clips (
        sha256 TEXT PRIMARY KEY,
        clip TEXT NOT NULL,           -- base name
        archive TEXT NOT NULL,        -- as it was dropped; empty for a bare video
        deployment TEXT NOT NULL,
        camera TEXT NOT NULL,
        date TEXT NOT NULL,           -- local date at the camera; empty when unknown
        start TEXT NOT NULL,          -- empty when unknown
        clock_synchronised INTEGER,   -- NULL when unknown
        bytes INTEGER NOT NULL,
        frames_expected INTEGER,      -- NULL when nothing says
        sidecar TEXT NOT NULL,        -- as it came; empty without
        sidecar_start TEXT NOT NULL DEFAULT '',
        received TEXT NOT NULL
    );
    CREATE TABLE analyses (
        sha256 TEXT NOT NULL REFERENCES clips,
        run INTEGER NOT NULL REFERENCES runs,
        status TEXT NOT NULL,         -- analysed, salvaged, failed
        reason TEXT NOT NULL,
        framerate REAL NOT NULL,      -- that times are reckoned by
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        frames_decoded INTEGER NOT NULL,
        visible_frames INTEGER NOT NULL,
        fish_frames INTEGER NOT NULL, -- of counted encounters, like the next two
        encounters INTEGER NOT NULL,
        max_n INTEGER NOT NULL,
        scores BLOB NOT NULL,         -- float32, highest target score
        motion BLOB NOT NULL,         -- float32
        detail BLOB NOT NULL,         -- float32
        visible BLOB NOT NULL,        -- uint8
        seconds REAL NOT NULL,        -- that the work took
        committed TEXT NOT NULL,
        PRIMARY KEY (sha256, run)
    );
    CREATE TABLE encounters (
        sha256 TEXT NOT NULL,
        run INTEGER NOT NULL,
        encounter INTEGER NOT NULL,   -- from 1 in its clip
        first_frame INTEGER NOT NULL,
        last_frame INTEGER NOT NULL,
        best_frame INTEGER NOT NULL,
        label TEXT NOT NULL,
        score REAL NOT NULL,
        species TEXT NOT NULL,
        species_score REAL,
        max_n INTEGER NOT NULL,
        status TEXT NOT NULL,         -- counted, static
        snapshot TEXT NOT NULL,       -- path below results/
        PRIMARY KEY (sha256, run, encounter)
    ) WITHOUT ROWID;
    CREATE TABLE detections (
        sha256 TEXT NOT NULL,
        run INTEGER NOT NULL,
        frame INTEGER NOT NULL,
        number INTEGER NOT NULL,      -- from 0 in its frame, highest score first
        label TEXT NOT NULL,
        score REAL NOT NULL,
        x REAL, y REAL, width REAL, height REAL,   -- NULL for whole-frame models
        species TEXT NOT NULL,
        species_score REAL,
        PRIMARY KEY (sha256, run, frame, number)
    ) WITHOUT ROWID;
    CREATE TABLE effort (
        deployment TEXT NOT NULL,
        camera TEXT NOT NULL,
        planned_start TEXT NOT NULL,
        date TEXT NOT NULL,           -- local date of the planned start
        planned_s REAL NOT NULL,
        filmed_s REAL NOT NULL,
        line TEXT NOT NULL,           -- the ledger's line, as it came
        PRIMARY KEY (deployment, camera, planned_start)
    ) WITHOUT ROWID;
    """,
    """
    -- The clip whose bytes begin with all of this one's: an upload that broke off.
    ALTER TABLE clips ADD COLUMN begins TEXT NOT NULL DEFAULT '';  -- empty when none
    CREATE TABLE beginnings (
        sha256 TEXT PRIMARY KEY REFERENCES clips,
        marks BLOB NOT NULL           -- see analysis.values.beginning
    );
    """,
    """
    -- What the cameras' machines told of trouble; see analysis.record.logbook.
    CREATE TABLE log (
        deployment TEXT NOT NULL,
        camera TEXT NOT NULL,
        at TEXT NOT NULL,
        line TEXT NOT NULL,           -- as weir.log writes it
        PRIMARY KEY (deployment, camera, at, line)
    ) WITHOUT ROWID;
    """,
    """
    -- Where a clip's start, camera and rate come from: sidecar, times, name, folder,
    -- container, stream, config; empty where nobody knows.
    ALTER TABLE clips ADD COLUMN start_from TEXT NOT NULL DEFAULT '';
    ALTER TABLE clips ADD COLUMN camera_from TEXT NOT NULL DEFAULT '';
    -- Local time's offset at the start, as +02:00; empty where it is unknown.
    ALTER TABLE clips ADD COLUMN utc_offset TEXT NOT NULL DEFAULT '';
    -- The sha256 of the clip that counts instead of this one, and why.
    ALTER TABLE clips ADD COLUMN superseded_by TEXT NOT NULL DEFAULT '';
    ALTER TABLE clips ADD COLUMN superseded_reason TEXT NOT NULL DEFAULT '';
    UPDATE clips SET start_from = 'sidecar', camera_from = 'sidecar'
        WHERE sidecar_start <> '';
    ALTER TABLE analyses ADD COLUMN framerate_from TEXT NOT NULL DEFAULT '';
    -- Frames in which the camera was blinded; NULL where nobody looked for it.
    ALTER TABLE analyses ADD COLUMN blind_frames INTEGER;
    -- float64, milliseconds from the start; NULL: evenly, by the framerate.
    ALTER TABLE analyses ADD COLUMN times BLOB;
    -- uint8, 0 for a picture that damage may have spoilt; NULL: all are trusted.
    ALTER TABLE analyses ADD COLUMN trusted BLOB;
    ALTER TABLE analyses ADD COLUMN damage TEXT NOT NULL DEFAULT '';
    -- What was measured of an encounter; NULL where it was not.
    ALTER TABLE encounters ADD COLUMN uniqueness REAL;
    ALTER TABLE encounters ADD COLUMN background_score REAL;
    ALTER TABLE encounters ADD COLUMN zoom_gain REAL;
    ALTER TABLE encounters ADD COLUMN elongation REAL;
    ALTER TABLE encounters ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
    -- What a delivery brought and nobody understood.
    CREATE TABLE unread (
        delivery TEXT NOT NULL,       -- as it ended below done/
        member TEXT NOT NULL,         -- its path in the delivery
        bytes INTEGER NOT NULL,
        reason TEXT NOT NULL,
        received TEXT NOT NULL,
        PRIMARY KEY (delivery, member)
    ) WITHOUT ROWID;
    """,
    """
    -- A clip's path below the inbox (in an archive, its path there behind it), and when
    -- its container was made, as it says; empty where this is unknown.
    ALTER TABLE clips ADD COLUMN source TEXT NOT NULL DEFAULT '';
    ALTER TABLE clips ADD COLUMN made TEXT NOT NULL DEFAULT '';
    -- What people told of starts, for clips that have come and that will come.
    CREATE TABLE times (
        name TEXT NOT NULL,           -- base name of the clip
        clip TEXT NOT NULL,           -- as it was told, maybe with folders
        scope TEXT NOT NULL,          -- the delivery or folder; empty for all
        sha256 TEXT NOT NULL,         -- empty where only the name is told
        start TEXT NOT NULL,
        utc_offset TEXT NOT NULL,
        date TEXT NOT NULL,           -- local
        told TEXT NOT NULL,
        PRIMARY KEY (name, clip, scope, sha256)
    ) WITHOUT ROWID;
    """,
    """
    -- What a clip is recognised by in other copies; see analysis.record.copies.
    CREATE TABLE prints (
        sha256 TEXT PRIMARY KEY REFERENCES clips,
        solid_bytes INTEGER NOT NULL, -- without the zeros that it ends in
        solid_sha256 TEXT NOT NULL,   -- of these bytes
        film TEXT NOT NULL,           -- sha256 of pictures; empty without
        filmed TEXT NOT NULL,         -- sha256 that its sidecar names; empty without
        fine BLOB NOT NULL,           -- see analysis.values.beginning
        pictures BLOB NOT NULL        -- a sum of each coded picture
    );
    CREATE INDEX prints_solid ON prints (solid_sha256);
    CREATE INDEX prints_film ON prints (film);
    CREATE INDEX prints_filmed ON prints (filmed);
    CREATE INDEX clips_begins ON clips (begins) WHERE begins <> '';
    CREATE INDEX clips_superseded ON clips (superseded_by) WHERE superseded_by <> '';
    """,
    """
    -- The rate that a raw stream states; NULL where it states none.
    ALTER TABLE analyses ADD COLUMN stream_rate REAL;
    """,
    """
    -- Lower scores are kept, too, down to this one: detections, and encounters with the
    -- status below. NULL where nothing below the threshold was kept.
    ALTER TABLE analyses ADD COLUMN kept_above REAL;
    -- What its status would be, were the threshold lower; empty but for those below it.
    ALTER TABLE encounters ADD COLUMN would_be TEXT NOT NULL DEFAULT '';
    """,
    """
    -- What moved and was not called a target; never counted.
    CREATE TABLE moments (
        sha256 TEXT NOT NULL,
        run INTEGER NOT NULL,
        moment INTEGER NOT NULL,      -- from 1 in its clip
        first_frame INTEGER NOT NULL,
        last_frame INTEGER NOT NULL,
        best_frame INTEGER NOT NULL,
        x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL, height REAL NOT NULL,
        strength REAL NOT NULL,
        uniqueness REAL NOT NULL,
        elongation REAL NOT NULL,
        zoom_gain REAL NOT NULL,
        snapshot TEXT NOT NULL,       -- path below results/
        PRIMARY KEY (sha256, run, moment)
    ) WITHOUT ROWID;
    """,
    COUNTLESS,
    """
    -- Sums of each clip's blocks, and where to compare one with holes first; see
    -- analysis.values.blocks.
    CREATE TABLE blocks (
        sha256 TEXT PRIMARY KEY REFERENCES clips,
        sums BLOB NOT NULL,           -- zeros for a block with a run of zeros
        anchor_at INTEGER,            -- NULL without holes
        anchor BLOB
    );
    -- 1: it is the clip that it begins but for zeros in it, and not its beginning.
    ALTER TABLE clips ADD COLUMN has_holes INTEGER NOT NULL DEFAULT 0;
    """,
    """
    -- Around what moved: corners as x,y x,y in thousandths of the frame; or empty.
    ALTER TABLE encounters ADD COLUMN outline TEXT NOT NULL DEFAULT '';
    """,
    TRACKS,
    """
    -- What the first clips of a run say against the way in which its model is used.
    CREATE TABLE doubts (
        sha256 TEXT NOT NULL REFERENCES clips, run INTEGER NOT NULL REFERENCES runs,
        reason TEXT NOT NULL,
        PRIMARY KEY (sha256, run)
    ) WITHOUT ROWID;
    """,
    LOOKED_AT,
    """
    -- Around what moved, as in encounters; empty where it is drawn into the picture.
    ALTER TABLE moments ADD COLUMN outline TEXT NOT NULL DEFAULT '';
    """,
    VERIFIED,
)
