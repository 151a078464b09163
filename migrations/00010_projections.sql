-- Which build of each read model is live and how far each has read (package projections). Together with the
-- schemas <model>_v<n> it may be thrown away: docket builds all of it again from the events.

-- +goose Up
CREATE SCHEMA projections;

-- One row per model: queries and runners follow it.
CREATE TABLE projections.live (
    model      text   PRIMARY KEY,
    -- The build in use; its tables lie in schema <model>_v<version>. Counts up with every rebuild.
    version    bigint NOT NULL,
    -- The program's version of the model that the build was made by, and a digest of its SQL.
    definition bigint NOT NULL,
    digest     text   NOT NULL
);

-- The commit position in $all up to which a build has applied every event. Moved in the transaction that
-- writes the rows, and only by a runner that knows where it stands: that fences off all others.
CREATE TABLE projections.checkpoint (
    model   text   NOT NULL,
    version bigint NOT NULL,
    pos     bigint NOT NULL CHECK (pos >= 0),
    PRIMARY KEY (model, version)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- +goose Down
DROP SCHEMA projections CASCADE;
