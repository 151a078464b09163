package customer

import "strings"

// email wants one sign that parts a name from a host.
func email(value string) bool {
	name, host, ok := strings.Cut(strings.TrimSpace(value), "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(host, "@ ")
}
