package demo

import (
	"time"

	"docket/domain/staff"
)

// signed is when the demo's people signed: before anything the demo does, and the same day whenever it is seeded.
var signed = time.Date(2020, time.January, 2, 1, 0, 0, 0, time.UTC)

// agreements binds everybody to confidentiality, without which nobody gets at customers' data (mission row O4).
func (s *seeder) agreements() {
	for _, p := range s.Roster.People {
		s.do("staff.sign_agreement", s.ids[p.Login], "agreement-"+p.Login, &staff.SignAgreement{Version: "2020-1", SignedAt: signed})
	}
}
