-- The steps that tickets took, as of any position P of the log. Positions are those of the events. All instants are
-- milliseconds since 1970 in UTC; times are effective times. One narrow row for each step, since percentiles want every
-- value; what a ticket was and where it lay is told once, in places, for all steps until that changed.

-- One row per ticket: what the fold remembers, and with it the newest step.
CREATE TABLE cases (
    ticket   text    PRIMARY KEY,
    place    bigint  NOT NULL,
    unit     text    NOT NULL,
    grp      text    NOT NULL,
    type     text    NOT NULL,
    template text    NOT NULL,
    version  bigint  NOT NULL,
    activity text    NOT NULL,
    pos      bigint  NOT NULL,
    at_ms    bigint  NOT NULL,
    over     boolean NOT NULL,
    revision bigint  NOT NULL
) WITH (fillfactor = 70);

-- What a ticket was from the event at pos on: where it lay, its business type, the template it followed.
CREATE TABLE places (
    pos      bigint PRIMARY KEY,
    ticket   text   NOT NULL,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    type     text   NOT NULL,
    template text   NOT NULL,
    version  bigint NOT NULL
);

-- A step: from the activity before to this one, never taken back. from_activity is empty for a ticket's first step, and
-- from_ms is then at_ms. over tells whether the ticket was over after it, from_over and from_place what was so before.
CREATE TABLE steps (
    pos           bigint  PRIMARY KEY,
    place         bigint  NOT NULL,
    from_activity text    NOT NULL,
    activity      text    NOT NULL,
    from_ms       bigint  NOT NULL,
    at_ms         bigint  NOT NULL,
    over          boolean NOT NULL,
    from_over     boolean NOT NULL,
    from_place    bigint  NOT NULL
);

-- Steps added up by day (package days) and way, as of summed.upto: how many, and how long each took, eight bytes a step. A way from an
-- activity to 'end' or 'stands' counts the tickets whose newest step it is. This is not folded but follows from the tables above.
CREATE TABLE ways (
    way           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit          text   NOT NULL,
    grp           text   NOT NULL,
    from_activity text   NOT NULL,
    activity      text   NOT NULL,
    UNIQUE (unit, grp, from_activity, activity)
);
CREATE TABLE sums (
    day     bigint NOT NULL,
    way     bigint NOT NULL,
    steps   bigint NOT NULL,
    lengths bytea  NOT NULL,
    PRIMARY KEY (day, way)
) WITH (fillfactor = 70);
CREATE TABLE summed (upto bigint NOT NULL);
INSERT INTO summed VALUES (0);

-- indexes
CREATE INDEX steps_at ON steps (at_ms, pos);
