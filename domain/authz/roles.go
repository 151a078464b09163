package authz

import (
	"maps"
	"slices"
)

// Permissions of the ticket.
const (
	TicketRegister Permission = "ticket.register"
	TicketAccept   Permission = "ticket.accept"
	TicketAssign   Permission = "ticket.assign" // to a group or a handler
	TicketTake     Permission = "ticket.take"
	TicketHandle   Permission = "ticket.handle"  // work, pause, resume, complete, offer a handover
	TicketReceive  Permission = "ticket.receive" // accept or refuse a handover
	TicketNote     Permission = "ticket.note"
	TicketReview   Permission = "ticket.review"
	TicketDeliver  Permission = "ticket.deliver"
	TicketReopen   Permission = "ticket.reopen"
	TicketClose    Permission = "ticket.close"
	TicketCancel   Permission = "ticket.cancel"
	TicketRead     Permission = "ticket.read"
	TicketHistory  Permission = "ticket.history"
)

// Permissions of the organisation, the read side and the service itself.
const (
	OrganisationManage Permission = "organisation.manage" // units, groups, staff, posts, memberships
	OrganisationRead   Permission = "organisation.read"
	AuditRead          Permission = "audit.read"
	KPIRead            Permission = "kpi.read"
	Backdate           Permission = "time.backdate" // an effective time before the stream's latest or beyond the limit
	ActFor             Permission = "actor.act_for" // issue a command on behalf of somebody
)

// Roles that posts carry (S0 組織架構與職責: 經理, 副經理, 組長, 處理人員; S3 adds supervision).
const (
	Clerk         = "clerk"          // 受理人員: intake at the window
	Handler       = "handler"        // 處理人員
	Leader        = "leader"         // 組長
	DeputyManager = "deputy_manager" // 副經理
	Manager       = "manager"        // 經理
	Auditor       = "auditor"        // 監督檢查
	Analyst       = "analyst"        // 統計分析
	Administrator = "administrator"  // keeps the organisation's data
	Importer      = "importer"       // service account that carries another system's log in
)

var roles = map[string][]Grant{
	Clerk: grants(Unit, TicketRegister, TicketAccept, TicketAssign, TicketNote, TicketDeliver, TicketCancel, TicketRead, TicketReopen).
		and(All, OrganisationRead),
	Handler: grants(Held, TicketHandle, TicketDeliver, TicketClose, TicketReopen).
		and(Own, TicketReceive, TicketNote, TicketRead, TicketHistory).
		and(Group, TicketTake, TicketReceive, TicketNote, TicketRead, TicketHistory).and(All, OrganisationRead),
	Leader: grants(Unit, TicketAssign, TicketTake, TicketHandle, TicketReceive, TicketNote, TicketReview, TicketDeliver,
		TicketReopen, TicketClose, TicketCancel, TicketRead, TicketHistory, KPIRead).
		and(Held, TicketHandle).and(Own, TicketReceive, TicketNote, TicketRead, TicketHistory).and(All, OrganisationRead),
	DeputyManager: grants(Unit, TicketAssign, TicketReview, TicketReopen, TicketClose, TicketCancel, TicketNote,
		TicketRead, TicketHistory, KPIRead, Backdate).and(All, OrganisationRead),
	Manager: grants(All, TicketAssign, TicketReview, TicketReopen, TicketClose, TicketCancel, TicketNote, TicketRead,
		TicketHistory, KPIRead, Backdate, OrganisationRead, OrganisationManage),
	Auditor:       grants(All, TicketRead, TicketHistory, AuditRead, KPIRead, OrganisationRead),
	Analyst:       grants(All, KPIRead, OrganisationRead),
	Administrator: grants(All, OrganisationManage, OrganisationRead),
	Importer: grants(All, TicketRegister, TicketAccept, TicketAssign, TicketTake, TicketHandle, TicketReceive, TicketNote,
		TicketDeliver, TicketReopen, TicketClose, TicketCancel, TicketRead, OrganisationManage, OrganisationRead,
		Backdate, ActFor),
}

type grantsOf []Grant

func grants(r Reach, ps ...Permission) grantsOf { return grantsOf(nil).and(r, ps...) }

func (g grantsOf) and(r Reach, ps ...Permission) grantsOf {
	for _, p := range ps {
		g = append(g, Grant{p, r})
	}
	return g
}

// Roles lists every role, sorted.
func Roles() []string { return slices.Sorted(maps.Keys(roles)) }

// Known reports whether a role exists.
func Known(role string) bool { return roles[role] != nil }

// Grants lists what a role grants.
func Grants(role string) []Grant { return slices.Clone(roles[role]) }
