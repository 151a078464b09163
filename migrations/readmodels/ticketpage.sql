-- Where a ticket stands. Nothing that changes is indexed, so that updates stay within their page (HOT).
CREATE TABLE head (
    ticket        text        PRIMARY KEY,
    number        text        NOT NULL,
    status        text        NOT NULL,
    unit          text        NOT NULL,
    grp           text        NOT NULL,
    handler       text        NOT NULL,
    completer     text        NOT NULL,
    round         bigint      NOT NULL,
    paused        text        NOT NULL,
    paused_at     timestamptz,
    handover      bigint      NOT NULL,
    receiver      text        NOT NULL,
    offered_at    timestamptz,
    handovers     bigint      NOT NULL,
    due_at        timestamptz,
    urgency       text        NOT NULL,
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    revision      bigint      NOT NULL,
    position      bigint      NOT NULL
) WITH (fillfactor = 70);

-- What was filled in at first; written once. What is filled in or corrected later is in the timeline.
CREATE TABLE form (
    ticket             text  PRIMARY KEY,
    type               text  NOT NULL,
    channel            text  NOT NULL,
    urgency            text  NOT NULL,
    title              text  NOT NULL,
    description        text  NOT NULL,
    customer           text  NOT NULL,
    customer_name      text  NOT NULL,
    customer_phone     text  NOT NULL, -- masked
    customer_id_number text  NOT NULL, -- masked
    reference          text  NOT NULL,
    policy             jsonb NOT NULL,
    masked             jsonb NOT NULL,
    destroyed          jsonb NOT NULL
);

-- One line per event; only ever added to.
CREATE TABLE entry (
    ticket       text        NOT NULL,
    revision     bigint      NOT NULL,
    position     bigint      NOT NULL,
    type         text        NOT NULL,
    actor        text        NOT NULL,
    principal    text        NOT NULL,
    on_behalf_of text        NOT NULL,
    role         text        NOT NULL,
    post_unit    text        NOT NULL,
    rule         text        NOT NULL,
    channel      text        NOT NULL,
    command      text        NOT NULL,
    effective_at timestamptz NOT NULL,
    decided_at   timestamptz NOT NULL,
    why          text        NOT NULL,
    body         text        NOT NULL,
    detail       jsonb       NOT NULL,
    PRIMARY KEY (ticket, revision)
);

-- indexes
CREATE INDEX head_number ON head (number);
