-- What users and their agents said to each other.

CREATE TABLE conversations (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_key TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    summarised BIGINT NOT NULL,
    messages BIGINT NOT NULL, -- how many it has; the position of the last
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    UNIQUE (user_id, session_key)
) WITH (fillfactor = 80); -- a row changes with each exchange, and stays on its page
CREATE INDEX conversations_by_time ON conversations (user_id, updated_at_ms, id);

CREATE TABLE messages (
    conversation_id TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    action TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, position)
);
CREATE UNIQUE INDEX messages_by_id ON messages (conversation_id, id);
