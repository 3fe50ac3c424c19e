// Package iam is the model behind the emulator's IAM: which application an API key
// belongs to, which policies apply to it and whether a rule allows a call. It knows
// no HTTP and no secrets.
//
// A policy has at most one principal (a user, a group or an application) and rules. A rule allows what its permission
// sets hold, over its scope, when its condition is true. There is no rule that denies: a call is allowed when any rule
// of any policy of the principal or of its groups allows it.
//
// # What is known and what is inferred
//
// Known, from documentation: that model; the permission sets with their scopes and descriptions; organization_id on a
// rule whose sets are scoped by project meaning all current and future projects; conditions as CEL over request.ip,
// request.time, request.user_agent (cut at 255 characters), resource.name, resource.id and resource.locality; that only
// the syntax of a condition is checked; that a list has no resource, so that a condition on one breaks it unless "||
// !has(resource.id)" is added. The name of a secret is its folder and its name. Facts: docs/facts.md, "Model of IAM",
// "Conditions".
//
// Known, from recorded traffic: a policy is created with counts of 0 and counts right afterwards; setting rules gives
// all of them new ids and moves the policy's updated_at, changing its tags does not; setting the members of a group
// does not move its updated_at; a key without default project gets the one whose id is the organization's; keys count
// at once in their application. Facts: docs/facts.md, "Objects of IAM".
//
// Known, from the SDK: the lengths of names and descriptions, the number of tags, groups having names of their own.
//
// Known, from third parties: the refusals of a rule without scope and of a rule that mixes scope types.
//
// Inferred, never observed: a condition that errs or is no boolean does not
// allow; which permissions a set holds beyond its description; the refusals of
// unknown permission sets, bad conditions and wrong principals; that deleting an
// application or a group deletes its keys and memberships and leaves policies
// without principal; that a new rule, or one whose policy gets another principal, is what
// takes time to be applied, while members of a group, keys and whatever takes
// rights away count at once.
//
// The example resource.name.startswith("/folder/") of the documentation is no
// CEL function: it errs, so it never allows. The function is startsWith.
package iam
