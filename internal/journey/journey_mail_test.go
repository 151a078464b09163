package journey_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"docket/domain/quarantine"
	"docket/domain/ticket"
)

// mailroom is an office that takes mail in.
type mailroom struct {
	*office
	in  string // address of its SMTP listener
	tls *tls.Config
	out *postbox
}

const applyAt = "apply@docket.example"

// openMailroom starts an office in which mail opens tickets of the window's template.
func openMailroom(t *testing.T) *mailroom {
	t.Helper()
	m := &mailroom{in: freeAddress(t), out: openPostbox(t)}
	certificate, key := m.certify(t)
	m.office = OwnOffice(t, "DOCKET_MAIL_LISTEN="+m.in, "DOCKET_MAIL_ROUTE="+applyAt+"=WIN:CS", "DOCKET_MAIL_LARGEST=100000",
		"DOCKET_MAIL_CERTIFICATE="+certificate, "DOCKET_MAIL_KEY="+key,
		"DOCKET_MAIL=smtp://"+m.out.address+"?from=office@docket.example")
	return m
}

// send delivers a message of somebody.
func (m *mailroom) send(from string, raw []byte) error { return sendMail(m.in, from, applyAt, raw) }

// sendSealed delivers a message over TLS, to a server that proves who it is (STARTTLS).
func (m *mailroom) sendSealed(trust *tls.Config, from string, raw []byte) error {
	c, err := smtp.DialStartTLS(m.in, trust)
	if err != nil {
		return err
	}
	return deliver(c, from, applyAt, raw)
}

// certify makes the office's certificate, which its senders trust, and gives the files with it and its key.
func (m *mailroom) certify(t *testing.T) (certificate, key string) {
	t.Helper()
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, &x509.Certificate{SerialNumber: big.NewInt(1)}, pair.Public(), pair)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(pair)
	require.NoError(t, err)
	m.tls = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	m.tls.RootCAs.AddCert(parsed)
	certificate, key = filepath.Join(t.TempDir(), "mail.pem"), filepath.Join(t.TempDir(), "mail.key")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certificate, key
}

// catchUp lets later reads see what mail has done: they wait for what is written now.
func (m *mailroom) catchUp() {
	m.Helper()
	m.Do("clerk", "ticket.open", "", ticket.Open{Template: m.windowTemplate(), Unit: m.Unit("客戶服務中心"), Channel: ticket.Window, Title: "later"})
}

func (m *mailroom) windowTemplate() string {
	id, _, _ := m.onTemplate("WIN")
	return id
}

// opened lists the tickets that mail has opened.
func (m *mailroom) opened() []string {
	m.Helper()
	m.catchUp()
	var list struct{ Items []struct{ Stream string } }
	m.Get("auditor", "/v1/audit?type=TicketOpened&principal=service-mail&limit=200", &list)
	var ids []string
	for _, item := range list.Items {
		ids = append(ids, strings.TrimPrefix(item.Stream, "ticket-"))
	}
	return ids
}

// quarantined is a message as the list tells it.
type quarantined struct {
	ID, Cause, Subject, Sender, Ticket, How string
	Size                                    int64
	Truncated, Kept                         bool
}

func (m *mailroom) quarantine(query string) []quarantined {
	m.Helper()
	m.catchUp()
	var list struct{ Items []quarantined }
	m.Get("clerk", "/v1/quarantine?limit=200"+query, &list)
	return list.Items
}

// refusedWith wants an SMTP answer of this code.
func refusedWith(t *testing.T, err error, code int) {
	t.Helper()
	var answered *smtp.SMTPError
	require.ErrorAs(t, err, &answered)
	require.Equal(t, code, answered.Code, answered.Message)
}

func inCharset(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	encoded, err := e.NewEncoder().String(text)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString([]byte(encoded))
}

