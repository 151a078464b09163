package series_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/series"
)

var incidents = series.Name{Unit: "CS", Type: "INC", Year: 2026}

// TestStandardExamples are published numbers that carry an ISO/IEC 7064 MOD 37,36 check character: a release identifier
// (GRid) and audiovisual numbers (ISAN).
func TestStandardExamples(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]byte{
		"A12425GABC1234002":        'M',
		"0000000189470000":         '8',
		"000000018947000000000000": 'D',
		"00000000D07A0090":         'Q',
		"00000000D07A009000000000": 'X',
	} {
		require.Equal(t, string(want), string(series.CheckCharacter(body)), body)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	require.Equal(t, domain.StreamID("series-CS-INC-2026"), incidents.Stream())
	require.Equal(t, "series", incidents.Stream().Category())
	for serial, body := range map[uint64]string{
		1: "CS-INC-2026-000001-", 42: "CS-INC-2026-000042-", 999_999: "CS-INC-2026-999999-", 1_000_000: "CS-INC-2026-1000000-",
	} {
		number := incidents.Number(serial)
		require.Equal(t, body, number[:len(number)-1])
		written, err := series.Check(" " + strings.ToLower(number) + "\n")
		require.NoError(t, err)
		require.Equal(t, number, written)
	}
}

func TestTheNextSerialFollowsTheLast(t *testing.T) {
	t.Parallel()
	require.Equal(t, uint64(2), series.Decider.Fold(series.Taken{Ticket: "a"}, series.Taken{Ticket: "b"}).Last)
	require.Zero(t, series.Decider.Scope(series.State{}))
}

// names draws every series a unit's code and a ticket's type allow.
func names(t *rapid.T) series.Name {
	return series.Name{
		Unit: rapid.StringMatching(`[A-Z0-9]{1,8}`).Draw(t, "unit"),
		Type: rapid.StringMatching(`[A-Z0-9]{2,8}`).Draw(t, "type"),
		Year: rapid.IntRange(1000, 9999).Draw(t, "year"),
	}
}

// TestNumbersAreUnique: another series or another serial is another number, and another stream for another series.
func TestNumbersAreUnique(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		serial := rapid.Uint64Range(1, 1<<40)
		a, b := names(t), names(t)
		i, j := serial.Draw(t, "i"), serial.Draw(t, "j")
		if (a == b) != (a.Stream() == b.Stream()) {
			t.Fatalf("%+v and %+v: streams %s and %s", a, b, a.Stream(), b.Stream())
		}
		if same := a == b && i == j; same != (a.Number(i) == b.Number(j)) {
			t.Fatalf("%s and %s", a.Number(i), b.Number(j))
		}
		if i != j && a.Number(i) == a.Number(j) {
			t.Fatalf("%s twice", a.Number(i))
		}
		if written, err := series.Check(a.Number(i)); err != nil || written != a.Number(i) {
			t.Fatalf("%s is refused: %v", a.Number(i), err)
		}
	})
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	good := incidents.Number(42)
	sealed := func(body string) string { return body + "-" + string(series.CheckCharacter(body)) }
	require.Equal(t, good, sealed("CS-INC-2026-000042"))
	for name, number := range map[string]string{
		"nothing":                  "",
		"blanks":                   "  ",
		"hyphens":                  "-----",
		"only a check character":   "-" + good[len(good)-1:],
		"no check character":       good[:len(good)-2],
		"two check characters":     good + good[len(good)-1:],
		"another number's":         good[:len(good)-1] + "!",
		"a blank within":           strings.Replace(good, "2026", "20 26", 1),
		"a sign within":            sealed("CS-INC!-2026-000042"),
		"a sign that is a letter":  sealed("CÉ-INC-2026-000042"),
		"a sign that is like one":  strings.Replace(good, "S", "ſ", 1),
		"wide digits":              sealed("CS-INC-2026-０００042"),
		"no unit":                  sealed("-INC-2026-000042"),
		"no type":                  sealed("CS--2026-000042"),
		"no year":                  sealed("CS-INC--000042"),
		"no serial":                sealed("CS-INC-2026-"),
		"a short serial":           sealed("CS-INC-2026-42"),
		"a long serial":            sealed("CS-INC-2026-0000042"),
		"serial zero":              sealed("CS-INC-2026-000000"),
		"a serial beyond counting": sealed("CS-INC-2026-99999999999999999999"),
		"a serial of letters":      sealed("CS-INC-2026-00004A"),
		"a year of letters":        sealed("CS-INC-202A-000042"),
		"a long unit":              sealed("ABCDEFGHI-INC-2026-000042"),
		"a short type":             sealed("CS-I-2026-000042"),
		"a part too many":          sealed("CS-INC-X-2026-000042"),
		"a part too few":           sealed("CS-2026-000042"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written, err := series.Check(number)
			require.ErrorIs(t, err, series.ErrMistyped, "%s", number)
			require.Empty(t, written)
		})
	}
}

