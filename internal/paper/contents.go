package paper

import (
	"fmt"
	"strconv"
	"time"
)

// Contents is the first sheet of an evidence bundle (證據包目錄): what case it is of, as of which place in the log, and every file
// with its size and digest. Times are printed in their own location.
type Contents struct {
	Number   string // also the content of the QR code
	Title    string
	Unit     string
	Handler  string
	Status   string
	Reader   string
	Purpose  string
	AsOf     time.Time
	Revision uint64
	Position uint64 // of the newest event in it
	Events   int
	Files    []ContentsFile
}

// ContentsFile is one file of the bundle.
type ContentsFile struct {
	Name   string
	Size   int64
	SHA256 string // hexadecimal
}

// PDF prints the sheet with labels in Traditional Chinese and in one of [Languages].
func (c Contents) PDF(language string) ([]byte, error) {
	s, err := headed(contentsTitle, c.Number, c.AsOf, stampTime(c.AsOf), language)
	if err != nil {
		return nil, err
	}
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	for _, p := range []struct {
		name  label
		value string
	}{
		{numberLabel, c.Number}, {titleLabel, c.Title}, {unitLabel, c.Unit}, {handlerLabel, c.Handler}, {statusLabel, c.Status},
		{asOfLabel, stampTime(c.AsOf)}, {revisionLabel, number(c.Revision)}, {positionLabel, number(c.Position)},
		{eventsLabel, strconv.Itoa(c.Events)}, {readerLabel, c.Reader}, {purposeLabel, c.Purpose},
	} {
		s.pair(p.name.in(language), p.value)
	}
	s.y += 2
	s.font(13)
	s.room(20)
	s.lines(margin, s.wrap(filesLabel.in(language), width))
	for i, f := range c.Files {
		f.print(s, i+1)
	}
	s.y += 4
	s.font(9)
	s.lines(margin, s.wrap(contentsNote.in(language), width))
	return s.bytes()
}

// print prints a file in two or more lines that stand together: its name and size, and below them its digest.
func (f ContentsFile) print(s *sheet, n int) {
	const sizes = 30.0 // room for the size
	s.font(10)
	name := s.wrap(fmt.Sprintf("%d. %s", n, f.Name), width-sizes)
	s.y += 1.5
	s.room(float64(len(name))*s.height() + 5)
	s.at(margin+width-sizes+2, s.y, strconv.FormatInt(f.Size, 10)+" B")
	s.lines(margin, name)
	s.font(8)
	s.lines(margin+5, []string{"SHA-256 " + f.SHA256})
}

// The texts of a bundle's contents.
var (
	contentsTitle = label{"證據包目錄", "证据包目录", "Evidence bundle"}
	statusLabel   = label{"狀態", "状态", "Status"}
	asOfLabel     = label{"截至", "截至", "As of"}
	revisionLabel = label{"修訂", "修订", "Revision"}
	positionLabel = label{"日誌位置", "日志位置", "Position in the log"}
	eventsLabel   = label{"事件數", "事件数", "Events"}
	readerLabel   = label{"讀者", "读者", "Reader"}
	purposeLabel  = label{"用途", "用途", "Purpose"}
	filesLabel    = label{"檔案清單", "文件清单", "Files"}
	contentsNote  = label{
		"本目錄、verify.sh 與 MANIFEST.sha256 未列其中；全部檔案以 sh verify.sh 核對。",
		"本目录、verify.sh 与 MANIFEST.sha256 未列其中；全部文件以 sh verify.sh 核对。",
		"This sheet, verify.sh and MANIFEST.sha256 are not listed; sh verify.sh checks every file.",
	}
)
