-- What is remembered about people. `vector`: float32, one behind the other, lower bytes first. Where the database has pgvector, a
-- copy of it is in memory_embeddings (vector_step.h).

CREATE TABLE memories (
    owner TEXT COLLATE "C" NOT NULL, -- "user/7"
    id TEXT COLLATE "C" NOT NULL,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE, -- NULL: an anonymous session's
    embedder TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL, -- of the owner, when it was last changed
    text TEXT NOT NULL,
    category TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    vector BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);
-- Numbers like these cannot be compressed.
ALTER TABLE memories ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX memories_by_time ON memories (owner, updated_at_ms, id);
CREATE INDEX memories_by_revision ON memories (owner, revision, id);
CREATE INDEX memories_by_embedder ON memories (embedder);
CREATE INDEX memories_of_users ON memories (user_id);

-- How far each owner's memories have come: see stores/sql_memories.h.
CREATE TABLE memory_owners (
    owner TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    deletions BIGINT NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX memory_owners_of_users ON memory_owners (user_id);
