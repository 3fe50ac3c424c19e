package inventory

import (
	"fmt"
	"strings"
	"time"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/syntax"
)

// writeAgain is the fix for a file that is generated.
const writeAgain = "write the Inventory again with cloison inventory"

func lowerProjects(inventory *Inventory) {
	for i := range inventory.Spec.Projects {
		project := &inventory.Spec.Projects[i]
		project.ProjectID = strings.ToLower(project.ProjectID)
	}
	for i := range inventory.Spec.Folders {
		folder := &inventory.Spec.Folders[i]
		folder.ProjectID = strings.ToLower(folder.ProjectID)
	}
}

// validator judges an Inventory that has been decoded. It changes nothing and reports every problem.
type validator struct {
	*strict.Document
}

func validate(inventory *Inventory, document *strict.Document) {
	v := validator{document}
	v.exactly(fieldpath.Of("apiVersion"), inventory.APIVersion, APIVersion)
	v.exactly(fieldpath.Of("kind"), inventory.Kind, Kind)
	if v.given(fieldpath.Of("metadata", "name")) && !syntax.DNSLabel.Matches(inventory.Metadata.Name) {
		v.invalid(fieldpath.Of("metadata", "name"), inventory.Metadata.Name, syntax.DNSLabel.Must)
	}
	v.projects(fieldpath.Of("spec", "projects"), inventory.Spec.Projects)
	v.given(fieldpath.Of("spec", "folders"))
	for i := range inventory.Spec.Folders {
		v.folder(fieldpath.Of("spec", "folders").Index(i), &inventory.Spec.Folders[i])
	}
}

func (v validator) wrong(path fieldpath.Path, message string) {
	v.Problem(finding.InventoryInvalid, path, message, writeAgain)
}

func (v validator) invalid(path fieldpath.Path, value, must string) {
	v.wrong(path, phrase.Quote(value)+" must be "+must)
}

// given reports a field that is missing as a problem. It returns false then.
func (v validator) given(path fieldpath.Path) bool {
	if !v.Written(path) {
		v.wrong(path, "must be given")
	}
	return v.Written(path)
}

func (v validator) exactly(path fieldpath.Path, value, must string) {
	if v.given(path) && value != must {
		v.invalid(path, value, must)
	}
}

// text checks a field that must be there and have the form of a grammar.
func (v validator) text(path fieldpath.Path, value string, of syntax.Grammar) {
	if v.given(path) && !of.Matches(value) {
		v.invalid(path, value, of.Must)
	}
}

// count checks a field that must be there and not below least.
func (v validator) count(path fieldpath.Path, value, least int) {
	if v.given(path) && value < least {
		v.wrong(path, fmt.Sprintf("%d must be at least %d", value, least))
	}
}

func (v validator) projects(path fieldpath.Path, projects []Project) {
	seen := map[Project]fieldpath.Path{}
	for i, project := range projects {
		at := path.Index(i)
		v.project(at, project.Region, project.ProjectID)
		v.count(at.Child("secrets"), project.Secrets, 0)
		which := Project{Region: project.Region, ProjectID: project.ProjectID}
		if other, taken := seen[which]; taken && which.Region != "" && which.ProjectID != "" {
			v.wrong(at, fmt.Sprintf("project %s in %s must not be given twice: %s has it",
				phrase.Quote(project.ProjectID), phrase.Quote(project.Region), other))
			continue
		}
		seen[which] = at
	}
}

// project checks what projects and folders have in common.
func (v validator) project(path fieldpath.Path, region, projectID string) {
	v.text(path.Child("region"), region, syntax.Region)
	v.text(path.Child("projectID"), projectID, syntax.ProjectIDAnyCase)
}

func (v validator) folder(path fieldpath.Path, folder *Folder) {
	v.project(path, folder.Region, folder.ProjectID)
	if v.given(path.Child("path")) && !syntax.Folder.Matches(folder.Path) {
		v.invalid(path.Child("path"), folder.Path, "an absolute path such as "+
			"/production/shop, without a slash at the end")
	}
	v.given(path.Child("secrets"))
	seen := map[string]fieldpath.Path{}
	for i, secret := range folder.Secrets {
		at := path.Child("secrets").Index(i)
		v.secret(at, secret)
		if other, taken := seen[secret.Name]; taken && secret.Name != "" {
			v.wrong(at.Child("name"), fmt.Sprintf("secret %s must not be given twice: %s has it",
				phrase.Quote(secret.Name), other))
			continue
		}
		seen[secret.Name] = at
	}
}

func (v validator) secret(path fieldpath.Path, secret Secret) {
	v.text(path.Child("name"), secret.Name, syntax.SecretName)
	v.count(path.Child("revision"), secret.Revision, 0)
	v.given(path.Child("type"))
	v.enabled(path, secret)
	v.contents(path, secret)
	if secret.Ephemeral != nil {
		v.ephemeral(path.Child("ephemeral"), secret)
	}
	if at := path.Child("deletionRequestedAt"); v.Written(at) {
		if _, err := time.Parse(time.RFC3339, secret.DeletionRequestedAt); err != nil {
			v.invalid(at, secret.DeletionRequestedAt, "a time in the form of RFC 3339, such as 2026-01-31T08:00:00Z")
		}
	}
}

// enabled checks that the enabled revisions ascend and were made.
func (v validator) enabled(path fieldpath.Path, secret Secret) {
	before := 0
	for i, revision := range secret.Enabled {
		at := path.Child("enabled").Index(i)
		v.revision(at, path, revision, before, secret)
		before = max(before, revision)
	}
}

// revision checks one of several revisions, each of which must come after the one before it.
func (v validator) revision(at, path fieldpath.Path, revision, before int, secret Secret) {
	switch {
	case v.IsUndecoded(path.Child("revision")), secret.Revision < 0: // said already
	case revision <= before:
		v.wrong(at, fmt.Sprintf("%d must be more than %d: revisions ascend from 1", revision, before))
	case revision > secret.Revision && v.Written(path.Child("revision")):
		v.wrong(at, fmt.Sprintf("%d must be at most %d, the secret's newest revision", revision, secret.Revision))
	}
}

func (v validator) contents(path fieldpath.Path, secret Secret) {
	before := 0
	for i, content := range secret.Contents {
		at := path.Child("contents").Index(i)
		if v.given(at.Child("revision")) {
			v.revision(at.Child("revision"), path, content.Revision, before, secret)
		}
		before = max(before, content.Revision)
		if secret.Ephemeral != nil {
			v.wrong(at, "must not be there: the value of a secret with an ephemeral policy is never read")
		}
		seen := map[string]bool{}
		for j, property := range content.Properties {
			if seen[property] {
				v.wrong(at.Child("properties").Index(j), fmt.Sprintf("property %s must not be given twice",
					phrase.Quote(property)))
			}
			seen[property] = true
		}
	}
}

func (v validator) ephemeral(path fieldpath.Path, secret Secret) {
	if at := path.Child("timeToLive"); v.Written(at) {
		if span, err := time.ParseDuration(secret.Ephemeral.TimeToLive); err != nil || span <= 0 {
			v.invalid(at, secret.Ephemeral.TimeToLive, "a span of time above zero, such as 1h0m0s")
		}
	}
	if action := secret.Ephemeral.Action; v.Written(path.Child("action")) && action != "delete" && action != "disable" {
		v.invalid(path.Child("action"), action, "delete or disable")
	}
}
