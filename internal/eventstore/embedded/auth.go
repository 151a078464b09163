package embedded

import (
	"context"
	"errors"

	"docket/internal/eventstore/embedded/access"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
)

// guard checks callers of a secure engine; an insecure one has none.
type guard struct {
	accounts *access.Authenticator
	lists    access.Lists
}

type principalKey struct{}

func (g *guard) authenticate(ctx context.Context) (context.Context, error) {
	header := ""
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		if h := md.Get("authorization"); len(h) > 0 {
			header = h[0]
		}
	}
	p, err := g.accounts.Authenticate(header)
	if err != nil {
		return ctx, answer(ctx, err)
	}
	return context.WithValue(ctx, principalKey{}, p), nil
}

func (g *guard) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	ctx, err := g.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (g *guard) stream(srv any, call grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, err := g.authenticate(call.Context())
	if err != nil {
		if info.IsClientStream && !info.IsServerStream {
			discard(call)
		}
		return err
	}
	return next(srv, &identified{call, ctx})
}

// discard reads what a refused client still sends, within reason: if the call
// ended under its hands, it would learn that, and not why.
func discard(call grpc.ServerStream) {
	const reason = 64
	for range reason {
		if call.RecvMsg(&emptypb.Empty{}) != nil {
			return
		}
	}
}

// identified is a call that knows who makes it.
type identified struct {
	grpc.ServerStream
	ctx context.Context
}

// Context implements grpc.ServerStream.
func (c *identified) Context() context.Context { return c.ctx }

func principalOf(ctx context.Context) access.Principal {
	p, _ := ctx.Value(principalKey{}).(access.Principal)
	return p
}

// allow refuses what the caller may not do with a stream.
func (s *Server) allow(ctx context.Context, op access.Op, stream string) error {
	if s.guard == nil {
		return nil
	}
	return s.guard.lists.Check(principalOf(ctx), op, stream)
}

// allowRole refuses callers that have none of the roles; without roles, those
// that have not said who they are.
func (s *Server) allowRole(ctx context.Context, roles ...string) error {
	if s.guard == nil {
		return nil
	}
	p := principalOf(ctx)
	if p.Anonymous() || (len(roles) > 0 && !p.In(roles...)) {
		return access.ErrDenied
	}
	return nil
}

// accessFault tells of refused credentials and denied access; nil for others.
func accessFault(err error) *fault {
	switch {
	case errors.Is(err, access.ErrUnauthenticated):
		return &fault{code: codes.Unauthenticated, msg: "Unauthenticated"}
	case errors.Is(err, access.ErrDenied):
		return &fault{codes.PermissionDenied, "Access Denied", []string{"exception", "access-denied"}}
	}
	return nil
}
