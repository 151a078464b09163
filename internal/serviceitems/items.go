// Package serviceitems is a list of real service items (政务服务事项) of a district's departments, for demonstrations and tests
// that want Chinese as it is written. It is data and nothing more; CREDIT.md says whose.
package serviceitems

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed items.tsv
var table string

// Item is one service that a department offers.
type Item struct {
	Department string // 部门
	Main       string // 主项, "未分类" for most
	Name       string // 事项名称
	Code       string // 事项编码
}

// All lists the items in the order of the file, repeated names included. The slice is shared and not to be changed.
var All = sync.OnceValue(func() []Item {
	var items []Item
	first := true
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if first || len(fields) < 4 {
			first = false
			continue
		}
		items = append(items, Item{fields[0], fields[1], fields[2], fields[3]})
	}
	return items
})
