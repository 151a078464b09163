-- Whose exports there are, and until when their files are kept (package processes). What was asked and what came of it stands in
-- the streams; this is their list, and the sweeper's.

-- +goose Up
CREATE TABLE processes.exports (
    export       text        PRIMARY KEY,
    staff        text        NOT NULL,
    requested_at timestamptz NOT NULL,
    ends_at      timestamptz,
    dropped      boolean     NOT NULL DEFAULT false
);
CREATE INDEX exports_staff ON processes.exports (staff, requested_at DESC, export);
CREATE INDEX exports_ends ON processes.exports (ends_at) WHERE NOT dropped AND ends_at IS NOT NULL;

-- +goose Down
DROP TABLE processes.exports;
