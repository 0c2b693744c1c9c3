-- A checksum of the values of each event and each card (rows.py says how it is made); none for an event that is no
-- event, because the file was damaged before.
ALTER TABLE reviews ADD COLUMN checksum INTEGER;
UPDATE reviews SET checksum = event_checksum(
    id, kind, question, at, target, until, seed, given, expected, results, correct, mistake, ms,
    device, hinted, grade, day, repetition, previous, predicted, scheduler, state, step, stability,
    difficulty, due
);
ALTER TABLE cards ADD COLUMN checksum INTEGER;
UPDATE cards SET checksum = checksum(
    id, state, step, stability, difficulty, due, last_review, day, last_id, reps, lapses, correct,
    ms, suspended, buried_until, changed
);
