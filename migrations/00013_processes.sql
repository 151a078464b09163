-- What reactions and timers must not forget (package processes). None of it can be rebuilt from the events without firing
-- again what has been fired, so it lasts and belongs into the backup.

-- +goose Up
CREATE SCHEMA processes;

-- The commit position in $all up to which a process has dealt with every event.
CREATE TABLE processes.checkpoint (
    process text   PRIMARY KEY,
    pos     bigint NOT NULL CHECK (pos >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What becomes due, and by which command it is fired. One row for one thing of one stream: a date that moves updates it.
CREATE TABLE processes.due (
    stream  text        NOT NULL,
    kind    text        NOT NULL,
    round   integer     NOT NULL,
    due_at  timestamptz NOT NULL,
    command text        NOT NULL,
    payload jsonb       NOT NULL,
    -- After a failure that may pass, not before this.
    next_at timestamptz NOT NULL,
    tries   integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (stream, kind, round)
);
CREATE INDEX due_next ON processes.due (next_at);

-- Who holds which ticket, for when somebody can hold none any more.
CREATE TABLE processes.held (
    ticket  text    PRIMARY KEY,
    handler text    NOT NULL DEFAULT '',
    grp     text    NOT NULL DEFAULT '',
    open    boolean NOT NULL DEFAULT true
);
CREATE INDEX held_handler ON processes.held (handler) WHERE open AND handler <> '';

-- What people of the house are told about (in-app notices), newest last.
CREATE TABLE processes.inbox (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff   text        NOT NULL,
    event   uuid        NOT NULL,
    ticket  text        NOT NULL,
    kind    text        NOT NULL,
    at      timestamptz NOT NULL,
    read_at timestamptz,
    UNIQUE (staff, event, kind)
);
CREATE INDEX inbox_unread ON processes.inbox (staff, id) WHERE read_at IS NULL;

-- The jobs of deliveries to the outside; the tables in it are River's own.
CREATE SCHEMA jobs;

-- +goose Down
DROP SCHEMA jobs CASCADE;
DROP SCHEMA processes CASCADE;
