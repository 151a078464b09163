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
	TicketBulk     Permission = "ticket.bulk"   // ask for one act on many tickets; each needs its own right besides
	TicketTake     Permission = "ticket.take"
	TicketHandle   Permission = "ticket.handle"  // pause, resume, complete, offer a handover, name who helps
	TicketWork     Permission = "ticket.work"    // write work records; who helps may too
	TicketReceive  Permission = "ticket.receive" // accept or refuse a handover
	TicketNote     Permission = "ticket.note"
	TicketReview   Permission = "ticket.review"
	TicketDeliver  Permission = "ticket.deliver"
	TicketReopen   Permission = "ticket.reopen"
	TicketClose    Permission = "ticket.close"
	TicketCancel   Permission = "ticket.cancel"
	TicketRead     Permission = "ticket.read"
	TicketHistory  Permission = "ticket.history"

	TicketSupervise Permission = "ticket.supervise"        // override a one-time notice, undo a refusal of intake, change urgency, migrate
	TicketJoin      Permission = "ticket.join"             // join duplicates and undo it
	TicketApprove   Permission = "ticket.approve"          // sign within an authority
	TicketRework    Permission = "ticket.rework"           // answer what a return asks for
	TicketDecide    Permission = "ticket.decide_stage"     // decide stages of a route; which, the route's roles say
	TicketCorrect   Permission = "ticket.correct"          // has the correction stamp 更正章
	TicketAnswer    Permission = "ticket.answer"           // answer what was raised or reported late
	TicketCirculate Permission = "ticket.circulate"        // send outside, attach the receipt
	TicketArbitrate Permission = "ticket.arbitrate"        // decide a handover refused too often
	TicketExtend    Permission = "ticket.extend"           // approve an extension
	TicketRebase    Permission = "ticket.rebase"           // put running clocks on another limit or calendar
	TicketObject    Permission = "ticket.object"           // file an objection for the customer
	TicketSettle    Permission = "ticket.settle_objection" // decide an objection
	TicketBring     Permission = "ticket.bring_in"         // open a draft from a message, or put it into quarantine; a connector's own
	TicketTimer     Permission = "ticket.timer"            // what becomes due; the service's own
)

// Permissions of what tickets stand on: templates, procedures, authorities, calendars, customers, people's fitness.
const (
	TemplateDesign   Permission = "template.design"
	TemplateReview   Permission = "template.review"  // 部門負責人審核
	TemplateApprove  Permission = "template.approve" // 公司管理層批准
	TemplateRead     Permission = "template.read"
	QuarantineManage Permission = "quarantine.manage" // see and settle messages that could not become tickets
	ProcedureDesign  Permission = "procedure.design"
	ProcedurePublish Permission = "procedure.publish"
	AuthorityManage  Permission = "authority.manage" // the matrix of who may approve what
	CalendarManage   Permission = "calendar.manage"
	CustomerRead     Permission = "customer.read" // masked
	CustomerManage   Permission = "customer.manage"
	CustomerReveal   Permission = "customer.reveal" // a marked value in plain, for a purpose
	CustomerMerge    Permission = "customer.merge"
	StaffAbsence     Permission = "staff.absence"  // enter an absence and its deputy
	StaffQualify     Permission = "staff.qualify"  // certificates, confidentiality agreements
	StaffDelegate    Permission = "staff.delegate" // lend one's powers for a period
)

