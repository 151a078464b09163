package connector_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"docket/internal/connector"
)

// mail joins lines as they go over the wire.
func mail(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

// in writes a text in another charset, as base64.
func in(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	encoded, err := e.NewEncoder().String(text)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString([]byte(encoded))
}

// TestCharsets: subjects, names, bodies and names of files read the same whatever they are written in.
func TestCharsets(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]encoding.Encoding{
		"gb18030": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GBK, "gb2312": simplifiedchinese.GBK, "big5": traditionalchinese.Big5,
		"utf-8": encoding.Nop, "GB18030": simplifiedchinese.GB18030, "Big5": traditionalchinese.Big5,
	} {
		m, err := connector.Parse(mail(
			"From: =?"+name+"?B?"+in(t, e, "王小明")+"?= <ming@example.org>", "Message-ID: <1@example.org>",
			"Subject: =?"+name+"?B?"+in(t, e, "申請補助")+"?=", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
			"--b", "Content-Type: text/plain; charset="+name, "Content-Transfer-Encoding: base64", "", in(t, e, "你好，我要申請。"),
			"--b", "Content-Type: application/pdf", "Content-Disposition: attachment; filename=\"=?"+name+"?B?"+in(t, e, "表格.pdf")+"?=\"", "", "%PDF-1.4",
			"--b--"))
		require.NoError(t, err, name)
		require.Equal(t, "申請補助", m.Subject, name)
		require.Equal(t, "王小明 <ming@example.org>", m.Sender, name)
		require.Equal(t, "你好，我要申請。", m.Text, name)
		require.Equal(t, "1@example.org", m.ID, name)
		require.Len(t, m.Files, 1, name)
		require.Equal(t, "表格.pdf", m.Files[0].Name, name)
		require.Equal(t, "%PDF-1.4", string(m.Files[0].Content), name)
	}
	plain, err := connector.Parse(mail("From: ann@example.org", "Subject: A permit", "", "I want a permit.", "", "Ann"))
	require.NoError(t, err)
	require.Equal(t, "I want a permit.\n\nAnn", plain.Text)
	require.Equal(t, "<ann@example.org>", plain.Sender)
	require.Empty(t, plain.ID)
}

// TestBodies: the first plain text is the body; HTML stands in for it, without what nobody reads.
func TestBodies(t *testing.T) {
	t.Parallel()
	alternative := []string{
		"From: ann@example.org", "Subject: x", "MIME-Version: 1.0", `Content-Type: multipart/alternative; boundary="b"`, "",
		"--b", "Content-Type: text/html; charset=utf-8", "", "<p>Formatted</p>", "--b", "Content-Type: text/plain", "", "Plain", "--b--",
	}
	m, err := connector.Parse(mail(alternative...))
	require.NoError(t, err)
	require.Equal(t, "Plain", m.Text)
	require.Empty(t, m.Files)

	m, err = connector.Parse(mail("From: ann@example.org", "Subject: x", "Content-Type: text/html; charset=utf-8", "",
		"<html><head><title>no</title><style>p{}</style></head><body><p>申請&amp;補助</p><script>alert(1)</script>second</body></html>"))
	require.NoError(t, err)
	require.Equal(t, "申請&補助\nsecond", m.Text)

	m, err = connector.Parse(mail("From: ann@example.org", "Subject: x", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
		"--b", "Content-Type: application/pdf; name=\"../../etc/a.pdf\"", "", "1", "--b", "Content-Type: application/pdf; name=\"a.pdf\"", "", "2",
		"--b", "Content-Type: application/octet-stream; name=message.eml", "", "3", "--b--"))
	require.NoError(t, err)
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	require.Equal(t, []string{"a.pdf", "2 a.pdf", "2 message.eml"}, names, "no two of a ticket's files have one name")
}

// TestUnreadable: what cannot be read whole is told, and never half taken.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	many := []string{"From: ann@example.org", "Subject: x", `Content-Type: multipart/mixed; boundary="b"`, ""}
	for range 101 {
		many = append(many, "--b", "Content-Type: text/plain", "", "x")
	}
	for name, raw := range map[string][]byte{
		"nothing":              nil,
		"no header":            []byte("\x00\x01\x02\x03"),
		"no sender, no words":  mail("X-Nothing: 1", "", "x"),
		"a broken multipart":   mail("From: ann@example.org", "Subject: x", `Content-Type: multipart/mixed; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "cut off"),
		"an unknown charset":   mail("From: ann@example.org", "Subject: x", "Content-Type: text/plain; charset=klingon", "", "x"),
		"an unknown encoding":  mail("From: ann@example.org", "Subject: x", "Content-Transfer-Encoding: rot13", "", "x"),
		"bytes of no charset":  mail("From: ann@example.org", "Subject: x", "", "\xff\xfe\x80"),
		"broken base64":        mail("From: ann@example.org", "Subject: x", "Content-Transfer-Encoding: base64", "", "!!!!"),
		"a hundred parts more": mail(append(many, "--b--")...),
	} {
		_, err := connector.Parse(raw)
		require.Error(t, err, name)
	}
}

// TestAutomatic: what machines write is known by its header.
func TestAutomatic(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"Auto-Submitted: auto-replied": true, "Auto-Submitted: auto-generated; owner=x": true, "Auto-Submitted: no": false, "Precedence: bulk": true,
		"List-Id: <news.example.org>": true, "Precedence: first-class": false, "Content-Type: multipart/report; boundary=b": true, "X: y": false,
	} {
		body := []string{"From: ann@example.org", "Subject: x", line, "", "x"}
		if strings.Contains(line, "boundary") {
			body = append(body, "--b", "Content-Type: text/plain", "", "x", "--b--")
		}
		m, err := connector.Parse(mail(body...))
		require.NoError(t, err, line)
		require.Equal(t, want, m.Automatic, line)
	}
}

// FuzzParse: whatever comes, reading it ends, and what it gives is text.
func FuzzParse(f *testing.F) {
	f.Add(mail("From: ann@example.org", "Subject: =?big5?B?pdO90A==?=", `Content-Type: multipart/mixed; boundary="b"`, "", "--b", "", "x", "--b--"))
	f.Add([]byte("\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, _ := connector.Parse(raw)
		for _, text := range []string{m.Subject, m.Sender, m.Text} {
			require.NotContains(t, text, "\x00")
		}
	})
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	routes, err := connector.ParseRoutes([]string{"Office@Example.org=SUB:CS", "b@example.org=t2:u1"})
	require.NoError(t, err)
	require.Equal(t, connector.Route{Template: "SUB", Unit: "CS"}, routes["office@example.org"])
	for _, wrong := range []string{"", "office@example.org", "office@example.org=t1", "nobody=t1:u1", "a@example.org=:u1", "a@example.org=t1:"} {
		_, err := connector.ParseRoutes([]string{wrong})
		require.Error(t, err, wrong)
	}
	_, err = connector.ParseRoutes([]string{"a@example.org=t1:u1", "A@example.org=t2:u1"})
	require.Error(t, err)
}
