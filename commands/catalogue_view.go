package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/view"
)

// viewCommands keep the lists that people have put together.
var viewCommands = []Entry{
	Define(view.Decider, Spec[view.State, view.Save]{
		Name: "view.save", Route: "/v1/views", Creates: true, Allow: authz.ViewSave,
		Doc:     "Keeps a filter and an order of the queue under a name, for oneself.",
		Refuses: []*domain.Error{view.ErrExists, view.ErrNoPerson},
		Example: view.Save{Name: "Late ones", Filter: view.Filter{States: []string{view.AnyOpen}, Bands: []view.Band{view.Over}}, Sort: "urgency,due"},
	}),
	Define(view.Decider, Spec[view.State, view.Revise]{
		Name: "view.revise", Route: "/v1/views/{id}/revise", Allow: authz.ViewSave,
		Doc:     "Makes a view hold another filter, order or columns.",
		Refuses: []*domain.Error{view.ErrUnknown, view.ErrNotKeeper},
		Example: view.Revise{Filter: view.Filter{Handover: view.Me}},
	}),
	Define(view.Decider, Spec[view.State, view.Rename]{
		Name: "view.rename", Route: "/v1/views/{id}/rename", Allow: authz.ViewSave,
		Doc:     "Gives a view another name.",
		Refuses: []*domain.Error{view.ErrUnknown, view.ErrNotKeeper},
		Example: view.Rename{Name: "Over the limit"},
	}),
	Define(view.Decider, Spec[view.State, view.Share]{
		Name: "view.share", Route: "/v1/views/{id}/share", Allow: authz.ViewSave,
		Doc:     "Shows a view to a unit or to everybody, or to its owner alone again.",
		Refuses: []*domain.Error{view.ErrUnknown, view.ErrNotKeeper, view.ErrNotWide},
		Example: view.Share{Level: view.UnitWide, Unit: exampleID},
		Enrich: func(f Facts, _ view.State, c *view.Share) {
			u, ok := f.Unit(c.Unit)
			c.Facts = view.UnitFacts{Known: ok, Active: u.Active}
		},
	}),
	Define(view.Decider, Spec[view.State, view.Pin]{
		Name: "view.pin", Route: "/v1/views/{id}/pin", Allow: authz.ViewSave,
		Doc:     "Puts a view on top of one's own list, or takes it from there.",
		Refuses: []*domain.Error{view.ErrUnknown, view.ErrNoPerson},
		Example: view.Pin{Pinned: true},
	}),
	Define(view.Decider, Spec[view.State, view.Withdraw]{
		Name: "view.withdraw", Route: "/v1/views/{id}/withdraw", Allow: authz.ViewSave,
		Doc:     "Takes a view away for everybody who sees it.",
		Refuses: []*domain.Error{view.ErrUnknown, view.ErrNotKeeper},
		Example: view.Withdraw{},
	}),
}
