package delivery_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"docket/internal/delivery"
)

// office is an SMTP server on loopback that keeps what it takes.
type office struct {
	mu     sync.Mutex
	taken  []*mail.Message
	bodies []string
	refuse error
}

func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{o}, nil }

type session struct{ o *office }

func (s *session) Reset()                                   {}
func (s *session) Logout() error                            { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error     { return nil }
func (s *session) Rcpt(_ string, _ *smtp.RcptOptions) error { return s.o.refuse }
func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.taken, s.o.bodies = append(s.o.taken, m), append(s.o.bodies, string(body))
	return err
}

func startOffice(t *testing.T, refuse error) (*office, string) {
	t.Helper()
	o := &office{refuse: refuse}
	server := smtp.NewServer(o)
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return o, "smtp://" + listener.Addr().String() + "?from=office@example.org"
}

var message = delivery.Message{ID: "t1.1.mail", To: "ann@example.org", Subject: "結果通知", Text: "您的證明可以領取。", Language: "zh-Hant"}

func TestMailArrives(t *testing.T) {
	t.Parallel()
	o, address := startOffice(t, nil)
	carrier, err := delivery.Open(address)
	require.NoError(t, err)
	id, err := carrier.Carry(t.Context(), message)
	require.NoError(t, err)
	require.Len(t, o.taken, 1)
	require.Equal(t, "<"+id+">", o.taken[0].Header.Get("Message-ID"))
	to, err := o.taken[0].Header.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, "ann@example.org", to[0].Address)
}

func TestMailFailures(t *testing.T) {
	t.Parallel()
	_, address := startOffice(t, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"})
	carrier, err := delivery.Open(address)
	require.NoError(t, err)
	_, err = carrier.Carry(t.Context(), message)
	require.Equal(t, "refused", delivery.Code(err))

	_, address = startOffice(t, &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"})
	carrier, err = delivery.Open(address)
	require.NoError(t, err)
	_, err = carrier.Carry(t.Context(), message)
	require.Equal(t, "unreachable", delivery.Code(err))

	wrong := message
	wrong.To = "not an address"
	_, err = carrier.Carry(t.Context(), wrong)
	require.Equal(t, "no_address", delivery.Code(err))
}

func TestWebhookSignsAndTellsApart(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	var body []byte
	var signature, secret string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		signature, secret = r.Header.Get(delivery.HeaderSignature), r.URL.Query().Get("secret")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"id":"gw-7"}`)
	}))
	t.Cleanup(gateway.Close)
	carrier, err := delivery.Open(gateway.URL + "/sms?secret=quiet&tenant=a")
	require.NoError(t, err)
	id, err := carrier.Carry(t.Context(), message)
	require.NoError(t, err)
	require.Equal(t, "gw-7", id)
	require.Empty(t, secret, "the secret is not sent")
	mac := hmac.New(sha256.New, []byte("quiet"))
	mac.Write(body)
	require.Equal(t, hex.EncodeToString(mac.Sum(nil)), signature)
	var sent map[string]string
	require.NoError(t, json.Unmarshal(body, &sent))
	require.Equal(t, message.Text, sent["text"])

	for code, want := range map[int]string{400: "refused", 404: "refused", 408: "unreachable", 429: "unreachable", 503: "unreachable"} {
		status = code
		_, err = carrier.Carry(t.Context(), message)
		require.Equal(t, want, delivery.Code(err), code)
	}
	gateway.Close()
	_, err = carrier.Carry(t.Context(), message)
	require.Equal(t, "unreachable", delivery.Code(err))
	require.NotContains(t, err.Error(), strings.TrimPrefix(gateway.URL, "http://"))
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "ftp://x", "smtp://host", "smtp://host?from=nobody", "https://gateway/sms", "smtp://host:x?from=a@b.c", "smtp://host?from=a@b.c&tls=maybe"} {
		_, err := delivery.Open(address)
		require.Error(t, err, address)
		var p *delivery.Permanent
		require.NotErrorAs(t, err, &p)
	}
}
