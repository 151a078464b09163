package commands

import (
	"docket/domain/ticket"
	"docket/domain/unit"
)

// keeper tells what the directory knows of somebody who is to keep a stamp.
func (f Facts) keeper(s unit.State, person string) unit.KeeperFacts {
	p, known := f.Staff(person)
	return unit.KeeperFacts{Known: known, Active: p.Active, Member: f.belongs(p, s)}
}

// stamp tells whether a correction stamp may be put on a ticket by the actor: the registers of its group, its unit and every
// unit above are looked through, the nearest first (mission row K1).
func (f Facts) stamp(s ticket.State, number string) ticket.StampFacts {
	var facts ticket.StampFacts
	signer, place := ticket.Signer(f.Actor), s.Group
	if place == "" {
		place = s.Unit
	}
	for range deepest {
		u, ok := f.Unit(place)
		if !ok {
			break
		}
		facts.Registers = facts.Registers || len(u.Stamps) > 0
		if st, live := u.Stamps.Live(number); live && st.Keeper == signer {
			facts.Kept, facts.Unit = true, place
			break
		}
		place = u.Parent
	}
	return facts
}
