-- One row per month that was frozen, of a unit or (with an empty unit) of the whole organisation. Figures stay in the events.
CREATE TABLE closings (
    id           text        PRIMARY KEY,
    unit         text        NOT NULL,
    month        text        NOT NULL,
    status       text        NOT NULL,
    round        bigint      NOT NULL,
    position     bigint      NOT NULL,
    as_of        timestamptz NOT NULL,
    digest       text        NOT NULL,
    frozen_by    text        NOT NULL,
    frozen_at    timestamptz NOT NULL,
    published_at timestamptz,
    appeal_until timestamptz,
    closed_at    timestamptz,
    closed_by    text        NOT NULL,
    appeals      bigint      NOT NULL,
    waiting      bigint      NOT NULL,
    contested    boolean     NOT NULL,
    revision     bigint      NOT NULL
) WITH (fillfactor = 70);
