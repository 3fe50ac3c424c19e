// Package id makes the identifiers of the emulator's objects, and the random draws of its faults. Both look random but
// depend only on a number, on what they are for and on a serial number, so that a run can be repeated.
package id

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
)

// Source is a pseudo-random function. Equal Sources return equal results for equal arguments.
type Source uint64

// UUID returns a version 4 UUID.
func (s Source) UUID(purpose string, serial int) string {
	b := s.digest(purpose, serial)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// Fraction returns a number in [0, 1).
func (s Source) Fraction(purpose string, serial int) float64 {
	b := s.digest(purpose, serial)
	return float64(binary.BigEndian.Uint64(b[:8])>>11) / (1 << 53)
}

func (s Source) digest(purpose string, serial int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%d", uint64(s), purpose, serial))
}

// The forms that scaleway-sdk-go's validation package demands.
var (
	uuidForm      = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	accessKeyForm = regexp.MustCompile(`^SCW[A-Z0-9]{17}$`)
)

// IsUUID reports whether the text has the form of a UUID, in either case.
func IsUUID(s string) bool { return uuidForm.MatchString(s) }

// IsAccessKey reports whether the text has the form of an API key's access key.
func IsAccessKey(s string) bool { return accessKeyForm.MatchString(s) }

// AccessKey makes an access key out of a UUID. The UUID must not be a secret key, because an access key is public.
func AccessKey(uuid string) string {
	return "SCW" + strings.ToUpper(strings.ReplaceAll(uuid, "-", ""))[:17]
}