// Permissions of the organisation, the read side and the service itself.
const (
	OrganisationManage Permission = "organisation.manage"    // units, groups, staff, posts, memberships
	DutyPlan           Permission = "organisation.plan_duty" // who is on duty when
	OrganisationRead   Permission = "organisation.read"
	AuditRead          Permission = "audit.read"
	SeriesExplain      Permission = "series.explain" // see which numbers are no ticket's, and why
	KPIRead            Permission = "kpi.read"
	KPIFreeze          Permission = "kpi.freeze"        // keep the figures of a month that has ended
	KPIClose           Permission = "kpi.close"         // publish them, answer appeals, close the month
	ScorecardDesign    Permission = "scorecard.design"  // write what a month's score is made of
	ScorecardReview    Permission = "scorecard.review"  // 部門負責人審核
	ScorecardApprove   Permission = "scorecard.approve" // 公司管理層批准
	ScorecardJudge     Permission = "scorecard.judge"   // give somebody's year a mark (年度考核)
	KPIAppeal          Permission = "kpi.appeal"        // see one's own published figures and appeal against them
	Backdate           Permission = "time.backdate"     // an effective time before the stream's latest or beyond the limit
	Export             Permission = "list.export"       // take lists out as files; what is in them, their own rights say
	ActFor             Permission = "actor.act_for"     // issue a command on behalf of somebody

	ViewSave       Permission = "view.save"         // keep lists of one's own, and pin those that one sees
	ViewUnit       Permission = "view.share_unit"   // share lists with a unit
	ViewSystem     Permission = "view.share_system" // share lists with everybody
	SecurityAnswer Permission = "security.answer"   // see alerts over refused reads, and say what they came to
	ServiceFollow  Permission = "service.follow"    // what follows by itself for people, files and alerts; the service's own
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

	Supervisor     = "supervisor"      // 業務主管
	Reviewer       = "reviewer"        // 初審人員
	Specialist     = "specialist"      // 復審人員, named for what is important or complex
	Approver       = "approver"        // 有權審批人
	DepartmentHead = "department_head" // 部門負責人
	Designer       = "designer"        // drafts templates
	Dispatcher     = "dispatcher"      // 外部流轉人員
	Timer          = "timer"           // the service's own account for what becomes due
	Connector      = "connector"       // service account that brings in applications by mail or from an online platform
)

