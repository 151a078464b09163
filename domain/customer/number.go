package customer

import (
	"strings"

	"docket/domain"
)

// normal is a value as identifiers are compared.
func normal(field Field, value string) string {
	return domain.Identifier{Kind: string(field), Value: value}.Normal().Value
}

// idNumber checks the form and the check character of GB 11643 (ISO 7064 MOD 11-2).
func idNumber(value string) bool {
	v := normal(IDNumber, value)
	if len(v) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
		sum = (sum + int(v[i]-'0')) * 2 % 11
	}
	return v[17] == "10X98765432"[sum]
}

// organisationCode checks the form and the check character of GB 32100.
func organisationCode(value string) bool {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	v := normal(OrgCode, value)
	if len(v) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		digit := strings.IndexByte(alphabet, v[i])
		if digit < 0 {
			return false
		}
		sum += digit * weight
		weight = weight * 3 % 31
	}
	return v[17] == alphabet[(31-sum%31)%31]
}

// bankCard checks the length and the Luhn digit.
func bankCard(value string) bool {
	v := normal(BankCard, value)
	if len(v) < 12 || len(v) > 19 {
		return false
	}
	sum := 0
	for i := range len(v) {
		c := v[len(v)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		digit := int(c - '0')
		if i%2 == 1 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}

// phone takes what can be dialled: 7 to 15 digits.
func phone(value string) bool {
	v := normal(Phone, value)
	digits := strings.Trim(v, "0123456789") == ""
	return digits && len(v) >= 7 && len(v) <= 15
}

// email wants one sign that parts a name from a host.
func email(value string) bool {
	name, host, ok := strings.Cut(strings.TrimSpace(value), "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(host, "@ ")
}
