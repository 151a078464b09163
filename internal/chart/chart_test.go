package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/chart"
)

func words(title string) chart.Words {
	return chart.Words{Title: title, About: "按時辦結率 & <四個月>", X: "月份", Y: "%"}
}

var all = map[string]chart.Drawing{
	"line": chart.Line{
		Words: words("按時辦結率"), Labels: []string{"2026-01", "2026-02", "2026-03", "2026-04"},
		Series: []chart.Series{
			{Name: "全中心", Values: []float64{91.2, 94, math.NaN(), 88.5}, Texts: []string{"91.2", "94.0", "", "88.5"}},
			{Name: "一組", Values: []float64{90, 92, 95, 93}},
		},
		Mean: []float64{92, 92, 92, 92}, Upper: []float64{97, 97, 98, 97}, Lower: []float64{87, 87, 86, 87}, MeanName: "均值", LimitName: "三倍標準差",
	},
	"bars": chart.Bars{Words: words("業務處理數量"), Labels: []string{"业务处理一组", "業務處理二組"}, Series: []chart.Series{{Values: []float64{12, 7}, Texts: []string{"12", "7"}}}},
	"stacked": chart.Bars{Words: words("賬齡"), Labels: []string{"一組", "二組", "三組"}, Series: []chart.Series{
		{Name: "7天內", Values: []float64{12, 7, 0}, Texts: []string{"12", "7", "0"}}, {Name: "7–30天", Values: []float64{3, 9, 4}, Texts: []string{"3", "9", "4"}},
		{Name: "逾90天", Values: []float64{1, 2, 8}, Texts: []string{"1", "2", "8"}},
	}},
	"heat":   chart.Heat{Words: words("何時登記"), Columns: []string{"8", "9", "10"}, Rows: []string{"週一", "週二"}, Counts: [][]int64{{0, 4, 9}, {2, 0, 25}}},
	"pareto": chart.Pareto{Words: words("逾期原因"), Labels: []string{"等材料", "會審", "其他"}, Counts: []int64{17, 5, 2}, Share: "累計佔比"},
	"process": chart.Process{Words: words("流程圖"),
		Boxes:  []chart.Box{{Name: "registered", Text: "100", Begins: true}, {Name: "taken", Text: "98"}, {Name: "paused", Text: "40"}, {Name: "closed", Text: "90", Ends: true}},
		Arrows: []chart.Arrow{{0, 1, 98, "98 · 2h"}, {1, 2, 40, "40 · 1d"}, {2, 1, 38, "38 · 3d"}, {1, 3, 90, "90 · 5h"}, {1, 1, 12, "12"}},
	},
	"nothing":     chart.Line{Words: words("無數據"), Labels: []string{"2026-01"}, Series: []chart.Series{{Name: "x", Values: []float64{math.NaN()}, Texts: []string{""}}}},
	"no bars":     chart.Bars{Words: words("無數據"), Series: []chart.Series{{Name: "x"}}},
	"no causes":   chart.Pareto{Words: words("無數據")},
	"no process":  chart.Process{Words: words("無數據")},
	"strange ink": chart.Bars{Words: words("\U0001F600 \u202e"), Labels: []string{"\U0001F600"}, Series: []chart.Series{{Values: []float64{1}, Texts: []string{"1"}}}},
}

// Every chart is well-formed SVG that says what it shows, and a picture of the same size. KEEP=folder leaves them to be looked at.
func TestCharts(t *testing.T) {
	t.Parallel()
	for name, d := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			svg, err := chart.SVG(d)
			require.NoError(t, err)
			texts := map[string]string{}
			element := ""
			for decoder := xml.NewDecoder(bytes.NewReader(svg)); ; {
				token, err := decoder.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(t, err, "%s", svg)
				switch token := token.(type) {
				case xml.StartElement:
					element = token.Name.Local
				case xml.CharData:
					texts[element] += strings.TrimSpace(string(token)) + "|"
				}
			}
			require.Contains(t, texts["desc"], "按時辦結率 & <四個月>")
			require.NotEmpty(t, texts["title"])
			require.Contains(t, string(svg), `role="img"`)
			picture, err := chart.PNG(d)
			require.NoError(t, err)
			image, err := png.Decode(bytes.NewReader(picture))
			require.NoError(t, err)
			require.Greater(t, image.Bounds().Dx(), 100)
			if folder := os.Getenv("KEEP"); folder != "" {
				require.NoError(t, os.WriteFile(filepath.Join(folder, name+".svg"), svg, 0o600))
				require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
			}
		})
	}
}

// What colours and lengths tell stands there as a number too, in the words of the office.
func TestNumbersAreWritten(t *testing.T) {
	t.Parallel()
	for name, wanted := range map[string][]string{
		"line": {">91.2<", ">88.5<", ">2026-03<", ">全中心<", ">三倍標準差<"}, "stacked": {">12<", ">9<", ">8<", ">逾90天<"},
		"heat": {">25<", ">週二<"}, "pareto": {">71%<", ">100%<", ">17<", ">會審<"}, "process": {">98 · 2h<", ">registered<", ">38 · 3d<"},
		"bars": {">业务处理一组<", ">12<"}, "strange ink": {">□<"},
	} {
		svg, err := chart.SVG(all[name])
		require.NoError(t, err)
		for _, w := range wanted {
			require.Contains(t, string(svg), w, name)
		}
	}
}