var roles = map[string][]Grant{
	Clerk: grants(Unit, TicketRework, TicketJoin, TicketObject, CustomerRead, CustomerManage, TicketRegister, TicketAccept, TicketAssign, TicketNote, TicketDeliver, TicketCancel, TicketRead, TicketReopen,
		QuarantineManage).and(All, OrganisationRead, TemplateRead, KPIAppeal).and(All, ViewSave),
	Handler: grants(Held, TicketRework, CustomerReveal, TicketObject, TicketHandle, TicketWork, TicketDeliver, TicketClose, TicketReopen).and(Helped, TicketWork).
		and(Own, TicketReceive, TicketNote, TicketRead, TicketHistory).
		and(Group, TicketTake, TicketReceive, TicketNote, TicketRead, TicketHistory).
		and(All, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Own, StaffAbsence, StaffDelegate).and(All, ViewSave),
	Leader: grants(Unit, TicketRework, TicketAssign, TicketTake, TicketHandle, TicketWork, TicketReceive, TicketNote, TicketReview, TicketDecide, TicketDeliver,
		TicketReopen, TicketClose, TicketCancel, TicketRead, TicketHistory, TicketCorrect, TicketAnswer, TicketExtend,
		TicketSupervise, KPIRead, ScorecardJudge, CustomerReveal, DutyPlan).
		and(All, TicketBulk, Export).and(Held, TicketHandle, TicketWork).and(Helped, TicketWork).and(Own, TicketReceive, TicketNote, TicketRead, TicketHistory, StaffAbsence, StaffDelegate).
		and(All, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(All, ViewSave).and(Unit, ViewUnit),
	DeputyManager: grants(Unit, TicketAssign, TicketReview, TicketDecide, TicketReopen, TicketClose, TicketCancel, TicketNote,
		TicketRead, TicketHistory, TicketAnswer, TicketArbitrate, TicketExtend, TicketSupervise, TicketSettle, KPIRead, KPIFreeze, KPIClose, ScorecardJudge,
		Backdate, CustomerReveal, DutyPlan, SeriesExplain).and(All, TicketBulk, Export, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Held, TicketHandle, TicketWork, TicketDeliver).and(Helped, TicketWork).and(Own, TicketReceive, StaffAbsence, StaffDelegate).and(All, ViewSave).and(Unit, ViewUnit),
	Manager: grants(All, TicketBulk, Export, TicketAssign, TicketReview, TicketDecide, TicketReopen, TicketClose, TicketCancel, TicketNote, TicketRead,
		TicketHistory, TicketAnswer, TicketArbitrate, TicketExtend, TicketSupervise, TicketSettle, TicketRebase, TicketApprove,
		KPIRead, KPIFreeze, KPIClose, KPIAppeal, ScorecardApprove, ScorecardJudge, Backdate, OrganisationRead, OrganisationManage, TemplateApprove, TemplateRead, AuthorityManage,
		CustomerRead, CustomerReveal, CustomerMerge, DutyPlan, SecurityAnswer, SeriesExplain).and(Held, TicketHandle, TicketWork, TicketDeliver).and(Helped, TicketWork).and(Own, TicketReceive, StaffAbsence, StaffDelegate).and(All, ViewSave, ViewUnit),
	Auditor:       grants(All, TicketRead, TicketHistory, AuditRead, SeriesExplain, SecurityAnswer, KPIRead, Export, OrganisationRead, TemplateRead).and(All, ViewSave),
	Analyst:       grants(All, KPIRead, KPIFreeze, ScorecardDesign, Export, OrganisationRead, TemplateRead),
	Administrator: grants(All, OrganisationManage, DutyPlan, OrganisationRead, CalendarManage, TemplateRead, StaffAbsence, StaffQualify).and(All, ViewSave, ViewUnit, ViewSystem),
	Supervisor: grants(Unit, QuarantineManage, TicketReview, TicketApprove, TicketDecide, TicketAnswer, TicketSupervise, TicketExtend, TicketSettle, TicketCorrect,
		TicketAssign, TicketNote, TicketRead, TicketHistory, CustomerReveal, KPIRead, ScorecardJudge, SeriesExplain).
		and(All, TicketBulk, Export, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Own, TicketReceive, StaffAbsence, StaffDelegate).and(All, ViewSave).and(Unit, ViewUnit),
	Reviewer: grants(Unit, TicketReview, TicketDecide, TicketNote, TicketRead, TicketHistory).
		and(All, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Own, StaffAbsence, StaffDelegate).and(All, ViewSave),
	Specialist: grants(Unit, TicketReview, TicketDecide, TicketNote, TicketRead, TicketHistory).
		and(All, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Own, StaffAbsence, StaffDelegate).and(All, ViewSave),
	Approver: grants(Unit, TicketApprove, TicketDecide, TicketNote, TicketRead, TicketHistory).
		and(All, OrganisationRead, TemplateRead, CustomerRead, KPIAppeal).and(Own, StaffAbsence, StaffDelegate).and(All, ViewSave),
	DepartmentHead: grants(Unit, TemplateReview, ScorecardReview, ScorecardJudge, TemplateRead, ProcedurePublish, TicketCorrect, TicketRead, TicketHistory, KPIRead).
		and(All, Export, OrganisationRead, CustomerRead, KPIAppeal).and(Own, TicketReceive, StaffAbsence, StaffDelegate).and(All, ViewSave).and(Unit, ViewUnit),
	Designer:   grants(Unit, TemplateDesign, TemplateRead, ProcedureDesign).and(All, OrganisationRead),
	Dispatcher: grants(Unit, TicketCirculate, TicketNote, TicketRead, TicketHistory).and(All, OrganisationRead, TemplateRead, KPIAppeal).and(All, ViewSave),
	Connector:  grants(All, TicketBring),
	Timer:      grants(All, TicketTimer, ServiceFollow, TicketRead, TicketAssign, OrganisationRead),
	Importer: grants(All, TicketRegister, TicketAccept, TicketAssign, TicketTake, TicketHandle, TicketWork, TicketReceive, TicketNote,
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

// Exists reports whether some role grants a permission.
func Exists(p Permission) bool {
	for _, granted := range roles {
		for _, g := range granted {
			if g.Permission == p {
				return true
			}
		}
	}
	return false
}
