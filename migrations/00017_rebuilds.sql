-- How far rebuilds of read models are, for whoever looks from outside (package projections). A row goes when its rebuild has
-- ended well; one that stays while nobody holds its lock tells of a rebuild that was cut off.

-- +goose Up
CREATE TABLE projections.rebuild (
    model      text             PRIMARY KEY,
    phase      text             NOT NULL,
    events     bigint           NOT NULL, -- folded
    position   bigint           NOT NULL, -- of the log, folded up to here
    head       bigint           NOT NULL, -- where the log ended when the rebuild began
    resumed    bigint           NOT NULL, -- where it went on after being cut off; 0: from the beginning
    kept       bigint           NOT NULL, -- where it would go on
    per_second double precision NOT NULL,
    ends       timestamptz,               -- estimate
    began      timestamptz      NOT NULL,
    told       timestamptz      NOT NULL,
    lock       bigint           NOT NULL  -- the advisory lock that it holds
);

-- +goose Down
DROP TABLE projections.rebuild;
