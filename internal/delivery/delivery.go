// Package delivery carries messages to customers outside: by e-mail through an SMTP server, by text message through an SMS
// gateway's webhook (mission row F1). It tries once; who tries again, and records what became of it, is package
// commands/processes. What is said was written before: nothing here makes texts.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// Message is one message to one address. ID is stable over attempts, so that a receiver can recognise a repetition.
type Message struct {
	ID       string
	To       string // e-mail address or phone number
	Subject  string
	Text     string
	Language string // tag
	Reply    bool   // answers what somebody wrote; else the service speaks first
}

// Carrier carries messages of one channel.
type Carrier interface {
	// Carry hands the message over and gives the provider's id of it. A [Permanent] error will not get better.
	Carry(ctx context.Context, m Message) (id string, err error)
}

// Permanent is a failure that trying again does not mend.
type Permanent struct {
	Code string // no_address, refused, not_configured
	Err  error
}

// NotConfigured is the failure of a channel that has no carrier here.
func NotConfigured(channel string) error {
	return &Permanent{"not_configured", errors.New("no carrier for " + channel)}
}

// Error tells what happened.
func (p *Permanent) Error() string { return p.Code + ": " + p.Err.Error() }

// Unwrap is the cause.
func (p *Permanent) Unwrap() error { return p.Err }

// Code is why a delivery failed: the code of a permanent failure, else unreachable.
func Code(err error) string {
	var p *Permanent
	if errors.As(err, &p) {
		return p.Code
	}
	return "unreachable"
}

// Open makes the carrier that an address names: smtp://user:password@host:port?from=office@example.org (smtps for TLS from
// the first byte), or http(s)://gateway/path?secret=… for a webhook.
func Open(address string) (Carrier, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of a carrier is not a URL") // without the address, which holds a password
	}
	switch u.Scheme {
	case "smtp", "smtps":
		return openSMTP(u)
	case "http", "https":
		return openWebhook(u)
	}
	return nil, fmt.Errorf("no carrier for %q: want smtp, smtps, http or https", u.Scheme)
}
