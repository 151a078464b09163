package connector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // GB18030, Big5 and every other charset that mail programs write
	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"
)

// message is what an application needs of a mail.
type message struct {
	ID        string // without brackets; empty when the mail has none
	Subject   string
	Sender    string // From, name and address
	Automatic bool   // a machine sent it: nobody would read an answer (RFC 3834)
	Text      string
	Files     []file
}

// file is an attachment, decoded.
type file struct {
	Name    string
	Content []byte
}

var errUnreadable = errors.New("not a message that can be read")

// maxParts bounds what is taken for a message that a person wrote.
const maxParts = 100

// parse reads a mail whole. Errors: what is wrong with it, around errUnreadable; the message then holds what could be read.
func parse(raw []byte) (message, error) {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return message{}, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	defer func() { _ = r.Close() }()
	out, err := heading(&r.Header)
	if err != nil {
		return out, err
	}
	p := parts{out: &out}
	for n := 0; ; n++ {
		part, err := r.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return out, p.finish()
		case err != nil:
			return out, fmt.Errorf("%w: %w", errUnreadable, err)
		case n == maxParts:
			return out, fmt.Errorf("%w: more than %d parts", errUnreadable, maxParts)
		}
		if err := p.add(part); err != nil {
			return out, fmt.Errorf("%w: %w", errUnreadable, err)
		}
	}
}

// heading reads the header. A message without a sender and without a subject is none.
func heading(h *mail.Header) (message, error) {
	var out message
	if id, err := h.MessageID(); err == nil {
		out.ID = id
	} else {
		out.ID = strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
	}
	out.Automatic = automatic(h)
	from, senderErr := h.AddressList("From")
	if senderErr == nil && len(from) > 0 {
		out.Sender = strings.TrimSpace(clean(from[0].Name) + " <" + clean(from[0].Address) + ">")
	}
	subject, err := h.Subject()
	out.Subject = strings.TrimSpace(clean(subject))
	switch {
	case err != nil:
		return out, fmt.Errorf("%w: subject: %w", errUnreadable, err)
	case !utf8.ValidString(subject):
		return out, fmt.Errorf("%w: the subject has bytes of no charset", errUnreadable)
	case senderErr != nil:
		return out, fmt.Errorf("%w: sender: %w", errUnreadable, senderErr)
	case len(from) == 0 && out.Subject == "":
		return out, fmt.Errorf("%w: neither sender nor subject", errUnreadable)
	}
	return out, nil
}

// automatic reports whether a header says that a machine wrote the message (RFC 3834 §2, RFC 2919, and what older programs
// write).
func automatic(h *mail.Header) bool {
	submitted, _, _ := strings.Cut(strings.ToLower(h.Get("Auto-Submitted")), ";")
	if submitted = strings.TrimSpace(submitted); submitted != "" && submitted != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "list", "junk", "auto_reply":
		return true
	}
	kind, _, _ := h.ContentType()
	return h.Get("List-Id") != "" || kind == "multipart/report"
}

// parts collects the body and the files.
type parts struct {
	out  *message
	html string // of the first HTML part, where it stands for the text
}

// add takes a part over: the first plain text that is no attachment is the body, HTML is another form of it, all else is a
// file.
func (p *parts) add(part *mail.Part) error {
	content, err := io.ReadAll(part.Body)
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	var kind, name string
	var inline bool
	switch h := part.Header.(type) {
	case *mail.InlineHeader:
		kind, _, err = h.ContentType()
		attached := mail.AttachmentHeader{Header: h.Header}
		name, _ = attached.Filename()
		inline = strings.HasPrefix(kind, "text/") && name == ""
	case *mail.AttachmentHeader:
		kind, _, err = h.ContentType()
		name, _ = h.Filename()
	}
	switch {
	case err != nil:
		return fmt.Errorf("content type: %w", err)
	case !inline:
		p.keep(name, content)
		return nil
	case !utf8.Valid(content):
		return errors.New("the text has bytes of no charset")
	case kind == "text/html" && p.html == "":
		p.html = string(content)
	case kind == "text/html":
	case p.out.Text == "":
		p.out.Text = plain(string(content))
	default:
		p.keep("", content)
	}
	return nil
}

// finish lets HTML stand for the text where there is no other.
func (p *parts) finish() error {
	if p.out.Text == "" && p.html != "" {
		p.out.Text = plain(words(p.html))
	}
	return nil
}

// keep adds a file under a name that no other file of the message has.
func (p *parts) keep(name string, content []byte) {
	name = path.Base("/" + strings.ReplaceAll(clean(name), "\\", "/"))
	if name == "/" || name == "." {
		name = "file"
	}
	if runes := []rune(name); len(runes) > 150 {
		name = string(runes[len(runes)-150:])
	}
	taken := func(n string) bool {
		for _, f := range p.out.Files {
			if f.Name == n {
				return true
			}
		}
		return n == original
	}
	unique := name
	for n := 2; taken(unique); n++ {
		unique = fmt.Sprintf("%d %s", n, name)
	}
	p.out.Files = append(p.out.Files, file{unique, content})
}

// words are the texts of an HTML page, without scripts and styles.
func words(page string) string {
	var b strings.Builder
	skip := 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			token := z.Token()
			hidden := token.Data == "script" || token.Data == "style" || token.Data == "title"
			switch {
			case hidden && token.Type == html.StartTagToken:
				skip++
			case hidden && token.Type == html.EndTagToken:
				skip = max(0, skip-1)
			case token.Data == "br" || token.Data == "p" || token.Data == "div" || token.Data == "tr" || token.Data == "li":
				b.WriteByte('\n')
			}
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// plain is a text as fields hold it: line ends as they are here, no control characters, no blanks around.
func plain(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}

// clean is a text of one line, whatever the bytes were.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// cut keeps the beginning of a text, in characters.
func cut(s string, longest int) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest])
}

// beginning reads the header of a message of which only the beginning is there.
func beginning(raw []byte) message {
	e, err := gomessage.Read(bytes.NewReader(raw))
	if e == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
		return message{}
	}
	out, _ := heading(&mail.Header{Header: e.Header})
	return out
}
