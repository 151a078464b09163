package readapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"slices"
	"strconv"
	"time"

	"docket/domain"
	"docket/internal/bundle"
	"docket/projections/ticketpage"
)

// attachmentLine is one attached file in a bundle, or why it is not there.
type attachmentLine struct {
	FileView
	Included bool   `json:"included"`
	Path     string `json:"path,omitempty"`
	Why      string `json:"why,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the plain bytes
}

// bundledEvent is one line of events.jsonl.
type bundledEvent struct {
	HistoryItem
	Stored domain.Fingerprint `json:"stored"`
}

// aboutBundle says what a bundle is of, and for whom it was made.
type aboutBundle struct {
	Ticket   string    `json:"ticket"`
	Number   string    `json:"number,omitempty"`
	Revision uint64    `json:"revision"`
	Position uint64    `json:"position"` // of the ticket's newest event
	AsOf     time.Time `json:"as_of"`
	Reader   *Ref      `json:"reader"`
	Purpose  string    `json:"purpose"`
	Events   int       `json:"events"`
	Template any       `json:"template,omitempty"`
}

func (e *evidence) about() aboutBundle {
	a := aboutBundle{
		Ticket: e.Ticket, Number: e.Number, Revision: e.Revision, Position: e.events[len(e.events)-1].Position, AsOf: e.at, Reader: e.reader,
		Purpose: e.purpose, Events: len(e.events),
	}
	if !e.Form.Template.Zero() {
		a.Template = e.Form.Template
	}
	return a
}

func position(n uint64) string { return strconv.FormatUint(n, 10) }

// inJSON adds a file with an object, indented for people.
func inJSON(b *bundle.Writer, name string, what any) error {
	return b.Add(name, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(what)
	})
}

// jsonl writes every event with the digests of its stored bytes, one a line.
func (e *evidence) jsonl(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range e.Timeline {
		line := bundledEvent{e.historyItem(&e.events[i], &e.Timeline[i], e.Form.Template), e.prints[i]}
		if err := encoder.Encode(line); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
	}
	return nil
}

// attach streams one file into the bundle, if the reader may have it.
func (s *service) attach(ctx context.Context, b *bundle.Writer, e *evidence, f ticketpage.File) (attachmentLine, error) {
	line := attachmentLine{FileView: e.file(e.Ticket, f)}
	if !e.agreed {
		line.Why = "the reader is not bound by a confidentiality agreement / 讀者未簽保密協議"
		return line, nil
	}
	file, err := s.Files.Read(ctx, e.Stream(), f.Digest)
	if err != nil { // destroyed, or out of reach: the digest stays as evidence
		line.Why = "the file could not be opened / 檔案無法開啟"
		return line, nil // told in the bundle
	}
	defer func() { _ = file.Close() }()
	path := "attachments/" + f.Digest
	if known, _ := mime.ExtensionsByType(f.MediaType); len(known) > 0 {
		slices.Sort(known)
		path += known[0]
	}
	sum := sha256.New()
	err = b.Add(path, func(w io.Writer) error {
		_, err := io.Copy(io.MultiWriter(w, sum), file)
		return err
	})
	line.Included, line.Path, line.SHA256 = true, path, hex.EncodeToString(sum.Sum(nil))
	return line, err
}

// definitions adds the template version and every calendar version that the ticket's clocks were computed by.
func (s *service) definitions(b *bundle.Writer, e *evidence) error {
	if d := s.definition(e.Form.Template); d != nil {
		name := fmt.Sprintf("definitions/template-%s-v%d.json", e.Form.Template.Template, e.Form.Template.Version)
		if err := inJSON(b, name, d); err != nil {
			return err
		}
	}
	known := map[string]bool{}
	for _, k := range e.State.Clocks.All {
		for _, f := range s.Calendars.Calendars(e.at) {
			name := fmt.Sprintf("definitions/calendar-%s-v%d.json", f.ID, k.Version)
			if f.ID != k.Calendar || known[name] {
				continue
			}
			for _, v := range f.Versions {
				if v.Version != k.Version {
					continue
				}
				known[name] = true
				if err := inJSON(b, name, v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

const readme = `證據包 / Evidence bundle

index.pdf         可列印的目錄：案件、日誌位置、每個檔案的大小與摘要 / contents for printing: the case, the place in the log, every file's size and digest
index.html        供人閱讀的目錄（瀏覽器直接打開，無需網路）/ index for people, opens in any browser without a network
events.jsonl      全部事件，每行一個，敏感值已遮蔽；stored 為事件庫所存位元組的 SHA-256
                  every event, one a line, sensitive values masked; "stored" holds the SHA-256 of the bytes as stored
page.json         業務單頁面 / the ticket's page
custody.json      每一時刻由誰負責，無間隙 / who was responsible at every instant, without gaps
attachments/      附件（讀者可閱者），清單見 attachments.json / attached files that the reader may have; all are listed
definitions/      範本版本與工作日曆版本 / the template version and calendar versions that bound the ticket
log/              每個事件在日誌中的證明（Merkle 樹，經簽名的樹頭），格式見下
                  proofs that every event stands in the log (Merkle tree, signed tree head), see below
about.json        何單、何位置、何人、何用途 / which ticket, at which position, for whom and for what
MANIFEST.sha256   每個檔案的摘要 / digest of every file

核對 / to check:  sh verify.sh [KEY]  (或 / or: sha256sum -c MANIFEST.sha256; docket verify --bundle FILE [--key KEY])

日誌證明 / the log's proofs (log/)
  key             日誌公鑰：請與您另行取得者（GET /v1/log/key）比對，否則只證明本包前後一致
                  the log's public key: compare it with the one you got elsewhere (GET /v1/log/key); else the bundle only
                  agrees with itself
  checkpoint      經簽名的樹頭（C2SP tlog-checkpoint）：來源、葉數、根、Ed25519 簽名
                  signed tree head: origin, number of leaves, root, Ed25519 signature
  N.data, N.metadata  第 N 號修訂在事件庫中所存的位元組；sealed 之內為密文，其餘可直接閱讀
                  event N as the event store holds it; what is inside "sealed" is enciphered, the rest can be read
  N.leaf          其葉：流、修訂、識別碼、類型、位置、時間，及上述兩者的 SHA-256
                  its leaf: stream, revision, id, type, position, time, and the SHA-256 of both
  N.tlog-proof    C2SP tlog-proof：索引、旁側雜湊、檢查點 / index, hashes beside the way to the root, checkpoint
  算法 / algorithm: leaf = SHA-256(0x00 || N.leaf); node = SHA-256(0x01 || left || right); RFC 9162 section 2.1.3.2
  證明的是所存位元組：events.jsonl 中密封欄位的明文由本系統解封，不在證明之內。
  What is proven are the stored bytes: texts that are sealed in them were opened by the service and are not part of the proof.

時間皆為 UTC。effective_at 為發生時間，recorded_at 為記錄時間。
All times are UTC. effective_at is when it happened, recorded_at when it was recorded.
`
