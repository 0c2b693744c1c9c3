-- The learner's memory, version 1. Never edited once released: later versions are numbered files
-- in migrations/. Instants are microseconds since 1970 in UTC; study days are proleptic ordinals
-- (date.toordinal); given, expected and results are JSON.

PRAGMA application_id = 0x51505250;

-- The truth: every event that ever happened, never changed and never deleted.
CREATE TABLE reviews (
    number      INTEGER PRIMARY KEY,  -- order of arrival on this machine
    id          TEXT NOT NULL UNIQUE, -- the event's own name, the same on every machine
    kind        TEXT NOT NULL,        -- review, undo, bury, unbury, suspend, unsuspend, rename
    question    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    target      TEXT,                 -- undo: the id of the event taken back; rename: the new name
    until       INTEGER,              -- bury: when the card may be shown again
    -- the attempt
    seed        INTEGER,
    given       TEXT,
    expected    TEXT,
    results     TEXT,
    correct     INTEGER,
    mistake     TEXT,
    ms          REAL,                 -- the learner's time
    device      TEXT,
    hinted      INTEGER,
    -- the review
    grade       INTEGER,              -- 1 again, 2 hard, 3 good, 4 easy
    day         INTEGER,              -- the study day it was done on
    repetition  INTEGER,              -- reviews of the card before this one
    previous    TEXT,                 -- id of the card's review before this one
    predicted   REAL,                 -- chance of recall foreseen; only where a day or more had passed
    scheduler   TEXT REFERENCES schedulers (id),
    -- the card's memory after it
    state       INTEGER,              -- 1 learning, 2 review, 3 relearning
    step        INTEGER,
    stability   REAL,
    difficulty  REAL,
    due         INTEGER
);
CREATE INDEX reviews_by_question ON reviews (question, at, id);
CREATE INDEX reviews_by_time ON reviews (at);
CREATE INDEX reviews_by_day ON reviews (day, grade, correct, ms, predicted, repetition) WHERE kind = 'review';
CREATE INDEX reviews_with_target ON reviews (kind, target) WHERE target IS NOT NULL;

-- The options that reviews were scheduled with, by the hash of their content.
CREATE TABLE schedulers (
    id      TEXT PRIMARY KEY,
    options TEXT NOT NULL
) WITHOUT ROWID;

-- Everything below is derived from the log, and `quizprep doctor --repair` can make it again.

CREATE TABLE cards (
    id           TEXT PRIMARY KEY,    -- the question's present id
    state        INTEGER,
    step         INTEGER,
    stability    REAL,
    difficulty   REAL,
    due          INTEGER,
    last_review  INTEGER,
    day          INTEGER,
    last_id      TEXT,                -- id of the last review
    reps         INTEGER NOT NULL,
    lapses       INTEGER NOT NULL,
    correct      INTEGER NOT NULL,
    ms           REAL NOT NULL,
    suspended    INTEGER NOT NULL,
    buried_until INTEGER NOT NULL,    -- 0 where not buried
    changed      INTEGER NOT NULL     -- instant of the last event that still counts
) WITHOUT ROWID;
CREATE INDEX cards_due ON cards (state, due, buried_until, last_review, stability)
    WHERE suspended = 0 AND due IS NOT NULL;
CREATE INDEX cards_by_lapses ON cards (lapses) WHERE lapses > 0;

-- Events that were taken back.
CREATE TABLE undone (review INTEGER PRIMARY KEY REFERENCES reviews (number));

-- Former ids of questions.
CREATE TABLE names (
    old     TEXT PRIMARY KEY,
    current TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX names_by_current ON names (current);
