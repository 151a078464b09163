package processes

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/domain/staff"
)

// Certificates keeps when people are to be warned that a certificate ends (mission row O2). Warnings whose day had passed when
// the certificate was recorded are left out: whoever recorded it saw the date.
func Certificates() Process {
	return Process{
		Name:  "certificates",
		Types: map[string]bool{"StaffCertified": true, "StaffCertificateRevoked": true},
		Keep: func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
			for _, e := range events {
				if err := keepCertificate(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func keepCertificate(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	if revoked, ok := e.Event.(staff.CertificateRevoked); ok {
		return Clear(ctx, tx, e.Stream, certificateKind(revoked.Certificate))
	}
	held := e.Event.(staff.Certified).Certificate
	for _, days := range staff.WarningDays {
		at := held.WarnedAt(days)
		if !at.After(e.Meta.Decided) {
			continue
		}
		err := Set(ctx, tx, Due{
			Stream: e.Stream, Kind: certificateKind(held.Number) + strconv.Itoa(days), Round: 1, At: at,
			Order: Order{Name: "staff.warn_certificate", Payload: &staff.WarnCertificate{Certificate: held.Number, Days: days}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// certificateKind begins the kinds of what becomes due of one certificate.
func certificateKind(number int) string { return "certificate:" + strconv.Itoa(number) + ":" }
