package inventory

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/strict"
)

var (
	regionForm  = form.New(`^[a-z]{2}-[a-z]{3}$`)
	projectForm = form.New(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	// pathForm is the form of a folder; segments of one or two dots are refused besides.
	pathForm = form.New(`^(/|(/[-_.a-zA-Z0-9]{1,255})+)$`)
	dotsForm = form.New(`/[.][.]?(/|$)`)
	// secretForm is the form of a Scaleway secret's name (Scaleway's API documentation).
	secretForm = form.New(`^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`)
)

// ValidSecretName says whether Scaleway can hold a secret of that name.
func ValidSecretName(name string) bool { return secretForm.Matches(name) }

// writeAgain is the fix for what nobody writes by hand.
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
	*strict.Report
}

func validate(inventory *Inventory, report *strict.Report) {
	v := validator{report}
	v.exactly("apiVersion", inventory.APIVersion, APIVersion)
	v.exactly("kind", inventory.Kind, Kind)
	if v.given("metadata.name") && len(validation.IsDNS1123Label(inventory.Metadata.Name)) > 0 {
		v.invalid("metadata.name", inventory.Metadata.Name, "a DNS label: at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends")
	}
	v.projects("spec.projects", inventory.Spec.Projects)
	v.given("spec.folders")
	for i := range inventory.Spec.Folders {
		v.folder(strict.Index("spec.folders", i), &inventory.Spec.Folders[i])
	}
}

func (v validator) wrong(path, message string) {
	v.Problem(finding.InventoryInvalid, path, message, writeAgain)
}

func (v validator) invalid(path, value, must string) {
	v.wrong(path, phrase.Quote(value)+" must be "+must)
}

// given reports a field that is missing, and says whether it is there.
func (v validator) given(path string) bool {
	if !v.Written(path) {
		v.wrong(path, "must be given")
	}
	return v.Written(path)
}

func (v validator) exactly(path, value, must string) {
	if v.given(path) && value != must {
		v.invalid(path, value, must)
	}
}

// text checks a field that must be there and have a form.
func (v validator) text(path, value string, of form.Form, must string) {
	if v.given(path) && !of.Matches(value) {
		v.invalid(path, value, must)
	}
}

// count checks a field that must be there and not below least.
func (v validator) count(path string, value, least int) {
	if v.given(path) && value < least {
		v.wrong(path, fmt.Sprintf("%d must be at least %d", value, least))
	}
}

func (v validator) projects(path string, projects []Project) {
	seen := map[Project]string{}
	for i, project := range projects {
		at := strict.Index(path, i)
		v.project(at, project.Region, project.ProjectID)
		v.count(at+".secrets", project.Secrets, 0)
		which := Project{Region: project.Region, ProjectID: project.ProjectID}
		if other, taken := seen[which]; taken && which.Region != "" && which.ProjectID != "" {
			v.wrong(at, fmt.Sprintf("project %s in %s must not be given twice: %s has it", phrase.Quote(project.ProjectID), phrase.Quote(project.Region), other))
			continue
		}
		seen[which] = at
	}
}

// project checks what projects and folders have in common.
func (v validator) project(path, region, projectID string) {
	v.text(path+".region", region, regionForm, "a Scaleway region such as fr-par, nl-ams or pl-waw")
	v.text(path+".projectID", projectID, projectForm, "the UUID of a Scaleway project")
}

func (v validator) folder(path string, folder *Folder) {
	v.project(path, folder.Region, folder.ProjectID)
	if v.given(path+".path") && (!pathForm.Matches(folder.Path) || dotsForm.Matches(folder.Path)) {
		v.invalid(path+".path", folder.Path, "an absolute path such as /production/shop, without a slash at the end")
	}
	v.given(path + ".secrets")
	seen := map[string]string{}
	for i, secret := range folder.Secrets {
		at := strict.Index(path+".secrets", i)
		v.secret(at, secret)
		if other, taken := seen[secret.Name]; taken && secret.Name != "" {
			v.wrong(at+".name", fmt.Sprintf("secret %s must not be given twice: %s has it", phrase.Quote(secret.Name), other))
			continue
		}
		seen[secret.Name] = at
	}
}

func (v validator) secret(path string, secret Secret) {
	v.text(path+".name", secret.Name, secretForm, "the name of a Scaleway secret: letters, digits, underscores, dots and dashes")
	v.count(path+".revision", secret.Revision, 0)
	v.given(path + ".type")
	v.enabled(path, secret)
	v.contents(path, secret)
	if secret.Ephemeral != nil {
		v.ephemeral(path+".ephemeral", secret)
	}
	if at := path + ".deletionRequestedAt"; v.Written(at) {
		if _, err := time.Parse(time.RFC3339, secret.DeletionRequestedAt); err != nil {
			v.invalid(at, secret.DeletionRequestedAt, "a time in the form of RFC 3339, such as 2026-01-31T08:00:00Z")
		}
	}
}

// enabled checks that the enabled revisions ascend and were made.
func (v validator) enabled(path string, secret Secret) {
	before := 0
	for i, revision := range secret.Enabled {
		at := strict.Index(path+".enabled", i)
		v.revision(at, path, revision, before, secret)
		before = max(before, revision)
	}
}

// revision checks one of several revisions, each of which must come after the one before it.
func (v validator) revision(at, path string, revision, before int, secret Secret) {
	switch {
	case v.IsUndecoded(path + ".revision"), secret.Revision < 0: // said already
	case revision <= before:
		v.wrong(at, fmt.Sprintf("%d must be more than %d: revisions ascend from 1", revision, before))
	case revision > secret.Revision && v.Written(path+".revision"):
		v.wrong(at, fmt.Sprintf("%d must be at most %d, the secret's newest revision", revision, secret.Revision))
	}
}

func (v validator) contents(path string, secret Secret) {
	before := 0
	for i, content := range secret.Contents {
		at := strict.Index(path+".contents", i)
		if v.given(at + ".revision") {
			v.revision(at+".revision", path, content.Revision, before, secret)
		}
		before = max(before, content.Revision)
		if secret.Ephemeral != nil {
			v.wrong(at, "must not be there: the value of a secret with an ephemeral policy is never read")
		}
		seen := map[string]bool{}
		for j, property := range content.Properties {
			if seen[property] {
				v.wrong(strict.Index(at+".properties", j), fmt.Sprintf("property %s must not be given twice", phrase.Quote(property)))
			}
			seen[property] = true
		}
	}
}

func (v validator) ephemeral(path string, secret Secret) {
	if at := path + ".timeToLive"; v.Written(at) {
		if span, err := time.ParseDuration(secret.Ephemeral.TimeToLive); err != nil || span <= 0 {
			v.invalid(at, secret.Ephemeral.TimeToLive, "a span of time above zero, such as 1h0m0s")
		}
	}
	if action := secret.Ephemeral.Action; v.Written(path+".action") && action != "delete" && action != "disable" {
		v.invalid(path+".action", action, "delete or disable")
	}
}
