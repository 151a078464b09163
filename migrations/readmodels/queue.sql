-- One row per ticket. Positions and times of change are in no index, so that most updates stay within their page (HOT).
CREATE TABLE queue (
    ticket        text        PRIMARY KEY,
    number        text        NOT NULL,
    type          text        NOT NULL,
    title         text        NOT NULL,
    reference     text        NOT NULL,
    customer      text        NOT NULL,
    channel       text        NOT NULL,
    urgency       text        NOT NULL,
    unit          text        NOT NULL,
    grp           text        NOT NULL,
    handler       text        NOT NULL,
    status        text        NOT NULL,
    open          boolean     NOT NULL,
    paused        text        NOT NULL,
    paused_at     timestamptz,
    handover      bigint      NOT NULL,
    receiver      text        NOT NULL,
    offered_at    timestamptz,
    handovers     bigint      NOT NULL,
    round         bigint      NOT NULL,
    due_at        timestamptz,
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    revision      bigint      NOT NULL,
    position      bigint      NOT NULL
) WITH (fillfactor = 70);

-- indexes
-- The three orders, each for open and for finished tickets. A ticket without a promised date comes last.
CREATE INDEX queue_due ON queue (open, coalesce(due_at, 'infinity'::timestamptz), ticket);
CREATE INDEX queue_registered ON queue (open, registered_at, ticket);
CREATE INDEX queue_number ON queue (open, number, ticket);
-- Short lists: what somebody holds, what waits for somebody's answer, what lies with a group.
CREATE INDEX queue_handler ON queue (handler) WHERE open AND handler <> '';
CREATE INDEX queue_receiver ON queue (receiver) WHERE receiver <> '';
CREATE INDEX queue_group ON queue (grp);
-- What a customer came with before.
CREATE INDEX queue_customer ON queue (customer, type, registered_at) WHERE customer <> '';
