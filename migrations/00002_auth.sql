-- Who may sign in, and with which bearer tokens. Authoritative. What people may do follows from their
-- posts (the staff and unit streams); only service accounts carry roles here.

-- +goose Up
CREATE SCHEMA auth;

CREATE TABLE auth.accounts (
    id            uuid        PRIMARY KEY,
    login         text        NOT NULL UNIQUE CHECK (login <> ''),
    -- argon2id in its encoded form, parameters and salt included. NULL: signs in by token alone.
    password_hash text        CHECK (password_hash LIKE '$argon2id$%'),
    -- The staff member this account acts as; NULL for a service account.
    staff         text        UNIQUE,
    -- The name written into event metadata, e.g. staff:s-104 or service:import.
    principal     text        NOT NULL UNIQUE CHECK (principal <> ''),
    -- Of service accounts only.
    roles         text[]      NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz,
    CHECK (staff IS NULL OR roles = '{}')
);

CREATE TABLE auth.tokens (
    -- SHA-256 of the token; the token itself is shown once and kept nowhere.
    digest     bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),
    account    uuid        NOT NULL REFERENCES auth.accounts (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- NULL: good until revoked by deleting the row.
    expires_at timestamptz CHECK (expires_at > created_at)
);

CREATE INDEX tokens_account ON auth.tokens (account);

-- +goose Down
DROP SCHEMA auth CASCADE;
