package processes

import (
	"context"

	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/domain/customer"
)

// Reviews keeps when customers' files are to be looked through: so many months after the last change or confirmation (定期維護,
// mission row U4). Each of these moves the date; another number of months holds for what is changed from then on.
type Reviews struct {
	Months int // 0: never
}

// Process keeps the dates.
func (r Reviews) Process() Process {
	return Process{
		Name: "reviews",
		Types: map[string]bool{
			"CustomerRegistered": true, "CustomerFieldRecorded": true, "CustomerClassified": true, "CustomerUnmerged": true,
			"CustomerConfirmed": true, "CustomerMergedInto": true,
		},
		Keep: func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
			for _, e := range events {
				if err := r.keep(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// review is the kind of what becomes due.
const review = "review"

func (r Reviews) keep(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	if _, merged := e.Event.(customer.MergedInto); merged || r.Months <= 0 {
		return Clear(ctx, tx, e.Stream, review)
	}
	at := customer.ReviewAt(e.Meta.Effective, r.Months)
	return Set(ctx, tx, Due{
		Stream: e.Stream, Kind: review, Round: 1, At: at,
		Order: Order{Name: "customer.fall_due", Payload: &customer.FallDue{Change: e.Revision, At: at}},
	})
}
