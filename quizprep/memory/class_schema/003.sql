-- A class's memory: the tables of schema.sql with its migrations up to 003, for many learners, each of whom is a role of
-- PostgreSQL. A row belongs to the role that wrote it, nobody else reads it, and the log is only ever added to. Run by
-- `quizprep class setup`; later versions are numbered files beside this one. Text is compared byte by byte, as SQLite does.

CREATE SCHEMA quizprep;

CREATE TABLE quizprep.version (number bigint NOT NULL);
INSERT INTO quizprep.version VALUES (3);

-- The truth: every event that ever happened, never changed and never deleted.
CREATE TABLE quizprep.reviews (
    learner     text COLLATE "C" NOT NULL DEFAULT current_user,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    id          text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    question    text COLLATE "C" NOT NULL,
    at          bigint NOT NULL,
    target      text COLLATE "C",
    until       bigint,
    seed        bigint,
    given       text COLLATE "C",
    expected    text COLLATE "C",
    results     text COLLATE "C",
    correct     bigint,
    mistake     text COLLATE "C",
    ms          double precision,
    device      text COLLATE "C",
    hinted      bigint,
    grade       bigint,
    day         bigint,
    repetition  bigint,
    previous    text COLLATE "C",
    predicted   double precision,
    scheduler   text COLLATE "C",
    state       bigint,
    step        bigint,
    stability   double precision,
    difficulty  double precision,
    due         bigint,
    checksum    bigint,
    PRIMARY KEY (learner, number),
    UNIQUE (learner, id)
);
CREATE INDEX reviews_by_question ON quizprep.reviews (learner, question, at, id);
CREATE INDEX reviews_by_time ON quizprep.reviews (learner, at, id);
CREATE INDEX reviews_by_day ON quizprep.reviews (learner, day) WHERE kind = 'review';
CREATE INDEX reviews_with_target ON quizprep.reviews (learner, kind, target) WHERE target IS NOT NULL;

CREATE TABLE quizprep.schedulers (
    learner text COLLATE "C" NOT NULL DEFAULT current_user,
    id      text COLLATE "C" NOT NULL,
    options text COLLATE "C" NOT NULL,
    PRIMARY KEY (learner, id)
);

-- Derived from the log.
CREATE TABLE quizprep.cards (
    learner      text COLLATE "C" NOT NULL DEFAULT current_user,
    id           text COLLATE "C" NOT NULL,
    state        bigint,
    step         bigint,
    stability    double precision,
    difficulty   double precision,
    due          bigint,
    last_review  bigint,
    day          bigint,
    last_id      text COLLATE "C",
    reps         bigint NOT NULL,
    lapses       bigint NOT NULL,
    correct      bigint NOT NULL,
    ms           double precision NOT NULL,
    suspended    bigint NOT NULL,
    buried_until bigint NOT NULL,
    changed      bigint NOT NULL,
    checksum     bigint,
    PRIMARY KEY (learner, id)
);
CREATE INDEX cards_due ON quizprep.cards (learner, state, due) WHERE suspended = 0 AND due IS NOT NULL;

CREATE TABLE quizprep.undone (
    learner text COLLATE "C" NOT NULL DEFAULT current_user,
    review  bigint NOT NULL,
    PRIMARY KEY (learner, review)
);

CREATE TABLE quizprep.names (
    learner text COLLATE "C" NOT NULL DEFAULT current_user,
    old     text COLLATE "C" NOT NULL,
    current text COLLATE "C" NOT NULL,
    PRIMARY KEY (learner, old)
);
CREATE INDEX names_by_current ON quizprep.names (learner, current);

-- With which teachers a learner shares all answers.
CREATE TABLE quizprep.shares (
    learner text COLLATE "C" NOT NULL DEFAULT current_user,
    teacher text COLLATE "C" NOT NULL,
    PRIMARY KEY (learner, teacher)
);

ALTER TABLE quizprep.reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizprep.schedulers ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizprep.cards ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizprep.undone ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizprep.names ENABLE ROW LEVEL SECURITY;
ALTER TABLE quizprep.shares ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON quizprep.reviews USING (learner = current_user::text);
CREATE POLICY own ON quizprep.schedulers USING (learner = current_user::text);
CREATE POLICY own ON quizprep.cards USING (learner = current_user::text);
CREATE POLICY own ON quizprep.undone USING (learner = current_user::text);
CREATE POLICY own ON quizprep.names USING (learner = current_user::text);
CREATE POLICY own ON quizprep.shares USING (learner = current_user::text);

GRANT USAGE ON SCHEMA quizprep TO quizprep_learners, quizprep_teachers;
GRANT SELECT ON quizprep.version TO quizprep_learners, quizprep_teachers;
GRANT SELECT, INSERT ON quizprep.reviews, quizprep.schedulers TO quizprep_learners;
GRANT SELECT, INSERT, UPDATE, DELETE ON quizprep.cards, quizprep.undone, quizprep.names TO quizprep_learners;
GRANT SELECT, INSERT, DELETE ON quizprep.shares TO quizprep_learners;

-- What a teacher reads: the same tables, of the one learner that the setting `quizprep.learner` names, and nothing unless
-- that learner shares with the teacher. The views read as their owner, which is nobody's login.
CREATE SCHEMA quizprep_shared;
GRANT USAGE ON SCHEMA quizprep_shared TO quizprep_teachers;

CREATE VIEW quizprep_shared.learners WITH (security_barrier) AS
    SELECT learner FROM quizprep.shares WHERE teacher = current_user::text;
CREATE VIEW quizprep_shared.version AS SELECT number FROM quizprep.version;
CREATE VIEW quizprep_shared.reviews WITH (security_barrier) AS
    SELECT number, id, kind, question, at, target, until, seed, given, expected, results, correct, mistake, ms, device,
        hinted, grade, day, repetition, previous, predicted, scheduler, state, step, stability, difficulty, due, checksum
    FROM quizprep.reviews JOIN quizprep.shares USING (learner)
    WHERE teacher = current_user::text AND learner = current_setting('quizprep.learner', true);
CREATE VIEW quizprep_shared.schedulers WITH (security_barrier) AS
    SELECT id, options FROM quizprep.schedulers JOIN quizprep.shares USING (learner)
    WHERE teacher = current_user::text AND learner = current_setting('quizprep.learner', true);
CREATE VIEW quizprep_shared.cards WITH (security_barrier) AS
    SELECT id, state, step, stability, difficulty, due, last_review, day, last_id, reps, lapses, correct, ms, suspended,
        buried_until, changed, checksum
    FROM quizprep.cards JOIN quizprep.shares USING (learner)
    WHERE teacher = current_user::text AND learner = current_setting('quizprep.learner', true);
CREATE VIEW quizprep_shared.undone WITH (security_barrier) AS
    SELECT review FROM quizprep.undone JOIN quizprep.shares USING (learner)
    WHERE teacher = current_user::text AND learner = current_setting('quizprep.learner', true);
CREATE VIEW quizprep_shared.names WITH (security_barrier) AS
    SELECT old, current FROM quizprep.names JOIN quizprep.shares USING (learner)
    WHERE teacher = current_user::text AND learner = current_setting('quizprep.learner', true);
GRANT SELECT ON ALL TABLES IN SCHEMA quizprep_shared TO quizprep_teachers;
