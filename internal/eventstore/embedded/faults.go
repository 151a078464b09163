package embedded

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"docket/internal/eventstore/embedded/group"
	"docket/internal/eventstore/embedded/store"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// fault is an error as the protocol tells it: a status and trailers by which
// clients know what happened.
type fault struct {
	code     codes.Code
	msg      string
	trailers []string // pairs
}

func (f *fault) Error() string { return f.msg }

func invalid(msg string) error { return &fault{code: codes.InvalidArgument, msg: msg} }

// thrown is what a real server answers to an argument it did not expect.
func thrown(msg string) error { return &fault{code: codes.Unknown, msg: msg} }

var errClosing = &fault{code: codes.Unavailable, msg: "the server is shutting down"}

// answer turns any error of a call into its status and sets its trailers.
func answer(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	f := faultOf(err)
	if len(f.trailers) > 0 {
		_ = grpc.SetTrailer(ctx, trailer(f.trailers)) // fails only outside a call
	}
	return status.Error(f.code, f.msg)
}

// trailer makes trailers of pairs. Their values are printable ASCII by the rules
// of gRPC, and clients drop what is not, or the whole reply: such a value is
// percent-encoded.
func trailer(pairs []string) metadata.MD {
	md := metadata.MD{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1]
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) || strings.TrimSpace(v) != v {
			v = url.PathEscape(v)
		}
		md.Append(pairs[i], v)
	}
	return md
}

func faultOf(err error) *fault {
	var (
		f       *fault
		wrong   *store.WrongRevision
		deleted *store.StreamDeleted
		large   *tooLarge
	)
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &large):
		return &fault{codes.InvalidArgument, large.Error(), []string{
			"exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(large.limit),
		}}
	case errors.As(err, &deleted):
		return &fault{codes.FailedPrecondition, "Event stream '" + deleted.Stream + "' is deleted.", []string{
			"exception", "stream-deleted", "stream-name", deleted.Stream,
		}}
	case errors.As(err, &wrong):
		actual := ""
		if wrong.Current >= 0 {
			actual = strconv.FormatInt(wrong.Current, 10)
		}
		return &fault{codes.FailedPrecondition, "Append failed due to WrongExpectedVersion. Stream: " + wrong.Stream +
			", Expected version: " + wrong.Expected.String() + ", Actual version: " + actual, []string{
			"exception", "wrong-expected-version", "stream-name", wrong.Stream,
			"expected-version", strconv.FormatInt(int64(wrong.Expected), 10), "actual-version", actual,
		}}
	case errors.Is(err, store.ErrPosition):
		return &fault{code: codes.InvalidArgument, msg: "the read was from an invalid position"}
	case errors.Is(err, store.ErrName):
		return &fault{code: codes.InvalidArgument, msg: "the stream name is not valid for this"}
	case errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrFailed):
		return &fault{code: codes.Unavailable, msg: err.Error()}
	case errors.Is(err, context.Canceled):
		return &fault{code: codes.Canceled, msg: "the call was cancelled"}
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{code: codes.DeadlineExceeded, msg: "the call took too long"}
	}
	if f := accessFault(err); f != nil {
		return f
	}
	var g *group.Error
	if errors.As(err, &g) {
		return groupFault(g)
	}
	if st, ok := status.FromError(err); ok {
		return &fault{code: st.Code(), msg: st.Message()}
	}
	return &fault{code: codes.Internal, msg: err.Error()}
}

func groupFault(e *group.Error) *fault {
	f := &fault{msg: e.Error()}
	exception := ""
	switch e.Kind {
	case group.NotFound:
		f.code, exception = codes.NotFound, "persistent-subscription-does-not-exist"
	case group.Exists:
		f.code, exception = codes.AlreadyExists, "persistent-subscription-exists"
	case group.Failed:
		f.code, exception = codes.Internal, "persistent-subscription-failed"
	case group.TooMany:
		f.code, exception = codes.FailedPrecondition, "maximum-subscribers-reached"
	case group.Dropped:
		f.code, exception = codes.Canceled, "persistent-subscription-dropped"
	case group.ShuttingDown:
		return errClosing
	}
	f.trailers = []string{"exception", exception, "stream-name", e.Key.Stream, "group-name", e.Key.Group}
	if e.Kind == group.Failed {
		f.trailers = append(f.trailers, "reason", e.Reason)
	}
	return f
}
