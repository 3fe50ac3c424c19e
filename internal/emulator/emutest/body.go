package emutest

import "fmt"

// CreateBody is the body with which the SDK creates a secret, with further fields.
func CreateBody(name, more string) string {
	return fmt.Sprintf(`{"project_id":%q,"name":%q,"tags":null,"type":"opaque","path":"/","protected":false%s}`,
		Project, name, more)
}

// InOrganization is the body that creates something of the Organization, with further fields.
func InOrganization(name, more string) string {
	return `{"organization_id":"` + Organization + `","name":"` + name + `"` + more + `}`
}

// BadArgument is the body of a 400 for one argument.
func BadArgument(argument, reason, help string) string {
	return fmt.Sprintf(`{"details":[{"argument_name":%q,"help_message":%q,"reason":%q}],`+
		`"message":"invalid argument(s)","type":"invalid_arguments"}`, argument, help, reason)
}

// NameTaken is the body of the 400 for the name and path of another secret.
func NameTaken() string {
	return BadArgument("name", "format", "cannot have same secret name in same path")
}

// Denied is the body of a 403 for an action on a secret.
func Denied(action string) string {
	return `{"details":[{"action":"` + action + `","resource":"secret"}],"message":"insufficient permissions",` +
		`"type":"permissions_denied"}`
}

// Unusable is the body of a 412 for something that is deleted or disabled.
func Unusable(help string) string {
	return `{"help_message":"` + help + `","message":"precondition is not respected",` +
		`"precondition":"resource_not_usable","type":"precondition_failed"}`
}
