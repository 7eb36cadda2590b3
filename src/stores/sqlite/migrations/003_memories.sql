-- What is remembered about people. `vector`: float32, one behind the other, lower bytes first.

CREATE TABLE memories (
    owner TEXT NOT NULL, -- "user/7"
    id TEXT NOT NULL,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE, -- NULL: an anonymous session's
    embedder TEXT NOT NULL,
    revision BIGINT NOT NULL, -- of the owner, when it was last changed
    text TEXT NOT NULL,
    category TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX memories_by_time ON memories (owner, updated_at_ms, id);
CREATE INDEX memories_by_revision ON memories (owner, revision, id);
CREATE INDEX memories_by_embedder ON memories (embedder);
CREATE INDEX memories_of_users ON memories (user_id);

-- How far each owner's memories have come: see stores/sql_memories.h.
CREATE TABLE memory_owners (
    owner TEXT PRIMARY KEY,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    deletions BIGINT NOT NULL
);
CREATE INDEX memory_owners_of_users ON memory_owners (user_id);
