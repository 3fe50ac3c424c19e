package emulator

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"cloison.dev/cloison/internal/emulator/iam"
)

func isUUID(s string) bool { return iam.IsUUID(s) }

// digest is a pseudo-random function of the seed and of what is numbered.
func digest(seed uint64, what string, serial int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%d", seed, what, serial))
}

// newID is a version 4 UUID that depends on nothing but its arguments.
func newID(seed uint64, what string, serial int) string {
	b := digest(seed, what, serial)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// chance is a number in [0, 1) that depends on nothing but its arguments.
func chance(seed uint64, what string, serial int) float64 {
	b := digest(seed, what, serial)
	return float64(binary.BigEndian.Uint64(b[:8])>>11) / (1 << 53)
}
