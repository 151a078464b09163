-- Which master key wraps what, so that master keys can be changed one batch after another (internal/vault), and the
-- digests by which a customer is found without its data being readable.

-- +goose Up
-- One row for every master key that something is wrapped under. The references below make it impossible to wrap under
-- a key that has been retired, whatever an old process still has in memory.
CREATE TABLE vault.masters (
    -- Given by the key service: file:<tink key id>, transit:<name>:v<version>
    name       text        PRIMARY KEY CHECK (name <> ''),
    -- A known text under this master key: tells at start whether the key at hand is the right one.
    sealed     bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- So far there was one, a tink keyset in a file; bytes 2 to 5 of what it sealed are the id of its key.
INSERT INTO vault.masters (name, sealed)
    SELECT 'file:' || encode(substr(sealed, 2, 4), 'hex'), sealed FROM vault.master_check;
DROP TABLE vault.master_check;

ALTER TABLE vault.keys ADD COLUMN master text REFERENCES vault.masters (name);
UPDATE vault.keys SET master = (SELECT name FROM vault.masters) WHERE wrapped IS NOT NULL;
ALTER TABLE vault.keys ADD CHECK ((wrapped IS NULL) = (master IS NULL));

ALTER TABLE vault.service_keys ADD COLUMN master text REFERENCES vault.masters (name);
UPDATE vault.service_keys SET master = (SELECT name FROM vault.masters);
ALTER TABLE vault.service_keys ALTER COLUMN master SET NOT NULL;

-- Keyed digests of what a customer is found by: an identity number, a telephone, a card. They go with the customer's key.
CREATE TABLE vault.lookups (
    kind     text   NOT NULL CHECK (kind <> ''),
    digest   bytea  NOT NULL CHECK (octet_length(digest) = 33),
    subject  text   NOT NULL REFERENCES vault.keys (subject),
    -- Of the event in the subject's stream that tells of it: whoever drops what is out of date keeps what came later.
    revision bigint NOT NULL,
    PRIMARY KEY (kind, digest, subject)
);

CREATE INDEX lookups_subject ON vault.lookups (subject);

-- +goose Down
DROP TABLE vault.lookups;
ALTER TABLE vault.service_keys DROP COLUMN master;
ALTER TABLE vault.keys DROP COLUMN master;
CREATE TABLE vault.master_check (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    sealed bytea   NOT NULL
);
INSERT INTO vault.master_check (sealed) SELECT sealed FROM vault.masters ORDER BY created_at DESC LIMIT 1;
DROP TABLE vault.masters;
