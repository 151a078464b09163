-- Files that were uploaded (internal/attachment). The bytes lie sealed in a folder or bucket under their digest; here is
-- what waits to be attached, and what never will be. Authoritative.

-- +goose Up
CREATE SCHEMA attachments;

CREATE TABLE attachments.uploads (
    -- SHA-256 of the sealed bytes, in hexadecimal: the object's name.
    digest      text        PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    -- Under whose key it is sealed, and what alone it can be attached to: a stream name such as ticket-…
    stream      text        NOT NULL,
    principal   text        NOT NULL,
    -- Of the plain bytes, by what was found in them.
    size        bigint      NOT NULL CHECK (size > 0),
    media_type  text        NOT NULL,
    scan        text        NOT NULL CHECK (scan IN ('clean', 'not_scanned', 'infected')),
    -- What the scanner called it.
    threat      text        NOT NULL DEFAULT '' CHECK ((threat <> '') = (scan = 'infected')),
    -- The object is in its place.
    stored      boolean     NOT NULL DEFAULT false,
    touched_at  timestamptz NOT NULL DEFAULT now(),
    -- Found to be attached: never swept.
    attached_at timestamptz
);

CREATE INDEX uploads_waiting ON attachments.uploads (touched_at) WHERE attached_at IS NULL AND scan <> 'infected';

-- +goose Down
DROP SCHEMA attachments CASCADE;
