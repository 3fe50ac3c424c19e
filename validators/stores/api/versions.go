package api

import (
	"fmt"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/stores/explaining"
)

// Versions of the operator that changed what is accepted. Facts: docs/facts.md, "Versions of the operator".
var (
	// anyTarget is the first version whose templates may have any target, in any case.
	anyTarget = eso.Version{Major: 1}
	// threeTargets is the first version after that whose templates for Secrets may have three of them only.
	threeTargets = eso.Version{Major: 2, Minor: 9}
	// noTokens is the first version that makes no tokens of service accounts by template.
	noTokens = eso.Version{Major: 2, Minor: 5}
	// namedIntervals is the first version that takes an interval of a store in Go's notation.
	namedIntervals = eso.Version{Major: 2, Minor: 8}
)

// boundedFields finds fields that the known version of the operator does not have.
func boundedFields(r *explaining.Findings, set *objects.Set, version eso.Version) {
	if !version.IsKnown() {
		return
	}
	for _, o := range set.SecretStores {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
	for _, o := range set.ClusterSecretStores {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
	for _, o := range set.ExternalSecrets {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
	for _, o := range set.ClusterExternalSecrets {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
	for _, o := range set.PushSecrets {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
	for _, o := range set.ClusterPushSecrets {
		boundedFieldsOf(r, o.Object, o.Value, version)
	}
}

func boundedFieldsOf(r *explaining.Findings, o *objects.Object, value any, version eso.Version) {
	for _, field := range eso.BoundedFields(value) {
		if field.IsIn(version) {
			continue
		}
		path := fieldpath.Parse(field.Path)
		explains := explaining.Explained(o, path)
		if around := path.Parent(); around.Last() == "provider" {
			explains = append(explains, explaining.Explained(o, around)...) // it is the one provider
		}
		r.Report(o, finding.Finding{
			Code: finding.UnknownESOField, Severity: finding.Error, Field: path,
			Message: fmt.Sprintf("the External Secrets Operator has %q %s; the API server of %s refuses or drops it",
				path.Last(), bounds(field), version),
			Fix: "do without the field, or correct the version in the Cluster",
		}, explains...)
	}
}

// bounds are the versions that have a field, in words.
func bounds(field eso.Bounded) string {
	if field.Since.IsKnown() {
		return "since " + field.Since.String()
	}
	return "until before " + field.Until.String()
}

// laterValues are values that not every version takes, with the first one that does.
var laterValues = map[string]eso.Version{
	eso.CreateOrMerge: {Major: 2, Minor: 8},
	"BeyondtrustWorkloadCredentialsDynamicSecret": {Major: 2, Minor: 7},
	"GitlabDeployToken":                           {Major: 2, Minor: 8},
}

// tooEarly reports a value that the known version of the operator does not take.
func (f fields) tooEarly(field fieldpath.Path, value string) {
	if since, bounded := laterValues[value]; bounded && f.version.Before(since) {
		f.invalid(field, fmt.Sprintf("%q is a value since %s of the operator; %s refuses it", value, since, f.version),
			"use another value, or correct the version in the Cluster")
	}
}
