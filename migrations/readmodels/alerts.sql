-- One row per alert, changed once: when somebody has looked into it.
CREATE TABLE alerts (
    alert           text        PRIMARY KEY,
    kind            text        NOT NULL,
    principal       text        NOT NULL,
    person          text        NOT NULL,
    refusals        bigint      NOT NULL,
    targets         bigint      NOT NULL,
    since           timestamptz NOT NULL,
    until           timestamptz NOT NULL,
    raised_at       timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text        NOT NULL,
    conclusion      text        NOT NULL,
    text            text        NOT NULL
);

-- indexes
CREATE INDEX alerts_raised ON alerts (raised_at, alert);
