package form

import (
	"regexp"
	"strings"
	"time"
)

const (
	codeMistyped = "mistyped"
	msgMistyped  = "is mistyped: its check character does not fit"
)

var (
	idNumber = regexp.MustCompile(`^[0-9]{17}[0-9X]$`)
	cardForm = regexp.MustCompile(`^[0-9]{12,19}$`)
	orgForm  = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)
	digest   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// provinces are the first two digits that an ID number may have (GB/T 2260; 83 and 9x are numbers of residents from Taiwan and
// abroad).
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 92 "

// wrongID looks at a citizen identity number of 18 characters (公民身份號碼, GB 11643): region, date of birth, sequence, and the
// check character of ISO 7064 MOD 11-2.
func wrongID(n string) (code, msg string) {
	if !idNumber.MatchString(n) || !strings.Contains(provinces, " "+n[:2]+" ") {
		return "not_an_id_number", "must be an identity number of 18 characters"
	}
	born, err := time.Parse("20060102", n[6:14])
	if err != nil || born.Before(firstDate) || born.After(lastDate) {
		return "not_an_id_number", "must be an identity number of 18 characters"
	}
	if n[17] != CheckID(n[:17]) {
		return codeMistyped, msgMistyped
	}
	return "", ""
}

// CheckID is the check character of ISO 7064 MOD 11-2 for the first 17 digits of an identity number.
func CheckID(digits string) byte {
	sum := 0
	for i := range len(digits) {
		sum = (sum + int(digits[i]-'0')) * 2 % 11
	}
	return "0123456789X"[(12-sum)%11]
}

// wrongCard looks at a bank card number (銀行卡號, ISO/IEC 7812): 12 to 19 digits, the last by Luhn's rule.
func wrongCard(n string) (code, msg string) {
	if !cardForm.MatchString(n) {
		return "not_a_card", "must be a card number of 12 to 19 digits"
	}
	if n[len(n)-1] != CheckCard(n[:len(n)-1]) {
		return codeMistyped, msgMistyped
	}
	return "", ""
}

// CheckCard is Luhn's check digit for the digits before it.
func CheckCard(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// organisationSet are the characters of an organisation code, in the order of their values.
const organisationSet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// wrongOrganisation looks at a unified social credit code (統一社會信用代碼, GB 32100-2015).
func wrongOrganisation(n string) (code, msg string) {
	if !orgForm.MatchString(n) {
		return "not_an_organisation_code", "must be a unified social credit code of 18 characters"
	}
	if n[17] != CheckOrganisation(n[:17]) {
		return codeMistyped, msgMistyped
	}
	return "", ""
}

// CheckOrganisation is the check character of GB 32100-2015 for the first 17 characters of a code.
func CheckOrganisation(characters string) byte {
	sum, weight := 0, 1
	for i := range len(characters) {
		sum += strings.IndexByte(organisationSet, characters[i]) * weight
		weight = weight * 3 % 31
	}
	return organisationSet[(31-sum%31)%31]
}

func isDigest(n string) bool { return digest.MatchString(n) }

// Telephone numbers without separators: of the mainland (mobile, fixed with an area code and perhaps an extension, service
// numbers), of Hong Kong and Macau, of Taiwan, and of anywhere by E.164.
var phones = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`0[1-9][0-9]{1,2}[0-9]{7,8}`,  // mainland and Taiwan, fixed
	`0[1-9][0-9]{9,10}[x#][0-9]+`, // with an extension
	`[48]00[0-9]{7}`,              // 400 and 800 numbers
	`(?:95|96|12)[0-9]{3,4}`,      // short service numbers
	`\+[1-9][0-9]{6,14}`,          // E.164
}, "|") + `)$`)

// certain are the countries whose numbers are known in full, so that the general rule does not stand in for theirs.
var certain = map[string]*regexp.Regexp{
	"+861": regexp.MustCompile(`^\+861[3-9][0-9]{9}$`),
	"+852": regexp.MustCompile(`^\+852[2-9][0-9]{7}$`),
	"+853": regexp.MustCompile(`^\+853[268][0-9]{7}$`),
}

func isPhone(n string) bool {
	if len(n) > 4 {
		if rule, ok := certain[n[:4]]; ok {
			return rule.MatchString(n)
		}
	}
	return phones.MatchString(n)
}

var (
	mobileBare   = regexp.MustCompile(`^(?:86)?(1[3-9][0-9]{9})$`)
	hongKongBare = regexp.MustCompile(`^[2-9][0-9]{7}$`)
	taiwanBare   = regexp.MustCompile(`^0(9[0-9]{8})$`)
)

// normalPhone writes a number without separators with its country code where that is certain.
func normalPhone(v string) string {
	if rest, ok := strings.CutPrefix(v, "00"); ok {
		v = "+" + rest
	}
	if m := mobileBare.FindStringSubmatch(v); m != nil {
		return "+86" + m[1]
	}
	if hongKongBare.MatchString(v) {
		return "+852" + v
	}
	if m := taiwanBare.FindStringSubmatch(v); m != nil {
		return "+886" + m[1]
	}
	return v
}
