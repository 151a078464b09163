-- The tree over all events (package merkle): the key that signs its heads, and its hashes. The hashes can be made again from the
-- log, but as they were noted when the events came in they name the very event that was changed later.

-- +goose Up
CREATE SCHEMA merkle;

-- The one key. Its secret half is sealed by the vault.
CREATE TABLE merkle.signer (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    verifier text    NOT NULL, -- public key, in the form of signed notes
    key      text    NOT NULL, -- of the vault
    sealed   bytea   NOT NULL
);

-- How far the log has been hashed.
CREATE TABLE merkle.progress (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    size     bigint  NOT NULL DEFAULT 0, -- leaves
    position bigint  NOT NULL DEFAULT 0, -- commit position in $all
    unsigned bigint  NOT NULL DEFAULT 0  -- leaves since the last tree head that are no tree heads
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO merkle.progress DEFAULT VALUES;

-- Runs of 256 hashes, of every eighth level of the tree (C2SP tlog-tiles); the last of a level is shorter.
CREATE TABLE merkle.tile (
    level     smallint NOT NULL,
    n         bigint   NOT NULL,
    hashes    bytea    NOT NULL,
    first     bigint,  -- of leaves: commit position of the first
    positions bytea,   -- of leaves: commit positions of all, 8 bytes each, big-endian
    PRIMARY KEY (level, n)
);
ALTER TABLE merkle.tile ALTER COLUMN hashes SET STORAGE EXTERNAL, ALTER COLUMN positions SET STORAGE MAIN;
CREATE INDEX tile_first ON merkle.tile (first) WHERE level = 0;

-- The tree heads that were met in the log.
CREATE TABLE merkle.head (
    size       bigint PRIMARY KEY,
    position   bigint NOT NULL, -- commit position of the last event covered
    checkpoint bytea  NOT NULL
);
CREATE INDEX head_position ON merkle.head (position);

-- +goose Down
DROP SCHEMA merkle CASCADE;
