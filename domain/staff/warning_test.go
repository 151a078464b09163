package staff_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/staff"
)

// ends is when the certificate of the cases ends; noon is its 30th day before.
var ends = noon.AddDate(0, 0, 30)

func certified(number int, kind string, until time.Time) staff.Certified {
	return staff.Certified{Certificate: staff.Certificate{Number: number, Kind: kind, Until: until}, Issuer: "city", Reference: "C"}
}

func warned(number, days int) staff.CertificateExpiring {
	return staff.CertificateExpiring{Certificate: number, Kind: "counter", Until: ends, Days: days}
}

// warn asks for a warning of the first certificate.
func warn(days int) staff.WarnCertificate { return staff.WarnCertificate{Certificate: 1, Days: days} }

var ending = then(joined, certified(1, "counter", ends))

var warnCases = domaintest.Cases{
	"on the day":           given(ending...).When(warn(30)).Then(warned(1, 30)),
	"late":                 given(ending...).When(warn(60)).Then(warned(1, 60)),
	"after its end":        given(ending...).When(warn(7)).At(ends.AddDate(0, 1, 0)).Then(warned(1, 7)),
	"the day before":       given(ending...).When(warn(30)).At(noon.Add(-time.Second)).Refused(staff.ErrNotDue),
	"once":                 given(then(ending, warned(1, 30))...).When(warn(30)).Nothing(),
	"the next one":         given(then(ending, warned(1, 60))...).When(warn(30)).Then(warned(1, 30)),
	"revoked":              given(then(ending, staff.CertificateRevoked{Certificate: 1, Reason: "forged"})...).When(warn(30)).Nothing(),
	"renewed":              given(then(ending, certified(2, "counter", ends.AddDate(1, 0, 0)))...).When(warn(30)).Nothing(),
	"renewed and revoked":  given(then(ending, certified(2, "counter", ends.AddDate(1, 0, 0)), staff.CertificateRevoked{Certificate: 2, Reason: "forged"})...).When(warn(30)).Then(warned(1, 30)),
	"another kind renewed": given(then(ending, certified(2, "driving", ends.AddDate(1, 0, 0)))...).When(warn(30)).Then(warned(1, 30)),
	"of somebody who left": given(then(ending, staff.Left{})...).When(warn(30)).Nothing(),
	"of none":              given(joined...).When(warn(30)).Nothing(),
	"some other day":       given(ending...).When(warn(31)).Invalid("days not_allowed"),
}

func TestWarnCertificate(t *testing.T) { t.Parallel(); warnCases.Run(t) }
