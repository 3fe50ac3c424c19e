package iam

import "slices"

// Permission is one thing that a permission set allows.
type Permission string

// What the emulator asks for. The first group is over a secret or a project, the
// second over the organization.
const (
	ListSecrets   Permission = "list secrets"
	ReadSecret    Permission = "read a secret"
	ReadValue     Permission = "read a value"
	CreateSecret  Permission = "create secrets and versions"
	WriteSecret   Permission = "change secrets and versions"
	DeleteSecret  Permission = "delete secrets and versions"
	RestoreSecret Permission = "restore secrets and versions"

	ReadApplications  Permission = "read applications and their keys"
	WriteApplications Permission = "change applications and their keys"
	ReadGroups        Permission = "read groups"
	WriteGroups       Permission = "change groups"
	ReadPolicies      Permission = "read policies"
	WritePolicies     Permission = "change policies"
	ReadProjects      Permission = "read projects"
	WriteProjects     Permission = "change projects"
)

// Scope is what a permission set is granted over.
type Scope string

// The scope types of the API that the emulator's sets have.
const (
	ScopeProjects     Scope = "projects"
	ScopeOrganization Scope = "organization"
)

// PermissionSet is one of Scaleway's named sets of rights.
type PermissionSet struct {
	Name        string
	Scope       Scope
	Description string
	permissions []Permission
}

// Allows reports whether the set holds the permission.
func (s PermissionSet) Allows(p Permission) bool { return slices.Contains(s.permissions, p) }

// PermissionSets returns the sets that the emulator knows, by name: those that concern what it serves, and two of
// another product, which allow nothing here. Facts: docs/facts.md, "Model of IAM".
func PermissionSets() []PermissionSet {
	sets := slices.Concat(productSets(), secretManagerSets(), organizationSets())
	slices.SortFunc(sets, func(a, b PermissionSet) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return sets
}

func productSets() []PermissionSet {
	all := []Permission{ListSecrets, ReadSecret, ReadValue, CreateSecret, WriteSecret, DeleteSecret, RestoreSecret}
	reads := []Permission{ListSecrets, ReadSecret}
	return []PermissionSet{
		{"AllProductsFullAccess", ScopeProjects, "Full access to all resources", all},
		// That reading info about all resources leaves values out is inferred from SecretManagerReadOnly.
		{"AllProductsReadOnly", ScopeProjects, "Read access to info about all resources", reads},
		{"ContainerRegistryFullAccess", ScopeProjects, "Full access to Container Registry", nil},
		{"ContainerRegistryReadOnly", ScopeProjects, "Read access to Container Registry", nil},
		{"SecretManagerFullAccess", ScopeProjects, "Full access to Secret Manager", all},
	}
}

func secretManagerSets() []PermissionSet {
	set := func(name, description string, permissions ...Permission) PermissionSet {
		return PermissionSet{"SecretManager" + name, ScopeProjects, description, permissions}
	}
	return []PermissionSet{
		set("ReadOnly", "List and read secrets' metadata, not their values", ListSecrets, ReadSecret),
		set("SecretAccess", "Read versions' data", ReadValue),
		set("SecretCreate", "Create secrets and their versions", CreateSecret),
		set("SecretDelete", "Delete secrets and their versions", DeleteSecret),
		set("SecretRestore", "Restore secrets and their versions", RestoreSecret),
		set("SecretWrite", "Edit the metadata of secrets and their versions", WriteSecret),
	}
}

func organizationSets() []PermissionSet {
	set := func(name, description string, permissions ...Permission) PermissionSet {
		return PermissionSet{name, ScopeOrganization, description, permissions}
	}
	projects := []Permission{ReadProjects, WriteProjects}
	reads := []Permission{ReadApplications, ReadGroups, ReadPolicies}
	manages := slices.Concat(reads, []Permission{WriteApplications, WriteGroups, WritePolicies}, projects)
	return []PermissionSet{
		set("IAMApplicationManager", "Full access to applications and their keys", ReadApplications, WriteApplications),
		set("IAMApplicationReadOnly", "Read access to applications and their keys", ReadApplications),
		set("IAMGroupManager", "Full access to groups", ReadGroups, WriteGroups),
		set("IAMGroupReadOnly", "Read access to groups", ReadGroups),
		set("IAMManager", "Full access to IAM and all ProjectManager permissions", manages...),
		set("IAMPolicyManager", "Full access to policies", ReadPolicies, WritePolicies),
		set("IAMPolicyReadOnly", "Read access to policies", ReadPolicies),
		set("IAMReadOnly", "Read access to IAM", reads...),
		set("OrganizationManager", "Full access to Organization management", manages...),
		set("ProjectManager", "Full access to Project management", projects...),
		set("ProjectReadOnly", "Read access to Project management", ReadProjects),
	}
}
