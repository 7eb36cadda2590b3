-- Jobs that several servers work on together: stores/job_ledger.h says how. Times are the database's own.

CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    queue TEXT COLLATE "C" NOT NULL,
    stage BIGINT NOT NULL,             -- 0 received, 1 transcribing, 2 thinking, 3 done, 4 error
    text TEXT NOT NULL,                -- what was understood
    response TEXT NOT NULL,
    fault TEXT COLLATE "C" NOT NULL,   -- of an error, its code
    attempt BIGINT NOT NULL,           -- how often it was taken: what is written names it
    holder TEXT COLLATE "C" NOT NULL,  -- whose taking has it; empty: nobody's
    leased_until_ms BIGINT NOT NULL,   -- 0: nobody has it
    lost BIGINT NOT NULL,              -- how many leases ran out
    recording_bytes BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT                 -- NULL until the end
) WITH (fillfactor = 70); -- a row changes several times within seconds, and stays on its page
CREATE INDEX jobs_open ON jobs (queue, received_at_ms, id) WHERE ended_at_ms IS NULL;
CREATE INDEX jobs_ended ON jobs (queue, ended_at_ms, id) WHERE ended_at_ms IS NOT NULL;

-- Until they are understood; apart, so that the rows above stay small. Sound does not get smaller by packing.
CREATE TABLE job_recordings (
    job_id TEXT COLLATE "C" PRIMARY KEY,
    recording BYTEA NOT NULL
);
ALTER TABLE job_recordings ALTER COLUMN recording SET STORAGE EXTERNAL;
