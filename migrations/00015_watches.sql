-- What watches over people, files and refused reads must not forget (package processes).

-- +goose Up

-- Lines of the inbox may be about other things than tickets; ticket is empty then.
ALTER TABLE processes.inbox ADD COLUMN about text NOT NULL DEFAULT '';

-- Reads that were refused lately, until they are too old to count or an alert was raised over them.
CREATE TABLE processes.refused (
    event     uuid        PRIMARY KEY,
    principal text        NOT NULL,
    staff     text        NOT NULL,
    at        timestamptz NOT NULL,
    weight    integer     NOT NULL, -- 1, and those that were only counted
    target    text        NOT NULL
);
CREATE INDEX refused_principal ON processes.refused (principal, at);

-- Until when no further alert is raised over whom.
CREATE TABLE processes.alerted (
    principal text        PRIMARY KEY,
    until     timestamptz NOT NULL
);

-- +goose Down
DROP TABLE processes.alerted;
DROP TABLE processes.refused;
ALTER TABLE processes.inbox DROP COLUMN about;
