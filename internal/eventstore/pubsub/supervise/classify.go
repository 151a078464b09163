package supervise

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Code is the client's code of an error, however deeply it is wrapped; [esdb.FromError] only looks at the surface. An error
// that holds none has the code of its gRPC status, or ErrorCodeUnknown.
func Code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	switch status.Code(err) {
	case codes.Unavailable:
		return esdb.ErrorUnavailable
	case codes.DeadlineExceeded:
		return esdb.ErrorCodeDeadlineExceeded
	case codes.NotFound:
		return esdb.ErrorCodeResourceNotFound
	case codes.AlreadyExists:
		return esdb.ErrorCodeResourceAlreadyExists
	case codes.PermissionDenied:
		return esdb.ErrorCodeAccessDenied
	case codes.Unauthenticated:
		return esdb.ErrorCodeUnauthenticated
	case codes.Aborted:
		return esdb.ErrorAborted
	case codes.Unimplemented:
		return esdb.ErrorCodeUnsupportedFeature
	default:
		return esdb.ErrorCodeUnknown
	}
}

// Lost reports whether an error means that the client or its connection is of no more use.
func Lost(err error) bool {
	if err == nil {
		return false
	}
	code := Code(err)
	return code == esdb.ErrorUnavailable || code == esdb.ErrorCodeConnectionClosed || errors.Is(err, errVanished)
}

// Unsent reports whether a failed request certainly never left this process: the client was dead or found no node.
func Unsent(err error) bool {
	return errors.Is(err, errNoNode) || Code(err) == esdb.ErrorCodeConnectionClosed
}

// Transient reports whether the same request may succeed later: connection trouble, time-outs, elections, start-up. A
// refusal (wrong revision, access, missing or deleted stream, malformed request) is not.
func Transient(err error) bool {
	if err == nil || errors.Is(err, ErrClosed) {
		return false
	}
	if errors.Is(err, errVanished) || Unsent(err) {
		return true
	}
	switch Code(err) {
	case esdb.ErrorUnavailable, esdb.ErrorAborted, esdb.ErrorCodeDeadlineExceeded, esdb.ErrorCodeNotLeader,
		esdb.ErrorCodeConnectionClosed, esdb.ErrorCodeInternalServer:
		return true
	case esdb.ErrorCodeUnknown:
		return transientStatus(err)
	default:
		return false
	}
}

// transientStatus judges what the client has no code for. A server that is starting answers UNKNOWN, one that goes away
// CANCELLED or INTERNAL.
func transientStatus(err error) bool {
	if s, ok := status.FromError(err); ok {
		switch s.Code() {
		case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented, codes.NotFound,
			codes.AlreadyExists, codes.PermissionDenied, codes.Unauthenticated, codes.ResourceExhausted, codes.OK:
			return false
		default:
			return true
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var e *esdb.Error
	return errors.Is(err, io.EOF) || errors.As(err, &e)
}