// TestMailBecomesTickets: mail through a real SMTP dialogue (mission rows I1 and X12). The same message twice is one ticket,
// also when the program is killed before it has answered; what cannot become one is in a quarantine that people see and
// settle, and its sender is told; machines are not answered.
func TestMailBecomesTickets(t *testing.T) {
	t.Parallel()
	m := openMailroom(t)
	m.becomesOneTicket(t)
	m.isQuarantined(t)
	m.isNotAnswered(t)
	m.isSettled(t)
	m.comesOnline(t)
	m.survivesKills(t)
}

func (m *mailroom) becomesOneTicket(t *testing.T) {
	big5, gb := traditionalchinese.Big5, simplifiedchinese.GB18030
	first := letter(
		"From: =?big5?B?"+inCharset(t, big5, "王小明")+"?= <ming@sender.example>", "To: "+applyAt, "Message-ID: <first@sender.example>",
		"Subject: =?big5?B?"+inCharset(t, big5, "申請登記")+"?=", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
		"--b", "Content-Type: text/plain; charset=big5", "Content-Transfer-Encoding: base64", "", inCharset(t, big5, "請協助辦理，謝謝。"),
		"--b", "Content-Type: application/pdf", `Content-Disposition: attachment; filename="=?big5?B?`+inCharset(t, big5, "表格.pdf")+`?="`, "", "%PDF-1.4 form",
		"--b--")
	for range 2 {
		require.NoError(t, m.send("ming@sender.example", first))
	}
	second := letter("From: li@sender.example", "Message-ID: <second@sender.example>", "Subject: =?gb18030?B?"+inCharset(t, gb, "业务申请")+"?=",
		"Content-Type: text/plain; charset=gb18030", "Content-Transfer-Encoding: base64", "", inCharset(t, gb, "我要办理登记。"))
	stranger := m.tls.Clone()
	stranger.RootCAs = x509.NewCertPool()
	require.ErrorContains(t, m.sendSealed(stranger, "li@sender.example", second), "certificate", "nobody vouches for the server")
	require.NoError(t, m.sendSealed(m.tls, "li@sender.example", second))
	require.NoError(t, m.send("ann@sender.example", letter("From: ann@sender.example", "Subject: A permit", "", "No id at all.")))
	require.NoError(t, m.send("ann@sender.example", letter("From: ann@sender.example", "Subject: A permit", "", "No id at all.")))

	ids := m.opened()
	require.Len(t, ids, 3, "one ticket for each message")
	var page struct {
		Status string
		Form   struct {
			Channel, Title, Description, Type string
			CustomerName                      string `json:"customer_name"`
		}
		Files []struct{ Name, Kind string }
	}
	m.Get("clerk", "/v1/tickets/"+ids[0], &page)
	require.Equal(t, "draft", page.Status)
	require.Equal(t, []string{"mail", "申請登記", "請協助辦理，謝謝。", "WIN", "王小明 <ming@sender.example>"},
		[]string{page.Form.Channel, page.Form.Title, page.Form.Description, page.Form.Type, page.Form.CustomerName})
	var files []string
	for _, f := range page.Files {
		files = append(files, f.Name+" "+f.Kind)
	}
	require.Equal(t, []string{"message.eml other", "表格.pdf material"}, files)
	m.Get("clerk", "/v1/tickets/"+ids[1], &page)
	require.Equal(t, []string{"业务申请", "我要办理登记。"}, []string{page.Form.Title, page.Form.Description})

	refusedWith(t, sendMail(m.in, "ann@sender.example", "nobody@docket.example", first), 550)
	require.Empty(t, m.quarantine(""))
}