// TestEveryWrongCharacterIsFound: at every place of a number, every other letter and digit, the check character's included.
func TestEveryWrongCharacterIsFound(t *testing.T) {
	t.Parallel()
	for _, number := range samples() {
		for i, was := range []byte(number) {
			for _, typed := range []byte(series.Alphabet + "-") {
				if typed == was {
					continue
				}
				if _, err := series.Check(number[:i] + string(typed) + number[i+1:]); !errors.Is(err, series.ErrMistyped) {
					t.Errorf("%s passes with %c in place %d", number, typed, i)
				}
			}
		}
	}
}

// samples are numbers of several shapes.
func samples() []string {
	var numbers []string
	for _, n := range []series.Name{incidents, {Unit: "A", Type: "ZZ", Year: 2027}, {Unit: "ABCDEFGH", Type: "12345678", Year: 1999}} {
		for _, serial := range []uint64{1, 42, 100_000, 987_654, 12_345_678} {
			numbers = append(numbers, n.Number(serial))
		}
	}
	return numbers
}

// TestMissedSwaps measures which swaps of two neighbours the check character misses, over every state it can be in and
// every pair of characters: 36 of 22,680. What follows the swap keeps different states different, so this holds in every
// number.
func TestMissedSwaps(t *testing.T) {
	t.Parallel()
	prefixes := states()
	require.Len(t, prefixes, 36)
	missed, pairs := map[string]int{}, 0
	for _, before := range prefixes {
		for i, a := range series.Alphabet {
			for _, b := range series.Alphabet[i+1:] {
				pairs++
				one, other := fmt.Sprintf("%s%c%c", before, a, b), fmt.Sprintf("%s%c%c", before, b, a)
				if series.CheckCharacter(one) == series.CheckCharacter(other) {
					missed[fmt.Sprintf("%c%c", a, b)]++
				}
			}
		}
	}
	require.Equal(t, 22_680, pairs)
	want := map[string]int{"0Z": 1}
	for i := range series.Alphabet[1:] {
		want[series.Alphabet[i:i+2]] = 1
	}
	require.Equal(t, want, missed, "each two that follow each other, in one state")
}

// TestMovedHyphenIsMissed: hyphens do not count, so a number may be taken for one of another series.
func TestMovedHyphenIsMissed(t *testing.T) {
	t.Parallel()
	moved, err := series.Check(strings.Replace(incidents.Number(42), "CS-INC", "CSI-NC", 1))
	require.NoError(t, err)
	require.Equal(t, series.Name{Unit: "CSI", Type: "NC", Year: 2026}.Number(42), moved)
}

// states gives a prefix for each of the 36 states that the computation can be in.
func states() []string {
	seen := map[byte]string{}
	for _, a := range series.Alphabet {
		for _, b := range series.Alphabet {
			prefix := string(a) + string(b)
			if c := series.CheckCharacter(prefix); seen[c] == "" {
				seen[c] = prefix
			}
		}
	}
	prefixes := make([]string, 0, len(seen))
	for _, p := range seen {
		prefixes = append(prefixes, p)
	}
	return prefixes
}

var written = regexp.MustCompile(`^[A-Z0-9]{1,8}-[A-Z0-9]{2,8}-[0-9]{4}-([0-9]{6}|[1-9][0-9]{6,})-[0-9A-Z]$`)

// FuzzCheck proves that whatever passes is a number as written, up to case and blanks around it, and passes again.
func FuzzCheck(f *testing.F) {
	for _, seed := range append(samples(), "", "-", "-----", " cs-inc-2026-000042-k ", "ſ-ıı-2026-000042-0", "\xff-\xff\xff-2026-000042-0") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		number, err := series.Check(typed)
		if err != nil {
			if !errors.Is(err, series.ErrMistyped) || number != "" {
				t.Errorf("%q gives %q, %v", typed, number, err)
			}
			return
		}
		if !written.MatchString(number) || !strings.EqualFold(number, strings.TrimSpace(typed)) {
			t.Errorf("%q passes as %q", typed, number)
		}
		if again, err := series.Check(number); err != nil || again != number {
			t.Errorf("%q passes, but its written form %q is refused", typed, number)
		}
	})
}
