package main

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"

	"docket/domain/ticket"
	"docket/internal/connector"
	"docket/projections/directory"
)

// MailIntake are the settings of applications by mail.
type MailIntake struct {
	Listen      string   `name:"mail-listen" help:"Address to take applications by mail (SMTP) on, such as 127.0.0.1:2525; none: mail is not taken." env:"DOCKET_MAIL_LISTEN"`
	Routes      []string `name:"mail-route" help:"What mail to an address opens: address=template:unit, the template by key or business type, the unit by key or code; repeatable." env:"DOCKET_MAIL_ROUTE"`
	Largest     int64    `name:"mail-largest" help:"Largest mail that is taken, in bytes; no larger than a file may be." default:"20971520" env:"DOCKET_MAIL_LARGEST"`
	Certificate string   `name:"mail-certificate" help:"File with the certificate for STARTTLS (PEM); none: it is not offered." env:"DOCKET_MAIL_CERTIFICATE" type:"path"`
	Key         string   `name:"mail-key" help:"File with its private key (PEM)." env:"DOCKET_MAIL_KEY" type:"path"`
}

// digestPurpose keeps digests of messages apart from others.
const digestPurpose = "mail message"

// startMail takes mail in, where that is set up.
func (s *service) startMail(ctx, background context.Context, view *directory.View) error {
	in := s.Settings.MailIntake
	if in.Listen == "" {
		return nil
	}
	routes, err := connector.ParseRoutes(in.Routes)
	if err != nil {
		return fmt.Errorf("--mail-route: %w", err)
	}
	carriers, err := s.Settings.carriers()
	if err != nil {
		return err
	}
	o := connector.Options{
		Commands: s.pipeline, Streams: s.events, Files: s.files, Directory: view, Routes: routes, Logger: s.Log,
		Largest: min(in.Largest, s.files.Largest), Replies: carriers[ticket.Mail],
		Digest: func(ctx context.Context, data []byte) (string, error) {
			sum, err := s.vault.Digest(ctx, digestPurpose, data)
			return base64.RawURLEncoding.EncodeToString(sum), err
		},
	}
	if in.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(in.Certificate, in.Key)
		if err != nil {
			return fmt.Errorf("--mail-certificate: %w", err)
		}
		o.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	receiver, err := connector.New(o)
	if err != nil {
		return fmt.Errorf("--mail-route: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", in.Listen)
	if err != nil {
		return fmt.Errorf("--mail-listen: %w", err)
	}
	s.Log.InfoContext(ctx, "applications by mail are taken", "address", listener.Addr())
	s.keep(background, "mail", func(ctx context.Context) error { return receiver.Serve(ctx, listener) })
	return nil
}
