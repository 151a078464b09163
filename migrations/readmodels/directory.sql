-- The organisation, effective-dated: a row holds from valid_from up to, not including, valid_to; no valid_to: until
-- further notice.

-- What has been recorded of each unit and person, in the order in which it took effect. Everything else here is derived
-- from it, and views in memory begin with it.
CREATE TABLE history (
    stream  text  PRIMARY KEY,
    changes jsonb NOT NULL
);

CREATE TABLE units (
    id         text        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    kind       text        NOT NULL,
    code       text        NOT NULL,
    name       text        NOT NULL,
    parent     text        NOT NULL,
    active     boolean     NOT NULL,
    settings   jsonb       NOT NULL,
    PRIMARY KEY (id, valid_from)
);

CREATE TABLE leaders (
    unit       text        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    leader     text        NOT NULL,
    PRIMARY KEY (unit, valid_from)
);

CREATE TABLE staff (
    id         text        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    name       text        NOT NULL,
    number     text        NOT NULL,
    active     boolean     NOT NULL,
    PRIMARY KEY (id, valid_from)
);

CREATE TABLE memberships (
    staff      text        NOT NULL,
    grp        text        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    PRIMARY KEY (staff, grp, valid_from)
);

CREATE TABLE posts (
    staff      text        NOT NULL,
    role       text        NOT NULL,
    unit       text        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    PRIMARY KEY (staff, role, unit, valid_from)
);

-- indexes
CREATE INDEX memberships_group ON memberships (grp, valid_from);
CREATE INDEX posts_unit ON posts (unit, role, valid_from);
CREATE INDEX leaders_leader ON leaders (leader, valid_from);
CREATE INDEX units_parent ON units (parent, valid_from);
