package directory

import (
	"context"
	"fmt"
	"time"

	"docket/domain/unit"

	"github.com/jackc/pgx/v5"
)

// Place is where a list that is sorted by name goes on: after the row with this name and id.
type Place struct{ Name, ID string }

// UnitRow is a unit or group as of an instant.
type UnitRow struct {
	ID, Code, Name, Parent, Leader string
	Kind                           unit.Kind
	Active                         bool
	Settings                       unit.Settings
}

// UnitFilter narrows [Units]; zero values do not.
type UnitFilter struct {
	Kind   unit.Kind
	Parent string
	Active *bool
}

// Units lists units and groups as of an instant by name, from the tables; tx is of [projections.Runner.Read]. Next is nil
// when no more follow.
func Units(ctx context.Context, tx pgx.Tx, at time.Time, f UnitFilter, after *Place, limit int) (rows []UnitRow, next *Place, err error) {
	if after == nil {
		after = &Place{}
	}
	found, err := tx.Query(ctx, `
		SELECT u.id, u.code, u.name, u.parent, coalesce(l.leader, '') AS leader, u.kind, u.active, u.settings
		FROM units u
		LEFT JOIN leaders l ON l.unit = u.id AND l.valid_from <= @at AND (l.valid_to IS NULL OR l.valid_to > @at)
		WHERE u.valid_from <= @at AND (u.valid_to IS NULL OR u.valid_to > @at)
		  AND (@kind = '' OR u.kind = @kind) AND (@parent = '' OR u.parent = @parent)
		  AND (@active::boolean IS NULL OR u.active = @active)
		  AND (u.name COLLATE "C", u.id COLLATE "C") > (@name, @id)
		ORDER BY u.name COLLATE "C", u.id COLLATE "C" LIMIT @limit`,
		pgx.NamedArgs{"at": at, "kind": string(f.Kind), "parent": f.Parent, "active": f.Active, "name": after.Name, "id": after.ID, "limit": limit + 1})
	if err == nil {
		rows, err = pgx.CollectRows(found, pgx.RowToStructByName[UnitRow])
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list units: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = &Place{rows[limit-1].Name, rows[limit-1].ID}
	}
	return rows, next, nil
}

// StaffRow is a member of staff as of an instant; groups and posts are asked for by id (see [StaffFilter]).
type StaffRow struct {
	ID, Name, Number string
	Active           bool
}

// StaffFilter narrows [Staff]; zero values do not. Role and Unit are of one and the same post.
type StaffFilter struct {
	Group, Role, Unit string
	Active            *bool
}

// Staff lists people as of an instant by name, from the tables; tx is of [projections.Runner.Read]. Next is nil when no
// more follow.
func Staff(ctx context.Context, tx pgx.Tx, at time.Time, f StaffFilter, after *Place, limit int) (rows []StaffRow, next *Place, err error) {
	if after == nil {
		after = &Place{}
	}
	found, err := tx.Query(ctx, `
		SELECT s.id, s.name, s.number, s.active
		FROM staff s
		WHERE s.valid_from <= @at AND (s.valid_to IS NULL OR s.valid_to > @at)
		  AND (@active::boolean IS NULL OR s.active = @active)
		  AND (@group = '' OR EXISTS (SELECT FROM memberships m WHERE m.staff = s.id AND m.grp = @group
		       AND m.valid_from <= @at AND (m.valid_to IS NULL OR m.valid_to > @at)))
		  AND (@role = '' AND @unit = '' OR EXISTS (SELECT FROM posts p WHERE p.staff = s.id AND @role IN ('', p.role)
		       AND @unit IN ('', p.unit) AND p.valid_from <= @at AND (p.valid_to IS NULL OR p.valid_to > @at)))
		  AND (s.name COLLATE "C", s.id COLLATE "C") > (@name, @id)
		ORDER BY s.name COLLATE "C", s.id COLLATE "C" LIMIT @limit`,
		pgx.NamedArgs{"at": at, "group": f.Group, "role": f.Role, "unit": f.Unit, "active": f.Active, "name": after.Name, "id": after.ID, "limit": limit + 1})
	if err == nil {
		rows, err = pgx.CollectRows(found, pgx.RowToStructByName[StaffRow])
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list staff: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = &Place{rows[limit-1].Name, rows[limit-1].ID}
	}
	return rows, next, nil
}
