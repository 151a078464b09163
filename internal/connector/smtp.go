package connector

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// Patience with a sending server, and what it may send.
const (
	idle      = 5 * time.Minute // RFC 5321 §4.5.3.2
	handling  = time.Minute
	maxCopies = 20      // recipients of one message
	longLines = 1 << 20 // of a message; longer ones than RFC 5322 allows are written all the same
	patience  = 8       // times the largest size are read of one message before the line is cut
)

// Serve answers SMTP until ctx ends.
func (r *Receiver) Serve(ctx context.Context, listener net.Listener) error {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, r: r}, nil
	}))
	server.Domain, server.MaxRecipients, server.MaxLineLength = "docket", maxCopies, longLines
	server.ReadTimeout, server.WriteTimeout = idle, idle
	server.EnableSMTPUTF8, server.TLSConfig = true, r.TLS
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	err := server.Serve(listener)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// session is one dialogue.
type session struct {
	ctx  context.Context //nolint:containedctx // the library gives none
	r    *Receiver
	from string
	to   []string
}

// Answers of the dialogue.
var (
	errRecipient = answer(550, smtp.EnhancedCode{5, 1, 1}, "no applications are taken at this address")
	errLater     = answer(451, smtp.EnhancedCode{4, 3, 0}, "cannot be stored now; try again")
	errEndless   = answer(552, smtp.EnhancedCode{5, 3, 4}, "far larger than is taken")
)

// Mail begins a message.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt takes the addresses that have a route, and refuses others at once: their sender's server tells the sender.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	address := strings.ToLower(to)
	if _, ok := s.r.Routes[address]; !ok {
		return errRecipient
	}
	if !slices.Contains(s.to, address) {
		s.to = append(s.to, address)
	}
	return nil
}

// Data takes the message. Of one that is too large the beginning is kept, the rest read and dropped. A failure for one of
// several recipients fails the whole; the repetition finds what is stored already.
func (s *session) Data(body io.Reader) error {
	select {
	case s.r.turns <- struct{}{}:
		defer func() { <-s.r.turns }()
	case <-s.ctx.Done():
		return errLater
	}
	raw, err := io.ReadAll(io.LimitReader(body, s.r.Largest))
	if err != nil {
		return err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(body, patience*s.r.Largest))
	switch {
	case err != nil:
		return err
	case rest == patience*s.r.Largest:
		s.r.Logger.WarnContext(s.ctx, "a mail without an end was refused", "recipients", len(s.to))
		return errEndless
	}
	ctx, cancel := context.WithTimeout(s.ctx, handling)
	defer cancel()
	var worst verdict
	for _, to := range s.to {
		v, err := s.r.take(ctx, envelope{from: s.from, to: to, raw: raw, size: int64(len(raw)) + rest})
		if err != nil {
			s.r.Logger.WarnContext(ctx, "a mail could not be stored; its sender's server has to try again", "to", to, "error", err)
			return errLater
		}
		if v.cause != "" {
			s.r.Logger.InfoContext(ctx, "a mail is in quarantine", "to", to, "cause", v.cause)
			worst = v
		}
	}
	return s.r.tell(ctx, s.from, raw, worst)
}

// Reset forgets the message.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the dialogue.
func (s *session) Logout() error { return nil }
