package export_test

import (
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/export"
)

var given = domaintest.Of(export.Decider)

var (
	eve    = domain.Actor{Principal: "staff-eve", Staff: "eve"}
	timer  = domain.Actor{Principal: "service-timer"}
	ends   = time.Date(2026, 5, 8, 8, 0, 0, 0, time.UTC)
	digest = strings.Repeat("0a", 32)

	asked    = export.Requested{What: "queue", Format: "csv", Filter: "state=open", Purpose: "report", Principal: "staff-eve", Staff: "eve"}
	finished = export.Finished{Rows: 3, Size: 99, Digest: digest, Position: 7, AsOf: ends.AddDate(0, 0, -7), EndsAt: ends}
	undated  = func(f export.Finished) export.Finished { f.AsOf = time.Time{}; return f }(finished) // as they were before
	failed   = export.Failed{Code: "not_allowed", Detail: "none of your posts allows this here"}
)

func ask(change ...func(*export.Request)) export.Request {
	c := export.Request{What: "queue", Format: "csv", Filter: "state=open", Purpose: "report"}
	for _, f := range change {
		f(&c)
	}
	return c
}

var cases = domaintest.Cases{
	"a list":                      given().When(ask()).As(eve).Then(asked),
	"twice":                       given(asked).When(ask()).As(eve).Refused(export.ErrExists),
	"by a service":                given().When(ask()).As(domain.Actor{Principal: "service-import"}).Refused(export.ErrNoPerson),
	"for somebody else":           given().When(ask()).As(domain.Actor{Principal: "staff-bob", Staff: "eve", OnBehalfOf: "eve"}).Refused(export.ErrNoPerson),
	"nothing told":                given().When(export.Request{}).As(eve).Invalid("what unknown", "format unknown", "purpose required"),
	"what is no list":             given().When(ask(func(c *export.Request) { c.What = "staff" })).As(eve).Invalid("what unknown"),
	"a way out of the list":       given().When(ask(func(c *export.Request) { c.What = "kpis/../audit" })).As(eve).Invalid("what unknown"),
	"another place by the filter": given().When(ask(func(c *export.Request) { c.Filter = "a=1#x" })).As(eve).Invalid("filter wrong_form"),
	"done":                        given(asked).When(export.Finish(finished)).As(timer).Then(finished),
	"done, told before":           given(asked, undated).When(export.Finish{Rows: 4}).As(timer).Nothing(),
	"done again":                  given(asked, finished).When(export.Finish{Rows: 4}).As(timer).Nothing(),
	"done, of nothing":            given().When(export.Finish(finished)).As(timer).Refused(export.ErrUnknown),
	"failed":                      given(asked).When(export.Fail(failed)).As(timer).Then(failed),
	"failed once it was done":     given(asked, finished).When(export.Fail(failed)).As(timer).Nothing(),
	"failed, of nothing":          given().When(export.Fail(failed)).As(timer).Refused(export.ErrUnknown),
}

func TestExports(t *testing.T) { t.Parallel(); cases.Run(t) }

func TestContract(t *testing.T) {
	t.Parallel()
	domaintest.Contract(t, export.Decider, map[string]export.Event{
		"ExportRequested.v1": asked, "ExportFinished.v1": finished, "ExportFinished.v1.before": undated, "ExportFailed.v1": failed,
	})
}
