-- One row per ticket. Positions and times of change are in no index, so that most updates stay within their page (HOT).
CREATE TABLE queue (
    ticket        text        PRIMARY KEY,
    number        text        NOT NULL,
    type          text        NOT NULL,
    template      text        NOT NULL,
    version       bigint      NOT NULL,
    title         text        NOT NULL,
    reference     text        NOT NULL,
    customer      text        NOT NULL,
    channel       text        NOT NULL,
    urgency       text        NOT NULL,
    rank          bigint      NOT NULL, -- of the urgency
    unit          text        NOT NULL,
    grp           text        NOT NULL,
    fallback      boolean     NOT NULL,
    handler       text        NOT NULL,
    status        text        NOT NULL,
    open          boolean     NOT NULL,
    stage         text        NOT NULL, -- that waits for its decision
    stage_role    text        NOT NULL,
    barred        jsonb,                -- staff who must not decide it
    paused        text        NOT NULL,
    paused_at     timestamptz,
    paused_why    text        NOT NULL,
    handover      bigint      NOT NULL,
    receiver      text        NOT NULL,
    offered_at    timestamptz,
    handovers     bigint      NOT NULL,
    helping       jsonb,                -- who does a sub-task of it, or helps
    round         bigint      NOT NULL,
    weight        bigint      NOT NULL,
    due_at        timestamptz,
    limited       boolean     NOT NULL, -- a limit for the whole has been set
    half_at       timestamptz, -- 50, 80 and 100 percent of the limit are used up
    most_at       timestamptz,
    over_at       timestamptz,
    deadline_at   timestamptz, -- the next date of any limit
    deadline      text        NOT NULL,
    reported_at   timestamptz,
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    revision      bigint      NOT NULL,
    position      bigint      NOT NULL
) WITH (fillfactor = 70);

-- Beside the rows of planned tickets: what their stages and limits depend on.
CREATE TABLE track (
    ticket text  PRIMARY KEY,
    life   jsonb NOT NULL
) WITH (fillfactor = 70);

-- Routes of the versions of templates.
CREATE TABLE edition (
    template text   NOT NULL,
    version  bigint NOT NULL,
    stages   jsonb,
    weight   bigint NOT NULL,
    PRIMARY KEY (template, version)
);

-- Saved views; few.
CREATE TABLE view (
    id         text        PRIMARY KEY,
    name       text        NOT NULL,
    owner      text        NOT NULL,
    level      text        NOT NULL,
    unit       text        NOT NULL,
    filter     jsonb       NOT NULL,
    sort       text        NOT NULL,
    columns    jsonb,
    pins       jsonb,
    changed_at timestamptz NOT NULL,
    revision   bigint      NOT NULL,
    position   bigint      NOT NULL
);

-- When open tickets come into another band of their limit by time alone.
CREATE TABLE turn (
    at     timestamptz NOT NULL,
    ticket text        NOT NULL,
    PRIMARY KEY (at, ticket)
);

-- indexes
-- Three orders over all tickets, each for open and for finished ones. A ticket without a promised date comes last.
CREATE INDEX queue_due ON queue (open, coalesce(due_at, 'infinity'::timestamptz), ticket);
CREATE INDEX queue_registered ON queue (open, registered_at, ticket);
CREATE INDEX queue_number ON queue (open, number, ticket);
-- What is open, by urgency and by place; small beside the finished ones, however many these are.
CREATE INDEX queue_urgency ON queue (rank, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open;
CREATE INDEX queue_unit ON queue (unit, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open;
CREATE INDEX queue_group ON queue (grp, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open;
CREATE INDEX queue_unit_urgency ON queue (unit, rank, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open;
CREATE INDEX queue_group_urgency ON queue (grp, rank, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open;
-- What a group has finished, in the order in which it came.
CREATE INDEX queue_grouped ON queue (grp, registered_at, ticket) WHERE NOT open;
-- Short lists: what somebody holds, what waits for somebody's answer, what waits for a stage.
CREATE INDEX queue_handler ON queue (handler, coalesce(due_at, 'infinity'::timestamptz), ticket) WHERE open AND handler <> '';
CREATE INDEX queue_receiver ON queue (receiver) WHERE receiver <> '';
CREATE INDEX queue_helping ON queue USING gin (helping jsonb_path_ops) WHERE helping IS NOT NULL;
CREATE INDEX queue_stage ON queue (stage) WHERE stage <> '';
-- Stages to decide, in the order of their limits.
CREATE INDEX queue_deciding ON queue (coalesce(deadline_at, 'infinity'::timestamptz), ticket) WHERE open AND stage <> '';
-- What a customer came with before.
CREATE INDEX queue_customer ON queue (customer, registered_at) WHERE customer <> '';
