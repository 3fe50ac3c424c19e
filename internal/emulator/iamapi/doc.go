// Package iamapi serves the IAM API v1alpha1 and the projects of the account API v3 over the model in package iam.
//
//	/iam/v1alpha1/applications, /{id}       list, create, get, update, delete
//	/iam/v1alpha1/api-keys, /{access_key}   likewise
//	/iam/v1alpha1/groups, /{id}             likewise, and their members
//	/iam/v1alpha1/policies, /{id}           likewise
//	/iam/v1alpha1/rules, /permission-sets   ListRules, SetRules, ListPermissionSets
//	/account/v3/projects, /{id}             list, create, get, update, delete
//
// # What is known and what is inferred
//
// Known, from recorded traffic: the JSON of all kinds, field by field and in order; a policy created with counts of 0;
// what the SDK sends for no filter. Facts: docs/facts.md, "Objects of IAM".
//
// Known, from the SDK: a project is empty when it is deleted; the default orders of lists.
//
// Inferred, never observed: filters on several ids as "or"; an empty filter being none; ties in an order broken by
// id; what is denied being named "application", "api_key", "group", "policy" or "project"; that what is scheduled for
// deletion counts in a project that is to be empty; a key not being changed to expire in the past; the texts of
// refusals.
//
// Not emulated: users. Rules may name projects that do not exist, which is more than the real API can be asked for.
package iamapi
