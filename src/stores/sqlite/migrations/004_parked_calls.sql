-- Calls that somebody may come back to after their line was lost: see stores/parked_calls.h.

CREATE TABLE parked_calls (
    token_hash TEXT PRIMARY KEY,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE, -- NULL: nobody's
    epoch BIGINT NOT NULL,
    state TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX parked_calls_by_user ON parked_calls (user_id);
CREATE INDEX parked_calls_by_expiry ON parked_calls (expires_at_ms);
