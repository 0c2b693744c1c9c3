-- What one learner could do to the others of a class: lock their tables, stand in their turn, learn of them from EXPLAIN.

-- Whose turn it is to write: the sessions of one learner write one after the other, and hold this row meanwhile. No
-- advisory lock: anybody may take one in anybody's name.
CREATE TABLE quizprep.turns (learner text COLLATE "C" PRIMARY KEY);

-- Who may delete from a table, or update it, may lock it against everybody else (LOCK TABLE): learners may do neither.
-- Rows that are theirs and no part of the log they take away through functions, which know them by their login.
REVOKE UPDATE, DELETE ON ALL TABLES IN SCHEMA quizprep FROM quizprep_learners;
CREATE FUNCTION quizprep.take_turn() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'INSERT INTO quizprep.turns VALUES (session_user)
        ON CONFLICT (learner) DO UPDATE SET learner = excluded.learner WHERE false';  -- the row is locked all the same
CREATE FUNCTION quizprep.forget_card(card text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'DELETE FROM quizprep.cards WHERE learner = session_user::text AND id = card';
CREATE FUNCTION quizprep.forget_cards() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'DELETE FROM quizprep.cards WHERE learner = session_user::text';
CREATE FUNCTION quizprep.forget_undone() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'DELETE FROM quizprep.undone WHERE learner = session_user::text';
CREATE FUNCTION quizprep.forget_names() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'DELETE FROM quizprep.names WHERE learner = session_user::text';
CREATE FUNCTION quizprep.share_no_longer(with_teacher text) RETURNS bigint  -- how many rows that took away
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'WITH gone AS (
        DELETE FROM quizprep.shares WHERE learner = session_user::text AND teacher = with_teacher RETURNING 1
    ) SELECT count(*) FROM gone';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA quizprep FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA quizprep TO quizprep_learners;

-- Whether there is something of a person of that name: somebody new of the same name must not come by it.
CREATE FUNCTION quizprep.is_known(name text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'SELECT EXISTS (SELECT FROM quizprep.reviews WHERE learner = name)
        OR EXISTS (SELECT FROM quizprep.shares WHERE learner = name OR teacher = name)';
REVOKE EXECUTE ON FUNCTION quizprep.is_known FROM PUBLIC;

-- No figures for the planner, from which EXPLAIN would tell how often something stands in the rows of others. Statements
-- look for one learner's rows, over indexes that begin with the learner, and need none.
DO $$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT attrelid::regclass AS owner, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'quizprep'::regnamespace AND relkind = 'r' AND attnum > 0
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', place.owner, place.attname);
    END LOOP;
END $$;
