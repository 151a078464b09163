package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// carrying is how long one attempt may take.
const carrying = 30 * time.Second

// smtpCarrier sends e-mail. It opens a connection for each message: notices are few, and a server that was restarted is no
// special case then.
type smtpCarrier struct {
	host    string
	from    string
	options []gomail.Option
}

func openSMTP(u *url.URL) (*smtpCarrier, error) {
	from := u.Query().Get("from")
	if _, err := mail.ParseAddress(from); err != nil {
		return nil, errors.New("smtp: the address needs ?from= with an e-mail address")
	}
	c := &smtpCarrier{host: u.Hostname(), from: from, options: []gomail.Option{
		gomail.WithTimeout(carrying), gomail.WithTLSPolicy(gomail.TLSOpportunistic),
	}}
	switch u.Query().Get("tls") {
	case "":
	case "required":
		c.options = append(c.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		return nil, errors.New("smtp: tls is left out or required")
	}
	if u.Scheme == "smtps" {
		c.options = append(c.options, gomail.WithSSL())
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, errors.New("smtp: the port is not a number")
		}
		c.options = append(c.options, gomail.WithPort(port))
	}
	if user := u.User; user != nil {
		password, _ := user.Password()
		c.options = append(c.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user.Username()), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(c.host, c.options...); err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	return c, nil
}

// Carry sends the message and gives its Message-ID.
func (c *smtpCarrier) Carry(ctx context.Context, m Message) (string, error) {
	msg := gomail.NewMsg()
	if err := msg.From(c.from); err != nil {
		return "", fmt.Errorf("smtp: sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return "", &Permanent{"no_address", errors.New("not an e-mail address")}
	}
	id := m.ID + "@" + c.host
	msg.SetMessageIDWithValue(id)
	msg.Subject(m.Subject)
	msg.SetGenHeader(gomail.HeaderContentLang, m.Language)
	// So that no other machine answers (RFC 3834 §3.1.7 and §5).
	msg.SetGenHeader("Auto-Submitted", map[bool]string{true: "auto-replied", false: "auto-generated"}[m.Reply])
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(c.host, c.options...)
	if err != nil {
		return "", fmt.Errorf("smtp: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		var sent *gomail.SendError
		if errors.As(err, &sent) && !sent.IsTemp() && sent.ErrorCode() >= 500 {
			return "", &Permanent{"refused", errors.New("the mail server refuses the message")}
		}
		return "", fmt.Errorf("smtp: %w", err)
	}
	return id, nil
}
