-- The keys of sealed content (internal/vault). Authoritative: back it up, together with the master key
-- file, which is not in the database. Losing either is the same as destroying every ticket.

-- +goose Up
CREATE SCHEMA vault;

CREATE TABLE vault.keys (
    id           uuid        PRIMARY KEY, -- version 7: in order of time
    -- Whose content the key seals: a stream name such as ticket-… or customer-…
    subject      text        NOT NULL UNIQUE,
    -- The data key under the master key. A destroyed key keeps its row, so that the subject never gets
    -- another and readers can tell "destroyed" from "unknown".
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

-- Keys of the service itself, such as the one for request digests: every version ever used stays readable.
CREATE TABLE vault.service_keys (
    purpose    text        NOT NULL,
    version    smallint    NOT NULL CHECK (version BETWEEN 1 AND 255),
    wrapped    bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purpose, version)
);

-- A known text sealed under the master key: tells at start whether the file at hand belongs to this vault.
CREATE TABLE vault.master_check (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    sealed bytea   NOT NULL
);

-- +goose Down
DROP SCHEMA vault CASCADE;
