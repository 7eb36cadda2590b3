-- Who there is, and what lets them in. The tables are SQLite's, column for column. What is compared and sorted as a name is
-- COLLATE "C": by its bytes, the same in every database.

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never given out a second time
    creation_id TEXT COLLATE "C" NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    token_version BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE profiles (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    persona_name TEXT NOT NULL,
    persona_style TEXT NOT NULL,
    voice_id TEXT NOT NULL,
    voice_speed DOUBLE PRECISION NOT NULL,
    language TEXT NOT NULL,
    allowed_skills TEXT NOT NULL,      -- JSON: ["weather"]
    sealed_provider_keys TEXT NOT NULL -- JSON: {"openai": "…"}
);

CREATE TABLE api_keys (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    tail TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON: ["chat"]
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT NOT NULL
);
CREATE INDEX api_keys_of_users ON api_keys (user_id);

-- Refresh tokens that came one from another. Exchanges within a family wait for each other at its row.
CREATE TABLE refresh_families (
    family TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ended BIGINT NOT NULL, -- 1: one of them came a second time
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX refresh_families_of_users ON refresh_families (user_id);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at_ms);

CREATE TABLE refresh_tokens (
    hash TEXT COLLATE "C" PRIMARY KEY,
    family TEXT COLLATE "C" NOT NULL REFERENCES refresh_families (family) ON DELETE CASCADE,
    token_version BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    successor TEXT COLLATE "C" -- hash of what it was exchanged for; NULL: it has not been
);
CREATE INDEX refresh_tokens_of_families ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at_ms);
