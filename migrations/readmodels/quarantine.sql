-- One row per message that could not become a ticket by itself, changed once: when it is settled.
CREATE TABLE message (
    id         text        PRIMARY KEY,
    channel    text        NOT NULL,
    unit       text        NOT NULL,
    cause      text        NOT NULL,
    size       bigint      NOT NULL,
    digest     text        NOT NULL,
    truncated  boolean     NOT NULL,
    ticket     text        NOT NULL,
    message    text        NOT NULL,
    subject    text        NOT NULL,
    sender     text        NOT NULL,
    recipient  text        NOT NULL,
    detail     text        NOT NULL,
    entered_at timestamptz NOT NULL,
    settled_at timestamptz,
    how        text        NOT NULL,
    settled_by text        NOT NULL,
    opened     text        NOT NULL,
    reason     text        NOT NULL,
    position   bigint      NOT NULL
) WITH (fillfactor = 70);

-- indexes
CREATE INDEX message_entered ON message (entered_at, id);
CREATE INDEX message_waiting ON message (entered_at, id) WHERE settled_at IS NULL;