func (m *mailroom) isQuarantined(t *testing.T) {
	large := letter("From: big@sender.example", "Message-ID: <large@sender.example>", "Subject: drawings", "", strings.Repeat("0123456789\r\n", 20_000))
	for range 2 {
		require.NoError(t, m.send("big@sender.example", large))
	}
	require.NoError(t, m.send("odd@sender.example", letter("From: odd@sender.example", "Subject: odd", "Content-Type: text/plain; charset=klingon", "", "nuqneH")))
	require.NoError(t, m.send("eve@sender.example", letter("From: eve@sender.example", "Message-ID: <second@sender.example>", "Subject: other", "", "Something else.")))
	require.NoError(t, m.send("exe@sender.example", letter("From: exe@sender.example", "Message-ID: <exe@sender.example>", "Subject: a program", "MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="b"`, "", "--b", "", "See the file.", "--b", `Content-Type: application/octet-stream; name="a.exe"`, "", "MZ\x01\x02", "--b--")))

	found := map[string]quarantined{}
	for _, q := range m.quarantine("&settled=false") {
		require.True(t, q.Kept)
		require.NotContains(t, found, q.Cause, "the same message twice is one entry")
		found[q.Cause] = q
	}
	require.Len(t, found, 4)
	require.Equal(t, "drawings", found["oversized"].Subject)
	require.True(t, found["oversized"].Truncated)
	require.Greater(t, found["oversized"].Size, int64(200_000))
	require.Equal(t, "eve@sender.example", found["reused"].Sender)
	require.Contains(t, m.opened(), found["attachment"].Ticket, "the ticket is open without its file")
	require.Contains(t, found, "unparseable")
	for _, sender := range []string{"big", "odd", "eve", "exe"} {
		replies := m.out.of(sender + "@sender.example")
		require.NotEmpty(t, replies, sender)
		require.Equal(t, "auto-replied", replies[0].Header.Get("Auto-Submitted"))
	}
	status, raw := m.read("clerk", "/v1/quarantine/"+found["oversized"].ID+"/message?purpose=look")
	require.Equal(t, http.StatusOK, status)
	require.Len(t, raw, 100_000)
	require.Equal(t, string(large[:100_000]), string(raw))
	m.NotGet("handler", "/v1/quarantine", http.StatusForbidden, "not_allowed")
	m.NotGet("handler", "/v1/quarantine/"+found["oversized"].ID+"/message", http.StatusForbidden, "not_allowed")
}

// isNotAnswered: bounces, machines and ourselves are kept and never answered.
func (m *mailroom) isNotAnswered(t *testing.T) {
	require.NoError(t, m.send("robot@sender.example", letter("From: robot@sender.example", "Subject: Re: Your application", "Auto-Submitted: auto-replied", "", "I am away.")))
	require.NoError(t, m.send("", letter("From: MAILER-DAEMON@sender.example", "Subject: Undelivered", "", "It came back.")))
	require.NoError(t, m.send(applyAt, letter("From: "+applyAt, "Subject: Loop", "", "Round and round.")))
	require.NoError(t, m.send("robot@sender.example", letter("From: robot@sender.example", "Auto-Submitted: auto-generated", "Subject: log", "", strings.Repeat("0123456789\r\n", 20_000))))
	require.Len(t, m.quarantine("&cause=automatic"), 3)
	require.Len(t, m.quarantine("&cause=oversized"), 2)
	require.Empty(t, m.out.of("robot@sender.example"))
	require.Empty(t, m.out.of(applyAt))
	require.Len(t, m.opened(), 4, "nothing of it is an application")
}

func (m *mailroom) isSettled(t *testing.T) {
	waiting := m.quarantine("&settled=false&cause=unparseable")
	require.Len(t, waiting, 1)
	discard := quarantine.Settle{How: quarantine.Discarded, Reason: "無法辨識"}
	m.Refused("handler", "quarantine.settle", waiting[0].ID, discard, http.StatusForbidden, "not_allowed")
	m.Invalid("clerk", "quarantine.settle", waiting[0].ID, quarantine.Settle{How: quarantine.Discarded}, []string{"reason required"})
	m.Invalid("clerk", "quarantine.settle", waiting[0].ID, quarantine.Settle{How: quarantine.Opened, Ticket: waiting[0].ID}, []string{"ticket unknown"})
	by := m.Do("clerk", "ticket.open", "", ticket.Open{Template: m.windowTemplate(), Unit: m.Unit("客戶服務中心"), Channel: ticket.Mail, Title: "由人工登記"})
	m.Do("clerk", "quarantine.settle", waiting[0].ID, quarantine.Settle{How: quarantine.Opened, Ticket: by.ID})
	m.Refused("clerk", "quarantine.settle", waiting[0].ID, discard, http.StatusConflict, "quarantine.settled")
	require.Empty(t, m.quarantine("&settled=false&cause=unparseable"))
	require.Equal(t, "opened", m.quarantine("&settled=true")[0].How)
}

// comesOnline: a platform's account brings applications in and may nothing else; the message's id decides, whatever the key.
func (m *mailroom) comesOnline(t *testing.T) {
	token, err := os.ReadFile(filepath.Join(m.data, "online.token"))
	require.NoError(t, err)
	m.tokens["online"] = strings.TrimSpace(string(token))
	bring := ticket.BringIn{
		Template: m.windowTemplate(), Unit: m.Unit("客戶服務中心"), Channel: ticket.Online, Message: "portal-1", Title: "線上申請",
		CustomerName: "王小明", CustomerPhone: "13800138000", Values: map[string]string{"item": "registration", "content": "登記"},
	}
	first := m.Do("online", "ticket.bring_in", "", bring, keyed("a"))
	require.Equal(t, first.ID, m.Do("online", "ticket.bring_in", "", bring, keyed("b")).ID)
	require.Equal(t, first.ID, m.Do("online", "ticket.bring_in", "", bring).ID)
	other := bring
	other.Title = "另一件"
	m.Refused("online", "ticket.bring_in", "", other, http.StatusConflict, "idempotency.key_reused", keyed("c"))
	other.Message = "portal-2"
	require.NotEqual(t, first.ID, m.Do("online", "ticket.bring_in", "", other, keyed("a")).ID)
	var page struct {
		Form struct{ Channel string }
	}
	m.Get("clerk", "/v1/tickets/"+first.ID, &page)
	require.Equal(t, "online", page.Form.Channel)

	for _, channel := range []string{"phone", "window", "pigeon", ""} {
		bring.Channel, bring.Message = ticket.Channel(channel), "portal-3"
		p := m.Refused("online", "ticket.bring_in", "", bring, http.StatusUnprocessableEntity, "invalid")
		require.Equal(t, []string{"channel not_allowed"}, p.fields(), channel)
	}
	bring.Channel, bring.Message = ticket.Online, ""
	m.Refused("online", "ticket.bring_in", "", bring, http.StatusUnprocessableEntity, "invalid")
	open := ticket.Open{Template: bring.Template, Unit: bring.Unit, Channel: ticket.Online, Title: "x"}
	m.Refused("online", "ticket.open", "", open, http.StatusForbidden, "not_allowed")
	m.NotGet("online", "/v1/tickets/"+first.ID, http.StatusNotFound, "not_found")
	m.Refused("clerk", "ticket.bring_in", "", other, http.StatusForbidden, "not_allowed")
}

// survivesKills kills the program while it takes messages in, at the first answer; every message is delivered again, as their
// servers would, and each has one ticket.
func (m *mailroom) survivesKills(t *testing.T) {
	before := len(m.opened())
	const messages = 8
	raw := make([][]byte, messages)
	for i := range raw {
		raw[i] = letter("From: ann@sender.example", fmt.Sprintf("Message-ID: <kill-%d@sender.example>", i), fmt.Sprintf("Subject: killed %d", i), "", "Please.")
	}
	answered := make(chan int, messages)
	var sending sync.WaitGroup
	for i := range raw {
		sending.Go(func() {
			if m.send("ann@sender.example", raw[i]) == nil {
				answered <- i
			}
		})
	}
	first := <-answered
	m.Restart(true)
	sending.Wait()
	close(answered)
	kept := m.opened()[before:]
	t.Log(len(kept), "messages were stored when the program was killed, and", 1+len(answered), "answered:", first)
	require.GreaterOrEqual(t, len(kept), 1+len(answered), "what was answered is there")
	for i := range raw {
		require.NoError(t, m.send("ann@sender.example", raw[i]))
	}
	require.Len(t, m.opened(), before+messages, "one ticket for each message, however often it was delivered")
}
