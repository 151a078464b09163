package customer_test

import (
	"strings"
	"testing"
	"time"

	"docket/domain/customer"
	"docket/domain/domaintest"
)

// noon is when a file becomes due in these tests.
var noon = time.Date(2027, time.March, 2, 4, 0, 0, 0, time.UTC)

func fall(change uint64) customer.FallDue { return customer.FallDue{Change: change, At: noon} }

func due(change uint64) customer.Event {
	return customer.ReviewDue{Unit: "u1", Change: change, At: noon}
}

var reviewCases = domaintest.Cases{
	"confirmed":                  given(prospect...).When(customer.Confirm{Note: "called"}).As(clerk).Then(customer.Confirmed{Note: "called"}),
	"confirmed by a service":     given(prospect...).When(customer.Confirm{}).As(robot).Refused(customer.ErrNoPerson),
	"confirmed once merged":      given(merged...).When(customer.Confirm{}).As(clerk).Refused(customer.ErrMerged),
	"confirmed at too much":      given(prospect...).When(customer.Confirm{Note: strings.Repeat("長", 10_001)}).As(clerk).Invalid("note too_long"),
	"due":                        given(prospect...).When(fall(2)).At(noon).Then(due(2)),
	"due late":                   given(prospect...).When(fall(2)).At(noon.AddDate(1, 0, 0)).Then(due(2)),
	"before it is due":           given(prospect...).When(fall(2)).At(noon.Add(-time.Second)).Refused(customer.ErrNotDue),
	"due once":                   given(then(prospect, due(2))...).When(fall(2)).At(noon).Nothing(),
	"changed since":              given(then(prospect, text(customer.Address, "here"))...).When(fall(2)).At(noon).Nothing(),
	"due after that change":      given(then(prospect, text(customer.Address, "here"))...).When(fall(3)).At(noon).Then(due(3)),
	"confirmed since":            given(then(prospect, customer.Confirmed{})...).When(fall(2)).At(noon).Nothing(),
	"due after it was confirmed": given(then(prospect, due(2), customer.Confirmed{})...).When(fall(4)).At(noon).Then(due(4)),
	"a need is no change":        given(then(prospect, customer.NeedNoted{Text: "more"})...).When(fall(2)).At(noon).Then(due(2)),
	"due once merged":            given(merged...).When(fall(2)).At(noon).Nothing(),
	"due again once unmerged":    given(then(merged, customer.Unmerged{From: "2", Reason: "not the same"})...).When(fall(4)).At(noon).Then(due(4)),
	"due though destroyed":       given(prospect...).When(customer.FallDue{Change: 2, At: noon, Destroyed: true}).At(noon).Nothing(),
	"due though there is none":   given().When(fall(0)).At(noon).Nothing(),
}

func TestReview(t *testing.T) { t.Parallel(); reviewCases.Run(t) }
