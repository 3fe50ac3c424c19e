package iam

import "regexp"

// uuidForm is what scaleway-sdk-go's validation package takes for a UUID.
var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsUUID reports whether the text has the form of a UUID, in either case.
func IsUUID(s string) bool { return uuidForm.MatchString(s) }
